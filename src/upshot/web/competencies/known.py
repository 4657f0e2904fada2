"""The competencies of an organisation by name: those of the plan, and items of frameworks that are in use here."""

from collections.abc import Mapping
from dataclasses import dataclass

from upshot.errors import PlanError, WorkspaceError
from upshot.plan import Plan
from upshot.plan.kpis import Competency
from upshot.web.accounts.models import Organisation
from upshot.web.competencies.levels import HOUSE, Ladder, Level
from upshot.web.competencies.models import Item, Scale
from upshot.web.plans.selectors import current_document

__all__ = ["Known", "known", "labels", "plan_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One competency.

    Parameters
    ----------
    key
        Name in scenarios and in the plan.
    label, statement
        In a few words, and in full.
    origin
        Title of its framework; empty for what only the plan names.
    item
        Number of the framework's item.
    ladder
        Its levels.
    """

    key: str
    label: str
    statement: str
    origin: str
    item: int | None
    ladder: Ladder


def plan_of(organisation: Organisation) -> Plan | None:
    """Today's plan; nothing where there is none that loads."""
    try:
        return current_document(organisation).plan
    except (PlanError, WorkspaceError):
        return None


def known(organisation: Organisation) -> dict[str, Known]:
    """Every competency that scenarios and the map may name, by name; retired ones are left out."""
    plan = plan_of(organisation)
    named = {one.id: one for one in plan.competencies} if plan is not None else {}
    scales = {row.competency: row for row in Scale.objects.filter(organisation=organisation)}
    found = {
        key: Known(
            key=key, label=one.label or key, statement="", origin="", item=None, ladder=_ladder(scales.get(key), one)
        )
        for key, one in named.items()
    }
    items = Item.objects.filter(organisation=organisation, used=True, retired=None).select_related("framework")
    for item in items.order_by("framework__title", "position"):
        found[item.key] = Known(
            key=item.key, label=item.label, statement=str(item.body.get("fullStatement") or ""),
            origin=item.framework.title, item=item.pk, ladder=_ladder(scales.get(item.key), named.get(item.key)),
        )  # fmt: skip
    return found


def labels(organisation: Organisation) -> Mapping[str, str]:
    """How the competencies are called, by name: what the studio checks scenarios against."""
    return {key: one.label for key, one in known(organisation).items()}


def _ladder(scale: Scale | None, planned: Competency | None) -> Ladder:
    if scale is not None:
        return Ladder(tuple(Level(one["name"], one["anchor"]) for one in scale.levels), scale.practice_up_to)
    names = planned.levels if planned is not None else ()
    if len(names) < 2:
        return HOUSE
    if all(name.isdigit() for name in names) and len(names) <= len(HOUSE.levels):
        return Ladder(HOUSE.levels[: len(names)])
    return Ladder(tuple(Level(name) for name in names))
