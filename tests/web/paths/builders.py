"""A firm with a path of every kind of step, a roster, and shortcuts to walk it."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast
from tests.web.roster import take_in, with_roster

from upshot.web.accounts.models import Membership
from upshot.web.accounts.viewer import workspace_of
from upshot.web.paths.models import Enrolment
from upshot.web.paths.services.rounds import go_round
from upshot.web.plans.selectors import current_document

ON = dt.date(2026, 11, 24)

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
    audience: {where: "role = 'adviser'"%MOVED%}
    expected: [{kpi: conversion, effect: 2, smallest_worth_having: 1}]
    actions: [{text: Asks about the household first}]
    design: {assign: random-by-team, seed: 1, period: month}
    waves:
      - {id: one, start: 2025-03-03, where: "team = 'Fjord'"}
      - {id: two, start: 2099-01-05, where: "team != 'Fjord'"}
    path:
%PATH%
    recertify: {every: 1y, window_opens: 60d, path: [basics], grace: 14d}
"""

STEPS = """\
      - id: stand
        kind: assessment
        title: Where I stand
        ref: "lms:VS-0"
        optional: true
        test_out: {min_scaled: 0.9, skips: [basics]}
      - {id: basics, kind: module, title: Basics, ref: "https://intranet.nordvik.example/basics", minutes: 30, due: 14d}
      - {id: openings, kind: scenario, title: Openings, ref: late-parcel, needs: [basics], minutes: 15, due: 21d}
      - {id: live, kind: session, title: An hour together, needs: [basics], optional: true, minutes: 60}
      - id: mine
        kind: commitment
        title: My if-then plan
        needs: [openings]
        template: "If a customer says {cue}, then I will {action}"
        share_with: [manager]
      - {id: fresh, kind: practice, title: Two questions a week, needs: [openings]}
"""


def a_plan(steps: str = STEPS, moved: str = "") -> str:
    """The plan with these steps; ``moved`` is the rule for people who leave the audience."""
    return PLAN.replace("%PATH%\n", steps).replace("%MOVED%", f", moved: {moved}" if moved else "")


def with_path(cast: Cast, folder: Path, *, steps: str = STEPS, moved: str = "", count: int = 30) -> Cast:
    """The cast's firm with a roster and the path; the learner is p-3, of the wave that has begun."""
    with_roster(cast, folder, count)
    write_plan(cast, steps, moved)
    Membership.objects.filter(user=cast.users["learner"]).update(person="p-3")
    return cast


def write_plan(cast: Cast, steps: str = STEPS, moved: str = "") -> None:
    """The plan of the firm, as a file of its workspace."""
    (workspace_of(cast.organisation).root / "plan.yaml").write_text(a_plan(steps, moved), encoding="utf-8")


def a_round(cast: Cast, on: dt.date = ON, *people: str) -> None:
    """Bring everybody's paths in step, or some people's."""
    plan = current_document(cast.organisation).plan
    go_round(cast.organisation, plan, on=on, people=people or None)


def enrolled(cast: Cast, person: str = "p-3") -> Enrolment:
    """A person's enrolment as the database has it now."""
    return Enrolment.objects.select_related("version", "organisation").get(
        organisation=cast.organisation, person=person, initiative="selling"
    )


def records(cast: Cast, folder: Path, *rows: tuple[str, str, str, str], score: str = "") -> None:
    """Learning records from a feed: person, activity, verb, day."""
    take_in(
        cast.organisation,
        "learning",
        [{"person": who, "activity": what, "verb": verb, "at": day, "score": score} for who, what, verb, day in rows],
        folder,
    )
