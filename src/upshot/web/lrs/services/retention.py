"""Retention: statements that were kept for as long as their class allows are deleted, here and in the lake."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Activity, RetentionRule, Statement, Verb
from upshot.web.lrs.services.deleting import delete_statements
from upshot.web.lrs.store.names import digest
from upshot.web.lrs.store.transactions import in_turn
from upshot.xapi.decode import as_object

__all__ = ["expire", "set_rule"]


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


def expire(organisation: Organisation, *, now: dt.datetime | None = None) -> int:
    """Delete what every rule of an organisation lets go; how many statements.

    A statement falls under the rule of its verb, else under that of its activity's type, else under the one for
    everything; its age counts from when it was stored.
    """
    moment = now or timezone.now()
    rules = list(RetentionRule.objects.filter(organisation=organisation))
    deleted = 0
    ruled: list[Q] = []
    for kind in (RetentionRule.Kind.VERB, RetentionRule.Kind.ACTIVITY_TYPE, RetentionRule.Kind.EVERYTHING):
        own = [(_covered(rule), rule) for rule in rules if rule.kind == kind]
        for covered, rule in own:
            mine = covered
            for stronger in ruled:
                mine &= ~stronger
            deleted += _expire(organisation, mine, moment - dt.timedelta(days=rule.days))
        ruled += [covered for covered, _ in own]
    return deleted


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


def _expire(organisation: Organisation, covered: Q, before: dt.datetime) -> int:
    old = Statement.objects.filter(covered, organisation=organisation, stored__lt=int(before.timestamp() * 1_000_000))
    return in_turn(organisation.pk, 0, lambda _: delete_statements(organisation, old, why="expired"))
