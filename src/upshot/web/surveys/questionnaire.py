"""Surveys as files (`upshot-survey/1`): questions with concrete, ordered answers, each with standard and action."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from upshot.plan.decode import Found
from upshot.plan.objectives import Id
from upshot.plan.sheets import load
from upshot.plan.values import Between, Duration

__all__ = ["FORMAT", "STANDARDS", "Answer", "Question", "Standard", "Survey", "parse_survey"]

FORMAT = "upshot-survey/1"
Standard = Literal["alarming", "low", "acceptable", "superior"]
STANDARDS: tuple[Standard, ...] = get_args(Standard)
"""What an answer means for the programme, from worst to best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer that can be chosen: something that can be true, not a degree of liking."""

    id: Annotated[Id, "Name of the answer; keep it when the words change."]
    text: Annotated[str, "What the person says by it."]
    standard: Annotated[Standard, "What it means: `alarming`, `low`, `acceptable` or `superior`."]
    action: Annotated[str, "What whoever runs the programme does when many choose it."]
    share: Annotated[
        float | None, Between(0, 1), "For `measures: use`: which part of what was learned it says is used."
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question."""

    id: Annotated[Id, "Name of the question; keep it when the words change."]
    text: Annotated[str, "What is asked."]
    measures: Annotated[
        Literal["use", "effect"] | None,
        "`use` gives application rate and scrap learning, `effect` the net impact score; default neither.",
    ] = None
    answers: Annotated[tuple[Answer, ...], "Answers from worst to best; none for an open question."] = ()
    help: Annotated[str | None, "A line under the question."] = None

    @property
    def open(self) -> bool:
        """Whether it is answered in one's own words."""
        return not self.answers

    def answer(self, name: str) -> Answer | None:
        """The answer of this id."""
        return next((one for one in self.answers if one.id == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Questions to one kind of reader, so long after a path was done."""

    format: Annotated[str, "`upshot-survey/1`."]
    id: Annotated[Id, "Name of the survey."]
    title: Annotated[str, "How it is printed."]
    to: Annotated[Literal["learner", "manager"], "Who is asked: whoever did the path, or their managers."]
    after: Annotated[Duration, "How long after the path was done."]
    questions: Annotated[tuple[Question, ...], "What is asked, in order."]
    about: Annotated[str | None, "A line above the questions."] = None

    def question(self, name: str) -> Question | None:
        """The question of this id."""
        return next((one for one in self.questions if one.id == name), None)


def parse_survey(text: str | bytes, file: str | None = None) -> Survey:
    """Read a survey.

    Raises
    ------
    InputError
        With every problem found, each with its line.
    """
    return load(text, Survey, FORMAT, file=file, rules=_broken)


def _broken(survey: Survey) -> Iterator[Found]:
    if not survey.questions:
        yield Found(path=("questions",), code="no-questions", text="The survey asks nothing.", fix="Add a question.")
    known: set[str] = set()
    for at, question in enumerate(survey.questions):
        path = ("questions", at)
        if question.id in known:
            text = f"Two questions are called {question.id!r}."
            yield Found(path=(*path, "id"), code="same-id", text=text, fix="Give each question its own id.")
        known.add(question.id)
        yield from _broken_question(question, path)


def _broken_question(question: Question, path: tuple[str | int, ...]) -> Iterator[Found]:
    where, answers = (*path, "answers"), question.answers
    if question.open:
        if question.measures is not None:
            text = "An open question measures nothing."
            yield Found(path=(*path, "measures"), code="open-measure", text=text, fix="Add answers, or drop measures.")
        return
    if len(answers) < 2:
        text = "A question needs two answers at least."
        yield Found(path=where, code="few-answers", text=text, fix="Say what else could be true.")
    if len({one.id for one in answers}) < len(answers):
        text = "Two answers have the same id."
        yield Found(path=where, code="same-id", text=text, fix="Give each answer its own id.")
    ranks = [STANDARDS.index(one.standard) for one in answers]
    if ranks != sorted(ranks):
        text = "The answers are not ordered from the worst standard to the best."
        yield Found(path=where, code="not-ordered", text=text, fix="Order them from alarming to superior.")
    if len(set(ranks)) < 2:
        text = "Every answer has the same standard, so no answer would lead to anything."
        yield Found(path=where, code="one-standard", text=text, fix="Say which answers are good enough.")
    yield from _broken_use(question, where)


def _broken_use(question: Question, where: tuple[str | int, ...]) -> Iterator[Found]:
    shares = [one.share for one in question.answers]
    known = [share for share in shares if share is not None]
    if question.measures == "use" and len(known) < len(shares):
        text = "An answer about use lacks its share."
        yield Found(path=where, code="no-share", text=text, fix="Write share: 0 to 1 beside each answer.")
    if question.measures != "use" and known:
        text = "Only a question that measures use may give shares."
        yield Found(path=where, code="share-elsewhere", text=text, fix="Write measures: use, or drop the shares.")
    if known != sorted(known):
        text = "The shares do not rise from answer to answer."
        yield Found(path=where, code="share-order", text=text, fix="Order the answers by how much is used.")
