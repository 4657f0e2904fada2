"""Every fit of the reference set that cohort moments can give, from file to answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshot.impact.aggregate import aggregate
from upshot.impact.answer import answer
from upshot.impact.comparison import comparison
from upshot.impact.design import Design
from upshot.impact.imputation import Partition, averages, imputed, terms_for
from upshot.impact.influence import cell_means, covariance, variances
from upshot.impact.methods import prepare
from upshot.impact.moments import Moments
from upshot.impact.sun_abraham import cohort_effects
from upshot.lake.scan import PanelRoles, ScanOptions, scan_file
from upshot.lake.scan_strata import SEEN
from upshot.panel.direct import estimate_file

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


def panel_of(case_name: str, *, cluster: str | None = None) -> tuple[dict[str, Any], PanelRoles]:
    folder = CASES / case_name
    columns = json.loads((folder / "case.json").read_text())["columns"]
    expected = json.loads((folder / "expected.json").read_text())["runs"]
    names = {name: columns[name] for name in ("unit", "time", "outcome", "first_treated")}
    return expected, PanelRoles(**names, cluster=cluster)


@pytest.mark.parametrize("case_name", ["13_randomised_timing", "13b_randomised_no_never"])
@pytest.mark.parametrize("name", list(ESTIMANDS))
@pytest.mark.parametrize(("prefix", "estimator"), [("cs", "callaway-santanna"), ("sa", "sun-abraham")])
def test_estimates_equal_those_of_staggered(case_name: str, name: str, prefix: str, estimator: str) -> None:
    """Estimates only: staggered's errors take cohort sizes as fixed and divide by n - 1."""
    expected, roles = panel_of(case_name)
    design = Design(estimator=estimator, aggregation=ESTIMANDS[name])  # type: ignore[arg-type]
    found = answer(scan_file(CASES / case_name / "panel.parquet", roles).moments, design)
    rows = expected[f"{prefix}_{name}"]["results"]
    if name != "eventstudy":
        assert close(found.estimate or 0, rows[0]["estimate"], ESTIMATE)
        assert found.std_error == pytest.approx(rows[0]["se"], rel=0.02)
        return
    terms = {term.event_time: term for term in found.terms}
    assert all(close(terms[row["eventTime"]].estimate or 0, row["estimate"], ESTIMATE) for row in rows)


TWFE_SUNAB = "15_twfe_sunab"


@pytest.mark.parametrize(("name", "cluster"), [("unit", None), ("team", "team")])
def test_two_way_fixed_effects_equal_pyfixest(name: str, cluster: str | None) -> None:
    """pyfixest's error is ours times sqrt(G/(G-1) (N-1)/(N-k)), its small-sample factor."""
    expected, roles = panel_of(TWFE_SUNAB, cluster=cluster)
    found = answer(scan_file(CASES / TWFE_SUNAB / "panel.parquet", roles).moments, Design(estimator="twfe"))
    wanted = expected["twfe"]["results"][f"crv1_{name}"]
    groups, rows, k = wanted["n_clusters"], 1600, wanted["implied_k"]
    factor = np.sqrt(groups / (groups - 1) * (rows - 1) / (rows - k))
    assert close(found.estimate or 0, wanted["estimate"], ESTIMATE)
    assert close(found.std_error or 0, wanted["uncorrected_se"], STD_ERROR * wanted["se"])
    assert close(factor * (found.std_error or 0), wanted["se"], STD_ERROR * wanted["se"])


@pytest.mark.parametrize(("name", "cluster"), [("unit", None), ("team", "team")])
def test_sun_abraham_equals_pyfixest(name: str, cluster: str | None) -> None:
    """The factor is as above with k = 29 coefficients; pyfixest takes cohort shares as fixed."""
    expected, roles = panel_of(TWFE_SUNAB, cluster=cluster)
    wanted = expected["sunab"]["results"]
    moments = scan_file(CASES / TWFE_SUNAB / "panel.parquet", roles).moments
    ready, means, effects = cohort_effects(moments, Design())
    errors = np.sqrt(variances(ready.moments, means, effects.linear))
    rows = {(int(g), int(e)): row for row, (g, e) in enumerate(zip(effects.cohort, effects.event_time, strict=True))}
    for cell in wanted[f"cells_{name}"]:
        row = rows[cell["group"], cell["event_time"]]
        assert close(effects.linear.estimate[row], cell["estimate"], ESTIMATE)
        assert close(errors[row], cell["uncorrected_se"], STD_ERROR * cell["se"])
    factor = np.sqrt({"unit": 200 / 199, "team": 40 / 39}[name] * 1599 / (1600 - 29))
    shares = dict(zip((cell.cohort for cell in ready.moments.cells), means.size, strict=True))
    for term in wanted[f"aggregate_{name}"]:
        chosen = effects.event_time == term["key"]
        weight = np.where(chosen, [shares[int(g)] for g in effects.cohort], 0.0)
        average = effects.linear.combined(weight[None, :] / weight.sum())
        error = factor * np.sqrt(variances(ready.moments, means, average)[0])
        assert close(average.estimate[0], term["estimate"], ESTIMATE)
        assert close(error, term["se"], STD_ERROR * term["se"])


@pytest.mark.parametrize("case_name", ["16_imputation_bjs", "16b_imputation_bjs_unbalanced"])
@pytest.mark.parametrize("partition", ["cohort-horizon", "cohort", "horizon"])
def test_imputation_equals_diff_diff_for_every_partition(case_name: str, partition: Partition) -> None:
    expected, roles = panel_of(case_name)
    options = ScanOptions(unbalanced="unbalanced" in case_name)
    roles = replace(roles, strata=(SEEN,)) if options.unbalanced else roles
    wanted = expected["bjs"]["results"][partition.replace("-", "_")]
    moments = scan_file(CASES / case_name / "panel.parquet", roles, options).moments
    ready = comparison(moments, Design())
    means = cell_means(ready.moments)
    found = imputed(ready, means, Design())
    overall = averages(found, terms_for(found, Design()).overall, partition)
    assert close(overall.estimate[0], wanted["overall"]["estimate"], ESTIMATE)
    error = float(np.sqrt(variances(ready.moments, means, overall)[0]))
    assert close(error, wanted["overall"]["se"], STD_ERROR * wanted["overall"]["se"])
    for aggregation, name in (("event", "event_study"), ("group", "group")):
        named = terms_for(found, Design(aggregation=aggregation))  # type: ignore[arg-type]
        terms = averages(found, named.weights, partition)
        errors = dict(zip(named.keys.tolist(), np.sqrt(variances(ready.moments, means, terms)), strict=True))
        values = dict(zip(named.keys.tolist(), terms.estimate, strict=True))
        for row in wanted[name]:
            if row["n"]:
                assert close(values[int(row["key"])], row["estimate"], ESTIMATE)
                assert close(errors[int(row["key"])], row["se"], STD_ERROR * row["se"])


def test_imputation_keeps_leavers_apart_by_itself() -> None:
    case_name = "16b_imputation_bjs_unbalanced"
    expected, roles = panel_of(case_name)
    path, options = CASES / case_name / "panel.parquet", ScanOptions(unbalanced=True)
    found = estimate_file(path, roles, Design(estimator="imputation"), options)
    wanted = expected["bjs"]["results"]["cohort_horizon"]["overall"]
    assert close(found.estimate or 0, wanted["estimate"], ESTIMATE)
    assert close(found.std_error or 0, wanted["se"], STD_ERROR * wanted["se"])


def test_csv_and_parquet_give_the_same_answer() -> None:
    roles = PanelRoles(unit="emp_id", time="period", outcome="kpi", first_treated="wave")
    parquet = answer(scan_file(CASES / "01_never" / "panel.parquet", roles).moments, Design())
    csv = answer(scan_file(CASES / "01_never" / "panel.csv", roles).moments, Design())
    assert csv.to_dict() == parquet.to_dict()
