"""Upshot for library users: ``import upshot as up``; every name is imported when it is first used.

Examples
--------
>>> import upshot as up
>>> rows = up.simulate_rollout(n=400, effect=1.0, seed=7)
>>> answer = up.estimate(rows, unit="person", time="month", outcome="sales", first_treated="started")
>>> round(answer.estimate, 2), answer.grade.letter
(0.9, 'B')
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upshot.errors import DesignError, InputError, PanelError, Problem, UpshotError
    from upshot.frames.answer import Answer, plot, summary, tidy
    from upshot.frames.before import power
    from upshot.frames.designs import experiment, interrupted_time_series, spells, synthetic_control, synthetic_did
    from upshot.frames.panels import answer, estimate, moments
    from upshot.frames.simulate import simulate_experiment, simulate_rollout
    from upshot.frames.workspaces import open_workspace
    from upshot.impact.design import Design
    from upshot.impact.estimate import Estimate

__all__ = [
    "Answer",
    "Design",
    "DesignError",
    "Estimate",
    "InputError",
    "PanelError",
    "Problem",
    "UpshotError",
    "answer",
    "estimate",
    "experiment",
    "interrupted_time_series",
    "moments",
    "open_workspace",
    "plot",
    "power",
    "simulate_experiment",
    "simulate_rollout",
    "spells",
    "summary",
    "synthetic_control",
    "synthetic_did",
    "tidy",
]

_HOMES = {
    "errors": ("DesignError", "InputError", "PanelError", "Problem", "UpshotError"),
    "frames.answer": ("Answer", "plot", "summary", "tidy"),
    "frames.before": ("power",),
    "frames.designs": ("experiment", "interrupted_time_series", "spells", "synthetic_control", "synthetic_did"),
    "frames.panels": ("answer", "estimate", "moments"),
    "frames.simulate": ("simulate_experiment", "simulate_rollout"),
    "frames.workspaces": ("open_workspace",),
    "impact.design": ("Design",),
    "impact.estimate": ("Estimate",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("upshot")
    if name not in _HOME:
        raise AttributeError(f"module 'upshot' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"upshot.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
