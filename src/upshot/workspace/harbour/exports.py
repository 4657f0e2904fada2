"""The files Harbour's systems export, each in its own dialect, with the slips such files have."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from upshot.sources.profile import Feed
from upshot.workspace.harbour.calendar import month_labels
from upshot.workspace.harbour.facts import Facts
from upshot.workspace.harbour.learning import Record
from upshot.workspace.harbour.measures import Reading
from upshot.workspace.harbour.organisation import SITES
from upshot.workspace.harbour.people import day_text
from upshot.workspace.harbour.staff import HEADER, staff_rows

__all__ = ["EXPORTS", "Export", "display_names", "write_exports"]

Row = Sequence[object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One file: which feed it is, its name, its profile, and the day its readings were stated."""

    feed: Feed
    file: str
    profile: str
    stated: str = "2026-11-10"


EXPORTS: tuple[Export, ...] = (
    Export(feed="people", file="staff.csv", profile="staff"),
    Export(feed="learning", file="transcript.csv", profile="transcript"),
    Export(feed="kpis", file="crm_conversations.csv", profile="crm_conversations"),
    Export(feed="kpis", file="crm_conversations_corrected.csv", profile="crm_conversations", stated="2026-11-18"),
    Export(feed="kpis", file="telephony.csv.gz", profile="telephony"),
    Export(feed="kpis", file="operations_quality.csv", profile="operations_quality"),
    Export(feed="kpis", file="pulse_survey.csv", profile="pulse_survey"),
    Export(feed="kpis", file="onboarding_cases.csv", profile="onboarding_cases"),
    Export(feed="kpis", file="file_checks.csv", profile="file_checks"),
    Export(feed="kpis", file="deal_desk.csv", profile="deal_desk"),
    Export(feed="kpis", file="counter_queue.csv", profile="counter_queue"),
)
"""In the order in which they are imported: people first, so that the others can be matched to them."""

_CORRECTED = 24
"""Conversations counted again for September 2026."""


def write_exports(facts: Facts, folder: Path) -> None:
    """Write every file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "staff.csv", HEADER, _with_slips(staff_rows(facts), _STAFF_SLIPS), delimiter=";")
    header = ("LMS login", "Course code", "Course", "Status", "Status date", "Score", "Minutes")
    _write(folder / "transcript.csv", header, _with_slips(_transcript(facts), _TRANSCRIPT_SLIPS))
    _conversations(facts, folder)
    _telephony(facts, folder)
    _simple(facts, folder)
    _onboarding(facts, folder)


def display_names(root: Path) -> dict[str, str]:
    """Invented name of everybody, by number, as the staff export of a made workspace holds them.

    The lake has no names; whoever shows people by name, as a page for a team does, takes them from here.
    """
    with (root / "exports" / "staff.csv").open(encoding="utf-8", newline="") as rows:
        return {row[HEADER[0]]: row[HEADER[1]] for row in csv.DictReader(rows, delimiter=";") if row[HEADER[0]]}


_STAFF_SLIPS: tuple[Row, ...] = (
    ("", "Entry without a number", "", "BR-03", "", "personal-adviser", "Saltmarsh", "Coast", "03.02.2025", "",
     "03.02.2025", "", ""),
    ("H19901", "Dates the wrong way round", "hb99001", "EL-07", "", "service-agent", "Eastquay", "Coast",
     "01.09.2025", "14.03.2025", "01.09.2025", "", ""),
    ("H19902", "A day that does not exist", "hb99002", "OP-02", "", "case-handler", "Lowmoor", "North", "31.02.2025",
     "", "03.03.2025", "", ""),
)  # fmt: skip
_TRANSCRIPT_SLIPS: tuple[Row, ...] = (
    ("ext0417", "KYC-2025", "Five questions", "Passed", "2025-02-19 10:04", "88", "45"),
    ("ext0418", "KYC-2025", "Five questions", "Passed", "2025-02-19 10:31", "91", "45"),
    ("ext0533", "FW-101", "Text blocks", "Completed", "2025-09-11 15:20", "", "30"),
    ("hb10001", "LW-101", "How I lead", "Complted", "2025-09-12 09:00", "", "30"),
    ("hb10002", "LW-101", "How I lead", "Completed", "", "", "30"),
    ("hb10003", "KYC-2025", "Five questions", "Passed", "2025-02-20 11:15", "870", "45"),
)


def _with_slips(rows: Iterable[Row], slips: Sequence[Row]) -> Iterator[Row]:
    """The rows with slips spread through them, as they are found in real files."""
    listed = list(rows)
    step = max(len(listed) // (len(slips) + 1), 1)
    for place, row in enumerate(listed):
        yield row
        number, rest = divmod(place + 1, step)
        if rest == 0 and number <= len(slips):
            yield slips[number - 1]


def _write(path: Path, header: Sequence[str], rows: Iterable[Row], *, delimiter: str = ",") -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, compresslevel=1, mtime=0) if path.suffix == ".gz" else content)


def _transcript(facts: Facts) -> Iterator[Row]:
    for record in sorted(facts.records, key=lambda r: (r.day, r.minute, r.login)):
        yield _line(record)


def _line(record: Record) -> Row:
    at = f"{record.day} {record.minute // 60:02d}:{record.minute % 60:02d}"
    score = "" if record.score is None else f"{record.score:.0f}"
    minutes = record.course.minutes if record.status in ("Passed", "Completed", "Failed") else ""
    return (record.login, record.course.code, record.course.title, record.status, at, score, minutes)


def _cells(reading: Reading, names: Sequence[str]) -> Iterator[tuple[str, str, float, float]]:
    """Name, month, value and what is below the line (1 where nothing is), for every reading there is."""
    months = month_labels()
    below = np.ones_like(reading.value) if reading.below is None else reading.below
    for row, month in zip(*np.nonzero(reading.seen), strict=True):
        yield names[reading.units[row]], months[month], float(reading.value[row, month]), float(below[row, month])


def _conversations(facts: Facts, folder: Path) -> None:
    header = ("Adviser", "Month", "Conversations", "Accepted offers")
    rows = [
        (who, month, int(held), int(won))
        for who, month, won, held in _cells(facts.readings["conversion"][0], facts.firm.people.id)
    ]
    last = [row for row in rows if row[1] == "2026-09"][:_CORRECTED]
    slips: tuple[Row, ...] = (
        ("H19950", "2025-05", "n/a", 7),
        (rows[0][0], rows[0][1], rows[0][2] + 1, rows[0][3]),
        ("H19951", "2025-06", 0, 3),
        ("H19952", "2025-13", 31, 6),
    )
    _write(folder / "crm_conversations.csv", header, _with_slips(rows, slips))
    again = [(who, month, held + 2, won + (place % 2)) for place, (who, month, held, won) in enumerate(last)]
    _write(folder / "crm_conversations_corrected.csv", header, again)


def _telephony(facts: Facts, folder: Path) -> None:
    """One line an agent and month, both measures in it."""
    names, header = facts.firm.people.id, ("Agent", "Month", "Handling time (s)", "Answers", "Answers 9 or 10")
    rows: list[Row] = []
    for time, asked in zip(facts.readings["handling-time"], facts.readings["satisfaction"], strict=True):
        answers = {(who, month): (top, n) for who, month, top, n in _cells(asked, names)}
        for who, month, seconds, _ in _cells(time, names):
            top, n = answers.get((who, month), (0.0, 0.0))
            rows.append((who, month, f"{seconds:.1f}", int(n), int(top)))
    slips: tuple[Row, ...] = (("H19960", "2025-03", "41000", 100, 61), ("H19961", "2025-04", "-12", 98, 60))
    _write(folder / "telephony.csv.gz", header, _with_slips(rows, slips))


def _simple(facts: Facts, folder: Path) -> None:
    """The files with one measure a line."""
    firm, readings = facts.firm, facts.readings
    teams, people = [team.id for team in firm.teams], firm.people.id
    quality = [
        (who, month, int(n), int(found)) for who, month, found, n in _cells(readings["errors-per-1000"][0], teams)
    ]
    _write(folder / "operations_quality.csv", ("Team", "Month", "Cases", "Errors found"), quality)
    pulse = [(who, month, f"{value:.1f}") for who, month, value, _ in _cells(readings["engagement"][0], teams)]
    _write(folder / "pulse_survey.csv", ("Team", "Month", "Engagement"), pulse)
    checked = [(who, month, int(value)) for who, month, value, _ in _cells(readings["file-complete"][0], people)]
    _write(folder / "file_checks.csv", ("Employee", "Month", "File complete"), checked)
    deals = [
        (who, month, f"{100 * value:.2f} %") for who, month, value, _ in _cells(readings["discount-depth"][0], people)
    ]
    _write(folder / "deal_desk.csv", ("Manager", "Month", "Average discount"), deals)
    queue = [(who, month, f"{value:.1f}") for who, month, value, _ in _cells(readings["counter-wait"][0], list(SITES))]
    _write(folder / "counter_queue.csv", ("Site", "Month", "Minutes"), queue)


def _onboarding(facts: Facts, folder: Path) -> None:
    """One line a new colleague: the day of the first case alone (1), or the day last seen without one (0)."""
    found = facts.onboarding
    days = facts.firm.people.hired[found.units] + found.days.astype("timedelta64[D]")
    rows = [
        (facts.firm.people.id[person], day_text(day), int(reached))
        for person, day, reached in zip(found.units, days, found.reached, strict=True)
    ]
    _write(folder / "onboarding_cases.csv", ("Employee", "Day", "First case alone"), rows)
