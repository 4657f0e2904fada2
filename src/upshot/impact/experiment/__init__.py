"""Experiments randomised once: covariate adjustment with any number of arms, blocks, clusters, encouragement."""

from upshot.impact.experiment.analyse import experiment
from upshot.impact.experiment.itt import experiment_from_moments
from upshot.impact.experiment.lee import lee_bounds
from upshot.impact.experiment.moments import ExperimentMoments, experiment_moments, merge

__all__ = [
    "ExperimentMoments",
    "experiment",
    "experiment_from_moments",
    "experiment_moments",
    "lee_bounds",
    "merge",
]
