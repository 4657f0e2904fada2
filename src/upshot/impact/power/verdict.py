"""The verdict before launch: can this study see an effect worth having, and if not, what would change it."""

import math
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from upshot.errors import DesignError
from upshot.impact.estimate import Caution
from upshot.impact.power.alternatives import Alternative, alternatives
from upshot.impact.power.baseline import Baseline, Unit
from upshot.impact.power.requirements import required_after, required_units
from upshot.impact.power.study import Study, precision
from upshot.impact.power.visible import power_at
from upshot.periods import periods

__all__ = ["SCHEMA", "Change", "PowerAnswer", "power_answer"]

SCHEMA = "upshot-power/1"

_CURVE = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that would let the study see the effect worth having; ``value`` is what it takes."""

    code: str
    text: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerAnswer:
    """What a planned study can see. What cannot be known is ``None`` here and absent in JSON.

    Parameters
    ----------
    outcome, unit, estimator, waves, before, after, n_units, n_people
        The plan in short.
    std_error, df
        Of the effect of the offer (intention to treat).
    smallest_effect, smallest_effect_on_participants
        Smallest visible effect of the offer, and on those who take part (divided by take-up).
    smallest_relative, smallest_in_std_devs
        The second one as a share of the baseline mean, and in standard deviations between people.
    worth, visible, power_at_worth
        Smallest effect worth having (on a participant), whether it can be seen, and its chance.
    curve
        Pairs of effect on participants and power.
    changes
        What would make it visible, cheapest first; empty when it is.
    alternatives
        Other ways to run it.
    assumptions, cautions
        What the numbers rest on and what to know.
    text
        The verdict in sentences.
    """

    outcome: str
    unit: Unit
    estimator: str
    waves: int
    before: int
    after: int
    n_units: int
    n_people: int
    level: float
    power: float
    take_up: float
    baseline: float
    text: str
    std_error: float | None = None
    df: float | None = None
    smallest_effect: float | None = None
    smallest_effect_on_participants: float | None = None
    smallest_relative: float | None = None
    smallest_in_std_devs: float | None = None
    worth: float | None = None
    visible: bool | None = None
    power_at_worth: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    changes: tuple[Change, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    assumptions: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; absent means not computable."""
        return {"schema": SCHEMA, **_plain(self)}


def power_answer(
    baseline: Baseline,
    study: Study,
    *,
    worth: float | None = None,
    outcome: str = "outcome",
    other: Baseline | None = None,
    cautions: tuple[Caution, ...] = (),
) -> PowerAnswer:
    """Judge a planned study against the smallest effect worth having.

    Parameters
    ----------
    baseline
        Noise of the unit the lot is drawn for.
    study
        Who starts when.
    worth
        Smallest effect worth having on someone who takes part, in outcome units; sign ignored.
    outcome
        Name of the KPI, as printed.
    other
        Noise of the other unit, to say what drawing by it would give.
    cautions
        From the baseline profile.

    Returns
    -------
    PowerAnswer
        With ``visible`` false and no numbers when nothing can be known from such a study: that is
        a finding, not an error.

    Raises
    ------
    DesignError
        If ``worth`` is zero.
    """
    if worth is not None and not abs(worth) > 0:
        raise DesignError("The smallest effect worth having must not be 0.")
    target = None if worth is None else abs(worth)
    units = study.n_units if study.n_units is not None else baseline.n_units
    plan = PowerAnswer(
        outcome=outcome,
        unit=baseline.unit,
        estimator=study.estimator,
        waves=study.waves,
        before=study.before,
        after=study.after,
        n_units=units,
        n_people=round(baseline.n_people * units / baseline.n_units),
        level=study.level,
        power=study.power,
        take_up=study.take_up,
        baseline=baseline.level_mean,
        worth=target,
        text="",
        cautions=cautions,
        alternatives=alternatives(baseline, study, worth=target, other=other),
    )
    try:
        return _judged(plan, baseline, study, target)
    except DesignError as error:
        return replace(plan, visible=False, text=f"This cannot be seen. {error}")


def _judged(plan: PowerAnswer, baseline: Baseline, study: Study, worth: float | None) -> PowerAnswer:
    found = precision(baseline, study)
    seen = found.smallest_effect_on_participants
    mean = abs(baseline.level_mean)
    relative = seen / mean if mean > 0 else None
    visible = None if worth is None else seen <= worth
    changes = () if worth is None or visible else _changes(plan, baseline, study, worth, seen)

    def chance(effect: float) -> float:
        return power_at(effect * study.take_up, found.std_error, found.df, level=study.level)

    answer = replace(
        plan,
        std_error=found.std_error,
        df=found.df,
        smallest_effect=found.smallest_effect,
        smallest_effect_on_participants=seen,
        smallest_relative=relative,
        smallest_in_std_devs=None if baseline.std_dev is None else seen / baseline.std_dev,
        visible=visible,
        power_at_worth=None if worth is None else chance(worth),
        curve=tuple((seen * factor, chance(seen * factor)) for factor in _CURVE),
        changes=changes,
        assumptions=_assumptions(study, found.assumption),
    )
    return replace(answer, text=_text(answer))


def _changes(plan: PowerAnswer, baseline: Baseline, study: Study, worth: float, seen: float) -> tuple[Change, ...]:
    """Each single change that is enough on its own."""
    word = "teams" if baseline.unit == "team" else "people"
    found: list[Change] = []
    units = required_units(baseline, study, worth)
    if units is not None:
        have = study.n_units if study.n_units is not None else baseline.n_units
        found.append(Change(code="more-units", value=units, text=f"Have {units:,} {word} instead of {have:,}."))
    if baseline.n_periods > 1 or baseline.assumed:
        longer = required_after(baseline, study, worth)
        if longer is not None and longer > study.after:
            text = f"Watch for {longer} periods after launch instead of {study.after}."
            found.append(Change(code="longer-window", value=longer, text=text))
    enough = [
        option
        for option in plan.alternatives
        if option.visible and option.smallest_effect is not None and not option.name.startswith("the same plan over")
    ]
    found += [
        Change(
            code="other-unit" if option.unit != baseline.unit else "other-design",
            value=option.smallest_effect or 0.0,
            text=_run_it_as(option, baseline),
        )
        for option in enough
    ]
    if study.take_up < 1 and seen * study.take_up <= worth:
        needed = seen * study.take_up / worth
        text = f"Raise take-up from {study.take_up:.0%} to {math.ceil(100 * needed)} %."
        found.append(Change(code="take-up", value=needed, text=text))
    text = (
        f"Choose a KPI closer to the work: its standard deviation would have to be {1 - worth / seen:.0%} smaller "
        "for the same effect."
    )
    found.append(Change(code="less-noise", value=worth / seen, text=text))
    return tuple(found)


def _run_it_as(option: Alternative, baseline: Baseline) -> str:
    said = f"Run it as {option.name}: it sees {_number(option.smallest_effect or 0.0)}."
    if option.unit == "person" and baseline.unit == "team":
        said += " Trained and untrained people then work side by side, and what spreads between them is lost."
    return said


def _assumptions(study: Study, noise: str) -> tuple[str, ...]:
    said = [noise, "The lot decides who starts when, and everyone is analysed as assigned."]
    if study.estimator in ("callaway-santanna", "roth-santanna"):
        said.append("Each group is compared with those not yet started, and groups are equally noisy.")
    if study.take_up < 1:
        said.append(f"{study.take_up:.0%} of those offered a place take it, and the others feel no effect.")
    if study.lag:
        said.append(f"The first {periods(study.lag)} after the start do not count.")
    return tuple(said)


def _text(answer: PowerAnswer) -> str:
    word = "teams" if answer.unit == "team" else "people"
    size = f"{answer.n_units:,} {word}"
    if answer.unit == "team":
        size += f" ({answer.n_people:,} people)"
    assert answer.smallest_effect_on_participants is not None  # noqa: S101 - set by the one caller
    seen = _number(answer.smallest_effect_on_participants)
    parts = [
        f"With {size}, {periods(answer.before)} before and {answer.after} after launch, the smallest effect on "
        f"{answer.outcome} that is seen {answer.power:.0%} of the time is {seen}{_scale(answer)}."
    ]
    if answer.worth is not None and answer.visible:
        parts.append(
            f"The smallest effect worth having, {_number(answer.worth)}, can be seen: the chance is "
            f"{_chance(answer.power_at_worth)}."
        )
    elif answer.worth is not None:
        parts.append(
            f"This cannot be seen: if the effect is the smallest worth having, {_number(answer.worth)}, "
            f"the chance of seeing it is {_chance(answer.power_at_worth)}."
        )
        parts += [f"Any one of these would change that: {' '.join(change.text for change in answer.changes)}"]
    else:
        parts.append("Name the smallest effect worth having, to know whether that is enough.")
    return " ".join(parts)


def _scale(answer: PowerAnswer) -> str:
    said = []
    if answer.smallest_relative is not None:
        said.append(f"{answer.smallest_relative:.1%} of the present mean")
    if answer.smallest_in_std_devs is not None:
        said.append(f"{answer.smallest_in_std_devs:.2f} standard deviations between people")
    return f" ({', '.join(said)})" if said else ""


def _chance(power: float | None) -> str:
    power = power or 0.0
    return "over 99 %" if power > 0.99 else f"{power:.0%}"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: _plain(item) for name, item in pairs if item is not None}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
