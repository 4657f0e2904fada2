"""What the worker does for challenges again and again: ask anew, lapse, pair, remind, delete what has expired."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.challenges import messages
from upshot.web.challenges.asking import ask, firm_of
from upshot.web.challenges.models import Challenge, CheckIn, Evidence, Pair, StandIn
from upshot.web.challenges.pairing import Candidate, pairs
from upshot.web.challenges.rules import LAPSE_AFTER, State, lapses
from upshot.web.challenges.services.handing_in import forget_evidence
from upshot.web.challenges.services.moving import Overtaken, in_one, locked, move
from upshot.web.people.models import Person
from upshot.web.plans.selectors import current_document
from upshot.workspace.turns import waiting as waiting_for

__all__ = ["ask_anew", "due", "hand_over_check_ins", "lapse", "make_pairs", "remind"]

_DEBRIEF_WITHIN = dt.timedelta(days=60)
_REMIND_WITHIN = dt.timedelta(days=14)
_KEPT_ABSENCE = dt.timedelta(days=30)


def due(now: dt.datetime) -> None:
    """A chore: safe to run at any time, by two workers at once; what is done already is not done again."""
    for organisation in Organisation.objects.all():
        lapse(organisation, now)
        ask_anew(organisation, now)
        hand_over_check_ins(organisation, now)
        make_pairs(organisation, now)
        remind(organisation, now)
    for one in Evidence.objects.filter(deleted=None, expires__lt=now.date()).select_related("challenge__organisation"):
        forget_evidence(one)
    StandIn.objects.filter(last__lt=now.date() - _KEPT_ABSENCE).delete()


def lapse(organisation: Organisation, now: dt.datetime) -> int:
    """Let challenges lapse that nobody moved for too long; how many."""
    open_ = Challenge.objects.filter(
        organisation=organisation, state__in=["planned", "submitted", "returned"], moved__lte=now - LAPSE_AFTER
    )
    done = 0
    for challenge in open_:
        try:
            done += in_one(partial(_lapse, challenge, now))
        except Overtaken:
            continue
    return done


def _lapse(challenge: Challenge, now: dt.datetime) -> bool:
    found = locked(challenge)
    if not lapses(State(found.state), found.moved, now):
        return False
    move(found, Challenge.State.LAPSED, at=now)
    return True


@transaction.atomic
def ask_anew(organisation: Organisation, now: dt.datetime) -> int:
    """Work out who may sign what waits: people come back, leave, are named; how many were asked newly."""
    waiting = Challenge.objects.filter(organisation=organisation, state=Challenge.State.SUBMITTED)
    held = waiting.select_for_update(of=("self",)).select_related("organisation").order_by("pk")
    found = list(held.prefetch_related("asked"))
    if not found:
        return 0
    firm = firm_of(organisation, timezone.localdate(now))
    new = 0
    for challenge in found:
        signers = [one.person for one in ask(firm, challenge, now)]
        new += len(signers)
        messages.moved(challenge, signers)
    return new


def hand_over_check_ins(organisation: Organisation, now: dt.datetime) -> None:
    """Where whoever signed is not here any more, the person's manager of today is asked instead."""
    open_ = CheckIn.objects.filter(
        challenge__organisation=organisation, source=CheckIn.Source.OBSERVER, answered=None
    ).select_related("challenge")
    found = list(open_)
    if not found:
        return
    firm = firm_of(organisation, timezone.localdate(now))
    for one in found:
        above = firm.above(one.challenge.person)
        instead = above[0] if above else ""
        if one.person not in firm.managers and one.person != instead:
            CheckIn.objects.filter(pk=one.pk, answered=None).update(person=instead)


@transaction.atomic
def make_pairs(organisation: Organisation, now: dt.datetime) -> int:
    """Pair people who did the same challenge and have no partner; how many pairs."""
    done = Challenge.objects.filter(
        organisation=organisation, state=Challenge.State.SIGNED, decided__gte=now - _DEBRIEF_WITHIN,
        pair_as_one=None, pair_as_other=None,
    ).exclude(person="")  # fmt: skip
    waiting: dict[tuple[str, str], list[Challenge]] = {}
    for challenge in _in_turn(organisation, done.select_related("organisation").order_by("decided"), now):
        waiting.setdefault((challenge.initiative, challenge.step), []).append(challenge)
    made: list[Pair] = []
    for group in waiting.values():
        made += _pairs(organisation, group) if len(group) > 1 else []
    messages.paired(organisation, made)
    return len(made)


def _in_turn(organisation: Organisation, done: Iterable[Challenge], now: dt.datetime) -> list[Challenge]:
    """Those whose people are to debrief by now; where debriefs are tried, the others are noted as not yet asked."""
    found = list(done)
    if not found:
        return found
    try:
        plan = current_document(organisation).plan
        later = waiting_for(workspace_of(organisation), plan, "debrief", on=timezone.localdate(now))
    except UpshotError:
        return found
    held = [one for one in found if one.person in later.get(one.initiative, ())]
    messages.not_paired_yet(organisation, held)
    return [one for one in found if one not in held]


def _pairs(organisation: Organisation, group: list[Challenge]) -> Iterable[Pair]:
    here = Person.objects.filter(organisation=organisation, left=None, key__in=[one.person for one in group])
    known = {person.key: person for person in here}
    by_key = {str(one.pk): one for one in group}
    candidates = [
        Candidate(
            key=str(one.pk), person=one.person, manager=found.manager, team=found.team, site=found.site
        )
        for one in group
        if (found := known.get(one.person)) is not None
    ]  # fmt: skip
    for one, other in pairs(candidates):
        try:
            with transaction.atomic():
                yield Pair.objects.create(one=by_key[one.key], other=by_key[other.key])
        except IntegrityError:
            continue


def remind(organisation: Organisation, now: dt.datetime) -> int:
    """Ask for the check-ins that came due; each is asked for once, however often this runs."""
    today = timezone.localdate(now)
    found = CheckIn.objects.filter(
        challenge__organisation=organisation, answered=None, due__lte=today, due__gte=today - _REMIND_WITHIN
    ).exclude(person="")
    waiting = list(found.select_related("challenge__organisation"))
    messages.check_ins_due(organisation, waiting)
    return len(waiting)
