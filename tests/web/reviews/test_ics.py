"""Calendar files as RFC 5545 asks: escaped, folded between letters, days without a time."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from upshot.web.reviews.ics import AllDay, icalendar

NOW = dt.datetime(2026, 6, 15, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def written(title: str = "Decide", text: str = "Keep") -> str:
    event = AllDay(uid="review.a.2026-12-31@x", day=dt.date(2026, 12, 31), title=title, text=text, url="https://x/y")
    return icalendar("Reviews", [event], now=NOW)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_day_ends_with_the_next_and_the_stamp_is_utc() -> None:
    lines = unfolded(written())
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20260615T100000Z" in lines
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_signs_with_a_meaning_are_escaped() -> None:
    assert "SUMMARY:a\\, b\\; c\\\\d\\ne" in unfolded(written("a, b; c\\d\r\ne"))


def test_the_same_review_has_the_same_identifier_in_every_export() -> None:
    uids = {line for text in (written(), written("Other")) for line in unfolded(text) if line.startswith("UID")}
    assert uids == {"UID:review.a.2026-12-31@x"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut(title: str) -> None:
    text = written(title)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    escaped = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped}" in unfolded(text)
