"""Who stands on a level of a competency or above, by the evidence log, with the evidence named."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from upshot.plan.practice import SkipFrom
from upshot.web.accounts.models import Organisation
from upshot.web.competencies.known import Known, known, plan_of
from upshot.web.competencies.levels import standing
from upshot.web.competencies.models import Evidence
from upshot.web.competencies.selectors import entry_of, logs_of
from upshot.web.shell.templatetags.upshot import day

__all__ = ["Reached", "reached"]

_LONGEST = 240


@dataclass(frozen=True, slots=True)
class Reached:
    """Where somebody stands in one competency.

    Parameters
    ----------
    place
        Index of the level in the ladder.
    evidence
        The competency, the level, and the entries that made it, for people to read.
    """

    place: int
    evidence: str


def reached(
    organisation: Organisation, wanted: Iterable[SkipFrom], people: Collection[str]
) -> Mapping[SkipFrom, Mapping[str, Reached]]:
    """Who of some people stands where it is wanted or above.

    A level that nothing on the log shows is nobody's, and neither is one that the competency does not have (any more).
    What is only recommended does not count: somebody has still to look.
    """
    asked = set(wanted)
    if not asked or not people:
        return {}
    names, plan = known(organisation), plan_of(organisation)
    planned = {one.id: one.levels for one in plan.competencies} if plan is not None else {}
    logs = logs_of(organisation, {one.competency for one in asked}, people)
    found: dict[SkipFrom, dict[str, Reached]] = {}
    for one in asked:
        competency = names.get(one.competency)
        least = None if competency is None else _place(competency, planned.get(one.competency, ()), one.level)
        if competency is None or least is None:
            continue
        stand = {person: _stands(competency, log) for (person, key), log in logs.items() if key == one.competency}
        found[one] = {person: there for person, there in stand.items() if there.place >= least}
    return found


def _place(competency: Known, planned: tuple[str, ...], level: str) -> int | None:
    """Index of a level by the plan's name for it, or by the one it is printed with."""
    names = [one.name.casefold() for one in competency.ladder.levels]
    if level.casefold() in names:
        return names.index(level.casefold())
    if level in planned and planned.index(level) < len(names):
        return planned.index(level)
    return None


def _stands(competency: Known, log: list[Evidence]) -> Reached:
    where = standing([entry_of(row) for row in log], competency.ladder)
    rests_on = [f"{row.what} ({day(row.at)})" for row in log if row.pk in where.rests_on]
    text = f"{competency.label}: {competency.ladder.levels[where.level].name}. {'; '.join(rests_on)}"
    return Reached(where.level, text[:_LONGEST])
