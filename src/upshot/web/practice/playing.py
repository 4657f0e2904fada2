"""Play: begin an attempt, answer a step, write down a thought; each answer once, with its record in one transaction."""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError
from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.scenario import Score, State, Step, finish_facts, score, statement_facts
from upshot.web.accounts.viewer import Viewer
from upshot.web.lrs.store.transactions import repeated
from upshot.web.practice.content import Playable, playable
from upshot.web.practice.ended import ended_of, tell
from upshot.web.practice.models import Attempt, Decision, ScenarioVersion
from upshot.web.practice.recording import store, writer_of

__all__ = ["LONGEST_PAUSE", "answer", "begin", "reflect", "score_of", "state_of"]

LONGEST_PAUSE = 1800.0
"""Seconds from showing a step to its answer beyond which somebody was away, and no time is kept."""
LONGEST_REFLECTION = 20_000

_Result = TypeVar("_Result")


def state_of(attempt: Attempt, content: Playable) -> State:
    """Where an attempt stands, played again from its answers."""
    return content.compiled.load(attempt.state)


def score_of(attempt: Attempt, content: Playable) -> Score:
    """What an attempt is worth."""
    return score(content.compiled, state_of(attempt, content), content.bounds)


def begin(*, viewer: Viewer, version: ScenarioVersion) -> Attempt:
    """Begin an attempt of the viewer, or give the one that is under way.

    Raises
    ------
    InputError
        If the viewer's sign-in belongs to nobody on the roster.
    """
    if not viewer.person:
        text = "Your sign-in is not linked to anybody on the roster, so there is nobody to record answers for."
        raise InputError(Problem(code="nobody", text=text, fix="Ask an administrator to link it under Members."))
    content = playable(version.text)

    def work() -> Attempt:
        kept = Attempt.objects.select_related("scenario", "version").filter(
            scenario=version.scenario, person=viewer.person
        )
        under_way = kept.filter(finished=None).first()
        if under_way is not None:
            return under_way
        attempt = Attempt.objects.create(
            scenario=version.scenario,
            version=version,
            person=viewer.person,
            number=kept.count() + 1,
            state=content.compiled.begin().to_json(),
        )
        store(viewer.organisation, [writer_of(attempt, content).begun(attempt.started)])
        return attempt

    return _once(work)


def answer(*, viewer: Viewer, attempt: Attempt, number: int, choice: str, seconds: float | None) -> bool:
    """Answer the step an attempt shows; whether this answer was taken.

    Parameters
    ----------
    number
        Which answer of the attempt this is. An answer that was given already (a double click, the back button, a
        second window) changes nothing.
    seconds
        From showing the step to the answer, as the server measured it.

    Raises
    ------
    ScenarioError
        If the choice is not offered.
    """

    def work() -> bool:
        kept = Attempt.objects.select_for_update(of=("self",)).select_related("scenario__organisation", "version")
        found = kept.get(pk=attempt.pk)
        content = playable(found.version.text)
        state = state_of(found, content)
        if found.finished is not None or number != len(state.decisions) + 1:
            return False
        _take(viewer, found, content, content.compiled.choose(state, choice), _measured(seconds))
        return True

    return _once(work)


def reflect(*, viewer: Viewer, attempt: Attempt, text: str) -> None:
    """Keep what the viewer thinks afterwards; only they read it."""
    kept = Attempt.objects.filter(pk=attempt.pk, person=viewer.person).exclude(finished=None)
    kept.update(reflection=text.strip()[:LONGEST_REFLECTION])


def _take(viewer: Viewer, attempt: Attempt, content: Playable, step: Step, seconds: float | None) -> None:
    facts, now = statement_facts(content.compiled, step, seconds), timezone.now()
    Decision.objects.create(
        attempt=attempt, number=facts.number, step=facts.step, choice=facts.response, visit=facts.visit,
        turn=facts.turn, success=facts.success, critical=facts.critical, points=dict(facts.points), seconds=seconds,
        at=now,
    )  # fmt: skip
    attempt.state, attempt.touched = step.state.to_json(), now
    writer = writer_of(attempt, content)
    said = [] if facts.turn else [writer.answered(facts, now)]
    if step.next.end:
        result = score(content.compiled, step.state, content.bounds)
        attempt.finished, attempt.ending = now, step.next.id
        attempt.scaled, attempt.passed = result.scaled, result.passed
        said += writer.finished(finish_facts(content.compiled, step, result, _active(attempt)), now)
    attempt.save()
    store(viewer.organisation, said)
    if step.next.end:
        tell(ended_of(attempt, content, result, _first_answers(attempt)))


def _first_answers(attempt: Attempt) -> tuple[tuple[str, bool], ...]:
    """The first answer to each step that has a best one, and whether it was that."""
    rows = attempt.decisions.filter(visit=1, turn=False).exclude(success=None).order_by("number")
    return tuple((step, bool(success)) for step, success in rows.values_list("step", "success"))


def _active(attempt: Attempt) -> float | None:
    """Seconds spent on the steps; absent when one of them was not measured."""
    times = list(attempt.decisions.values_list("seconds", flat=True))
    known = [one for one in times if one is not None]
    return sum(known) if len(known) == len(times) else None


def _measured(seconds: float | None) -> float | None:
    return seconds if seconds is not None and 0 <= seconds <= LONGEST_PAUSE else None


def _once(work: Callable[[], _Result]) -> _Result:
    """In one transaction with its statements; again when another window did the same at the same moment."""
    try:
        return repeated(work)
    except IntegrityError:
        return repeated(work)
