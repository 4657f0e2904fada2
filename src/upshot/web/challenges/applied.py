"""What came of challenges in an initiative: how far they are, use at work from two sources, what helped and hindered.

Kirkpatrick level 3. What people say of themselves and what others saw are counted apart, side by side; a number over
both, or one of them held against itself, is never made.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.models import Challenge, CheckIn
from upshot.web.challenges.wording import HELPED, HINDERED, Words
from upshot.workspace.disclosing import Disclosure

__all__ = ["Applied", "Reason", "Said", "applied_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one source said at one check-in.

    Parameters
    ----------
    answered, used
        People; ``None`` where too few, or too few of the others, to be shown.
    """

    answered: int | None
    used: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that helped or was in the way, and how many people named it."""

    text: Words
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Everything the page shows.

    Parameters
    ----------
    states
        People by state, each counted once, by the challenge they planned last.
    said
        Check-ins that were answered by anybody: days, then what each source said.
    least
        Smallest group shown.
    """

    states: tuple[tuple[str, int | None], ...]
    said: tuple[tuple[int, Said, Said], ...]
    helped: tuple[Reason, ...]
    hindered: tuple[Reason, ...]
    least: int


def applied_of(viewer: Viewer, initiative: str) -> Applied:
    """Count an initiative's challenges and check-ins, as far as the viewer may be shown."""
    gate = Disclosure(minimum=viewer.minimum_group)
    found = Challenge.objects.filter(organisation=viewer.organisation, initiative=initiative)
    newest = dict(found.order_by("planned", "number").values_list("person", "state"))
    answers = list(
        CheckIn.objects.filter(challenge__organisation=viewer.organisation, challenge__initiative=initiative)
        .exclude(answered=None)
        .order_by("answered")
        .values_list("days", "source", "challenge__person", "used", "helped", "hindered")
    )
    return Applied(
        states=_states(Counter(newest.values()), gate),
        said=tuple(_said(days, answers, gate) for days in sorted({one[0] for one in answers})),
        helped=_reasons([(one[2], one[4]) for one in answers], HELPED, gate),
        hindered=_reasons([(one[2], one[5]) for one in answers], HINDERED, gate),
        least=viewer.minimum_group,
    )


Answer = tuple[int, str, str, bool | None, list[str], list[str]]


def _states(counts: Counter[str], gate: Disclosure) -> tuple[tuple[str, int | None], ...]:
    """Counts that add up to a total which is shown: small ones and their neighbours are withheld."""
    shown = gate.table({(state,): count for state, count in counts.items()})
    return tuple((str(state.label), shown[state.value,]) for state in Challenge.State if counts[state.value])


def _said(days: int, answers: Sequence[Answer], gate: Disclosure) -> tuple[int, Said, Said]:
    """The two sources of one check-in, each with its own people."""
    both = []
    for source in CheckIn.Source:
        asked = {one[2]: one[3] for one in answers if one[0] == days and one[1] == source}
        answered, used = gate.nested([len(asked), sum(map(bool, asked.values()))])
        both.append(Said(answered=answered, used=used))
    return days, both[0], both[1]


def _reasons(
    said: Sequence[tuple[str, list[str]]], words: Sequence[tuple[str, Words]], gate: Disclosure
) -> tuple[Reason, ...]:
    """Reasons by how many people's work they were named for, by anybody; those of too few are left out."""
    people: dict[str, set[str]] = {}
    for person, codes in said:
        for code in codes:
            people.setdefault(code, set()).add(person)
    found = [Reason(text, len(people.get(code, ()))) for code, text in words]
    return tuple(sorted((one for one in found if one.people and not gate.small(one.people)), key=lambda r: -r.people))
