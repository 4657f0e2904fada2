"""What can be wrong with an experiment, one check a file."""

from upshot.impact.experiment.checks.attrition import attrition_check
from upshot.impact.experiment.checks.balance import balance_check
from upshot.impact.experiment.checks.blocks import arms_linked, block_check, whole_blocks
from upshot.impact.experiment.checks.clusters import cluster_check
from upshot.impact.experiment.checks.first_stage import first_stage_check
from upshot.impact.experiment.checks.sample_ratio import sample_ratio_check

__all__ = [
    "arms_linked",
    "attrition_check",
    "balance_check",
    "block_check",
    "cluster_check",
    "first_stage_check",
    "sample_ratio_check",
    "whole_blocks",
]
