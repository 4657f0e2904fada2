import numpy as np
import pytest
from lifelines.datasets import load_rossi
from lifelines.statistics import logrank_test
from statsmodels.duration.survfunc import survdiff

from upshot.impact.spells import logrank


def test_the_statistic_is_that_of_lifelines_on_the_rossi_study():
    rossi = load_rossi()
    week, arrest, fin = (rossi[name].to_numpy() for name in ("week", "arrest", "fin"))
    ours = logrank(week.astype(float), arrest == 1, fin == 1, np.full(len(week), -np.inf))
    theirs = logrank_test(week[fin == 1], week[fin == 0], arrest[fin == 1], arrest[fin == 0])
    assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-10)


@pytest.mark.parametrize("option", ["strata", "entry"])
def test_strata_and_late_entry_agree_with_statsmodels(option):
    rng = np.random.default_rng(6)
    duration = np.ceil(rng.exponential(10, 300)) + 1
    entry = np.floor(duration * rng.random(300) * 0.5) * (option == "entry")
    event, treated, stratum = (rng.random(300) < share for share in (0.8, 0.5, 0.4))
    strata = stratum.astype(np.int64) if option == "strata" else None
    ours = logrank(duration, event, treated, np.where(entry > 0, entry, -np.inf), strata)
    late = entry if option == "entry" else None
    theirs, p_value = survdiff(duration, event.astype(int), treated.astype(int), strata=strata, entry=late)
    assert ours.statistic == pytest.approx(theirs, rel=1e-9)
    assert ours.p_value == pytest.approx(p_value, rel=1e-8)


def test_no_variance_gives_no_test():
    assert logrank(np.array([1.0, 2.0]), np.array([False, False]), np.array([True, False]), np.full(2, -np.inf)) is None
