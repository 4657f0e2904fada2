"""What needs mending, read from counts: plain rules over item statistics, late answers and versions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upshot.report.numbers import percent
from upshot.web.improving.models import WorkItem
from upshot.web.practice.counting import Item

__all__ = ["Finding", "Late", "barriers", "drops", "flat", "forgotten", "managers_say", "versions"]

FLAT = 0.1
"""Correlation with the rest of the attempt at or below which a decision tells nobody apart."""
EASY = 0.95
"""Share right from which a decision is too easy to tell anybody apart."""
DROP = 0.1
"""Share of those who began that leave at one step."""
WRONG = 0.5
"""Share wrong after a week from which a decision counts as forgotten."""
WORSE = 0.15
"""Points by which a version is answered worse than the one before."""

Kind = WorkItem.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found: its kind, where, in a sentence, and the counts it rests on."""

    kind: WorkItem.Kind
    place: str
    what: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Late:
    """Answers to one decision a week or more after the first attempt: people, and how many of them were right."""

    people: int | None
    right: int | None


def flat(items: Mapping[str, Item], titles: Mapping[str, str]) -> Iterator[Finding]:
    """Decisions that tell nobody apart, or tell them apart the wrong way round."""
    for step, item in items.items():
        told, people = item.discrimination, item.spread.people
        if told is None or people is None or step not in titles:
            continue
        facts = {"discrimination": told, "people": people}
        if told < -FLAT:
            what = _("«%(step)s»: people who decide well elsewhere get it wrong more often (%(told)s, %(n)s people).")
            yield _made(Kind.BACKWARDS, step, what, titles, facts, told=told, n=people)
        elif told <= FLAT:
            what = _(
                "«%(step)s» tells skilled from less skilled people hardly better than chance (%(told)s, %(n)s people)."
            )
            yield _made(Kind.FLAT, step, what, titles, facts, told=told, n=people)


def easy(items: Mapping[str, Item], titles: Mapping[str, str], least: int) -> Iterator[Finding]:
    """Decisions nearly everybody gets right: their correlation cannot be told, and they teach little."""
    for step, item in items.items():
        people = item.spread.people
        best = sum(1 for count in item.spread.totals.values() if count)
        if people is not None and people >= 4 * least and best == 1 and step in titles:
            what = _("«%(step)s»: nearly all of %(n)s people give the same answer, so it tells nobody apart.")
            yield _made(Kind.FLAT, step, what, titles, {"people": people}, n=people)


def drops(left: Mapping[str, int | None], began: int | None, titles: Mapping[str, str]) -> Iterator[Finding]:
    """Steps at which one in ten or more of those who began leave."""
    for step, gone in left.items():
        if gone and began and gone >= DROP * began and step in titles:
            facts = {"left": gone, "began": began}
            what = _("%(left)s of %(began)s people who began leave at «%(step)s».")
            yield _made(Kind.DROP, step, what, titles, facts, left=gone, began=began)


def forgotten(late: Mapping[str, Late], titles: Mapping[str, str]) -> Iterator[Finding]:
    """Decisions that half of the people or more get wrong a week later."""
    for step, one in late.items():
        if one.people and one.right is not None and step in titles and one.people - one.right >= WRONG * one.people:
            facts = {"people": one.people, "right": one.right}
            wrong = percent((one.people - one.right) / one.people)
            what = _("«%(step)s»: %(wrong)s of %(n)s people decide wrong a week or more later.")
            yield _made(Kind.FORGOTTEN, step, what, titles, facts, wrong=wrong, n=one.people)


def barriers(reasons: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """What people say was in the way at work; counts too small to be shown do not come here."""
    for text, people in reasons:
        said = ngettext("%(n)s person says it was in the way: %(text)s", "%(n)s people say it was in the way: %(text)s",
                        people)  # fmt: skip
        what = said % {"n": people, "text": text}
        yield Finding(kind=Kind.BARRIER, place=text[:130], what=what, facts={"people": people})


def managers_say(reasons: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """What managers say is in the way; reasons that too few name do not come here."""
    for text, managers in reasons:
        said = ngettext(
            "%(n)s manager says it is in the way: %(text)s",
            "%(n)s managers say it is in the way: %(text)s",
            managers,
        )
        place = f"managers: {text}"[:130]
        what = said % {"n": managers, "text": text}
        yield Finding(kind=Kind.BARRIER, place=place, what=what, facts={"managers": managers})


def versions(passed: Sequence[tuple[int, float, int]]) -> Iterator[Finding]:
    """A version whose first attempts score clearly lower than those of the one before.

    Parameters
    ----------
    passed
        (version, mean score, people), oldest first, of groups that may be shown.
    """
    for (old, before, _n), (new, after, people) in pairwise(passed):
        if before - after >= WORSE:
            words = {"new": new, "old": old, "after": percent(after), "before": percent(before), "n": people}
            what = _("Version %(new)s scores %(after)s on average, version %(old)s %(before)s (%(n)s people).")
            yield Finding(kind=Kind.VERSION, place=str(new), what=what % words, facts={"people": people})


def _made(
    kind: WorkItem.Kind, step: str, what: str, titles: Mapping[str, str], facts: Mapping[str, object], **words: object
) -> Finding:
    return Finding(kind=kind, place=step, what=what % {"step": titles[step], **words}, facts=facts)
