"""Retention: statements that were kept for as long as their class allows are deleted, here and in the lake."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Activity, RetentionRule, Statement, Verb
from upshot.web.lrs.services.deleting import delete_statements
from upshot.web.lrs.store.names import digest
from upshot.web.lrs.store.transactions import in_turn
from upshot.xapi.decode import as_object

__all__ = ["expire"]


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
