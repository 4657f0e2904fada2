"""Every scenario with the names a plan may call it by and the competencies it gives points for, for the map."""

from dataclasses import dataclass
from functools import lru_cache

from upshot.scenario import examine
from upshot.web.accounts.models import Organisation
from upshot.web.practice.models import Scenario, ScenarioVersion

__all__ = ["Practised", "names_of", "practised"]


@dataclass(frozen=True, slots=True)
class Practised:
    """A scenario that is not retired.

    Parameters
    ----------
    names
        What a step's ``ref`` may call it.
    competencies
        Of the version learners have, or of the newest where none is published.
    published
        Whether learners have a version.
    """

    slug: str
    title: str
    names: frozenset[str]
    competencies: tuple[str, ...]
    published: bool


def practised(organisation: Organisation) -> list[Practised]:
    """Every scenario of an organisation that is not retired, by title."""
    rows = ScenarioVersion.objects.filter(scenario__organisation=organisation, scenario__retired=None)
    shown: dict[int, ScenarioVersion] = {}
    for row in rows.select_related("scenario").order_by("number"):
        before = shown.get(row.scenario_id)
        if before is None or before.state != ScenarioVersion.State.PUBLISHED:
            shown[row.scenario_id] = row
    made = [
        Practised(
            slug=row.scenario.slug, title=row.title, names=names_of(row.scenario), competencies=_trained(row.text),
            published=row.state == ScenarioVersion.State.PUBLISHED,
        )
        for row in shown.values()
    ]  # fmt: skip
    return sorted(made, key=lambda one: one.title.casefold())


def names_of(scenario: Scenario) -> frozenset[str]:
    """What a step of the plan's path may call a scenario: its address, its name, its file."""
    file = f"{scenario.slug}.scenario.md"
    return frozenset({scenario.activity, scenario.slug, file, f"scenarios/{file}"})


@lru_cache(maxsize=256)
def _trained(text: str) -> tuple[str, ...]:
    draft = examine(text).draft
    return tuple(one.id for one in draft.competencies) if draft is not None else ()
