"""The planner of messages: 100,000 people and a week planned by two workers at once; Harbour's year by week.

    python benchmarks/outbox_planner.py people 100000
    python benchmarks/outbox_planner.py year FOLDER     # a home folder with the demonstration in it

Nothing is sent: deliveries are written down. Both leave their database in a folder that is deleted, and change
nothing in FOLDER.
"""

import datetime as dt
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from upshot.web.boot import ensure_organisation, setup
from upshot.workspace.folder import Workspace

MONDAY = dt.datetime(2026, 3, 2, 6, 0, tzinfo=dt.UTC)
EACH = 5
"""Messages to each person: one a working day."""


def people(count: int) -> None:
    """Plan a week for so many people with two workers, and let both send a round at the same moment."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        Workspace.create(home, organisation="Large firm")
        setup(home)
        _propose(home, count)
        for done, seconds, megabytes in _with_two("plan", home):
            print(f"planned {done:,} people in {seconds:.1f} s, at most {megabytes:.0f} MB", flush=True)
        _check_plan(count)
        for done, seconds, _megabytes in _with_two("send", home):
            print(f"sent {done:,} deliveries in {seconds:.1f} s", flush=True)
        _check_sent()


def _propose(home: Path, count: int) -> None:
    from upshot.web.outbox.models import House
    from upshot.web.outbox.services import Proposal, propose_all

    firm = ensure_organisation(home)
    House.objects.create(organisation=firm, record_only=True, zone="Europe/Berlin", country="DE")
    said = {"heading": "Two questions", "text": "They take a minute."}
    started = time.perf_counter()
    for day in range(EACH):
        start = MONDAY + dt.timedelta(days=day)
        propose_all(
            firm,
            [
                Proposal(
                    person=f"p{at}", kind="note", key=f"d{day}", why="You wished it.", context=said, not_before=start
                )
                for at in range(count)
            ],
        )
    print(f"proposed {count * EACH:,} messages in {time.perf_counter() - started:.0f} s", flush=True)


def _with_two(work: str, home: Path) -> list[tuple[int, float, float]]:
    """Do it in two processes at once: what each did, seconds, and megabytes."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        return pool.starmap(_worker, [(work, home)] * 2)


def _worker(work: str, home: Path) -> tuple[int, float, float]:
    setup(home)
    from upshot.web.outbox.scheduling import plan_round
    from upshot.web.outbox.sending import send_round

    firm, done, started = ensure_organisation(home), 0, time.perf_counter()
    if work == "plan":
        while found := plan_round(firm, MONDAY):
            done += found
    else:
        done = send_round(firm, MONDAY + dt.timedelta(hours=5), people=1000).sent
    return done, time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _check_plan(count: int) -> None:
    """Everything has one moment; nobody has more than three in a week, or two on a day."""
    from upshot.web.outbox.models import Message

    moments: dict[str, set[dt.datetime]] = {}
    for person, at in Message.objects.filter(state="planned").values_list("person", "at").iterator():
        assert at is not None
        moments.setdefault(person, set()).add(at)
    assert Message.objects.filter(state="planned").count() == count * EACH
    weeks = Counter(f"{at:%G-W%V}" for own in moments.values() for at in own)
    most = max(max(Counter(f"{at:%G-W%V}" for at in own).values()) for own in moments.values())
    days = max(max(Counter(at.date() for at in own).values()) for own in moments.values())
    print(f"deliveries planned by week {dict(weeks)}, most to one person in a week {most}, on a day {days}", flush=True)
    assert most <= 3
    assert days == 1


def _check_sent() -> None:
    from upshot.web.outbox.models import Delivery, Message

    sent = Delivery.objects.filter(state="sent")
    assert sent.count() == Delivery.objects.count() == sent.values("person").distinct().count()
    assert Message.objects.filter(state="sent", delivery=None).count() == 0
    print(f"{sent.count():,} deliveries to as many people: nothing twice", flush=True)


def year(folder: Path) -> None:
    """All that Harbour's rules would say in a year, with a manager's week and practice beside it: who got how many."""
    setup(folder, demo=True)
    from upshot.web.accounts.models import Organisation
    from upshot.web.automation.language.reading import parse
    from upshot.web.automation.selectors import facts_of, known_of
    from upshot.web.home.demo.messages import HARBOUR_RULES, doings_between
    from upshot.workspace.harbour.calendar import TODAY

    harbour = Organisation.objects.get(slug="harbour")
    facts = facts_of(harbour, TODAY)
    assert facts is not None
    rules = parse(HARBOUR_RULES, known_of(harbour, facts.plan))
    first = TODAY - dt.timedelta(days=364)
    said: dict[str, list[dt.date]] = {}
    for own in doings_between(facts, rules, first, TODAY).values():
        for doing in own:
            for proposal in doing.proposals:
                said.setdefault(proposal.person, []).append(doing.happening.day)
    by_rules = sum(len(days) for days in said.values())
    _beside(said, first)
    _distribution(said, by_rules)


def _beside(said: dict[str, list[dt.date]], first: dt.date) -> None:
    """What other parts of the product propose: two practice questions a week to everybody, a manager's week."""
    from upshot.web.people.models import Person

    staff = list(Person.objects.filter(left=None).values_list("key", flat=True))
    managers = set(Person.objects.filter(left=None).exclude(manager="").values_list("manager", flat=True))
    for week in range(52):
        monday = first + dt.timedelta(days=7 * week - first.weekday())
        for person in staff:
            said.setdefault(person, []).extend((monday + dt.timedelta(days=1), monday + dt.timedelta(days=3)))
        for person in managers:
            said.setdefault(person, []).extend(monday + dt.timedelta(days=day) for day in (0, 0, 2))


def _distribution(said: dict[str, list[dt.date]], by_rules: int) -> None:
    from upshot.web.outbox.planning.days_off import days_off
    from upshot.web.outbox.planning.hours import Rules, week_of
    from upshot.web.outbox.planning.planner import Wish, plan

    rules = Rules(zone="Europe/London", off=days_off("GB", "ENG", (2025, 2026, 2027)))
    started, weeks, messages, deliveries = time.perf_counter(), Counter[int](), 0, 0
    for days in said.values():
        wishes = [
            Wish(id=at, not_before=dt.datetime.combine(day, dt.time(8), dt.UTC)) for at, day in enumerate(sorted(days))
        ]
        planned = plan(rules, wishes, now=wishes[0].not_before)
        messages += len(wishes)
        deliveries += len(planned.bundles)
        weeks.update(Counter(week_of(rules.today(one.at)) for one in planned.bundles).values())
    seconds = time.perf_counter() - started
    print(f"{len(said):,} people, {messages:,} messages ({by_rules:,} of rules) in {deliveries:,} deliveries")
    print(f"planned in {seconds:.1f} s; person-weeks by deliveries: {json.dumps(dict(sorted(weeks.items())))}")
    assert max(weeks) <= 3


if __name__ == "__main__":
    what, given = sys.argv[1:3]
    if what == "people":
        people(int(given))
    else:
        year(Path(given))
