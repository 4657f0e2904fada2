"""Look at every activity and put on the work list what needs mending; what is on it already stays as it is."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Avg, Count
from django.utils.module_loading import import_string

from upshot.plan.initiatives import Initiative
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.applied import applied_of
from upshot.web.competencies.known import plan_of
from upshot.web.improving import finding
from upshot.web.improving.finding import Finding, Late
from upshot.web.improving.models import WorkItem
from upshot.web.practice.items import counted_items
from upshot.web.practice.models import Attempt, Scenario
from upshot.web.practice.selectors import scenarios_of
from upshot.web.practice.wording import plain
from upshot.web.spacing.models import Review
from upshot.web.spacing.tiers import DELAY
from upshot.workspace.disclosing import Disclosure

__all__ = ["look"]


def look(*, viewer: Viewer, now: dt.datetime | None = None) -> int:
    """Put what is found on the list; how much of it is new."""
    made = 0
    for scenario in scenarios_of(viewer).filter(retired=None).order_by("slug"):
        made += _keep(viewer.organisation, scenario, *_of_scenario(viewer, scenario, now))
    plan = plan_of(viewer.organisation)
    for initiative in plan.initiatives if plan is not None else ():
        found = list(_in_the_way(viewer, initiative))
        made += _keep(viewer.organisation, initiative.id, initiative.title or initiative.id, None, found)
    return made


def _in_the_way(viewer: Viewer, initiative: Initiative) -> Iterator[Finding]:
    """What people who used it at work, and their managers, say is in the way."""
    if any(step.kind == "challenge" for step in initiative.path):
        yield from finding.barriers((str(one.text), one.people) for one in applied_of(viewer, initiative.id).hindered)
    yield from finding.managers_say(import_string(settings.BARRIERS_OF)(viewer, initiative.id))


def _of_scenario(viewer: Viewer, scenario: Scenario, now: dt.datetime | None) -> tuple[str, int | None, list[Finding]]:
    counted = counted_items(viewer, scenario, now=now)
    if counted is None:
        return scenario.slug, None, []
    titles = {node.id: plain(node.title) for node in counted.content.nodes if len(node.choices) > 1}
    gate = Disclosure(minimum=viewer.minimum_group)
    flat = list(finding.flat(counted.items, titles))
    known = {one.place for one in flat}
    found = [
        *flat,
        *(one for one in finding.easy(counted.items, titles, gate.minimum) if one.place not in known),
        *finding.drops(counted.left, counted.began, {node.id: plain(node.title) for node in counted.content.nodes}),
        *finding.forgotten(_late(scenario, gate), titles),
        *finding.versions(_by_version(scenario, gate)),
    ]
    return counted.version.title, counted.version.number, found


def _late(scenario: Scenario, gate: Disclosure) -> dict[str, Late]:
    """The newest answer of each person a week or more after their first attempt, counted by step."""
    newest: dict[tuple[str, str], bool] = {}
    rows = Review.objects.filter(card__scenario=scenario, days__gte=DELAY).order_by("at", "pk")
    for person, step, right in rows.values_list("card__person", "step", "success"):
        newest[step, person] = right
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (step, _person), right in newest.items():
        counts[step][right] += 1
    shown = {
        step: (people, right)
        for step, (wrong, right) in counts.items()
        for people in (wrong + right,)
        if not (gate.small(people) or gate.small(right) or gate.small(wrong))
    }
    return {step: Late(people, right) for step, (people, right) in shown.items()}


def _by_version(scenario: Scenario, gate: Disclosure) -> list[tuple[int, float, int]]:
    done = Attempt.objects.filter(scenario=scenario, number=1).exclude(scaled=None)
    rows = (
        done.values_list("version__number").annotate(mean=Avg("scaled"), people=Count("pk")).order_by("version__number")
    )
    return [(number, mean, people) for number, mean, people in rows if gate.count(people)]


@transaction.atomic
def _keep(
    organisation: Organisation, about: Scenario | str, title: str, version: int | None, found: Sequence[Finding]
) -> int:
    activity = about.activity if isinstance(about, Scenario) else about
    rows = WorkItem.objects.filter(organisation=organisation, activity=activity)
    open_ = {(row.kind, row.place) for row in rows.filter(closed=None)}
    closed = {(row.kind, row.place): row for row in rows.exclude(closed=None).order_by("closed")}
    new = list(_new(organisation, about, title, version, found, open_, closed))
    WorkItem.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _new(
    organisation: Organisation, about: Scenario | str, title: str, version: int | None, found: Sequence[Finding],
    open_: set[tuple[str, str]], closed: dict[tuple[str, str], WorkItem],
) -> Iterator[WorkItem]:  # fmt: skip
    """What is not open; what was closed comes back only with a newer version, or where nothing has versions."""
    for one in found:
        key = (str(one.kind), one.place)
        before = closed.get(key)
        same = before is not None and version is not None and before.version == version
        if key in open_ or same or (before is not None and version is None):
            continue
        yield WorkItem(
            organisation=organisation, activity=about.activity if isinstance(about, Scenario) else about,
            scenario=about.slug if isinstance(about, Scenario) else "", title=title[:300], kind=one.kind,
            place=one.place, what=one.what[:500], facts=dict(one.facts), version=version, before=before,
        )  # fmt: skip
