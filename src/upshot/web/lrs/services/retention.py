"""Retention: statements that were kept for as long as their class allows are deleted, here and in the lake."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Activity, RetentionRule, Statement, Verb
from upshot.web.lrs.services.deleting import delete_statements
from upshot.web.lrs.store.names import digest
from upshot.web.lrs.store.transactions import Turn, in_turn
from upshot.xapi.decode import as_object

__all__ = ["Expired", "expire", "expired", "set_rule"]

_AT_ONCE = 2_000
"""Statements deleted in one turn, so that senders do not wait long."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A rule, and the statements it lets go."""

    rule: RetentionRule
    statements: "QuerySet[Statement]"


def set_rule(
    organisation: Organisation, *, days: int, verb: str | None = None, activity_type: str | None = None
) -> RetentionRule:
    """Say how long a class of statements is kept, or change it; without a class, every other statement.

    Raises
    ------
    InputError
        When the days are not at least one.
    """
    if days < 1:
        raise InputError(Problem(code="lrs-days", text="Statements are kept for at least one day.", value=str(days)))
    kind = RetentionRule.Kind.VERB if verb else RetentionRule.Kind.ACTIVITY_TYPE
    if not (verb or activity_type):
        kind = RetentionRule.Kind.EVERYTHING
    rule, _ = RetentionRule.objects.update_or_create(
        organisation=organisation, kind=kind, value=verb or activity_type or "", defaults={"days": days}
    )
    return rule


def expired(organisation: Organisation, *, now: dt.datetime | None = None) -> Iterator[Expired]:
    """What every rule of an organisation lets go.

    A statement falls under the rule of its verb, else under that of its activity's type, else under the one for
    everything; its age counts from when it was stored.
    """
    moment = now or timezone.now()
    rules = list(RetentionRule.objects.filter(organisation=organisation))
    ruled: list[Q] = []
    for kind in (RetentionRule.Kind.VERB, RetentionRule.Kind.ACTIVITY_TYPE, RetentionRule.Kind.EVERYTHING):
        own = [(_covered(rule), rule) for rule in rules if rule.kind == kind]
        for covered, rule in own:
            mine = covered
            for stronger in ruled:
                mine &= ~stronger
            before = int((moment - dt.timedelta(days=rule.days)).timestamp() * 1_000_000)
            yield Expired(rule, Statement.objects.filter(mine, organisation=organisation, stored__lt=before))
        ruled += [covered for covered, _ in own]


def expire(
    organisation: Organisation, *, now: dt.datetime | None = None, progress: Callable[[int], None] | None = None
) -> int:
    """Delete what the rules let go, a bounded number at a time; how many statements.

    Parameters
    ----------
    progress
        Called with how many are deleted so far.
    """
    deleted = 0
    for one in list(expired(organisation, now=now)):
        while gone := _some(organisation, one.statements):
            deleted += gone
            if progress is not None:
                progress(deleted)
    return deleted


def _some(organisation: Organisation, old: "QuerySet[Statement]") -> int:
    def work(turn: Turn) -> int:
        last = old.order_by("stored").values_list("stored", flat=True)[:_AT_ONCE]
        return delete_statements(organisation, old.filter(stored__lte=max(last, default=0)), why="expired")

    return in_turn(organisation.pk, 0, work)


def _covered(rule: RetentionRule) -> Q:
    if rule.kind == RetentionRule.Kind.VERB:
        verbs = Verb.objects.filter(organisation=rule.organisation, key=digest(rule.value))
        return Q(verb_id__in=list(verbs.values_list("pk", flat=True)))
    if rule.kind == RetentionRule.Kind.ACTIVITY_TYPE:
        return Q(activity_id__in=_of_type(rule.organisation, rule.value))
    return Q(stored__gt=0)


def _of_type(organisation: Organisation, type_: str) -> list[int]:
    described = Activity.objects.filter(organisation=organisation, definition__isnull=False)
    return [
        one.pk
        for one in described.iterator()
        if as_object(bytes(one.definition or b"{}"), "The definition").get("type") == type_
    ]
