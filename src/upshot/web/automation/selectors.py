"""Read rules: the newest version, what they may name, how each stands, what each has done."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone

from upshot.errors import InputError, UpshotError
from upshot.plan import Plan
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.automation.facts import Facts
from upshot.web.automation.language.reading import Known, parse
from upshot.web.automation.language.words import Rule, Ruleset
from upshot.web.automation.language.writing import EMPTY
from upshot.web.automation.models import Occurrence, RuleState, RuleVersion
from upshot.web.outbox.models import Channel
from upshot.web.plans.selectors import current_document

__all__ = [
    "Day",
    "Line",
    "current",
    "days_of",
    "facts_of",
    "in_force",
    "known_of",
    "lines_of",
    "loads",
    "rules_of",
    "versions_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule as the list shows it.

    Parameters
    ----------
    held
        Before how many people it stopped.
    since
        From when it acts as it is written.
    last, acted, messages
        In the last 30 days: the newest day on which it acted, how often, and how many messages came of it.
    """

    rule: Rule
    held: int | None
    since: dt.date | None
    last: dt.date | None
    acted: int
    messages: int


@dataclass(frozen=True, slots=True)
class Day:
    """What a rule did for one day."""

    day: dt.date
    happenings: int
    messages: int
    enrolments: int
    left_out: int


def current(organisation: Organisation) -> RuleVersion:
    """The newest version; number 0 and no rules where none was kept."""
    found = RuleVersion.objects.filter(organisation=organisation).first()
    return found or RuleVersion(organisation=organisation, number=0, text=EMPTY)


def versions_of(viewer: Viewer) -> QuerySet[RuleVersion]:
    """Every version, newest first, with its author."""
    return RuleVersion.objects.filter(organisation=viewer.organisation).select_related("author")


def facts_of(organisation: Organisation, today: dt.date | None = None) -> Facts | None:
    """The firm as rules see it; ``None`` while there is no plan that loads."""
    try:
        plan = current_document(organisation).plan
    except UpshotError:
        return None
    return Facts(organisation=organisation, plan=plan, today=today or timezone.localdate())


def known_of(organisation: Organisation, plan: Plan) -> Known:
    """What rules may name."""
    return Known(
        initiatives=frozenset(item.id for item in plan.initiatives),
        paths=frozenset(item.id for item in plan.initiatives if item.path),
        kpis=frozenset(kpi.id for kpi in plan.kpis),
        dimensions=frozenset(name for kpi in plan.kpis for name in kpi.dimensions),
        channels=frozenset(Channel.objects.filter(organisation=organisation).values_list("name", flat=True)),
    )


def rules_of(organisation: Organisation, plan: Plan) -> Ruleset:
    """The rules in force.

    Raises
    ------
    RuleError
        If what they name is no longer there.
    """
    return parse(current(organisation).text, known_of(organisation, plan))


def lines_of(viewer: Viewer, rules: Ruleset, today: dt.date) -> list[Line]:
    """Every rule with how it stands, in a fixed number of statements."""
    states = {state.rule: state for state in RuleState.objects.filter(organisation=viewer.organisation)}
    rows = (
        Occurrence.objects.filter(
            organisation=viewer.organisation, day__gte=today - dt.timedelta(days=30), left_out=False
        )
        .order_by()
        .values("rule")
        .annotate(last=Max("day"), acted=Count("pk"), said=Sum("messages"))
    )
    done: dict[str, Mapping[str, Any]] = {row["rule"]: row for row in rows}
    return [_line(rule, states.get(rule.id), done.get(rule.id, {})) for rule in rules.rules]


def _line(rule: Rule, state: RuleState | None, done: Mapping[str, Any]) -> Line:
    return Line(
        rule=rule,
        held=state.held if state else None,
        since=state.since if state else None,
        last=done.get("last"),
        acted=done.get("acted", 0),
        messages=done.get("said", 0),
    )


def days_of(viewer: Viewer, rule: str) -> list[Day]:
    """What a rule did, day by day, newest first: counts, and nobody is named."""
    rows = (
        Occurrence.objects.filter(organisation=viewer.organisation, rule=rule)
        .order_by("-day")
        .values("day", "left_out")
        .annotate(acted=Count("pk"), said=Sum("messages"), enrolled=Sum("enrolments"))
    )
    found: dict[dt.date, Day] = {}
    for row in rows[:120]:
        before = found.get(row["day"], Day(row["day"], 0, 0, 0, 0))
        out = row["acted"] if row["left_out"] else 0
        found[row["day"]] = Day(
            row["day"],
            before.happenings + row["acted"],
            before.messages + row["said"],
            before.enrolments + row["enrolled"],
            before.left_out + out,
        )
    return list(found.values())


def loads(viewer: Viewer, plan: Plan) -> tuple[Ruleset | None, InputError | None]:
    """The rules in force, or why they do not load."""
    try:
        return rules_of(viewer.organisation, plan), None
    except InputError as error:
        return None, error


def in_force(organisation: Organisation) -> tuple[str, ...]:
    """Titles of rules that act by themselves (see ``settings.RULES_IN_FORCE``); none while the plan does not load."""
    try:
        plan = current_document(organisation).plan
        found = rules_of(organisation, plan)
    except UpshotError:
        return ()
    return tuple(rule.title for rule in found.rules if rule.active)
