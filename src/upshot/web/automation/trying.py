"""Try a rule on the past: whom it would have reached in the last month, by count, and with which words."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upshot.web.automation.acting import Doing, doing_of
from upshot.web.automation.facts import Directory, Facts, directory_of, staff
from upshot.web.automation.language.words import Rule
from upshot.web.automation.running import fitting
from upshot.web.outbox.kinds import Words, kind_of, words_of
from upshot.web.outbox.services import Proposal

__all__ = ["AHEAD", "MONTH", "Tried", "try_rule"]

MONTH = dt.timedelta(days=30)
AHEAD = dt.timedelta(days=30)
"""How far ahead is looked for waves and due days that are known already."""
WIDE = 0.5
"""From this part of the staff on, a rule asks before it is kept."""
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a rule would have done.

    Parameters
    ----------
    happenings, people, messages, enrolments
        In the last month: things that happened, people reached, messages to them, enrolments.
    ahead
        People it would reach in the next month, as far as that is known.
    most
        Most people on one day, then or ahead, and that day.
    staff
        People who work here.
    examples
        The words of a few messages, of different kinds; nobody is named.
    by_day
        Things that happened, by day, newest first.
    """

    happenings: int
    people: int
    messages: int
    enrolments: int
    ahead: int
    most: int
    most_on: dt.date | None
    staff: int
    examples: tuple[Words, ...]
    by_day: tuple[tuple[dt.date, int], ...]

    @property
    def reach(self) -> int:
        """Most people within a month."""
        return max(self.people, self.ahead)

    def asks(self, rule: Rule) -> bool:
        """Whether a person is to say yes to the count first: half of the staff, or over the rule's own limit."""
        return self.most > rule.at_most or (self.staff > 1 and self.reach >= WIDE * self.staff and self.reach > 1)


def try_rule(facts: Facts, rule: Rule, directory: Directory | None = None) -> Tried:
    """Run a rule over the last month and what is known of the next, and write nothing."""
    known = directory or directory_of(facts.organisation)
    found = fitting(facts, rule, facts.today - MONTH, facts.today + AHEAD)
    doings = [doing_of(facts, rule, happening, known) for happening in found]
    past = [doing for doing in doings if doing.happening.day <= facts.today]
    future = [doing for doing in doings if doing.happening.day > facts.today]
    busiest = _busiest(doings)
    days = Counter(doing.happening.day for doing in past)
    return Tried(
        happenings=len(past),
        people=len(_people(past)),
        messages=sum(len(doing.proposals) for doing in past),
        enrolments=sum(len(doing.enrols) for doing in past),
        ahead=len(_people(future)),
        most=busiest[1],
        most_on=busiest[0],
        staff=staff(facts),
        examples=_examples(proposal for doing in (*past, *future) for proposal in doing.proposals),
        by_day=tuple(sorted(days.items(), reverse=True)),
    )


def _people(doings: Iterable[Doing]) -> set[str]:
    reached: set[str] = set()
    for doing in doings:
        reached |= {proposal.person for proposal in doing.proposals}
        reached |= {doing.happening.person} if doing.enrols else set()
    return reached


def _busiest(doings: Sequence[Doing]) -> tuple[dt.date | None, int]:
    by_day: dict[dt.date, list[Doing]] = {}
    for doing in doings:
        by_day.setdefault(doing.happening.day, []).append(doing)
    counts = {day: len(_people(own)) for day, own in by_day.items()}
    day = max(counts, key=lambda one: (counts[one], one), default=None)
    return (day, counts[day]) if day is not None else (None, 0)


def _examples(proposals: Iterable[Proposal]) -> tuple[Words, ...]:
    """A few messages that read differently."""
    found: dict[Words, None] = {}
    for proposal in proposals:
        found.setdefault(words_of(kind_of(proposal.kind), proposal.context))
        if len(found) == _EXAMPLES:
            break
    return tuple(found)
