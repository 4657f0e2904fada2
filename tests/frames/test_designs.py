"""Experiments, series, spells and few teams: any container gives what the arrays give."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

import upshot as up
from upshot.impact import experiment as experiments
from upshot.impact import series, spells
from upshot.impact.design import Design


def containers(table: pa.Table, folder) -> list[object]:
    connection = duckdb.connect()
    connection.register("given", table)
    pa_csv.write_csv(table, folder / "given.csv")
    frames = [table.to_pandas(), pl.from_arrow(table), pl.from_arrow(table).lazy(), connection.sql("FROM given")]
    return [table, *frames, folder / "given.csv"]


def bare(answer: up.Answer) -> dict[str, object]:
    found = answer.to_dict()
    assert len(found["provenance"].pop("data_fingerprint")) == 64
    return found


def same(found: list[up.Answer]) -> up.Answer:
    """The one answer that all are."""
    first = bare(found[0])
    assert all(bare(other) == first for other in found[1:])
    assert found[0].grade is not None
    return found[0]


def test_an_experiment_answers_as_its_arrays_do(tmp_path):
    table = up.simulate_experiment(n=120, seed=4)
    columns = {"outcome": "sales", "treatment": "offered", "covariates": ["before"], "assignment": "random"}
    answer = same([up.experiment(data, **columns) for data in containers(table, tmp_path)])
    arrays = {name: table[name].to_numpy() for name in ("sales", "offered", "before")}
    direct = experiments.experiment(
        arrays["sales"], arrays["offered"], covariates={"before": arrays["before"]}, design=Design(outcome="sales")
    )
    assert (answer.estimate, answer.std_error) == (direct.estimate, direct.std_error)


def test_take_up_turns_the_question_to_those_who_take_part():
    table = up.simulate_experiment(n=400, effect=2.0)
    answer = up.experiment(table, outcome="sales", treatment="offered", take_up="took_part")
    assert answer.estimand == "late"
    assert answer.conf_low < 2.0 < answer.conf_high
    assert answer.naive.treated_vs_rest > 2.5


def test_a_series_answers_as_its_arrays_do(tmp_path):
    rng = np.random.default_rng(0)
    months = [f"{2023 + m // 12}-{m % 12 + 1:02d}" for m in range(36)]
    calls = 50 + 0.5 * np.arange(36) + rng.normal(0, 2, 36) - 8 * (np.arange(36) >= 24)
    table = pa.table({"month": months, "calls": calls})
    columns = {"time": "month", "outcome": "calls", "start": "2025-01"}
    answer = same([up.interrupted_time_series(data, **columns) for data in containers(table, tmp_path)])
    direct = series.interrupted_time_series(calls, months, "2025-01")
    assert answer.estimate == pytest.approx(direct.estimate, rel=1e-12)
    assert answer.grade.letter in "CD"


def test_a_series_of_pandas_dates_takes_a_date_as_its_start():
    days = pd.date_range("2023-01-01", periods=36, freq="MS")
    frame = pd.DataFrame({"month": days, "calls": 50 + np.arange(36) % 5 - 8.0 * (np.arange(36) >= 24)})
    answer = up.interrupted_time_series(frame, time="month", outcome="calls", start=days[24].date())
    assert answer.estimate == pytest.approx(-8, abs=1)
    assert answer.n_periods == 36


def test_spells_answer_as_their_arrays_do(tmp_path):
    rng = np.random.default_rng(1)
    coached = np.arange(80) % 2
    days = np.ceil(rng.exponential(30 - 10 * coached)) + 1
    table = pa.table({"days": days, "done": (days < 60).astype(int), "coached": coached})
    columns = {"duration": "days", "event": "done", "treatment": "coached", "horizon": 50}
    answer = same([up.spells(data, **columns) for data in containers(table, tmp_path)])
    assert answer.estimate == spells.spells(days, days < 60, coached, horizon=50).estimate


def test_new_hires_are_compared_by_intake_and_site():
    rng = np.random.default_rng(2)
    rows = [(site, month) for site in range(12) for month in range(6) for _ in range(8)]
    site, month = np.array(rows).T
    start = np.where(site < 6, 3.0, np.nan)
    days = np.ceil(rng.exponential(np.where(month >= start, 20, 30))) + 1
    table = pa.table({"days": days, "done": np.ones(len(rows), int), "month": month, "site": site, "from": start})
    answer = up.spells(
        table, duration="days", event="done", intake="month", first_treated="from", cluster="site", horizon=60
    )
    assert answer.estimand == "rmst-difference-in-differences"
    assert answer.estimate < 0


def test_spells_need_one_comparison():
    with pytest.raises(up.DesignError, match="either treatment"):
        up.spells(pa.table({"days": [1], "done": [1]}), duration="days", event="done")


def test_few_teams_are_averaged_from_people_in_every_container(tmp_path):
    table = up.simulate_rollout(n=120, periods=10, waves=("2025-08",), never_share=0.9, effect=3.0)
    columns = {"unit": "person", "cluster": "team", "time": "month", "outcome": "sales", "first_treated": "started"}
    answer = same([up.synthetic_did(data, **columns, placebo_draws=50) for data in containers(table, tmp_path)])
    assert answer.n_units == 12
    assert answer.estimate == pytest.approx(3, abs=1)
    assert any(caution.code == "averaged-to-teams" for caution in answer.cautions)


def test_a_synthetic_control_without_donors_is_a_finding():
    table = up.simulate_rollout(n=40, waves=("2025-08",), never_share=0.25)
    columns = {"unit": "person", "cluster": "team", "time": "month", "outcome": "sales", "first_treated": "started"}
    answer = up.synthetic_control(table, **columns)
    assert answer.estimate is None
    assert answer.cautions[0].code == "too-few-donors"
