"""Experiments in files."""

from dataclasses import replace
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import pytest

from upshot.cli.experiment import parse_shares, run_experiment
from upshot.errors import DesignError, InputError

DATA = Path(__file__).parents[1] / "data" / "experiments"


def test_a_csv_file_gives_the_published_effect() -> None:
    answer = run_experiment(DATA / "nsw_dw.csv", outcome="re78", treatment="treat")
    assert answer.estimate == pytest.approx(1794.3424, abs=1e-3)
    assert answer.outcome == "re78"


def test_parquet_and_csv_agree(tmp_path: Path) -> None:
    pa_parquet.write_table(pa_csv.read_csv(DATA / "jobs2.csv"), tmp_path / "jobs2.parquet")
    asked = {"outcome": "depress2", "treatment": "treat", "take_up": "comply", "covariates": ["depress1", "educ"]}
    one, two = (run_experiment(path, **asked) for path in (DATA / "jobs2.csv", tmp_path / "jobs2.parquet"))
    assert replace(one, provenance=None) == replace(two, provenance=None)
    assert one.estimand == "late"


def test_the_control_arm_is_named_on_the_command_line() -> None:
    file = DATA / "electric_teachers.csv"
    answer = run_experiment(file, outcome="after", treatment="course", control="D", block="site", covariates=["before"])
    assert answer.terms[0].estimate == pytest.approx(21.79, abs=0.005)
    with pytest.raises(DesignError, match="'A', 'B', 'C', 'D'"):
        run_experiment(file, outcome="after", treatment="course")


def test_the_seed_and_level_reach_the_answer() -> None:
    file = DATA / "electric_teachers.csv"
    asked = {"outcome": "gain", "treatment": "course", "control": "D", "level": 0.9}
    one, two = (run_experiment(file, **asked, seed=seed) for seed in (1, 2))
    assert one.level == 0.9
    assert one.terms[0].band_low != two.terms[0].band_low


@pytest.mark.parametrize("name", ["not-there.csv", "broken.parquet"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.parquet").write_text("not parquet")
    with pytest.raises(InputError, match=name):
        run_experiment(tmp_path / name, outcome="y", treatment="d")


def test_planned_shares_are_read_as_written() -> None:
    assert parse_shares("0=1, 1=2") == {"0": 1.0, "1": 2.0}
    with pytest.raises(InputError, match="label=share"):
        parse_shares("half")
    answer = run_experiment(
        DATA / "nsw_dw.csv", outcome="re78", treatment="treat", planned_shares=parse_shares("0=0.58,1=0.42")
    )
    assert answer.checks[0].status == "passed"
