"""The worker's round of chores."""

import datetime as dt
import logging

import pytest
from pytest_django.fixtures import Settings

from upshot.web.worker import do_chores

DONE: list[dt.datetime] = []
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def counts(now: dt.datetime) -> None:
    DONE.append(now)


def breaks(now: dt.datetime) -> None:
    raise ValueError(str(now))


def test_a_chore_that_fails_is_logged_and_the_next_one_is_still_done(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    DONE.clear()
    settings.CHORES = [f"{__name__}.breaks", f"{__name__}.counts"]
    with caplog.at_level(logging.ERROR):
        do_chores(NOON)
    assert [NOON] == DONE
    assert "breaks failed" in caplog.text
