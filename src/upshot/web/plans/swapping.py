"""A team that asks for another wave: asked by its manager, answered by whoever locks plans, before the start."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.plan import Document
from upshot.plan.change import Change, Remove, Set, change
from upshot.plan.expression import And, Comparison, Expression, Not, Or
from upshot.plan.initiatives import Initiative, Wave
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.audit.services import record
from upshot.web.people.models import Person
from upshot.web.people.selectors import managed_teams
from upshot.web.plans.models import Amendment, SwapRequest, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import amend
from upshot.web.plans.selectors import locked_of, promise_hash
from upshot.web.plans.services import opened, store
from upshot.workspace.belonging import members

__all__ = ["Slot", "answer", "ask", "by_lot", "slots_of", "swapped", "withdraw"]

State = SwapRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A team in the roll-out: its wave, and those it could ask for; ``why`` there are none."""

    team: str
    wave: Wave | None = None
    others: tuple[Wave, ...] = ()
    asked: SwapRequest | None = None
    why: str = ""


def by_lot(initiative: Initiative) -> bool:
    """Whether chance decided who starts when."""
    return (initiative.design.assign or "").startswith("random")


def slots_of(viewer: Viewer, document: Document, key: str, *, today: dt.date) -> tuple[Slot, ...]:
    """The viewer's own teams in one initiative, by name."""
    item = document.plan.initiative(key)
    teams = managed_teams(viewer)
    open_ = SwapRequest.objects.filter(
        organisation=viewer.organisation, initiative=key, team__in=teams, state=State.OPEN
    )
    asked = {row.team: row for row in open_}
    waves = _waves_of(viewer.organisation, item, teams, today)
    return tuple(_slot(item, team, waves[team], asked.get(team), today) for team in teams if waves[team])


def _slot(item: Initiative, team: str, counted: Counter[str], asked: SwapRequest | None, today: dt.date) -> Slot:
    found = _alone(item, counted)
    if found is None:
        return Slot(team=team, asked=asked, why=_("Its people start in different waves, so it has no slot to change."))
    if found.start <= today:
        return Slot(team=team, wave=found, asked=asked, why=_("It has started already."))
    others = tuple(wave for wave in item.waves if wave.id != found.id and wave.start > today)
    return Slot(team=team, wave=found, others=others, asked=asked, why="" if others else _("No other wave lies ahead."))


def _alone(item: Initiative, counted: Counter[str]) -> Wave | None:
    """The one wave all of a team are in."""
    (name, _n), *more = counted.most_common() or [("", 0)]
    return None if more else next((wave for wave in item.waves if wave.id == name), None)


def _waves_of(
    organisation: Organisation, item: Initiative, teams: list[str], today: dt.date
) -> dict[str, Counter[str]]:
    """How many of each team's people are in each wave of an initiative."""
    team_of = dict(
        Person.objects.filter(organisation=organisation, team__in=teams, left=None).values_list("key", "team")
    )
    found: dict[str, Counter[str]] = {team: Counter() for team in teams}
    if not team_of or not item.waves:
        return found
    with workspace_of(organisation).lake().connect() as connection:
        (own,) = members(connection, [item], on=today, people=list(team_of))
    for member in own:
        found[team_of[member.person]][member.wave.id if member.wave else ""] += 1
    return found


@transaction.atomic
def ask(
    *, viewer: Viewer, document: Document, key: str, team: str, wave: str, reason: str, today: dt.date
) -> SwapRequest:
    """Ask for another wave for one's team; the same request twice is one.

    Raises
    ------
    PermissionDenied
        If it is not the viewer's team.
    InputError
        With everything that stands in the way.
    """
    if team not in managed_teams(viewer):
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    slot = next((slot for slot in slots_of(viewer, document, key, today=today) if slot.team == team), None)
    if slot is not None and slot.asked is not None and slot.asked.to_wave == wave:
        return slot.asked
    problems = _in_the_way(slot, wave, reason)
    if problems:
        raise InputError(problems)
    assert slot is not None  # noqa: S101 - otherwise there are problems
    assert slot.wave is not None  # noqa: S101 - the same
    made = SwapRequest.objects.create(
        organisation=viewer.organisation,
        initiative=key,
        team=team,
        from_wave=slot.wave.id,
        to_wave=wave,
        reason=reason.strip(),
        asked_by=viewer.user,
    )
    record(viewer, "swap-asked", key, number=made.pk)
    return made


def _in_the_way(slot: Slot | None, wave: str, reason: str) -> list[Problem]:
    problems = []
    if slot is None:
        problems.append(Problem(code="not-in-it", text=_("Nobody in this team is in the audience."), column="team"))
    elif slot.asked is not None:
        text = _("Your team has asked for another wave already.")
        problems.append(Problem(code="asked", text=text, fix=_("Take that request back first."), column="wave"))
    elif slot.why:
        problems.append(Problem(code="no-slot", text=slot.why, column="team"))
    elif wave not in {other.id for other in slot.others}:
        text = _("This wave cannot be asked for.")
        problems.append(Problem(code="wave", text=text, fix=_("Choose one that lies ahead."), column="wave"))
    if not reason.strip():
        problems.append(Problem(code="no-reason", text=_("Say why."), column="reason"))
    return problems


@transaction.atomic
def withdraw(*, viewer: Viewer, number: int) -> bool:
    """Take back one's own open request; whether there was one."""
    rows = SwapRequest.objects.filter(
        organisation=viewer.organisation, pk=number, team__in=managed_teams(viewer), state=State.OPEN
    )
    gone = rows.update(state=State.WITHDRAWN, answered=timezone.now(), answered_by=viewer.user)
    if gone:
        record(viewer, "swap-withdrawn", "request", number=number)
    return bool(gone)


@transaction.atomic
def answer(*, viewer: Viewer, number: int, state: str, text: str, today: dt.date) -> SwapRequest:
    """Accept, decline, or keep as assigned with the departure on record; a second click changes nothing.

    Under assignment by lot nothing is accepted: who starts when must stay what the lot said, or it is no lot.
    An accepted request changes the waves' rules in the plan; where the promise is locked, it is an amendment.

    Raises
    ------
    PermissionDenied
        If the viewer may not lock plans for the whole organisation.
    InputError
        If it was answered already, comes after a start, or would break the lot.
    """
    if not viewer.everywhere(Permission.LOCK):
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    row = SwapRequest.objects.get(organisation=viewer.organisation, pk=number)
    if row.state == state:
        return row
    version = opened(viewer.organisation)
    item = parsed(version.text).plan.initiative(row.initiative)
    problems = _against(row, item, state, text, today)
    if problems:
        raise InputError(problems)
    if state == State.ACCEPTED:
        row.version = _stored(viewer, version, row)
        row.amendment = _amended(viewer, row, text)
    row.state, row.answer, row.answered, row.answered_by = state, text.strip(), timezone.now(), viewer.user
    row.save()
    record(viewer, f"swap-{state}", row.initiative, number=row.pk)
    return row


def _against(row: SwapRequest, item: Initiative, state: str, text: str, today: dt.date) -> list[Problem]:
    problems = []
    if row.state != State.OPEN:
        said = _("This request was answered already: %(state)s.") % {"state": row.get_state_display()}
        problems.append(Problem(code="answered", text=said))
    starts = {wave.id: wave.start for wave in item.waves}
    ahead = all(name in starts and starts[name] > today for name in (row.from_wave, row.to_wave))
    if state != State.DECLINED and not ahead:
        said = _("One of the two waves has started or is no longer planned.")
        problems.append(Problem(code="started", text=said, fix=_("Decline it, and say so.")))
    if state == State.ACCEPTED and by_lot(item):
        said = _("Chance decided who starts when. Moving a team by wish breaks the lot, and with it the grade A.")
        fix = _("Decline it, or keep the team as assigned and record the departure.")
        problems.append(Problem(code="breaks-the-lot", text=said, fix=fix))
    if state == State.DEPARTURE and not by_lot(item):
        said = _("Nothing was drawn here, so there is nothing to depart from.")
        problems.append(Problem(code="no-lot", text=said, fix=_("Accept it or decline it.")))
    if not text.strip():
        problems.append(Problem(code="no-answer", text=_("Say why."), column="text"))
    return problems


def _stored(viewer: Viewer, version: Version, row: SwapRequest) -> Version:
    """The plan with the team moved; where the promise is locked, nothing else may have changed since."""
    document = parsed(version.text)
    locked = locked_of(viewer.organisation, row.initiative)
    if locked is not None and locked.lock.current != promise_hash(document.plan, row.initiative):
        text = _("The promise was changed since it was locked, and not amended yet.")
        fix = _("Amend it first, or take the change back: a swap must not carry other changes with it.")
        raise InputError(Problem(code="changed-since", text=text, fix=fix))
    item = document.plan.initiative(row.initiative)
    note = _("Team %(team)s moves from %(from)s to %(to)s, as asked") % {
        "team": row.team,
        "from": row.from_wave,
        "to": row.to_wave,
    }
    return store(
        organisation=viewer.organisation,
        author=viewer.user,
        text=change(document, swapped(item, row.team, row.from_wave, row.to_wave)).text,
        base=version.number,
        source=Version.Source.PLANNER,
        note=note,
    )


def swapped(item: Initiative, team: str, source: str, target: str) -> list[Change]:
    """What moves a team: every wave's rule written out, with the team taken out of one and put into the other."""
    here, one = ("initiatives", item.id), Comparison("team", "=", team)
    changes: list[Change] = []
    for wave in item.waves:
        rule: Expression = wave.where or Comparison("wave", "=", wave.id)
        if wave.id == source:
            rule = And((rule, Not(one)))
        elif wave.id == target:
            rule = Or((rule, one))
        if str(rule) != str(wave.where or ""):
            changes.append(Set((*here, "waves", wave.id, "where"), str(rule)))
        if wave.share is not None:
            changes.append(Remove((*here, "waves", wave.id, "share")))
    return changes


def _amended(viewer: Viewer, row: SwapRequest, text: str) -> Amendment | None:
    """A locked promise is amended by the move; its reason stands in the ledger, which names no person."""
    if row.version is None or locked_of(viewer.organisation, row.initiative) is None:
        return None
    reason = _("A team moves from wave %(from)s to wave %(to)s at its manager's request: %(why)s") % {
        "from": row.from_wave,
        "to": row.to_wave,
        "why": text.strip(),
    }
    return amend(
        organisation=viewer.organisation,
        viewer=viewer,
        version=row.version,
        initiative_id=row.initiative,
        reason=reason,
        by=", ".join(sorted(role.value for role in viewer.roles)),
    )
