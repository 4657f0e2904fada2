"""Other ways to run the same study, each with the smallest effect it would see."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from upshot.errors import DesignError
from upshot.impact.power.baseline import Baseline, Unit
from upshot.impact.power.study import Study, one_shot, precision, wave_study
from upshot.impact.power.weights import Planned

__all__ = ["Alternative", "alternatives"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way to run the study.

    Parameters
    ----------
    name
        In words.
    unit, n_units, waves, after
        What the lot is drawn for, how many, in how many waves, over how many periods.
    held_back
        Share that starts only after the window.
    smallest_effect
        Smallest visible effect on those who take part; absent where it cannot be known.
    visible
        Whether that is small enough for the effect worth having; absent if none was given.
    text
        Why there is no number, if there is none.
    """

    name: str
    unit: Unit
    n_units: int
    waves: int
    after: int
    held_back: float
    smallest_effect: float | None = None
    visible: bool | None = None
    text: str | None = None


def alternatives(
    baseline: Baseline, study: Study, *, worth: float | None = None, other: Baseline | None = None
) -> tuple[Alternative, ...]:
    """The usual alternatives to a study, over the same window unless they say otherwise.

    Parameters
    ----------
    baseline, study
        The plan they stand beside.
    worth
        Smallest effect worth having.
    other
        Noise by the other unit (people when the plan is by team), for the same study by it.
    """
    found = [_judge(name, baseline, plan, worth) for name, plan in _candidates(study)]
    if other is not None:
        word = "people one by one" if other.unit == "person" else "whole teams"
        same = replace(study, n_units=_scaled(baseline, study, other))
        found.append(_judge(f"the same plan, drawing {word}", other, same, worth))
    return tuple(found)


def _scaled(baseline: Baseline, study: Study, other: Baseline) -> int | None:
    """As many of the other unit as the study's size stands for."""
    if study.n_units is None:
        return None
    return max(1, round(study.n_units * other.n_units / baseline.n_units))


def _candidates(study: Study) -> Iterator[tuple[str, Study]]:
    common = {
        "before": study.before,
        "n_units": study.n_units,
        "lag": study.lag,
        "take_up": study.take_up,
        "level": study.level,
        "power": study.power,
    }
    usual: Planned = "roth-santanna" if study.before else "difference"
    for waves in (2, 4):
        gap = max(study.after // waves, 1)
        planned = wave_study(waves, gap=gap, after=max(study.after, waves * gap), estimator=usual, **common)  # type: ignore[arg-type]
        yield f"{waves} equal waves, everyone started by the end", planned
    plain: Literal["ancova", "difference"] = "ancova" if study.before else "difference"
    half = one_shot(after=study.after, estimator=plain, **common)  # type: ignore[arg-type]
    yield "half at once, half held back to the end", half
    yield "the same plan over twice the window", _stretched(study)
    if study.estimator in ("ancova", "change"):
        yield "the same plan with twice the pre-periods", replace(study, before=2 * study.before)


def _stretched(study: Study) -> Study:
    return replace(
        study, after=2 * study.after, starts=tuple(None if start is None else 2 * start for start in study.starts)
    )


def _judge(name: str, baseline: Baseline, study: Study, worth: float | None) -> Alternative:
    units = study.n_units if study.n_units is not None else baseline.n_units
    held = sum(share for start, share in zip(study.starts, study.shares, strict=True) if start is None)
    visible: float | None = None
    text: str | None = None
    try:
        visible = precision(baseline, study).smallest_effect_on_participants
    except DesignError as error:
        text = str(error)
    return Alternative(
        name=name,
        unit=baseline.unit,
        n_units=units,
        waves=study.waves,
        after=study.after,
        held_back=held,
        smallest_effect=visible,
        visible=None if visible is None or worth is None else visible <= worth,
        text=text,
    )
