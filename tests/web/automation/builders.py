"""A firm with a roster, a plan and rules, and shortcuts to run them on a day."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast
from tests.web.paths.builders import with_path
from tests.web.roster import take_in

from upshot.web.automation.facts import Facts
from upshot.web.automation.models import RuleState, RuleVersion
from upshot.web.automation.running import Ran, run_rules
from upshot.web.automation.selectors import facts_of, rules_of
from upshot.web.people.services import mirror

TODAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)

JOINERS = """\
format: upshot-rules/1
rules:
  - id: greet
    title: Greet whoever joins
    when: {event: joiner}
    if: {site: [Bergen]}
    then:
      - message: {heading: Good that you are here, text: "You began on {day}."}
      - task: {to: manager, heading: Say hello, text: Somebody joined your team.}
"""


def a_firm(cast: Cast, folder: Path) -> Cast:
    """The cast's firm with thirty advisers and a path in two waves."""
    return with_path(cast, folder)


def hire(cast: Cast, folder: Path, day: str, *numbers: int, site: str = "Bergen") -> None:
    """People who join on a day: ``new-`` and their number."""
    place = {"team": "Fjord", "manager": "m-1", "role": "adviser", "site": site, "region": "West"}
    rows = [{"person": f"new-{number}", **place, "hired": day, "valid_from": day} for number in numbers]
    take_in(cast.organisation, "people", rows, folder)
    mirror(cast.organisation)


def with_rules(cast: Cast, text: str, since: dt.date = TODAY - dt.timedelta(days=30)) -> None:
    """The firm's rules, in force since a day."""
    RuleVersion.objects.create(organisation=cast.organisation, number=1, text=text)
    run(cast, since)
    RuleState.objects.filter(organisation=cast.organisation).update(since=since)


def facts(cast: Cast, today: dt.date = TODAY) -> Facts:
    found = facts_of(cast.organisation, today)
    assert found is not None
    return found


def run(cast: Cast, today: dt.date = TODAY) -> list[Ran]:
    """One round as of a day."""
    known = facts(cast, today)
    now = dt.datetime.combine(today, dt.time(9), dt.UTC)
    return run_rules(known, rules_of(cast.organisation, known.plan), now)
