"""A question as its page shows it: the case, the step, the choices; after the answer, what was said to it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from upshot.web.practice.content import playable
from upshot.web.practice.presenting import ShownStep, pictures_at, shown_step
from upshot.web.practice.wording import block, inline
from upshot.web.spacing.models import Review
from upshot.web.spacing.selectors import Question

__all__ = ["ShownAnswer", "ShownQuestion", "shown_answer", "shown_question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuestion:
    """A question: what it is about, its step, and what the form sends back."""

    card: int
    number: int
    title: str
    summary: str
    lang: str
    step: ShownStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """An answer: the words chosen, what is said to them, and the best answers where it was none of them."""

    title: str
    lang: str
    step: ShownStep
    right: bool
    words: SafeString
    feedback: SafeString
    best: tuple[tuple[SafeString, SafeString], ...]


def shown_question(question: Question, org: str) -> ShownQuestion:
    """A question that waits for its answer."""
    content = playable(question.version.text)
    node = content.compiled.nodes[question.step]
    return ShownQuestion(
        card=question.card.pk, number=question.number, title=content.scenario.title,
        summary=content.scenario.summary, lang=content.scenario.lang,
        step=shown_step(node, node.choices, pictures_at(org, question.card.scenario.slug)),
    )  # fmt: skip


def shown_answer(review: Review, org: str) -> ShownAnswer:
    """An answer that was given."""
    content = playable(review.version.text)
    node = content.compiled.nodes[review.step]
    picture = pictures_at(org, review.version.scenario.slug)
    chosen = next(one for one in node.choices if one.id == review.choice)
    better = () if review.success else tuple(one for one in node.choices if one.best)
    return ShownAnswer(
        title=content.scenario.title, lang=content.scenario.lang, step=shown_step(node, node.choices, picture),
        right=review.success, words=inline(chosen.text),
        feedback=block(chosen.feedback, picture) if chosen.feedback else SafeString(""),
        best=tuple(
            (inline(one.text), block(one.feedback, picture) if one.feedback else SafeString("")) for one in better
        ),
    )  # fmt: skip
