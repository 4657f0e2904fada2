"""Simulated attempts at a scenario in a few statements: skill, people who leave, and what was planted."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upshot.scenario import Answered, Choice, Score, State, score, statement_facts
from upshot.web.practice.content import Playable, playable
from upshot.web.practice.ended import Ended, ended_of
from upshot.web.practice.models import Attempt, Decision, ScenarioVersion

__all__ = ["EASY", "LEAVES", "Player", "play"]

STAYS = 0.97
"""Chance that somebody goes on to the next step."""
AGAIN = 0.3
"""Chance that somebody plays a second time."""
EASY = {"note-while-talking": "address"}
"""Planted: a step that nearly everybody gets right, so that it tells nobody apart."""
LEAVES = {"complaint-call": "promise"}
"""Planted: a step at which every fifth person leaves."""
_EASY, _LEAVES = 0.99, 0.8


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who plays: identifier on the roster, when they begin, and whether they surely go on to the end."""

    person: str
    at: dt.datetime
    stays: bool = False


@dataclass(frozen=True, slots=True)
class _Played:
    """One attempt as it went: where it stands, its answers with their times, and its score where it ended."""

    player: Player
    number: int
    state: State
    answers: tuple[tuple[Answered, dt.datetime], ...]
    result: Score | None

    @property
    def last(self) -> dt.datetime:
        """When the last answer was given."""
        return self.answers[-1][1] if self.answers else self.player.at


def play(version: ScenarioVersion, players: Sequence[Player], draw: random.Random) -> list[Ended]:
    """Let people play a version, some of them twice; every attempt that ended."""
    content = playable(version.text)
    played = [one for player in players for one in _times(content, player, draw)]
    attempts = Attempt.objects.bulk_create((_attempt(version, one) for one in played), batch_size=200)
    Decision.objects.bulk_create(
        (row for attempt, one in zip(attempts, played, strict=True) for row in _decisions(attempt, one)),
        batch_size=200,
    )
    return [
        ended_of(attempt, content, one.result, _first(one.answers))
        for attempt, one in zip(attempts, played, strict=True)
        if one.result is not None
    ]


def _times(content: Playable, player: Player, draw: random.Random) -> Iterable[_Played]:
    skill = draw.betavariate(2.2, 1.6)
    first = _once(content, player, 1, skill, draw)
    yield first
    if first.result is not None and draw.random() < AGAIN:
        later = Player(player.person, first.last + dt.timedelta(days=9))
        yield _once(content, later, 2, min(1.0, skill + 0.25), draw)


def _once(content: Playable, player: Player, number: int, skill: float, draw: random.Random) -> _Played:
    state, at = content.compiled.begin(), player.at
    answers = list[tuple[Answered, dt.datetime]]()
    while not content.compiled.finished(state):
        node = content.compiled.node(state)
        stays = _LEAVES if LEAVES.get(content.scenario.id) == node.id else STAYS
        if draw.random() > stays and not player.stays:
            return _Played(player, number, state, tuple(answers), None)
        easy = EASY.get(content.scenario.id) == node.id
        choice = _chosen(content.compiled.choices(state), _EASY if easy else skill, draw)
        seconds = round(draw.lognormvariate(3.1, 0.5), 1)
        step, at = content.compiled.choose(state, choice.id), at + dt.timedelta(seconds=seconds)
        answers.append((statement_facts(content.compiled, step, seconds), at))
        state = step.state
    return _Played(player, number, state, tuple(answers), score(content.compiled, state, content.bounds))


def _chosen(choices: tuple[Choice, ...], skill: float, draw: random.Random) -> Choice:
    best = [one for one in choices if one.best]
    rest = [one for one in choices if not one.best]
    return draw.choice(best) if best and (not rest or draw.random() < skill) else draw.choice(rest)


def _attempt(version: ScenarioVersion, one: _Played) -> Attempt:
    ended = one.result is not None
    return Attempt(
        scenario=version.scenario, version=version, person=one.player.person, number=one.number,
        state=one.state.to_json(), started=one.player.at, touched=one.last, finished=one.last if ended else None,
        ending=one.state.node if ended else "", scaled=one.result.scaled if one.result else None,
        passed=one.result.passed if one.result else None,
    )  # fmt: skip


def _decisions(attempt: Attempt, one: _Played) -> Iterable[Decision]:
    for facts, at in one.answers:
        yield Decision(
            attempt=attempt, number=facts.number, step=facts.step, choice=facts.response, visit=facts.visit,
            turn=facts.turn, success=facts.success, critical=facts.critical, points=dict(facts.points),
            seconds=facts.duration_seconds, at=at,
        )  # fmt: skip


def _first(answers: Sequence[tuple[Answered, dt.datetime]]) -> tuple[tuple[str, bool], ...]:
    return tuple(
        (facts.step, bool(facts.success))
        for facts, _at in answers
        if facts.visit == 1 and not facts.turn and facts.success is not None
    )
