"""Every Callaway–Sant'Anna and Roth–Sant'Anna fit of the reference set, from file to answer."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshot.impact.aggregate import aggregate
from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.influence import covariance, variances
from upshot.impact.methods import prepare
from upshot.impact.moments import Moments
from upshot.lake.scan import PanelRoles, ScanOptions, scan_file

CASES = Path(__file__).parents[1] / "data" / "did_reference"
ESTIMATE, STD_ERROR = 1e-9, 1e-8  # the card's own tolerances; the worst seen are 1e-14 and 5e-15
CONTROLS = {"never_treated": "never-treated", "not_yet_treated": "not-yet-treated"}
ADJUSTMENTS = {"dr": "doubly-robust", "reg": "regression", "ipw": "inverse-propensity"}
ESTIMANDS = {"simple": "simple", "cohort": "group", "calendar": "calendar", "eventstudy": "event"}


def runs(estimator: str) -> list[Any]:
    return list(_runs(estimator))


def _runs(estimator: str) -> Iterator[Any]:
    for folder in sorted(CASES.iterdir()):
        if not folder.is_dir():
            continue
        case = json.loads((folder / "case.json").read_text())
        for run in case["runs"]:
            if run["estimator"] == estimator and run.get("beta") is None:
                yield pytest.param(folder.name, run["id"], id=f"{folder.name}-{run['id']}")


@cache
def load(case_name: str, run_id: str) -> tuple[dict[str, Any], dict[str, Any], Moments]:
    folder = CASES / case_name
    case = json.loads((folder / "case.json").read_text())
    expected = json.loads((folder / "expected.json").read_text())
    run = next(run for run in case["runs"] if run["id"] == run_id)
    columns = case["columns"]
    alone = run.get("panel") is False
    roles = PanelRoles(
        unit=None if alone else columns["unit"],
        time=columns["time"],
        outcome=columns["outcome"],
        first_treated=columns["first_treated"],
        cluster=run.get("cluster"),
        weights=run.get("weights"),
        strata=tuple(run.get("covariates") or ()),
    )
    options = ScanOptions(unbalanced=bool(run.get("allow_unbalanced")), repeated_cross_section=alone)
    return run, expected["runs"][run_id], scan_file(folder / "panel.parquet", roles, options).moments


def design_of(run: dict[str, Any], **changes: Any) -> Design:
    return Design(
        estimator="callaway-santanna",
        control=CONTROLS[run["control_group"]],
        base=run["base_period"],
        anticipation=run["anticipation"],
        adjust=ADJUSTMENTS[run["est_method"]] if run["covariates"] else None,
        **changes,
    )


def close(found: float, wanted: float | None, tolerance: float) -> bool:
    return wanted is None or abs(found - wanted) <= tolerance


@pytest.mark.parametrize(("case_name", "run_id"), runs("callaway_santanna"))
def test_group_time_effects_equal_the_reference(case_name: str, run_id: str) -> None:
    run, expected, moments = load(case_name, run_id)
    panel = prepare(moments, design_of(run))
    times = moments.periods
    found = {
        (int(g), times[int(t)]): (value, error)
        for g, t, value, error in zip(
            panel.effects.cohort,
            panel.effects.period,
            panel.effects.linear.estimate,
            np.sqrt(variances(panel.ready.moments, panel.means, panel.effects.linear)),
            strict=True,
        )
    }
    checked = 0
    for row in expected["att_gt"]:
        if row["att"] is None:
            continue
        value, error = found[row["group"], row["time"]]
        assert close(value, row["att"], ESTIMATE)
        assert close(error, row["se"], STD_ERROR * (row["se"] or 0))
        checked += 1
    assert checked == len(found)


@pytest.mark.parametrize(("case_name", "run_id"), runs("callaway_santanna"))
def test_aggregations_equal_the_reference(case_name: str, run_id: str) -> None:
    run, expected, moments = load(case_name, run_id)
    for name, wanted in expected["aggregations"].items():
        kind = name.split("_")[0].replace("dynamic", "event")
        changes: dict[str, Any] = {"aggregation": kind}
        if "balance" in name:
            changes["balance"] = int(name.split("_e")[-1])
        if "min_m2_max_2" in name:
            changes["event_window"] = (-2, 2)
        design = design_of(run, **changes)
        panel = prepare(moments, design)
        found = aggregate(panel.effects, panel.ready.moments, panel.means, design)
        assert found.overall is not None
        error = float(np.sqrt(variances(panel.ready.moments, panel.means, found.overall)[0]))
        assert close(found.overall.estimate[0], wanted["overall"]["estimate"], ESTIMATE)
        assert close(error, wanted["overall"]["se"], STD_ERROR * wanted["overall"]["se"])
        if wanted.get("by"):
            spread = covariance(panel.ready.moments, panel.means, found.terms)
            assert [int(key) for key in found.keys] == [row["key"] for row in wanted["by"]]
            for value, variance, row in zip(found.terms.estimate, np.diag(spread), wanted["by"], strict=True):
                assert close(value, row["estimate"], ESTIMATE)
                assert close(float(np.sqrt(variance)), row["se"], STD_ERROR * (row["se"] or 0))
        if wanted.get("vcov"):
            stored = np.array([[np.nan if x is None else x for x in row] for row in wanted["vcov"]], dtype=float)
            assert np.nanmax(np.abs(spread - stored)) <= 1e-9


@pytest.mark.parametrize(("case_name", "run_id"), runs("roth_santanna_efficient"))
def test_efficient_estimates_equal_the_reference(case_name: str, run_id: str) -> None:
    run, expected, moments = load(case_name, run_id)
    design = Design(
        estimator="roth-santanna", assignment="random", aggregation=ESTIMANDS[run["estimand"]], covariance=True
    )
    found = answer(moments, design)
    if run["estimand"] != "eventstudy":
        (row,) = expected["results"]
        assert found.estimate is not None
        assert close(found.estimate, row["estimate"], ESTIMATE)
        assert close(found.std_error or 0, row["se"], STD_ERROR * row["se"])
        assert close(found.std_error_neyman or 0, row["se_neyman"], STD_ERROR * row["se_neyman"])
        return
    terms = {term.event_time: term for term in found.terms}
    for row in expected["results"]:
        term = terms[row["eventTime"]]
        assert close(term.estimate or 0, row["estimate"], ESTIMATE)
        assert close(term.std_error or 0, row["se"], STD_ERROR * row["se"])
        assert close(term.std_error_neyman or 0, row["se_neyman"], STD_ERROR * row["se_neyman"])
    if expected.get("vcv"):
        assert found.covariance is not None
        size = len(expected["vcv"])
        assert np.abs(found.covariance[:size, :size] - np.array(expected["vcv"])).max() <= 1e-9


def test_csv_and_parquet_give_the_same_answer() -> None:
    roles = PanelRoles(unit="emp_id", time="period", outcome="kpi", first_treated="wave")
    parquet = answer(scan_file(CASES / "01_never" / "panel.parquet", roles).moments, Design())
    csv = answer(scan_file(CASES / "01_never" / "panel.csv", roles).moments, Design())
    assert csv.to_dict() == parquet.to_dict()
