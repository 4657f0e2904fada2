"""The whole plan, `upshot-plan/1`, as one frozen value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Literal, TypeVar

from upshot.errors import PlanError, Problem
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Competency, Kpi
from upshot.plan.objectives import Objective, Owner, Period
from upshot.plan.values import AtLeast, Matches

__all__ = ["SCHEMA", "Plan", "did_you_mean"]

SCHEMA = "upshot-plan/1"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan: what the business wants, how it is read, and what is done about it.

    Lists keep the order of the document; names are those of its keys (``from``, ``if`` and ``for``,
    which Python reserves, end in an underscore).
    """

    version: Annotated[Literal["upshot-plan/1"], "The schema the document follows."] = "upshot-plan/1"
    period: Annotated[Period, "The cycle the plan is for."] = field(default_factory=Period)
    currency: Annotated[str, Matches(r"[A-Z]{3}", "three capital letters, as in EUR"), "Currency of all money."] = "EUR"
    owners: Annotated[Mapping[str, Owner], "People the plan refers to, by a short key."] = field(default_factory=dict)
    rates: Annotated[Mapping[str, Annotated[float, AtLeast(0)]], "Money for an hour, by name; costs refer to it."] = (
        field(default_factory=dict)
    )
    objectives: Annotated[tuple[Objective, ...], "What the business wants. At least one."]
    kpis: Annotated[tuple[Kpi, ...], "How results are read. At least one."]
    competencies: Annotated[tuple[Competency, ...], "What people can do, with observable levels."] = ()
    initiatives: Annotated[tuple[Initiative, ...], "What is done about it. At least one."]

    def initiative(self, id: str) -> Initiative:  # noqa: A002 - the document's own word
        """The initiative with this id.

        Raises
        ------
        PlanError
            If there is none; the message names the nearest one.
        """
        return _named("initiative", id, {item.id: item for item in self.initiatives})

    def kpi(self, id: str) -> Kpi:  # noqa: A002 - the document's own word
        """The KPI with this id.

        Raises
        ------
        PlanError
            If there is none; the message names the nearest one.
        """
        return _named("kpi", id, {item.id: item for item in self.kpis})

    def objective(self, id: str) -> Objective:  # noqa: A002 - the document's own word
        """The objective with this id.

        Raises
        ------
        PlanError
            If there is none; the message names the nearest one.
        """
        return _named("objective", id, {item.id: item for item in self.objectives})


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest known word, the few known ones, or ``otherwise``."""
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"It can be {', '.join(names)}." if names and not otherwise else otherwise


def _named(kind: str, name: str, items: Mapping[str, _T]) -> _T:
    if name in items:
        return items[name]
    text = f"The plan has no {kind} '{name}'."
    raise PlanError(Problem(code=f"unknown-{kind}", text=text, fix=did_you_mean(name, items)))
