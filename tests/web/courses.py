"""A firm with a course in two waves and records of learning: what team and learner pages are tested on."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast
from tests.web.roster import take_in, with_roster

from upshot.web.accounts.viewer import workspace_of

PLAN = """version: upshot-plan/1
objectives:
  - {id: offers, statement: Customers get the offer they need, reason: Four in ten leave without one}
kpis:
  - id: conversion
    label: Offers taken up
    type: mean
    unit: offers a week
    direction: up
    grain: {entity: person, time: month}
initiatives:
  - id: selling
    title: Value selling
    serves: [offers]
    hypothesis: {if: Advisers practise, then: More offers are taken up}
    audience: {where: "role = 'adviser'"}
    expected: [{kpi: conversion, effect: 2, smallest_worth_having: 1}]
    actions: [{text: Asks about the household first}]
    design: {assign: random-by-team, seed: 1, period: month}
    waves:
      - {id: one, start: 2025-03-03, where: "team = 'Fjord'"}
      - {id: two, start: 2099-01-05, where: "team != 'Fjord'"}
    path:
      - {id: basics, kind: module, title: Basics, ref: "lms:VS-1", minutes: 30, due: 14d}
      - {id: openings, kind: scenario, title: Openings, ref: "lms:VS-2", needs: [basics]}
      - {id: own, kind: challenge, title: One of my own, needs: [openings]}
    manager: {before: {ask: Agree one customer to try it with, minutes: 10}}
"""


def with_course(cast: Cast, folder: Path, count: int = 30) -> Cast:
    """The cast's firm with a roster, a course, and records of p-3 (one step, long ago) and p-6 (all of it)."""
    with_roster(cast, folder, count)
    (workspace_of(cast.organisation).root / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = [("p-3", "VS-1"), ("p-6", "VS-1"), ("p-6", "VS-2"), ("p-6", "selling/own")]
    rows = [
        {"person": person, "activity": activity, "verb": "completed", "at": "2025-03-10", "score": "0.37"}
        for person, activity in done
    ]
    take_in(cast.organisation, "learning", rows, folder)
    return cast


def with_readings(cast: Cast, folder: Path, people: int, month: str = "2025-05") -> None:
    """Readings of the KPI for the first people of team Fjord."""
    rows = [
        {"kpi": "conversion", "entity": f"p-{3 * number}", "period": month, "value": "4"}
        for number in range(1, people + 1)
    ]
    take_in(cast.organisation, "kpis", rows, folder)


TODAY = dt.date(2026, 11, 24)
