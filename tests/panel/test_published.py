"""Published answers, from the files a firm would have to the number in print."""

from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from upshot.impact.answer import answer
from upshot.impact.checks.pretrends import pre_trends
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate
from upshot.impact.methods import prepare
from upshot.impact.moments import Moments
from upshot.lake import Lake
from upshot.lake.scan import PanelRoles, scan_file
from upshot.panel.build import build, scan
from upshot.panel.direct import estimate_file
from upshot.plan import parse
from upshot.sources import import_feed

MPDTA = Path(__file__).parents[1] / "data" / "mpdta" / "mpdta.csv"
COUNTIES = PanelRoles(unit="countyreal", time="year", outcome="lemp", first_treated="first.treat")
STUDY = files("upshot.workspace") / "studies" / "chicago"
LOT = Design(assignment="as-if-random", outcome="complaints")


@pytest.fixture(scope="module")
def officers(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The three exports, through the feeds."""
    lake = Lake.create(tmp_path_factory.mktemp("chicago") / "lake")
    for feed, name in (
        ("people", "employees.csv"),
        ("learning", "training_completions.csv"),
        ("kpis", "kpi_monthly.csv.gz"),
    ):
        report = import_feed(lake, feed, Path(str(STUDY / name)), Path(str(STUDY / "profiles" / f"{feed}.yaml")))  # type: ignore[arg-type]
        assert report.rows_rejected == 0
    return lake


@cache
def complaints(lake: Lake, rounding: str = "nearest", kpi_id: str = "complaints") -> Moments:
    plan = parse((STUDY / "plan.yaml").read_bytes()).plan
    initiative = plan.initiative("procedural-justice").resolved()
    start = replace(initiative.design.first_treated, round=rounding)  # type: ignore[arg-type]
    initiative = replace(initiative, design=replace(initiative.design, first_treated=start))
    kpi = plan.kpi(kpi_id).resolved()
    assert plan.period.start is not None
    with lake.connect() as connection:
        built = build(connection, initiative, kpi, on=plan.period.start)
        return scan(connection, built, fingerprint="test").moments


def printed(value: float | None, published: str) -> bool:
    """Whether a number is the published one in every digit that was printed."""
    assert value is not None
    digits = len(published.lstrip("-").replace(".", "").lstrip("0").partition("e")[0])
    return f"{value:.{digits - 1}e}" == f"{float(published):.{digits - 1}e}"


def test_the_efficient_estimates_of_the_officer_study_are_the_published_ones(officers: Lake) -> None:
    moments = complaints(officers)
    simple = answer(moments, LOT)
    assert printed(simple.estimate, "-0.001126981")
    assert printed(simple.std_error, "0.002115194")
    assert printed(simple.std_error_neyman, "0.002119248")
    cohort = answer(moments, replace(LOT, aggregation="group"))
    assert printed(cohort.estimate, "-0.001084689")
    assert printed(cohort.std_error, "0.002261011")
    calendar = answer(moments, replace(LOT, aggregation="calendar"))
    assert printed(calendar.estimate, "-0.00187198")
    assert printed(calendar.std_error, "0.00255863")


def test_the_event_study_of_the_officer_study_is_the_published_one(officers: Lake) -> None:
    found = answer(complaints(officers), replace(LOT, aggregation="event"))
    terms = {term.event_time: term for term in found.terms}
    published = ("3.083575e-04", "2.591678e-03", "-4.872562e-05", "2.043434e-03", "2.977076e-03", "7.979656e-04")
    errors = ("0.00264533", "0.00261456", "0.00262264", "0.00271570", "0.00265392", "0.00272178")
    for event_time, (effect, error) in enumerate(zip(published, errors, strict=True)):
        assert printed(terms[event_time].estimate, effect)
        assert terms[event_time].std_error == pytest.approx(float(error), abs=6e-9)


def test_callaway_santanna_on_the_officer_study_is_the_published_one(officers: Lake) -> None:
    found = answer(complaints(officers), replace(LOT, estimator="callaway-santanna"))
    assert printed(found.estimate, "-0.005176818")
    # R's 0.003928735 takes cohort sizes as fixed and divides by n - 1; the influence function does neither.
    assert found.std_error == pytest.approx(0.003928735, rel=2e-3)
    assert found.std_error == pytest.approx(0.003924738, abs=1e-9)


def test_sun_abraham_on_the_officer_study_is_the_published_one(officers: Lake) -> None:
    found = answer(complaints(officers), replace(LOT, estimator="sun-abraham"))
    assert printed(found.estimate, "0.01153851")
    # R's 0.01730161 divides by n - 1, and the last cohort has 13 officers: a factor of sqrt(13 / 12) = 1.041.
    assert found.std_error == pytest.approx(0.01730161 / np.sqrt(13 / 12), rel=3e-3)


@pytest.mark.parametrize(
    ("kpi", "effect", "error"), [("force", -0.00691457, 0.00355982), ("sustained", -0.00031115, 0.00033203)]
)
def test_the_other_officer_outcomes_equal_the_reference(officers: Lake, kpi: str, effect: float, error: float) -> None:
    found = answer(complaints(officers, kpi_id=kpi), LOT)
    assert found.estimate == pytest.approx(effect, abs=6e-9)
    assert found.std_error == pytest.approx(error, abs=6e-9)


def test_what_a_dashboard_would_say_of_the_officer_study_is_minus_29_per_cent(officers: Lake) -> None:
    found = answer(complaints(officers), LOT)
    assert found.naive is not None
    assert found.naive.before_after == pytest.approx(-0.0133, abs=5e-5)
    assert round(100 * (found.naive.before_after_relative or 0)) == -29
    assert found.claim == "No effect on complaints that can be seen: between −11 % and +7 %."


def test_another_rounding_rule_gives_another_answer(officers: Lake) -> None:
    cs = replace(LOT, estimator="callaway-santanna")
    nearest, floor = answer(complaints(officers), cs), answer(complaints(officers, "floor"), cs)
    assert printed(nearest.estimate, "-0.005176818")
    assert floor.estimate == pytest.approx(-0.0104, abs=5e-5)


def counties(**changes: object) -> Estimate:
    return estimate_file(MPDTA, COUNTIES, Design(control="never-treated", **changes))  # type: ignore[arg-type]


def test_county_group_time_effects_are_the_published_ones() -> None:
    found = {(term.group, term.period): term.estimate for term in counties().terms}
    published = {
        2004: {2004: -0.0105, 2005: -0.0704, 2006: -0.1373, 2007: -0.1008},
        2006: {2004: 0.0065, 2005: -0.0028, 2006: -0.0046, 2007: -0.0412},
        2007: {2004: 0.0305, 2005: -0.0027, 2006: -0.0311, 2007: -0.0261},
    }
    wanted = {(group, period): effect for group, row in published.items() for period, effect in row.items()}
    assert set(found) == set(wanted)
    assert all(round(found[key] or 0, 4) == effect for key, effect in wanted.items())


def test_county_aggregations_are_the_published_ones() -> None:
    group = counties(aggregation="group")
    assert printed(group.estimate, "-0.0310183")
    assert printed(group.std_error, "0.0124461")
    assert [round(term.estimate or 0, 7) for term in group.terms] == [-0.0797491, -0.0229095, -0.0260544]
    event = counties(aggregation="event")
    assert printed(event.estimate, "-0.0772398")
    assert printed(event.std_error, "0.0199650")
    effects = [round(term.estimate or 0, 4) for term in event.terms]
    assert effects == [0.0305, -0.0006, -0.0245, -0.0199, -0.0510, -0.1373, -0.1008]
    simple, calendar = counties(aggregation="simple"), counties(aggregation="calendar")
    assert printed(simple.estimate, "-0.0399513")
    assert printed(simple.std_error, "0.0120340")
    assert printed(calendar.estimate, "-0.0417004")
    assert printed(calendar.std_error, "0.0159719")


def test_the_balanced_county_event_study_is_the_published_one() -> None:
    found = counties(aggregation="event", balance=1)
    assert round(found.estimate or 0, 4) == -0.0288
    assert found.std_error == pytest.approx(0.0135, rel=0.02)  # R's is a bootstrap and wobbles in the third digit
    assert [round(term.estimate or 0, 4) for term in found.terms] == [0.0065, -0.0028, -0.0066, -0.0510]


def test_the_county_pre_trend_test_is_the_published_one() -> None:
    moments = scan_file(MPDTA, COUNTIES).moments
    design = Design(control="never-treated")
    panel = prepare(moments, design)
    found = pre_trends(panel.effects, panel.ready.moments, panel.means, design, spread=None)
    assert printed(found.p_value, "0.16812")


def test_the_grant_study_reproduces_the_fixed_effects_row() -> None:
    """Log scrap on grant and lagged grant with firm and year effects: the textbook's table row."""
    rows = np.genfromtxt(
        str(STUDY.parent / "michigan" / "scrap.csv"), delimiter=",", names=True, dtype=None, encoding="utf-8"
    )  # type: ignore[attr-defined]
    grants = np.genfromtxt(
        str(STUDY.parent / "michigan" / "grants.csv"), delimiter=",", names=True, dtype=None, encoding="utf-8"
    )  # type: ignore[attr-defined]
    firms = sorted(set(rows["firm"]))
    year_of = {row["firm"]: int(str(row["awarded"])[:4]) for row in grants}
    y = np.log(rows["scrap_per_100"])
    now = np.array([year_of.get(firm) == year for firm, year in zip(rows["firm"], rows["year"], strict=True)], float)
    lag = np.array(
        [year_of.get(firm) == year - 1 for firm, year in zip(rows["firm"], rows["year"], strict=True)], float
    )
    x = np.c_[now, lag, rows["year"] == 1988, rows["year"] == 1989, rows["firm"][:, None] == np.array(firms)]
    coefficient, *_ = np.linalg.lstsq(x, y, rcond=None)
    rest = y - x @ coefficient
    error = np.sqrt(rest @ rest / (len(y) - len(firms) - 4) * np.diag(np.linalg.inv(x.T @ x)))
    assert len(firms) == 54
    assert coefficient[:4] == pytest.approx([-0.252315, -0.421590, -0.080216, -0.247203], abs=6e-7)
    assert error[:4] == pytest.approx([0.150629, 0.210200, 0.109475, 0.133218], abs=6e-7)
