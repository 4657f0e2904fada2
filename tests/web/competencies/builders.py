"""Frameworks, plans and logs in the cast's firm."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast
from tests.web.plans.builders import a_version as a_plan_version

from upshot.web.competencies import services
from upshot.web.competencies.models import Evidence, Framework
from upshot.web.people.models import Person

DATA = Path(__file__).parents[2] / "data" / "competencies"
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)

PLAN = """version: upshot-plan/1
owners: {boss: {role: Answers for service}}
objectives:
  - {id: calm, statement: Customers leave calmer than they came, owner: boss,
     key_results: [{kpi: complaints, baseline: 5, target: 2, by: 2030-12-31}]}
kpis:
  - {id: complaints, label: Complaints a week, unit: letters, direction: down, owner: boss}
competencies:
  - {id: calm, label: Staying calm}
  - {id: clear, label: Being clear, levels: [Not yet, Sometimes, Always]}
initiatives:
  - id: listen
    title: Listening
    serves: [calm]
    owner: boss
    actions:
      - {id: repeat, text: Repeats the complaint in own words, seen_by: [manager]}
      - {id: date, text: Names a day}
    hypothesis: {if: agents practise listening, then: complaints fall by 3 a week}
    expected: [{kpi: complaints, effect: -3, smallest_worth_having: 1}]
    audience: {where: "role = 'agent'"}
    path:
      - {id: read, kind: module, title: Why calls heat up, ref: "lms:LI-1"}
      - {id: parcels, kind: scenario, title: Late parcels, ref: late-parcel, mastery: 0.7}
      - {id: bills, kind: scenario, title: Wrong bills, ref: "lms:LI-2"}
      - {id: again, kind: practice, title: One question a week, needs: [parcels], max_per_week: 1, for: 26w}
"""


def a_plan(cast: Cast, text: str = PLAN) -> None:
    """The firm's plan, with two competencies, two actions, and a path with two scenarios."""
    a_plan_version(cast, text)


def a_framework(cast: Cast, name: str = "case-harbour.json") -> Framework:
    """A framework brought in from one of the tests' files."""
    return services.bring_in(viewer=cast.viewer("designer"), name=name, data=(DATA / name).read_bytes()).framework


def an_entry(
    cast: Cast, *, share: float | None = 0.8, competency: str = "calm", person: str = "p-1", about: str = "a",
    kind: str = "measured", level: int | None = None, days: int = 0,
) -> Evidence:  # fmt: skip
    """An entry of somebody's log."""
    return Evidence.objects.create(
        organisation=cast.organisation, person=person, competency=competency, kind=kind, share=share, level=level,
        about=about, what=f"Scenario {about}", why="Because", at=NOW + dt.timedelta(days=days),
        source=f"{kind}:{about}:{days}",
    )  # fmt: skip


def on_the_roster(cast: Cast) -> None:
    """The cast's learner and their manager as the roster knows them."""
    Person.objects.create(
        organisation=cast.organisation, key="p-1", name="Ina Lund", team="T1", manager="m-1", role="agent"
    )
    Person.objects.create(organisation=cast.organisation, key="m-1", name="Ole Berg", team="T1", role="team-lead")
