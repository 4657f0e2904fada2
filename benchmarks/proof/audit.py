"""The placebo audit: how often a programme that did nothing is claimed to have had an effect."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

import numpy as np

from upshot.impact import intervals
from upshot.impact.answer import answer
from upshot.impact.checks import panel as panel_checks
from upshot.impact.design import Assignment, Design
from upshot.impact.estimate import CheckResult, Estimate
from upshot.impact.moments import Moments

from .fakes import BY_LOT, PICKED, Fake, excerpt
from .firms import NEVER, Firm, moments
from .monte_carlo import Share, generator
from .real_panels import RealPanel, counties, county_starts, every_panel, officer_starts, officers
from .workers import each

__all__ = ["Verdict", "audit", "audit_of", "false_dates", "verdict", "without_ornaments"]

FAKES = {fake.name: fake for fake in (*BY_LOT, *PICKED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one answer to a fake programme says."""

    letter: str
    excludes_zero: bool
    codes: tuple[str, ...]

    @property
    def claimed(self) -> bool:
        """Whether a reader is told of an effect at grade A or B."""
        return self.excludes_zero and self.letter in "AB"


@contextmanager
def without_ornaments() -> Iterator[None]:
    """Answers without the sensitivity analysis and with coarse bands: neither may enter interval or grade."""
    left_out = CheckResult(name="sensitivity", status="not_applicable", text="Left out.")
    with (
        patch.object(intervals, "DRAWS", 1000),
        patch.object(panel_checks, "sensitivity", lambda *_, **__: left_out),
    ):
        yield


def verdict(found: Estimate) -> Verdict:
    """Read an answer as its reader would."""
    assert found.grade is not None
    low, high = found.conf_low, found.conf_high
    excludes = low is not None and high is not None and not low <= 0 <= high
    return Verdict(letter=found.grade.letter, excludes_zero=excludes, codes=found.grade.codes)


def audit(replications: int, workers: int = 1) -> dict[str, Any]:
    """Every table of the audit; half as many fakes where a manager picked."""
    with without_ornaments():
        return {
            "by_lot": audit_of(BY_LOT, every_panel(), replications, workers),
            "picked": audit_of(PICKED, every_panel(), max(1, replications // 2), workers),
            "false_dates": false_dates(),
        }


def audit_of(
    fakes: Sequence[Fake], panels: Sequence[RealPanel], replications: int, workers: int = 1
) -> list[dict[str, Any]]:
    """One row for each panel, way to hand the programme out, and what the plan says about it."""
    pairs = [(panel, fake.name) for panel in panels for fake in fakes]
    found = each(partial(_rows, replications=replications), pairs, workers)
    return [row for rows in found for row in rows]


def _rows(pair: tuple[RealPanel, str], replications: int) -> list[dict[str, Any]]:
    panel, fake = pair[0], FAKES[pair[1]]
    if fake.needs_teams and panel.team is None:
        return []
    rng = generator(f"{panel.name}: {fake.name}")
    found: dict[str, list[Verdict]] = {said: [] for said in fake.said}
    for _ in range(replications):
        firm = fake.assign(rng, panel.starts, excerpt(rng, panel))
        scanned = moments(firm)
        for said in fake.said:
            found[said].append(verdict(answer(scanned, _question(said, firm, fake))))
    return [_row(panel.name, fake.name, said, verdicts) for said, verdicts in found.items()]


def _question(said: Assignment, firm: Firm, fake: Fake) -> Design:
    """As a plan locked before launch would put it, with the planned wave sizes where a lot is claimed."""
    lot = said == "random"
    return Design(
        assignment=said,
        assigned_by="team" if fake.by_team else "person",
        registration="as-planned",
        planned_shares=_shares(firm) if lot else None,
        aggregation="group",
    )


def _shares(firm: Firm) -> tuple[tuple[int | None, float], ...]:
    """The lot dealt out units evenly, so the plan names even shares of those it dealt to."""
    unit = firm.start if firm.team is None else np.unique(np.c_[firm.team, firm.start], axis=0)[:, 1]
    starts, counts = np.unique(unit, return_counts=True)
    return tuple(
        (None if start == NEVER else int(start), float(count / counts.sum()))
        for start, count in zip(starts, counts, strict=True)
    )


def _row(panel: str, fake: str, said: str, verdicts: list[Verdict]) -> dict[str, Any]:
    runs = len(verdicts)
    codes = Counter(code for one in verdicts if one.letter in "CD" for code in one.codes)
    return {
        "panel": panel,
        "fake": fake,
        "said": said,
        "claimed": Share(sum(one.claimed for one in verdicts), runs),
        "excludes_zero": Share(sum(one.excludes_zero for one in verdicts), runs),
        "letters": {letter: sum(one.letter == letter for one in verdicts) for letter in "ABCD"},
        "codes": dict(codes.most_common(6)),
    }


def false_dates() -> list[dict[str, Any]]:
    """Real groups with false dates: nobody had been treated yet, so nothing can have happened."""
    rows = [
        _one(f"officers, {kpi}", date, said, _officers_early(kpi, date))
        for kpi in ("complaints", "force", "sustained")
        for date in range(5, 11)
        for said in ("as-if-random", "unknown")
    ]
    rows += [_one("counties, log employment", 2002 + date, "unknown", _counties_early(date)) for date in (3, 4)]
    return rows


def _one(panel: str, date: int, said: Assignment, scanned: Moments) -> dict[str, Any]:
    found = verdict(answer(scanned, Design(assignment=said, registration="as-planned", aggregation="group")))
    return {
        "panel": panel,
        "date": date,
        "said": said,
        "letter": found.letter,
        "claimed": found.claimed,
        "excludes_zero": found.excludes_zero,
    }


def _officers_early(kpi: str, date: int) -> Moments:
    """Those trained in 2012 as if from a month of 2011, the rest as if never; only 2011 is read."""
    real = officer_starts()
    early = real < np.datetime64("2013-01-01")
    start = np.where(early, date, NEVER).astype(np.int64)
    return moments(Firm(outcome=officers(kpi).outcome[:, :12], start=start))


def _counties_early(date: int) -> Moments:
    """States that raised the minimum wage in 2007, as if earlier; read to 2006, with those that never did."""
    panel, real = counties(), county_starts()
    kept = (real == 2007) | (real == 0)
    start = np.where(real[kept] == 2007, date, NEVER).astype(np.int64)
    assert panel.team is not None
    return moments(Firm(outcome=panel.outcome[kept, :4], start=start, team=panel.team[kept]))
