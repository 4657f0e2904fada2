"""When a decision is asked again: by fsrs, in even steps or in growing ones; the same answers give the same days."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from fsrs import Card, Rating, Scheduler, State

from upshot.plan.values import Duration

__all__ = ["EVEN", "LONGEST", "Memory", "Rule", "after"]

LONGEST = 120
"""Days after which every decision is asked again, however well it is known."""
EVEN = 14
"""Days between two questions in even steps."""
FIRST = 7
"""Days to the first question in growing steps; each right answer doubles it."""

Memory = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How the plan wants a scenario's decisions asked again.

    Parameters
    ----------
    initiative, step
        Where the plan says so.
    schedule
        ``fsrs``, ``uniform`` or ``expanding``.
    retention
        Share that should be remembered when asked; fsrs chooses the days by it.
    max_per_week
        Most questions a person gets of this step in seven days.
    lasts
        How long it goes on after the first attempt; absent for as long as the plan names it.
    """

    initiative: str
    step: str
    schedule: Literal["fsrs", "uniform", "expanding"] = "fsrs"
    retention: float = 0.9
    max_per_week: int = 2
    lasts: Duration | None = None

    def is_over(self, first: dt.datetime, at: dt.datetime) -> bool:
        """Whether nothing is asked any more at a moment, of whoever ended their first attempt at another."""
        return self.lasts is not None and at.date() > self.lasts.after(first.date())


def after(rule: Rule, memory: Mapping[str, Any] | None, *, right: bool, at: dt.datetime, number: int) -> Memory:
    """What is remembered after an answer, with the day of the next question under ``due``.

    Parameters
    ----------
    memory
        As this function gave it before; nothing before the first answer.
    number
        Number of the card: named always, since fsrs would else wait for the clock to make one.

    Examples
    --------
    >>> when = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    >>> even = Rule(initiative="i", step="s", schedule="uniform")
    >>> after(even, None, right=True, at=when, number=1)["due"]
    '2026-03-16T00:00:00+00:00'
    """
    if rule.schedule == "fsrs":
        return _fsrs(rule, memory, right, at, number)
    row = int(memory.get("row", 0)) if memory else 0
    row = row + 1 if right else 0
    days = EVEN if rule.schedule == "uniform" else min(FIRST * 2 ** max(0, row - 1), LONGEST)
    return {"row": row, "due": (at + dt.timedelta(days=days)).isoformat()}


def _fsrs(rule: Rule, memory: Mapping[str, Any] | None, right: bool, at: dt.datetime, number: int) -> Memory:
    at = at.astimezone(dt.UTC)
    card = Card(card_id=number, due=at) if not memory or "stability" not in memory else _card(memory, number)
    card, _log = _scheduler(rule.retention).review_card(card, Rating.Good if right else Rating.Again, at)
    return {
        "state": int(card.state),
        "stability": card.stability,
        "difficulty": card.difficulty,
        "due": card.due.isoformat(),
        "last_review": at.isoformat(),
    }


@lru_cache(maxsize=16)
def _scheduler(retention: float) -> Scheduler:
    """Without learning steps and without chance: whole days, and the same ones for the same answers."""
    return Scheduler(
        desired_retention=min(retention, 0.99), learning_steps=(), relearning_steps=(), maximum_interval=LONGEST,
        enable_fuzzing=False,
    )  # fmt: skip


def _card(memory: Mapping[str, Any], number: int) -> Card:
    return Card(
        card_id=number, state=State(int(memory["state"])), stability=float(memory["stability"]),
        difficulty=float(memory["difficulty"]), due=dt.datetime.fromisoformat(str(memory["due"])),
        last_review=dt.datetime.fromisoformat(str(memory["last_review"])),
    )  # fmt: skip
