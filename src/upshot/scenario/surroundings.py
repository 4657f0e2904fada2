"""What a scenario refers to outside itself, held against what there is: competencies of the firm, KPIs of its plan."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from upshot.errors import Problem
from upshot.scenario.faults import Faults, nearest
from upshot.scenario.model import Scenario

__all__ = ["Surroundings", "out_of_place"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is around a scenario; nothing is said of what is not known (``None``).

    Parameters
    ----------
    competencies
        Names of the plan's and the frameworks' competencies.
    kpis
        Ids of the plan's KPIs.
    """

    competencies: Collection[str] | None = None
    kpis: Collection[str] | None = None


def out_of_place(
    scenario: Scenario, around: Surroundings, lines: Mapping[str, int], file: str | None = None
) -> tuple[Problem, ...]:
    """Gaps for names that nothing around the scenario has: what it shows is kept under a name that leads nowhere.

    Parameters
    ----------
    lines
        Where the head's keys stand, those of competencies as ``competencies.<name>``.
    """
    faults = Faults(file)
    for code, line, text, fix in (*_competencies(scenario, around, lines), *_kpis(scenario, around, lines)):
        faults.add(code, line, text, fix, "gap")
    return faults.in_order()


_Found = tuple[str, int | None, str, str]


def _competencies(scenario: Scenario, around: Surroundings, lines: Mapping[str, int]) -> Iterator[_Found]:
    if (known := around.competencies) is None:
        return
    for one in scenario.competencies:
        if one.id not in known:
            line = lines.get(f"competencies.{one.id}", lines.get("competencies"))
            fix = nearest(one.id, known, "Use a name from the list of competencies, or add it there.")
            yield (
                "competency-not-in-framework", line,
                f"The competency '{one.id}' is in neither the plan nor a framework.", fix,
            )  # fmt: skip


def _kpis(scenario: Scenario, around: Surroundings, lines: Mapping[str, int]) -> Iterator[_Found]:
    if (known := around.kpis) is None:
        return
    for one in scenario.kpis:
        if one not in known:
            fix = nearest(one, known, "Name a KPI of the plan.")
            yield "kpi-not-in-plan", lines.get("kpis"), f"The KPI '{one}' is not in the plan.", fix
