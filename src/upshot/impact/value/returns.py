"""ROI, benefit–cost ratio, net value, payback and break-even effect, each with its interval, or a refusal."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from upshot.errors import InputError, Problem
from upshot.impact.estimate import Caution
from upshot.impact.value.costs import Cost
from upshot.impact.value.fieller import chance_ratio_above, fieller
from upshot.impact.value.flows import Flows, break_even, flows_of, normal_interval, payback
from upshot.impact.value.path import EffectPath
from upshot.impact.value.principles import Principles

__all__ = ["Quantity", "Value", "ValuePerUnit", "ValueRefusal", "value_of"]

Letter = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number and its interval; an end is absent where it is not bounded."""

    estimate: float
    conf_low: float | None = None
    conf_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePerUnit:
    """What one KPI unit is worth in money, who agreed it and when."""

    amount: float
    std_error: float = 0.0
    agreed_by: str | None = None
    agreed_on: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The effect in money. A share is 0.42 for 42 %; money is in the plan's currency.

    Parameters
    ----------
    benefit, cost, net
        Money over the time counted, undiscounted.
    roi, bcr
        net / cost and benefit / cost; without an interval where the cost cannot be told from zero.
    npv
        Net present value: costs at the start, benefits at each period's end, discounted.
    payback_periods
        Periods from the start until benefits have paid the costs; absent if never within the time
        counted, and an end of its interval likewise.
    break_even_effect
        Mean effect per unit and period, over the periods counted, at which benefit equals cost;
        read in the better direction.
    share
        Share of the time counted during which the effect lasted.
    chance_above_hurdle, chance_of_profit
        P(ROI > hurdle) and P(ROI > 0).
    headline
        Whether it may stand on an executive page: grade A or B, and every principle on.
    """

    benefit: Quantity
    cost: Quantity
    net: Quantity
    roi: Quantity
    bcr: Quantity
    npv: Quantity
    payback_periods: Quantity | None
    break_even_effect: Quantity
    share: Quantity | None
    hurdle: float
    chance_above_hurdle: float
    chance_of_profit: float
    discount_rate: float
    level: float
    grade: Letter | None
    headline: bool
    value_per_unit: ValuePerUnit
    cost_lines: tuple[tuple[str, float], ...]
    principles_off: tuple[str, ...]
    text: str
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRefusal:
    """Why no return is stated, and what would make one knowable."""

    code: str
    text: str
    grade: Letter | None = None


def value_of(
    path: EffectPath,
    *,
    units: float,
    values: Sequence[ValuePerUnit],
    cost: Cost,
    grade: Letter | None,
    direction: Literal["up", "down"] = "up",
    hurdle: float = 0.0,
    discount_rate: float = 0.0,
    level: float = 0.95,
    units_measured: float | None = None,
    principles: Principles = Principles(),  # noqa: B008 - frozen
) -> Value | ValueRefusal:
    """Effect × units × value per unit × share of the first year it lasted, less fully loaded costs.

    The yearly effect is the sum of the path, so the share is inside it. With S that sum, v the
    value and C the cost, all three normal and independent, the benefit is units × v × S with the
    product's exact variance; the ratios to C get Fieller's interval and the chances are those of
    benefit - (1 + hurdle) C > 0. `simulate_returns` draws the same without the normal shortcut
    for the product.

    Parameters
    ----------
    path
        From `effect_path` or `constant_path`, per unit and period.
    units
        People (or teams) the programme reached.
    values
        One value per KPI unit or several that were offered; the one that makes the benefit smallest
        is used unless ``conservative_alternative`` is off, then the first.
    grade
        The answer's letter; C and D are refused, and ``None`` too while ``isolate`` is on.
    direction
        Which way of the KPI is better.
    hurdle
        ROI that must be beaten, 0.25 for 25 %.
    discount_rate
        A year.
    units_measured
        Units with data; the others count as not improved while ``no_data_no_improvement`` is on.

    Raises
    ------
    InputError
        With every number that is negative, missing or not finite.

    Examples
    --------
    >>> from upshot.impact.value import CostItem, constant_path, load_costs
    >>> path = constant_path(0.5, 0.1, periods_seen=12, periods_per_year=12)
    >>> cost = load_costs([CostItem(item="All", kind="fixed", amount=40_000)])
    >>> found = value_of(path, units=100, values=[ValuePerUnit(amount=100)], cost=cost, grade="B")
    >>> round(found.roi.estimate, 3), round(found.roi.conf_low, 3), round(found.chance_of_profit, 3)
    (0.5, -0.088, 0.952)
    """
    _check(units, values, hurdle, discount_rate, level, units_measured)
    refusal = _refusal(grade, principles)
    if refusal is not None:
        return refusal
    better = 1.0 if direction == "up" else -1.0
    price = _price(values, better * float(path.effects.sum()), principles)
    counted = units_measured if units_measured is not None and principles.no_data_no_improvement else units
    one_year = len(path.effects) <= path.periods_per_year
    if principles.first_year_only and not one_year:
        text = "The effect runs past one year, and benefits count for one. Build the path with years=1."
        return ValueRefusal(code="beyond-first-year", text=text, grade=grade)
    flows = flows_of(
        path,
        scale=counted * better,
        price=price.amount,
        price_error=price.std_error,
        cost=cost.total,
        cost_error=cost.std_error,
        discount_rate=discount_rate,
    )
    return _assemble(flows, path, price, cost, grade, hurdle, discount_rate, level, principles)


def _price(values: Sequence[ValuePerUnit], effect: float, principles: Principles) -> ValuePerUnit:
    """The value that makes the benefit smallest: the lowest for a gain, the highest for a loss."""
    if not principles.conservative_alternative:
        return values[0]
    return min(values, key=lambda v: v.amount * (1 if effect >= 0 else -1))


def _refusal(grade: Letter | None, principles: Principles) -> ValueRefusal | None:
    if grade in ("C", "D"):
        words = "is only suggestive" if grade == "C" else "cannot be told"
        return ValueRefusal(
            code="grade-too-low",
            text=f"No return is stated: the effect {words} (grade {grade}), and money on top would lend it weight "
            "it does not have. A comparison group and a locked plan would allow one.",
            grade=grade,
        )
    if grade is None and principles.isolate:
        return ValueRefusal(
            code="not-isolated",
            text="No return is stated: the effect has no grade, so it is not known to be set apart from other causes.",
        )
    return None


def _assemble(
    flows: Flows,
    path: EffectPath,
    price: ValuePerUnit,
    cost: Cost,
    grade: Letter | None,
    hurdle: float,
    discount_rate: float,
    level: float,
    principles: Principles,
) -> Value:
    B, C, vB, vC = flows.benefit, flows.cost, flows.benefit_variance, flows.cost_variance
    ratio = fieller(B, C, vB, vC, level=level)
    low, high = ratio if ratio is not None else (None, None)
    bcr = Quantity(estimate=B / C, conf_low=low, conf_high=high)
    roi = Quantity(
        estimate=B / C - 1,
        conf_low=low - 1 if low is not None else None,
        conf_high=high - 1 if high is not None else None,
    )
    chance = chance_ratio_above(1 + hurdle, B, C, vB, vC)
    headline = grade in ("A", "B") and not principles.off
    paid = payback(flows, level)
    return Value(
        benefit=_normal(B, vB, level),
        cost=_normal(C, vC, level),
        net=_normal(B - C, vB + vC, level),
        roi=roi,
        bcr=bcr,
        npv=_normal(flows.present, flows.present_variance, level),
        payback_periods=Quantity(estimate=paid[0], conf_low=paid[1], conf_high=paid[2]) if paid else None,
        break_even_effect=_quantity(break_even(flows, path, level)),
        share=_share(path),
        hurdle=hurdle,
        chance_above_hurdle=chance,
        chance_of_profit=chance_ratio_above(1.0, B, C, vB, vC),
        discount_rate=discount_rate,
        level=level,
        grade=grade,
        headline=headline,
        value_per_unit=price,
        cost_lines=cost.lines,
        principles_off=principles.off,
        text=_sentence(roi, chance, hurdle, level),
        cautions=_cautions(principles, cost, ratio is None, paid is None, grade),
    )


def _normal(mean: float, variance: float, level: float) -> Quantity:
    low, high = normal_interval(mean, variance, level)
    return Quantity(estimate=mean, conf_low=low, conf_high=high)


def _quantity(found: tuple[float, float | None, float | None]) -> Quantity:
    return Quantity(estimate=found[0], conf_low=found[1], conf_high=found[2])


def _share(path: EffectPath) -> Quantity | None:
    if path.share is None:
        return None
    return Quantity(estimate=path.share, conf_low=path.share_low, conf_high=path.share_high)


def _sentence(roi: Quantity, chance: float, hurdle: float, level: float) -> str:
    interval = (
        f" ({level:.0%} interval {roi.conf_low:.0%} to {roi.conf_high:.0%})"
        if roi.conf_low is not None and roi.conf_high is not None
        else ""
    )
    return f"ROI {roi.estimate:.0%}{interval}; the chance that it exceeds {hurdle:.0%} is {_chance(chance)}."


def _chance(chance: float) -> str:
    return "under 1%" if chance < 0.01 else "over 99%" if chance > 0.99 else f"{chance:.0%}"


def _cautions(
    principles: Principles, cost: Cost, unbounded: bool, unpaid: bool, grade: Letter | None
) -> tuple[Caution, ...]:
    notes = [
        (unbounded, "cost-too-uncertain", "The cost cannot be told from zero, so the ROI has no bounded interval."),
        (
            unpaid,
            "not-paid-back",
            "Benefits do not pay the costs within the time counted, so there is no payback time.",
        ),
        (bool(cost.left_out), "costs-left-out", f"Not counted as costs: {', '.join(cost.left_out)}."),
        (grade is None, "not-graded", "A what-if figure: the effect has no grade, so this is no result."),
    ]
    return tuple(Caution(code=code, text=text) for holds, code, text in notes if holds) + principles.cautions


def _check(
    units: float,
    values: Sequence[ValuePerUnit],
    hurdle: float,
    discount_rate: float,
    level: float,
    units_measured: float | None,
) -> None:
    measured = units if units_measured is None else units_measured
    rules = [
        (_positive(units), "units", "The number of units must be positive.", units),
        (_positive(measured) and measured <= units, "units_measured", "Units with data must be 1 to units.", measured),
        (bool(values), "values", "A return needs a value per unit.", None),
        (
            all(
                math.isfinite(v.amount) and v.amount > 0 and math.isfinite(v.std_error) and v.std_error >= 0
                for v in values
            ),
            "values",
            "A value per unit must be positive, and its standard error not negative.",
            None,
        ),
        (math.isfinite(hurdle) and hurdle > -1, "hurdle", "The hurdle must be above -1 (-100 %).", hurdle),
        (
            math.isfinite(discount_rate) and discount_rate >= 0,
            "discount_rate",
            "It must not be negative.",
            discount_rate,
        ),
        (0 < level < 1, "level", "The level must be between 0 and 1.", level),
    ]
    problems = [
        Problem(code="value-input", text=text, column=column, value=None if got is None else str(got))
        for fine, column, text, got in rules
        if not fine
    ]
    if problems:
        raise InputError(problems)


def _positive(number: float) -> bool:
    return math.isfinite(number) and number > 0
