"""Dates are read by calendar rules, never wrapped, shifted or guessed."""

import datetime as dt
import zoneinfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshot.sources.dates import CANDIDATES, local_to_utc, read_moments

FULL = [f for f in CANDIDATES if all(token in f for token in ("%Y", "%m", "%d", "%H", "%M", "%S")) and "%z" not in f]


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 12, 31)), st.sampled_from(FULL))
def test_what_python_writes_is_read_back(moment: dt.datetime, pattern: str) -> None:
    read = read_moments(pa.array([moment.strftime(pattern)]), [pattern])
    whole = read.date[0].astype("datetime64[us]") + np.timedelta64(int(read.time[0]), "us")
    assert whole.item() == (moment if "%f" in pattern else moment.replace(microsecond=0))


@pytest.mark.parametrize(
    "text", ["2021-02-29", "2020-13-01", "2020-00-10", "2020-04-31", "1899-12-31", "2020-1-1x", ""]
)
def test_an_impossible_date_is_not_read(text: str) -> None:
    assert np.isnat(read_moments(pa.array([text]), ["%Y-%m-%d"]).date[0])


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("20-Sep-19", "%d-%b-%y", dt.date(2019, 9, 20)),
        ("3 sept 1975", "%d %b %Y", dt.date(1975, 9, 3)),
        ("2020-W53", "%G-W%V", dt.date(2020, 12, 28)),
        ("2026-Q3", "%Y-Q%q", dt.date(2026, 7, 1)),
        ("Monday, 2 March 2026, 09:05 PM", "%A, %d %B %Y, %I:%M %p", dt.date(2026, 3, 2)),
    ],
)
def test_written_forms_are_read(text: str, pattern: str, expected: dt.date) -> None:
    assert read_moments(pa.array([text]), [pattern]).date[0].item() == expected


def test_a_week_that_the_year_does_not_have_is_not_read() -> None:
    assert np.isnat(read_moments(pa.array(["2021-W53"]), ["%G-W%V"]).date[0])


def test_month_names_of_another_language_are_read_when_listed() -> None:
    months = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    assert read_moments(pa.array(["3 août 2026"]), ["%d %B %Y"], months).date[0].item() == dt.date(2026, 8, 3)


@given(
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2037, 12, 31)),
    st.sampled_from(["Europe/Zurich", "Asia/Kolkata", "America/Los_Angeles"]),
)
def test_local_clock_times_become_utc_as_the_zone_rules_say(moment: dt.datetime, zone: str) -> None:
    day = np.array([moment.date()], "datetime64[D]")
    time = np.array([(moment - dt.datetime.combine(moment.date(), dt.time())) // dt.timedelta(microseconds=1)])
    expected = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC)
    since = (expected - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    assert local_to_utc(day, time, zone)[0] == since
