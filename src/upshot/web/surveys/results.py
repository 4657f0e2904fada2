"""What the answers of a survey add up to, as far as a viewer may be shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from upshot.web.accounts.viewer import Viewer
from upshot.web.surveys.figures import Figure, Source, application_rate, net_impact, scrap_learning, two_sources
from upshot.web.surveys.models import Response, Use
from upshot.web.surveys.questionnaire import Answer, Question, Standard, Survey
from upshot.web.surveys.texts import survey_of
from upshot.workspace.disclosing import Disclosure

__all__ = ["Beside", "Chosen", "Group", "Results", "Shown", "beside", "results_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One answer and how many chose it; ``None`` where too few, or where it would give others away."""

    answer: Answer
    people: int | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One question with its answers.

    Parameters
    ----------
    leads_to
        What the answer calls for at which half of the people, counted from the worst, have been passed.
    """

    question: Question
    chosen: tuple[Chosen, ...]
    standard: Standard | None
    leads_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A region: how many answered, and its application rate; ``None`` where too few to be shown."""

    name: str
    people: int | None
    rate: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything the page shows; figures are absent where fewer answered than may be shown."""

    survey: Survey
    asked: int | None
    answered: int | None
    rate: Figure | None
    scrap: Figure | None
    impact: Figure | None
    questions: tuple[Shown, ...]
    groups: tuple[Group, ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The application rate of two sources, side by side."""

    sources: tuple[Source, Source]
    rates: tuple[Figure | None, Figure | None]


def results_of(viewer: Viewer, use: Use) -> Results:
    """Count a survey's answers."""
    survey, gate = survey_of(use.text), Disclosure(minimum=viewer.minimum_group)
    responses = list(use.responses.all())
    asked, answered = gate.nested([use.asks.count(), len(responses)])
    enough = not gate.small(len(responses)) and bool(responses)
    used, worth = (_answers(survey, name, responses) if enough else [] for name in ("use", "effect"))
    told = (one for one in survey.questions if not one.open) if enough else ()
    return Results(
        survey=survey,
        asked=asked,
        answered=answered if answered is not None or not enough else len(responses),
        rate=application_rate(used) if _whole(used, gate) else None,
        scrap=scrap_learning(used) if _whole(used, gate) else None,
        impact=net_impact(worth) if _whole(worth, gate) else None,
        questions=tuple(shown for one in told if (shown := _shown(one, responses, gate)) is not None),
        groups=_groups(survey, responses, gate) if enough else (),
        words=_words(survey, responses, gate) if enough else (),
        least=viewer.minimum_group,
    )


def beside(viewer: Viewer, use: Use) -> Beside | None:
    """The same initiative's newest survey of the other side, for the table of two sources."""
    own: Source = "self" if survey_of(use.text).to == "learner" else "manager"
    others = Use.objects.filter(organisation=viewer.organisation, initiative=use.initiative).exclude(pk=use.pk)
    for other in others.select_related("text"):
        source: Source = "self" if survey_of(other.text).to == "learner" else "manager"
        if source != own:
            sources = two_sources(own, source)
            return Beside(sources=sources, rates=(results_of(viewer, use).rate, results_of(viewer, other).rate))
    return None


def _whole(answers: Sequence[Answer], gate: Disclosure) -> bool:
    """Whether a figure may be made of answers: from it and the counts beside it, a withheld count could be solved."""
    counts = Counter(one.id for one in answers)
    return bool(counts) and not any(map(gate.small, counts.values()))


def _answers(survey: Survey, measures: str, responses: Sequence[Response]) -> list[Answer]:
    """Answers to the question that measures something, one a response."""
    question = next((one for one in survey.questions if one.measures == measures), None)
    if question is None:
        return []
    found = (question.answer(str(one.answers.get(question.id, ""))) for one in responses)
    return [one for one in found if one is not None]


def _shown(question: Question, responses: Sequence[Response], gate: Disclosure) -> Shown | None:
    """One question with its answers; nothing of one that too few answered."""
    counts = Counter(str(one.answers[question.id]) for one in responses if one.answers.get(question.id))
    whole = sum(counts.values())
    if not whole or gate.small(whole):
        return None
    shown = gate.table({(name,): count for name, count in counts.items()})
    chosen = []
    for answer in question.answers:
        people = shown[answer.id,] if counts[answer.id] else 0
        chosen.append(Chosen(answer=answer, people=people, share=None if people is None else people / whole))
    middle = _middle(question, counts)
    return Shown(
        question=question,
        chosen=tuple(chosen),
        standard=middle.standard if middle is not None else None,
        leads_to=middle.action if middle is not None else "",
    )


def _middle(question: Question, counts: Counter[str]) -> Answer | None:
    """The answer of the median person, of the two middle ones the worse."""
    half, passed = (sum(counts.values()) + 1) // 2, 0
    for answer in question.answers:
        passed += counts[answer.id]
        if passed >= half:
            return answer
    return None


def _groups(survey: Survey, responses: Sequence[Response], gate: Disclosure) -> tuple[Group, ...]:
    """Regions with enough answers; where one is withheld, so that none follows from the total, its neighbour is too.

    Rates are shown of all or none: in no region shown, nor in those withheld taken together, may those who use it, or
    those who do not, be a few.
    """
    found: dict[str, list[Response]] = {}
    for one in responses:
        found.setdefault(one.group, []).append(one)
    shown = gate.table({(name,): len(rows) for name, rows in found.items()})
    used = {name: _answers(survey, "use", rows) for name, rows in found.items()}
    rest = [answer for name, answers in used.items() if shown[name,] is None for answer in answers]
    pools = [*(answers for name, answers in used.items() if shown[name,] is not None), rest]
    safe = not any(gate.small(count) for pool in pools for count in Counter(bool(one.share) for one in pool).values())
    return tuple(
        Group(
            name=name,
            people=shown[name,],
            rate=application_rate(used[name]) if safe and shown[name,] is not None else None,
        )
        for name in sorted(found)
    )


def _words(survey: Survey, responses: Sequence[Response], gate: Disclosure) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Own words, in an order that says nothing, where enough people wrote some."""
    found = []
    for question in survey.questions:
        said = tuple(sorted(str(one.words[question.id]) for one in responses if one.words.get(question.id)))
        if question.open and said and not gate.small(len(said)):
            found.append((question.text, said))
    return tuple(found)
