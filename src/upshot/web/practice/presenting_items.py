"""Item statistics as the page of a scenario's answers shows them: in words, with what is withheld said as such."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from upshot.report.numbers import count, percent
from upshot.scenario import Choice, Node
from upshot.web.practice.counting import Item
from upshot.web.practice.items import Counted
from upshot.web.practice.wording import plain

__all__ = ["ShownAnswer", "ShownItem", "shown_items"]

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A choice in the table: its words and mark, its share in per cent, people in all and by version."""

    words: str
    mark: str
    share: int | None
    people: str
    by_version: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """One step; without ``people`` there is nothing to show."""

    id: str
    title: str
    people: str = ""
    versions: Sequence[int] = ()
    answers: Sequence[ShownAnswer] = ()
    facts: Sequence[tuple[str, str]] = ()


def shown_items(found: Counted) -> list[ShownItem]:
    """Every step with something to decide, in the order of the text."""
    steps = (node for node in found.content.nodes if len(node.choices) > 1)
    return [_shown(node, found.items.get(node.id), found) for node in steps]


def _shown(node: Node, item: Item | None, found: Counted) -> ShownItem:
    title = plain(node.title)
    if item is None or item.spread.people is None:
        return ShownItem(id=node.id, title=title)
    versions = sorted(item.spread.versions) if len(found.versions) > 1 else []
    return ShownItem(
        id=node.id,
        title=title,
        people=count(item.spread.people),
        versions=versions,
        answers=[_answer(choice, item, versions) for choice in node.choices],
        facts=_facts(item, found.left.get(node.id, 0)),
    )


def _answer(choice: Choice, item: Item, versions: Sequence[int]) -> ShownAnswer:
    people = item.spread.totals.get(choice.id, 0)
    share = None if people is None else round(100 * people / (item.spread.people or 1))
    mark = "best" if choice.best else "critical" if choice.critical else ""
    cells = [_count(item.spread.cells.get((one, choice.id), 0)) for one in versions]
    return ShownAnswer(plain(choice.text), mark, share, _count(people), cells)


def _facts(item: Item, left: int | None) -> list[tuple[str, str]]:
    later = _share(item.right_later)
    if item.right_later is not None and item.came_back is not None:
        later = _("%(share)s of %(n)s people who came back") % {"share": later, "n": count(item.came_back)}
    told = _("cannot tell") if item.discrimination is None else f"{item.discrimination:.1f}".replace("-", "\u2212")
    seconds = _NOTHING if item.seconds is None else _("%(n)s seconds") % {"n": f"{item.seconds:.0f}"}
    return [
        (_("Right the first time"), _share(item.right)),
        (_("Right in the newest later attempt"), later),
        (_("Tells skilled from less skilled"), told),
        (_("Time to a first answer, median"), seconds),
        (_("Left here for good"), _count(left)),
    ]


def _count(people: int | None) -> str:
    return _("withheld") if people is None else count(people)


def _share(share: float | None) -> str:
    return _NOTHING if share is None else percent(share)
