"""The demonstration's paths: everybody enrolled from plan and roster, and what its records imply but did not keep."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils import timezone

from upshot.plan.progress import progress
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import viewer_of
from upshot.web.paths.models import Commitment, Enrolment, LiveSession, StepRecord
from upshot.web.paths.selectors import initiative_of
from upshot.web.paths.services.certifying import grant
from upshot.web.paths.services.collecting import say
from upshot.web.paths.services.rounds import go_round_once
from upshot.web.paths.services.settling import settled
from upshot.web.paths.walking import facts_of, path_of
from upshot.web.people.models import Person

__all__ = ["seed"]

_SENTENCES = (
    "If a customer asks only for the rate, then I will ask what the money is meant for before I name one.",
    "If a customer says they are in a hurry, then I will ask one question and offer a call back for the rest.",
    "If a customer closes an account, then I will ask what changed at home before I fetch the form.",
    "If a customer pays in more than usual, then I will ask what they plan with it.",
    "If somebody comes for their parents, then I will ask what the parents would want settled first.",
)
_HELD = dt.time(15, 30, tzinfo=dt.UTC)


def seed(organisation: Organisation, leader: User, *, learner: str = "") -> int:
    """Enrol everybody, complete what records imply, give the learner a certificate to renew; how many are on a path.

    Running it again changes nothing.

    Parameters
    ----------
    leader
        In whose name dates are planned and certificates given.
    learner
        Whose certificate is up for renewal; nobody's where it is empty.
    """
    today = timezone.localdate()
    go_round_once(organisation, on=today)
    known = Enrolment.objects.filter(organisation=organisation)
    with transaction.atomic():
        _complete(organisation, list(known.filter(done=None).exclude(begun=None).select_related("version")), today)
        _dates(organisation, leader, today)
    if learner:
        _certificate(organisation, leader, learner, today)
    return known.count()


def _complete(organisation: Organisation, enrolments: Sequence[Enrolment], today: dt.date) -> None:
    """Who showed it at work has written a sentence and tried it beside somebody before: say so, a little earlier."""
    found = [(one, record) for one in enrolments for record in _implied(one)]
    StepRecord.objects.bulk_create([record for _one, record in found], batch_size=500, ignore_conflicts=True)
    say(organisation, found)
    Commitment.objects.bulk_create(list(_sentences(organisation, found)), batch_size=500, ignore_conflicts=True)
    touched = list({one.pk: one for one, _record in found}.values())
    settled(touched, {one.pk: facts_of(one) for one in touched}, on=today).store()


def _implied(enrolment: Enrolment) -> Iterator[StepRecord]:
    """Records of the steps that the newest challenge needed and no feed reports."""
    path = path_of(enrolment.version)
    walked = progress(path, facts_of(enrolment), starts=enrolment.starts)
    shown = [one for one in walked.steps if one.step.kind == "challenge" and one.done is not None]
    for one in walked.steps if shown else ():
        if one.counts or one.step.kind not in ("commitment", "challenge") or one.step not in path.asked:
            continue
        day = max(min((last.done for last in shown if last.done), default=dt.date.min) - dt.timedelta(days=3),
                  enrolment.begun or dt.date.min)  # fmt: skip
        yield StepRecord(
            enrolment=enrolment, step=one.step.id, verb=StepRecord.Verb.COMPLETED,
            at=dt.datetime.combine(day, _HELD), day=day, source=StepRecord.Source.PAGE,
        )  # fmt: skip


def _sentences(organisation: Organisation, found: Sequence[tuple[Enrolment, StepRecord]]) -> Iterator[Commitment]:
    managers = dict(Person.objects.filter(organisation=organisation).values_list("key", "manager"))
    for number, (enrolment, record) in enumerate(found):
        step = path_of(enrolment.version).step(record.step)
        if step is not None and step.kind == "commitment":
            yield Commitment(
                enrolment=enrolment, step=record.step, at=record.at, reader=managers.get(enrolment.person, ""),
                sentence=_SENTENCES[number % len(_SENTENCES)],
            )  # fmt: skip


def _dates(organisation: Organisation, leader: User, today: dt.date) -> None:
    """Two dates ahead for every live step."""
    rooms = ("Training room 2, Quay Street", "Video call, link in the invitation")
    for version in {one.initiative: one for one in organisation.path_versions.order_by("number")}.values():
        for step in (one for one in path_of(version).path if one.kind == "session"):
            if LiveSession.objects.filter(organisation=organisation, step=step.id).exists():
                continue
            for week, room in enumerate(rooms, 1):
                day = today + dt.timedelta(days=7 * week - today.weekday() + 1)
                LiveSession.objects.create(
                    organisation=organisation, initiative=version.initiative, step=step.id, place=room, seats=12,
                    starts=dt.datetime.combine(day, dt.time(9, tzinfo=dt.UTC)), minutes=int(step.minutes or 60),
                    planned_by=leader,
                )  # fmt: skip


def _certificate(organisation: Organisation, leader: User, learner: str, today: dt.date) -> None:
    """A yearly duty met elsewhere eleven months ago: its renewal is open."""
    viewer = viewer_of(leader, organisation.slug)
    renewed = {
        one.initiative for one in organisation.path_versions.order_by("number") if path_of(one).recertify is not None
    }
    course = initiative_of(viewer, min(renewed)) if viewer is not None and renewed else None
    held = Enrolment.objects.filter(organisation=organisation, person=learner, certificates__isnull=False)
    if viewer is None or course is None or held.exists():
        return
    grant(
        viewer=viewer, initiative=course, person=learner, given=today - dt.timedelta(days=330), on=today,
        reason="Passed at the former bank, paper seen by the compliance officer",
    )  # fmt: skip
