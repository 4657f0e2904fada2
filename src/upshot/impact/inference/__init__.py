"""Inference when units or clusters are few: randomisation tests and the wild cluster bootstrap."""

from upshot.impact.inference.assignments import Assignments, draw_assignments
from upshot.impact.inference.randomisation import RandomisationTest, randomisation_test
from upshot.impact.inference.waves import permute_waves
from upshot.impact.inference.wild import WildBootstrap, wild_cluster_bootstrap

__all__ = [
    "Assignments",
    "RandomisationTest",
    "WildBootstrap",
    "draw_assignments",
    "permute_waves",
    "randomisation_test",
    "wild_cluster_bootstrap",
]
