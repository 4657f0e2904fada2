"""A step as a page shows it: words as HTML, choices as form values, pictures under their addresses."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from upshot.scenario import Choice, Node
from upshot.web.practice.selectors import Told
from upshot.web.practice.wording import block, inline, plain

__all__ = ["ShownChoice", "ShownStep", "ShownTold", "pictures_at", "shown_step", "shown_transcript"]


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice: its id, and its words."""

    id: str
    words: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A step ready for the page; ``turn`` where there is one way on and nothing to decide."""

    title: str
    text: SafeString
    arrival: SafeString
    choices: Sequence[ShownChoice]
    turn: bool
    end: bool
    outcome: str
    reflect: SafeString


@dataclass(frozen=True, slots=True)
class ShownTold:
    """One answer given: title and text of its step, the words chosen, and what was said to them."""

    title: str
    text: SafeString
    words: SafeString
    feedback: SafeString
    turn: bool


def pictures_at(org: str, slug: str) -> Callable[[str], str]:
    """The address of a scenario's picture by its name."""

    def address(name: str) -> str:
        return reverse("practice-picture", kwargs={"org": org, "slug": slug, "name": name.rpartition("/")[2] or "-"})

    return address


def shown_step(node: Node, choices: Iterable[Choice], picture: Callable[[str], str]) -> ShownStep:
    """One step."""
    offered = tuple(choices)
    return ShownStep(
        title=plain(node.title),
        text=block(node.text, picture),
        arrival=block(node.feedback, picture) if node.feedback else SafeString(""),
        choices=[ShownChoice(one.id, inline(one.text)) for one in offered],
        turn=len(offered) == 1 and offered[0].turn,
        end=node.end,
        outcome=node.outcome or "",
        reflect=inline(node.reflect),
    )


def shown_transcript(told: Iterable[Told], picture: Callable[[str], str]) -> list[ShownTold]:
    """What happened so far."""
    return [
        ShownTold(
            plain(one.node.title), block(one.node.text, picture), inline(one.choice.text),
            block(one.feedback, picture) if one.feedback else SafeString(""), one.choice.turn,
        )
        for one in told
    ]  # fmt: skip
