"""The map: role, critical actions, the competencies they take, the practice that trains them, the content before it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Step
from upshot.web.accounts.models import Organisation
from upshot.web.competencies.known import Known
from upshot.web.competencies.told import Practised

__all__ = ["Map", "MapAction", "MapInitiative", "MapStep", "action_name", "drawn", "practised"]

_CONTENT = ("assessment", "module", "document", "session")


def practised(organisation: Organisation) -> Sequence[Practised]:
    """Every scenario that is not retired, from ``settings.PRACTISED``."""
    tell: Callable[[Organisation], Sequence[Practised]] = import_string(settings.PRACTISED)
    return tell(organisation)


@dataclass(frozen=True, slots=True)
class MapAction:
    """A critical action: who would see it, the competencies it takes, and the scenarios that train one of them."""

    name: str
    text: str
    seen_by: Sequence[str]
    competencies: Sequence[Known]
    practice: Sequence[Practised]

    @property
    def gap(self) -> str:
        """What is missing: ``competency``, ``practice`` or nothing."""
        return "" if self.practice else "practice" if self.competencies else "competency"


@dataclass(frozen=True, slots=True)
class MapStep:
    """A step of the path on the map.

    Parameters
    ----------
    gap
        ``scenario`` where the one it names is not here, ``action`` where no action of the initiative takes what it
        trains; else empty.
    """

    id: str
    kind: str
    title: str
    scenario: Practised | None
    gap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapInitiative:
    """One initiative's lines of the map."""

    id: str
    title: str
    role: str
    actions: Sequence[MapAction]
    practice: Sequence[MapStep]
    content: Sequence[MapStep]

    @property
    def gaps(self) -> int:
        """How many places are open."""
        return sum(bool(one.gap) for one in self.actions) + sum(bool(one.gap) for one in self.practice)

    @property
    def taken(self) -> Sequence[str]:
        """Names of the competencies that its actions take."""
        return tuple(dict.fromkeys(one.key for action in self.actions for one in action.competencies))


@dataclass(frozen=True, slots=True)
class Map:
    """The whole map; ``loose`` are scenarios that no path names."""

    initiatives: Sequence[MapInitiative]
    loose: Sequence[Practised]


def action_name(initiative: Initiative, at: int) -> str:
    """The name an action is linked by: its id, or its place."""
    return initiative.actions[at].id or f"action-{at + 1}"


def drawn(
    plan: Plan, links: Iterable[tuple[str, str, str]], known: Mapping[str, Known], scenarios: Sequence[Practised]
) -> Map:
    """Draw the map.

    Parameters
    ----------
    links
        (initiative, action, competency).
    """
    lines: dict[tuple[str, str], list[Known]] = {}
    for initiative, action, competency in links:
        if competency in known:
            lines.setdefault((initiative, action), []).append(known[competency])
    by_name = {name: one for one in scenarios for name in one.names}
    made = [_initiative(one, lines, scenarios, by_name) for one in plan.initiatives if one.actions or one.path]
    named = {step.scenario.slug for one in made for step in one.practice if step.scenario is not None}
    return Map(made, [one for one in scenarios if one.slug not in named])


def _initiative(
    initiative: Initiative, lines: Mapping[tuple[str, str], list[Known]], scenarios: Sequence[Practised],
    by_name: Mapping[str, Practised],
) -> MapInitiative:  # fmt: skip
    named = {step.ref for step in initiative.path if step.kind == "scenario" and step.ref}
    own = [one for one in scenarios if one.names & named]
    actions = [
        _action(initiative, at, lines.get((initiative.id, action_name(initiative, at)), []), own)
        for at in range(len(initiative.actions))
    ]
    taken = {one.key for action in actions for one in action.competencies}
    practice = [step for step in initiative.path if step.kind in ("scenario", "practice", "challenge")]
    return MapInitiative(
        id=initiative.id,
        title=initiative.title or initiative.id,
        role=str(initiative.audience.where or ""),
        actions=actions,
        practice=[_step(step, by_name, taken, bool(initiative.actions)) for step in practice],
        content=[_plain(step) for step in initiative.path if step.kind in _CONTENT],
    )


def _action(initiative: Initiative, at: int, takes: Sequence[Known], own: Sequence[Practised]) -> MapAction:
    action, keys = initiative.actions[at], {one.key for one in takes}
    practice = [one for one in own if one.published and keys & set(one.competencies)]
    return MapAction(action_name(initiative, at), action.text, action.seen_by, takes, practice)


def _step(step: Step, by_name: Mapping[str, Practised], taken: set[str], acted: bool) -> MapStep:
    scenario = by_name.get(step.ref or "")
    gap = ""
    if step.kind == "scenario":
        trains = set(scenario.competencies) if scenario is not None else set()
        gap = "scenario" if scenario is None else "" if trains & taken or not acted else "action"
    return MapStep(step.id, step.kind, step.title or step.id, scenario, gap)


def _plain(step: Step) -> MapStep:
    return MapStep(step.id, step.kind, step.title or step.id, None, "")
