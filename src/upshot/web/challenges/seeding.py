"""The demonstration's challenges: advisers of a retail bank in every state, with check-ins of both sides."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from django.db import transaction
from django.utils import timezone

from upshot.plan.checklist import Checklist, parse_checklist, seen
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.challenges.asking import ask, firm_of
from upshot.web.challenges.models import Challenge, CheckIn, ChecklistText, Debrief, Evidence, Observation, Pair, Turn
from upshot.web.challenges.rules import CHECK_INS, EVIDENCE_KEPT
from upshot.web.challenges.samples import words
from upshot.web.challenges.steps import kept_checklist
from upshot.web.paths.models import Enrolment, StepRecord
from upshot.web.people.models import Person

__all__ = ["seed"]

CONVERSATION, NOTES = words.CONVERSATION, words.NOTES
_FILE = f"checklists/{CONVERSATION.initiative}/{CONVERSATION.step}.yaml"
_SIGNED = 36
_OPEN = ("planned", "planned", "planned", "submitted", "submitted", "returned", "lapsed")
"""States of those who have not finished, in turn."""

State = Challenge.State


@transaction.atomic
def seed(organisation: Organisation, *, first: Sequence[str] = (), number: int = 11) -> int:
    """Make the challenges, if there are none; how many.

    They stand for sign-offs that the bank's own transcript tells of: no statements are made of them.

    Parameters
    ----------
    first
        People of whose team some have a challenge under way, or wait for a sign-off.
    number
        Of the random draw.
    """
    if Challenge.objects.filter(organisation=organisation).exists():
        return 0
    _write_checklist(organisation)
    draw = random.Random(f"{number} challenges")  # noqa: S311 - simulated people
    made = [*_advisers(organisation, draw), *_team_of(organisation, first, draw)]
    firm, now = firm_of(organisation), timezone.now()
    for challenge in made:
        ask(firm, challenge, now)
    return len(made)


def _advisers(organisation: Organisation, draw: random.Random) -> list[Challenge]:
    """One initiative in every state."""
    done, under_way = _people(organisation, CONVERSATION)
    scene = _Scene(organisation, CONVERSATION, draw)
    made = [_signed(scene, *pair, draw.randrange(48, 118)) for pair in done[:_SIGNED]]
    for at, pair in enumerate(under_way[: 3 * len(_OPEN)]):
        made.append(_open(scene, *pair, _OPEN[at % len(_OPEN)]))
    _pair(made[:12], draw)
    return made


def _team_of(organisation: Organisation, first: Sequence[str], draw: random.Random) -> list[Challenge]:
    """The people whom the demonstration is looked at as: something of their own, and something to sign."""
    done, under_way = _people(organisation, NOTES)
    scene = _Scene(organisation, NOTES, draw)
    near = [pair for pair in (*under_way, *done) if pair[1] in first]
    own = [pair for pair in near if pair[0] in first]
    others = [pair for pair in near if pair[0] not in first]
    return [
        *(_open(scene, *pair, State.PLANNED) for pair in own),
        *(_open(scene, *pair, State.SUBMITTED) for pair in others[:2]),
        *(_signed(scene, *pair, 46) for pair in others[2:3]),
    ]


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where challenges are made."""

    organisation: Organisation
    task: words.Task
    draw: random.Random

    @property
    def checklist(self) -> ChecklistText | None:
        """The checklist of the first task; the other has none."""
        return kept_checklist(self.organisation, _FILE) if self.task is CONVERSATION else None


def _write_checklist(organisation: Organisation) -> None:
    path = workspace_of(organisation).root / _FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((files("upshot.web.challenges") / "samples" / "needs-first-conversation.yaml").read_bytes())


def _people(organisation: Organisation, task: words.Task) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """People whose sign-off is on record, and people whose turn has come without one; each with their manager."""
    here = Person.objects.filter(organisation=organisation, left=None).exclude(manager="")
    managers = dict(here.values_list("key", "manager"))
    on_path = Enrolment.objects.filter(
        organisation=organisation, initiative=task.initiative, state__in=["active", "done"]
    )
    records = StepRecord.objects.filter(enrolment__in=on_path, step=task.step, verb="completed")
    signed = set(records.values_list("enrolment__person", flat=True))
    everybody = sorted(one for one in on_path.values_list("person", flat=True) if one in managers)
    return (
        [(one, managers[one]) for one in everybody if one in signed],
        [(one, managers[one]) for one in everybody if one not in signed],
    )


def _challenge(scene: _Scene, person: str, manager: str, state: str, ago: int) -> Challenge:
    case, cue, action = scene.draw.choice(scene.task.plans)
    planned = timezone.now() - dt.timedelta(days=ago, hours=scene.draw.randrange(8))
    return Challenge.objects.create(
        organisation=scene.organisation, initiative=scene.task.initiative, step=scene.task.step,
        title=scene.task.title, person=person, state=state, case=case, cue=cue, action=action, shared_with=manager,
        by="manager", checklist=scene.checklist, min_scaled=0.6, due=planned.date() + dt.timedelta(days=30),
        planned=planned, moved=planned,
    )  # fmt: skip


def _turn(challenge: Challenge, state: str, at: dt.datetime, person: str, reason: str = "") -> None:
    relationship = "manager" if person and person != challenge.person else ""
    Turn.objects.create(
        challenge=challenge, state=state, at=at, person=person, relationship=relationship, reason=reason
    )
    challenge.moved = at
    challenge.revision += 1
    challenge.save()


def _hand_in(scene: _Scene, challenge: Challenge, after: int) -> dt.datetime:
    at = challenge.planned + dt.timedelta(days=after, hours=3)
    Evidence.objects.create(
        challenge=challenge, kind=Evidence.Kind.TEXT, text=scene.draw.choice(scene.task.evidence), at=at,
        expires=at.date() + EVIDENCE_KEPT,
    )  # fmt: skip
    challenge.submitted = at
    _turn(challenge, State.SUBMITTED, at, challenge.person)
    return at


def _open(scene: _Scene, person: str, manager: str, state: str) -> Challenge:
    ago = 75 if state == State.LAPSED else scene.draw.randrange(9, 26)
    made = _challenge(scene, person, manager, state, ago)
    Turn.objects.create(challenge=made, state=State.PLANNED, at=made.planned, person=person)
    if state in (State.SUBMITTED, State.RETURNED):
        at = _hand_in(scene, made, after=scene.draw.randrange(3, 8))
        if state == State.RETURNED:
            _turn(made, State.RETURNED, at + dt.timedelta(days=1), manager, scene.draw.choice(words.REASONS))
    if state == State.LAPSED:
        _turn(made, State.LAPSED, made.planned + dt.timedelta(days=60), "")
    return made


def _signed(scene: _Scene, person: str, manager: str, ago: int) -> Challenge:
    made, draw = _challenge(scene, person, manager, State.SIGNED, ago), scene.draw
    Turn.objects.create(challenge=made, state=State.PLANNED, at=made.planned, person=person)
    at = _hand_in(scene, made, after=draw.randrange(4, 12)) + dt.timedelta(days=draw.randrange(1, 4))
    checklist = parse_checklist(made.checklist.body) if made.checklist else None
    if checklist is not None:
        made.scaled = _observe(made, checklist, manager, at, draw)
    made.decided, made.signed_by, made.signed_as = at, manager, "manager"
    _turn(made, State.SIGNED, at, manager)
    _check_ins(made, draw, waits=scene.task is NOTES)
    return made


def _observe(
    challenge: Challenge, checklist: Checklist, manager: str, at: dt.datetime, draw: random.Random
) -> float | None:
    """What the lead saw: good enough to be signed, and seldom all of it."""
    levels: dict[str, int | None] = {item.id: max(1, item.top - draw.choice((0, 0, 1))) for item in checklist.items}
    found = seen(checklist, levels, 0.6)
    Observation.objects.create(
        challenge=challenge, observer=manager, relationship="manager", levels=levels, scaled=found.scaled,
        enough=found.enough, at=at, comment=draw.choice(words.COMMENTS),
    )  # fmt: skip
    return found.scaled


def _check_ins(challenge: Challenge, draw: random.Random, *, waits: bool) -> None:
    """Those whose day has passed are mostly answered; leads see less of it than advisers say."""
    today = timezone.localdate()
    for days in CHECK_INS:
        for source, who, chance in (("self", challenge.person, 0.78), ("observer", challenge.signed_by, 0.62)):
            due = timezone.localdate(challenge.decided) + dt.timedelta(days=days)
            one = CheckIn(challenge=challenge, days=days, source=source, person=who, due=due)
            if not waits and due < today - dt.timedelta(days=3) and draw.random() < 0.85:
                _answer(one, draw.random() < chance - days / 600, draw)
            one.save()


def _answer(one: CheckIn, used: bool, draw: random.Random) -> None:
    one.answered = dt.datetime.combine(one.due + dt.timedelta(days=1), dt.time(10), dt.UTC)
    one.used = used
    one.how_often = draw.choice(("once", "some", "some", "most")) if used else "never"
    one.helped = draw.sample(words.HELPED, k=draw.randrange(1, 3)) if used else []
    one.hindered = draw.sample(words.HINDERED, k=draw.randrange(1, 3)) if not used or draw.random() < 0.5 else []
    one.example = draw.choice(words.EXAMPLES) if used and draw.random() < 0.6 else ""


def _pair(challenges: Sequence[Challenge], draw: random.Random) -> None:
    """Some of those who were signed talk it over."""
    signed = [one for one in challenges if one.state == State.SIGNED]
    for one, other in zip(signed[::2], signed[1::2], strict=False):
        Pair.objects.create(one=one, other=other)
        for challenge in (one, other):
            happened, surprised, after = draw.choice(words.DEBRIEFS)
            Debrief.objects.create(challenge=challenge, happened=happened, surprised=surprised, next=after)
