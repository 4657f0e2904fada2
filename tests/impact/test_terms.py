"""Bare numbers to labelled terms."""

import numpy as np
import pytest

from upshot.impact.design import Design
from upshot.impact.methods import Numbers
from upshot.impact.terms import terms_of


def numbers(kind: str, keys: list[object], **changes: object) -> Numbers:
    size = len(keys)
    given = {
        "estimate": 1.0,
        "std_error": 0.5,
        "terms": np.arange(1.0, size + 1),
        "variances": np.full(size, 0.25),
        "reference": np.zeros(size, dtype=bool),
        "covariance": 0.25 * np.eye(size),
    }
    return Numbers(kind=kind, keys=np.array(keys), **given | changes)  # type: ignore[arg-type]


def labelled(found: Numbers):
    return terms_of(found, (1, 2, 3), Design(), lambda period: f"2026-0{period}")


def test_terms_carry_the_panels_own_labels() -> None:
    assert [term.term for term in labelled(numbers("event_time", [-1, 0]))] == ["event_time=-1", "event_time=0"]
    assert [term.group for term in labelled(numbers("group", [2, 3]))] == ["2026-02", "2026-03"]
    assert [term.period for term in labelled(numbers("period", [2, 3]))] == ["2026-02", "2026-03"]
    (pair,) = labelled(numbers("pair", [[2, 2]]))
    assert (pair.term, pair.event_time) == ("att(2026-02,2026-03)", 1)


def test_bands_are_wider_than_intervals_and_centred_alike() -> None:
    for term in labelled(numbers("event_time", [0, 1, 2])):
        assert term.band_low < term.conf_low < term.estimate < term.conf_high < term.band_high  # type: ignore[operator]


def test_a_reference_is_zero_without_error() -> None:
    found = labelled(numbers("event_time", [-1, 0], reference=np.array([True, False])))
    assert (found[0].estimate, found[0].std_error, found[0].band_low) == (0.0, None, None)


def test_a_term_without_spread_has_no_interval() -> None:
    (term,) = labelled(numbers("event_time", [0], variances=np.zeros(1), covariance=np.zeros((1, 1))))
    assert (term.estimate, term.std_error, term.conf_low) == (1.0, None, None)


def test_without_covariance_there_are_no_bands() -> None:
    (term,) = labelled(numbers("event_time", [0], covariance=None))
    assert term.conf_low == pytest.approx(1 - 0.979982, abs=1e-6)
    assert term.band_low is None


def test_no_terms_give_none() -> None:
    assert labelled(numbers("event_time", [])) == ()
