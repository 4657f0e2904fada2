import csv

import numpy as np
import pytest

from upshot.cli.spells import run_spells
from upshot.errors import DesignError, InputError
from upshot.impact.spells import new_hires, spells


def a_file(folder, n=240, seed=3):
    """Hires of four intakes at twelve sites, half of which start with intake 2."""
    rng = np.random.default_rng(seed)
    site, intake = np.arange(n) % 12, np.arange(n) // 12 % 4
    treated = (site < 6) & (intake >= 2)
    lasts, seen = rng.exponential(np.where(treated, 15.0, 25.0)), rng.uniform(30, 60, n)
    days, ended = np.ceil(np.minimum(lasts, seen)), lasts <= seen
    rows = zip(days, ended, treated.astype(int), site, intake, np.where(site < 6, "2", ""), strict=True)
    file = folder / "hires.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([("days", "done", "coached", "site", "intake", "first"), *rows])
    return file, days, ended, treated, site, intake


def test_two_arms_of_a_file_are_answered_as_their_arrays_are(tmp_path):
    file, days, ended, treated, site, intake = a_file(tmp_path)
    ours = run_spells(
        file, duration="days", event="done", treatment="coached", horizon=25, cluster="site", strata=["intake"]
    )
    theirs = spells(days, ended, treated, horizon=25, cluster=site, strata=intake)
    assert (ours.estimate, ours.std_error) == pytest.approx((theirs.estimate, theirs.std_error), rel=1e-12)
    assert ours.outcome == "days"


def test_new_hires_of_a_file_are_answered_as_their_arrays_are(tmp_path):
    file, days, ended, _, site, intake = a_file(tmp_path)
    ours = run_spells(file, duration="days", event="done", intake="intake", first_treated="first", horizon=25)
    theirs = new_hires(days, ended, intake, [2 if s < 6 else None for s in site], horizon=25)
    assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-12)


def test_options_that_contradict_each_other_are_refused(tmp_path):
    file = a_file(tmp_path)[0]
    with pytest.raises(DesignError, match="either"):
        run_spells(file, duration="days", event="done")
    with pytest.raises(DesignError, match="strata"):
        run_spells(file, duration="days", event="done", intake="intake", first_treated="first", strata=["site"])


def test_every_missing_column_is_named_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        run_spells(a_file(tmp_path)[0], duration="day", event="ended", treatment="coached")
    assert [problem.value for problem in caught.value.problems] == ["day", "ended"]
    assert "days" in str(caught.value)


def test_an_empty_cell_is_refused_with_its_column(tmp_path):
    file = tmp_path / "gap.csv"
    file.write_text("days,done,coached\n3,1,0\n,1,1\n")
    with pytest.raises(InputError, match="missing"):
        run_spells(file, duration="days", event="done", treatment="coached")


def test_intakes_that_are_no_numbers_are_refused(tmp_path):
    file = tmp_path / "words.csv"
    file.write_text("days,done,intake,first\n3,1,1,soon\n4,1,2,\n")
    with pytest.raises(InputError, match="Intakes must be numbers"):
        run_spells(file, duration="days", event="done", intake="intake", first_treated="first")
