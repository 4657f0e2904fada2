"""A plan that can be locked, in text, and what is done with it in tests."""

import datetime as dt
from typing import Any

from tests.web.cast import Cast

from upshot.web.accounts.viewer import workspace_of
from upshot.web.plans.models import Function, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import lock_initiative, sign
from upshot.web.plans.selectors import promise_hash
from upshot.web.plans.services import opened, store

PLAN = """# The service line's plan
version: upshot-plan/1
owners: {boss: {role: Answers for service}}

objectives:
  - id: calm            # agreed in March
    statement: Customers leave calmer than they came
    owner: boss
    key_results: [{kpi: complaints, baseline: 5, target: 2, by: 2030-12-31}]

kpis:
  - {id: complaints, label: Complaints a week, unit: letters, direction: down, owner: boss, grain: {time: month}}  # yes

initiatives:
  - id: listen
    title: Listening
    serves: [calm]
    owner: boss
    diagnosis: {observed: Agents interrupt, because: [skill]}
    actions: [{id: repeat, text: Repeats the complaint in own words, seen_by: [manager]}]
    hypothesis: {if: agents practise listening, then: complaints fall by 3 a week}
    expected: [{kpi: complaints, effect: -3, smallest_worth_having: 1}]
    audience: {where: "role = 'agent'", expected_size: 100}
    design: {assign: random-by-team, seed: 7}
    waves:
      - {id: w1, start: 2030-02-04, share: 0.5}
      - {id: w2, start: 2030-05-06, share: 0.5}
    costs: [{item: Room, kind: fixed, amount: 900}]
  - id: speak
    title: Speaking
    serves: [calm]
    hypothesis: {if: agents speak slowly, then: complaints fall}
    audience: {}
"""

NOW = dt.datetime(2029, 12, 1, 9, tzinfo=dt.UTC)


def a_version(cast: Cast, text: str = PLAN) -> Version:
    """The firm's plan: its first version, taken from the workspace's file."""
    (workspace_of(cast.organisation).root / "plan.yaml").write_text(text, encoding="utf-8")
    return opened(cast.organisation)


def changed(cast: Cast, old: str, new: str, part: str = "leader", **more: Any) -> Version:
    """One more version, with one passage replaced in the newest."""
    now = opened(cast.organisation)
    assert old in now.text
    return store(
        organisation=cast.organisation,
        author=cast.users[part],
        text=now.text.replace(old, new),
        base=now.number,
        **more,
    )


def signed(cast: Cast, version: Version, initiative: str = "listen") -> None:
    """The three signatures."""
    digest = promise_hash(parsed(version.text).plan, initiative)
    for part, function in (
        ("leader", Function.SPONSOR),
        ("executive", Function.FINANCE),
        ("council", Function.COUNCIL),
    ):
        sign(viewer=cast.viewer(part), initiative_id=initiative, function=function, seen=digest, version=version)


def locked(cast: Cast, version: Version, initiative: str = "listen", **more: Any) -> Any:
    """Signed and locked."""
    signed(cast, version, initiative)
    return lock_initiative(
        organisation=cast.organisation,
        viewer=cast.viewer("leader"),
        version=version,
        initiative_id=initiative,
        baseline={"complaints": 5.25},
        **more,
    )
