"""Two versions of a scenario: what came, what went, what was probably renamed; and attempts carried over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from upshot.errors import Problem, ScenarioError
from upshot.scenario.model import Choice, Node, Scenario
from upshot.scenario.play import Compiled, Decision, State

__all__ = ["Changes", "IdChanges", "Renamed", "carry", "compare"]

LIKE_ENOUGH = 0.6
MOST_PAIRS = 20_000
_COMPARED = 400


@dataclass(frozen=True, slots=True)
class Renamed:
    """An id that went and one that came, with words so alike that they are probably the same; ``likeness`` to 1."""

    old: str
    new: str
    likeness: float


@dataclass(frozen=True, slots=True)
class IdChanges:
    """Ids that came, went, stayed with other content, and the candidates for renaming among those that came and went.

    Choices are named ``step/choice``, by the new step's id where it was renamed.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """How the new version differs.

    Parameters
    ----------
    nodes, choices
        By id.
    competencies
        Names of competencies that came, went or weigh otherwise.
    measures
        Whether points, marks, ways, flags or the rule for passing changed: scores of the two are not comparable.
    """

    nodes: IdChanges
    choices: IdChanges
    competencies: tuple[str, ...]
    measures: bool


def compare(old: Scenario, new: Scenario, renamed: Mapping[str, str] | None = None) -> Changes:
    """Compare two versions; ``renamed`` are steps known to have another id now (old to new)."""
    known = dict(renamed or {})
    before, after = _by_id(old.nodes), _by_id(new.nodes)
    gone = [name for name in before if known.get(name, name) not in after]
    came = [name for name in after if name not in before and name not in known.values()]
    likely = _likely(
        {name: _node_words(before[name]) for name in gone}, {name: _node_words(after[name]) for name in came}
    )
    same = known | {one.old: one.new for one in likely}
    pairs = [(node, after[name]) for node in before.values() if (name := same.get(node.id, node.id)) in after]
    choices = [_choices(one, other) for one, other in pairs]
    nodes = IdChanges(
        tuple(came), tuple(gone), tuple(other.id for one, other in pairs if _shown(one) != _shown(other)), tuple(likely)
    )
    return Changes(nodes, _together(choices), _competencies(old, new), _measure(old, same) != _measure(new, {}))


def carry(state: State, old: Compiled, new: Compiled, renamed: Mapping[str, str] | None = None) -> State:
    """The same attempt on the new version: every answer given again, under its new id where ``renamed`` says so.

    Parameters
    ----------
    renamed
        Old to new: steps by id, choices as ``step/choice`` (old ids) to the new choice's id.

    Raises
    ------
    ScenarioError
        With every answer that has no place in the new version; the attempt is left as it was.
    """
    old.node(state)
    names = dict(renamed or {})
    problems, decisions = list[Problem](), list[Decision]()
    for at, one in enumerate(state.decisions, 1):
        node = names.get(one.node, one.node)
        choice = names.get(f"{one.node}/{one.choice}", one.choice)
        decisions.append(Decision(node, choice))
        problem = _missing(new, at, one, node, choice)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise ScenarioError(problems)
    return new.replay(tuple(decisions))


def _missing(new: Compiled, at: int, one: Decision, node: str, choice: str) -> Problem | None:
    fix = "Say what it is called now, or let the attempt finish on the version it was begun on."
    if node not in new.nodes:
        text = f"Answer {at} is to the step '{one.node}', which the new version does not have."
        return Problem(code="renamed-step", text=text, fix=fix, value=one.node)
    if all(known.id != choice for known in new.nodes[node].choices):
        text = f"Answer {at} is '{one.choice}' at '{one.node}', which the new version does not offer."
        return Problem(code="renamed-choice", text=text, fix=fix, value=f"{one.node}/{one.choice}")
    return None


def _by_id(nodes: tuple[Node, ...]) -> dict[str, Node]:
    return {node.id: node for node in reversed(nodes)}


def _node_words(node: Node) -> str:
    return " ".join([node.title, node.text, *(choice.text for choice in node.choices)])[:_COMPARED]


def _shown(node: Node) -> tuple[object, ...]:
    return node.title, node.text, node.feedback, node.end, node.outcome, node.reflect, node.pictures


def _choice_words(choice: Choice) -> str:
    return choice.text[:_COMPARED]


def _choices(old: Node, new: Node) -> IdChanges:
    before, after = {one.id: one for one in old.choices}, {one.id: one for one in new.choices}
    gone, came = [name for name in before if name not in after], [name for name in after if name not in before]
    likely = _likely(
        {name: _choice_words(before[name]) for name in gone}, {name: _choice_words(after[name]) for name in came}
    )
    changed = [name for name in before if name in after and before[name] != after[name]]

    def named(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{new.id}/{name}" for name in ids)

    pairs = tuple(Renamed(f"{new.id}/{one.old}", f"{new.id}/{one.new}", one.likeness) for one in likely)
    return IdChanges(named(came), named(gone), named(changed), pairs)


def _together(parts: list[IdChanges]) -> IdChanges:
    return IdChanges(
        tuple(name for part in parts for name in part.added),
        tuple(name for part in parts for name in part.removed),
        tuple(name for part in parts for name in part.changed),
        tuple(one for part in parts for one in part.renamed),
    )


def _likely(gone: dict[str, str], came: dict[str, str]) -> list[Renamed]:
    """Pair what went with what came, the most alike first, each once; identical words are paired at any size."""
    by_words: dict[str, list[str]] = {}
    for name, words in came.items():
        by_words.setdefault(words, []).append(name)
    found = [Renamed(name, by_words[words].pop(0), 1.0) for name, words in gone.items() if by_words.get(words)]
    paired = {name for one in found for name in (("old", one.old), ("new", one.new))}
    left = [name for name in gone if ("old", name) not in paired]
    free = [name for name in came if ("new", name) not in paired]
    if len(left) * len(free) > MOST_PAIRS:
        return found
    close = ((_likeness(gone[old], came[new]), old, new) for old in left for new in free)
    for likeness, old, new in sorted((one for one in close if one[0] >= LIKE_ENOUGH), key=lambda one: -one[0]):
        if ("old", old) not in paired and ("new", new) not in paired:
            paired |= {("old", old), ("new", new)}
            found.append(Renamed(old, new, round(likeness, 3)))
    return found


def _likeness(one: str, other: str) -> float:
    match = SequenceMatcher(None, one, other, autojunk=False)
    if match.real_quick_ratio() < LIKE_ENOUGH or match.quick_ratio() < LIKE_ENOUGH:
        return 0.0
    return match.ratio()


def _competencies(old: Scenario, new: Scenario) -> tuple[str, ...]:
    before, after = {one.id: one for one in old.competencies}, {one.id: one for one in new.competencies}
    return tuple(name for name in before | after if before.get(name) != after.get(name))


def _measure(scenario: Scenario, names: Mapping[str, str]) -> object:
    """All that scores rest on, under the new ids."""
    steps = {
        names.get(node.id, node.id): (
            node.end,
            node.outcome,
            {
                (
                    names.get(one.target, one.target),
                    frozenset(one.points),
                    one.condition,
                    one.effects,
                    one.critical,
                    one.best,
                )
                for one in node.choices
            },
        )
        for node in scenario.nodes
    }
    weights = {one.id: one.weight for one in scenario.competencies}
    start = names.get(scenario.start, scenario.start)
    return steps, weights, scenario.passing, set(scenario.flags), start
