"""Ids through the versions: what an answer to an older version is called in a newer one, and what has no place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from upshot.scenario import Scenario as Content
from upshot.scenario import compare
from upshot.web.practice.models import Decision, ScenarioVersion

__all__ = ["Homeless", "homeless", "ids_of", "lineage", "translated"]

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Homeless:
    """An id with answers on it that a new version lacks: ``step`` or ``step/choice``, and what it may be now."""

    id: str
    answers: int
    likely: str = ""

    @property
    def is_choice(self) -> bool:
        """Whether it is a choice rather than a step."""
        return "/" in self.id


def ids_of(content: Content) -> dict[str, tuple[str, ...]]:
    """Ids of every step, and of its choices."""
    return {node.id: tuple(choice.id for choice in node.choices) for node in content.nodes}


def lineage(version: ScenarioVersion) -> list[ScenarioVersion]:
    """Every version that learners got, oldest first."""
    found = version.scenario.versions.exclude(published=None)
    return list(found.defer("text").order_by("published", "pk"))


def translated(step: str, choice: str, renamings: Iterable[Mapping[str, str]]) -> Name | None:
    """An answer under the ids of a newer version; nothing where its step or choice was said to be gone."""
    for renamed in renamings:
        after = renamed.get(f"{step}/{choice}", choice)
        step = renamed.get(step, step)
        choice = after
        if not step or not choice:
            return None
    return step, choice


def homeless(
    answers: Mapping[Name, int], old: Content, new: Content, renamed: Mapping[str, str] | None = None
) -> list[Homeless]:
    """Ids with answers on them that the new version lacks and nobody said what became of.

    Parameters
    ----------
    answers
        How many answers each (step, choice) has, under the old version's ids.
    renamed
        What somebody said: old id to new; an empty name says that it is gone.
    """
    known, after = dict(renamed or {}), ids_of(new)
    said = {name: to for name, to in known.items() if "/" not in name and to in after}
    likely = compare(old, new, said)
    steps = {one.old: one.new for one in likely.nodes.renamed}
    choices = {one.old: one.new.partition("/")[2] for one in likely.choices.renamed}
    found: dict[str, Homeless] = {}
    for (step, choice), count in sorted(answers.items()):
        if known.get(step) == "":
            continue
        to = known.get(step, step)
        if to not in after:
            before = found.get(step)
            found[step] = Homeless(step, count + (before.answers if before else 0), steps.get(step, ""))
            continue
        name = f"{step}/{choice}"
        if known.get(name) != "" and known.get(name, choice) not in after[to]:
            found[name] = Homeless(name, count, choices.get(f"{to}/{choice}", ""))
    return list(found.values())


def answers_under(versions: Sequence[ScenarioVersion]) -> dict[Name, int]:
    """How many answers each (step, choice) has, under the ids of the last of these versions."""
    place = {version.pk: at for at, version in enumerate(versions)}
    rows = (
        Decision.objects.filter(attempt__version__in=list(place))
        .values("attempt__version", "step", "choice")
        .annotate(answers=Count("pk"))
        .order_by()
    )
    found: dict[Name, int] = {}
    for row in rows:
        later = [dict(one.renamed) for one in versions[place[row["attempt__version"]] + 1 :]]
        name = translated(row["step"], row["choice"], later)
        if name is not None:
            found[name] = found.get(name, 0) + int(row["answers"])
    return found
