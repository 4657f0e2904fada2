"""Rules run by themselves: every firm's, at most four times an hour, by one worker."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.web.accounts.models import Organisation
from upshot.web.automation.following import follow_waves
from upshot.web.automation.models import Occurrence, Round, RuleVersion
from upshot.web.automation.running import Ran, run_rules
from upshot.web.automation.selectors import facts_of, rules_of

__all__ = ["EVERY", "due", "go_round"]

EVERY = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=400)

logger = logging.getLogger(__name__)


def due(now: dt.datetime) -> None:
    """One round for every firm that has rules and whose last round is a while ago."""
    for organisation in Organisation.objects.filter(pk__in=RuleVersion.objects.values("organisation")):
        if not _turn(organisation, now):
            continue
        try:
            go_round(organisation, now)
        except UpshotError as error:
            logger.warning("Rules of organisation %s did not run: %s.", organisation.pk, type(error).__name__)


def _turn(organisation: Organisation, now: dt.datetime) -> bool:
    """Whether the round is this worker's: of two that ask at once, one."""
    with transaction.atomic():
        last, new = Round.objects.get_or_create(organisation=organisation, defaults={"at": now})
    return new or bool(Round.objects.filter(pk=last.pk, at__lte=now - EVERY).update(at=now))


def go_round(organisation: Organisation, now: dt.datetime) -> list[Ran]:
    """Run a firm's rules, and let calendar entries follow the plan. Run again at once, it does nothing.

    Raises
    ------
    RuleError
        If the rules name something that is no longer there.
    """
    facts = facts_of(organisation, timezone.localdate(now))
    if facts is None:
        return []
    done = run_rules(facts, rules_of(organisation, facts.plan), now)
    follow_waves(facts, now)
    Occurrence.objects.filter(organisation=organisation, day__lt=facts.today - KEPT).delete()
    return done
