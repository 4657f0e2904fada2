"""What is wrong with a scenario as a graph: where it leads nowhere, cannot end, or measures nothing; all at once."""

from upshot.errors import Problem
from upshot.scenario.bounds import Bounds, bounds_over
from upshot.scenario.faults import Faults, nearest
from upshot.scenario.loops import can_finish, groups
from upshot.scenario.model import Node, Scenario
from upshot.scenario.states import LOST, MAX_STATES, StateGraph, expand

__all__ = ["lint"]

_SHOWN = 6


def lint(scenario: Scenario, file: str | None = None, head_lines: dict[str, int] | None = None) -> tuple[Problem, ...]:
    """Judge a scenario; each problem stands at the line of the step or choice it is about.

    Parameters
    ----------
    scenario
        As read; parts that could not be read are not in it.
    file
        Name printed in problems.
    head_lines
        Where the head's keys stand, so that problems with them can be placed.
    """
    faults, lines = Faults(file), head_lines or {}
    _targets(scenario, faults, lines)
    _steps(scenario, faults)
    _flags(scenario, faults)
    graph = expand(scenario)
    if not graph.complete:
        fix = "Use fewer flags, smaller ranges, or two scenarios."
        said = f"Steps and flags make more than {MAX_STATES:,} situations; the scenario cannot be checked."
        faults.add("too-many-situations", lines.get("flags"), said, fix)
        return faults.in_order()
    _reach(graph, faults)
    _endings(graph, faults)
    _decisions(graph, faults)
    _points(scenario, bounds_over(graph), faults, lines)
    return faults.in_order()


def _targets(scenario: Scenario, faults: Faults, lines: dict[str, int]) -> None:
    known = [node.id for node in scenario.nodes]
    ids = set(known)
    if scenario.start not in ids:
        fix = nearest(scenario.start, known, "Name the id of a step.")
        faults.add("missing-target", lines.get("start"), f"The start '{scenario.start}' is not a step.", fix)
    for node in scenario.nodes:
        for choice in node.choices:
            if choice.target not in ids:
                fix = nearest(choice.target, known, "Name the id of a step, or write the step.")
                said = f"The choice '{choice.id}' leads to '{choice.target}', which is not a step."
                faults.add("missing-target", choice.line, said, fix)


def _steps(scenario: Scenario, faults: Faults) -> None:
    for node in scenario.nodes:
        if node.end and node.choices:
            fix = "Remove '.end' from the heading, or the choices."
            faults.add("end-with-choices", node.line, f"The ending '{node.id}' has choices.", fix)
        if not node.end and not node.choices:
            fix = "Give it a choice, or mark it as an ending with '.end' in its heading."
            faults.add("dead-end", node.line, f"The step '{node.id}' has no choices and is no ending.", fix)
        if node.end and node.outcome is None:
            fix = "Write 'outcome=success', 'outcome=partial' or 'outcome=fail' after '.end'."
            faults.add("ending-without-outcome", node.line, f"The ending '{node.id}' has no outcome.", fix, "gap")
        if not node.text and not node.feedback and not node.end:
            said = f"The step '{node.id}' has a title and no text."
            faults.add("step-without-text", node.line, said, "Say what the person sees or hears.", "advice")
        if len(node.choices) == 1:
            _one_choice(node, faults)
        else:
            _turned(node, faults)
            _marked(node, faults)


def _one_choice(node: Node, faults: Faults) -> None:
    choice = node.choices[0]
    if not choice.turn:
        fix = "Add another answer, or mark it '.turn' if it only turns the page."
        said = f"The step '{node.id}' has one choice, so nothing is decided."
        faults.add("one-choice", node.line, said, fix)
    elif choice.points or choice.critical or choice.best:
        fix = "Remove points and marks; keep them for decisions."
        said = f"The choice '{choice.id}' only turns the page, but gives points or a mark."
        faults.add("points-without-decision", choice.line, said, fix)


def _turned(node: Node, faults: Faults) -> None:
    for choice in node.choices:
        if choice.turn:
            fix = "Remove '.turn'; it is for the only choice of a step."
            faults.add("turn-among-choices", choice.line, f"'{choice.id}' is one of several choices.", fix)


def _marked(node: Node, faults: Faults) -> None:
    if node.choices and not any(choice.best for choice in node.choices):
        fix = "Mark the right answer, or answers, with '.best'."
        said = f"No choice of '{node.id}' is marked as the best, so no answer counts as right."
        faults.add("no-best-choice", node.line, said, fix, "gap")
    for choice in node.choices:
        if choice.best and choice.critical:
            fix = "Keep one of the two marks."
            faults.add("best-and-critical", choice.line, f"'{choice.id}' is both best and critical.", fix)


def _flags(scenario: Scenario, faults: Faults) -> None:
    choices = [choice for node in scenario.nodes for choice in node.choices]
    read = {part.flag for choice in choices for group in choice.condition for part in group}
    written = {effect.flag for choice in choices for effect in choice.effects}
    for flag in scenario.flags:
        if flag.name not in read:
            said = f"The flag '{flag.name}' is never read, so it changes nothing."
            faults.add("flag-never-read", flag.line, said, "Use it in an if=, or remove it.", "gap")
        if flag.name not in written:
            said = f"The flag '{flag.name}' is never set, so it is always {flag.start}."
            faults.add("flag-never-set", flag.line, said, "Use it in a set=, or remove it.", "gap")


def _reach(graph: StateGraph, faults: Faults) -> None:
    reached = set(graph.nodes)
    for at, node in enumerate(graph.scenario.nodes):
        if at not in reached:
            fix = "Lead a choice to it, or remove it."
            faults.add("unreachable", node.line, f"The step '{node.id}' cannot be reached from the start.", fix)
    seen = {(graph.nodes[state], number) for state, out in enumerate(graph.edges) for number, _ in out}
    for at, node in enumerate(graph.scenario.nodes):
        for number, choice in enumerate(node.choices):
            if at in reached and not node.end and (at, number) not in seen:
                said = f"The choice '{choice.id}' is never offered: its if= never holds here."
                faults.add("never-offered", choice.line, said, "Change the condition or the flags.", "gap")


def _endings(graph: StateGraph, faults: Faults) -> None:
    """Say once per step where no ending is in reach; a way that is lost by a mistyped id is not said twice."""
    scenario = graph.scenario
    if not any(node.end for node in scenario.nodes):
        fix = "Mark the steps that end it with '.end' in their headings."
        faults.add("no-ending", None, "The scenario has no ending.", fix)
        return
    lost = [any(to == LOST for _, to in out) for out in graph.edges]
    finish = can_finish(graph.edges, [at for at in range(len(lost)) if lost[at] or graph.is_end(at)])
    stuck = [state for state, ends in enumerate(finish) if not ends]
    fine = {graph.nodes[state] for state, ends in enumerate(finish) if ends}
    said_of: set[int] = set()
    for state in stuck:
        if not graph.edges[state] and graph.node(state).choices and graph.nodes[state] not in said_of:
            said_of.add(graph.nodes[state])
            said = f"The step '{graph.node(state).id}' offers no choice{_when(graph, state, fine)}."
            fix = "Let one choice stand without if=, or cover this case."
            faults.add("nothing-offered", graph.node(state).line, said, fix)
    said_of |= _loops(graph, [not ends for ends in finish], fine, faults)
    for state in stuck:
        node = graph.node(state)
        if graph.nodes[state] not in said_of and node.choices:
            said_of.add(graph.nodes[state])
            said = f"From the step '{node.id}' no ending can be reached{_when(graph, state, fine)}."
            faults.add("cannot-finish", node.line, said, "Lead a choice towards an ending.")


def _loops(graph: StateGraph, stuck: list[bool], fine: set[int], faults: Faults) -> set[int]:
    said: set[int] = set()
    for group in groups(graph.edges, stuck):
        steps = list(dict.fromkeys(graph.nodes[state] for state in sorted(group)))
        loops = len(group) > 1 or any(to == group[0] for _, to in graph.edges[group[0]])
        if loops and not said.issuperset(steps):
            said.update(steps)
            names = " → ".join(graph.scenario.nodes[at].id for at in steps[:_SHOWN])
            more = f" and {len(steps) - _SHOWN} more" if len(steps) > _SHOWN else ""
            text = f"These steps go round and never end: {names}{more}{_when(graph, min(group), fine)}."
            fix = "Lead a choice out of the loop to an ending."
            faults.add("endless-loop", graph.scenario.nodes[steps[0]].line, text, fix)
    return said


def _when(graph: StateGraph, state: int, fine: set[int]) -> str:
    """The flags of a state, if its step is fine with others."""
    flags = graph.flags(state) if graph.nodes[state] in fine else {}
    return f" when {', '.join(f'{name} = {value}' for name, value in flags.items())}" if flags else ""


def _decisions(graph: StateGraph, faults: Faults) -> None:
    """A step with several choices of which, by its conditions, never more than one is offered."""
    most: dict[int, int] = {}
    for state, out in enumerate(graph.edges):
        most[graph.nodes[state]] = max(most.get(graph.nodes[state], 0), len(out))
    for at, count in most.items():
        node = graph.scenario.nodes[at]
        if count == 1 and len(node.choices) > 1 and not node.end:
            said = f"The step '{node.id}' never offers more than one choice at a time, so nothing is decided."
            fix = "Loosen the conditions, or lead to different steps earlier."
            faults.add("one-choice", node.line, said, fix)


def _points(scenario: Scenario, bounds: Bounds, faults: Faults, lines: dict[str, int]) -> None:
    line = lines.get("competencies")
    for loop in bounds.loops:
        first = next(node for node in scenario.nodes if node.id == loop.steps[0])
        names = " → ".join((*loop.steps[:_SHOWN], *(("…",) if len(loop.steps) > _SHOWN else ()), loop.steps[0]))
        said = f"Each time round {names} changes '{loop.competency}' by {loop.points:+d}, so its points have no end."
        fix = "Let a flag close the loop (if= and set=), or give points outside it."
        faults.add("endless-points", first.line, said, fix)
    if not scenario.competencies:
        fix = "Write 'competencies: {listening: {weight: 1}}' and give choices points."
        faults.add("no-competencies", line, "The scenario gives points for nothing.", fix, "gap")
    for one in bounds.ranges:
        if one.low == one.high:
            said = f"Every finished attempt has {one.low} points for '{one.competency}', so it is not measured."
            faults.add("competency-not-measured", line, said, "Give choices different points for it.", "gap")
    _pass(scenario, bounds, faults, lines.get("pass"))


def _pass(scenario: Scenario, bounds: Bounds, faults: Faults, line: int | None) -> None:
    wanted, critical = scenario.passing.min_scaled, scenario.passing.no_critical
    marked = any(choice.critical for node in scenario.nodes for choice in node.choices)
    if critical and not marked:
        said = "No choice is marked critical, so 'no_critical' changes nothing."
        faults.add("no-critical-choice", line, said, "Mark choices '.critical', or remove the key.", "gap")
    if wanted is None or bounds.loops or (scenario.competencies and not bounds.ranges):
        return
    if bounds.low is None or bounds.high is None:
        said = "No competency is measured, so 'min_scaled' cannot be judged."
        faults.add("pass-not-measured", line, said, "Give choices points, or remove 'min_scaled'.")
        return
    best = bounds.high_clean if critical else bounds.high
    if best is None or best < wanted:
        reached = (
            "no attempt without a critical choice ends" if best is None else f"the best attempt reaches {best:.2f}"
        )
        faults.add("pass-out-of-reach", line, f"Nobody can pass: {reached}.", f"Lower 'min_scaled' from {wanted}.")
    elif bounds.low >= wanted and not (critical and marked):
        said = f"Everybody passes: the worst attempt reaches {bounds.low:.2f}."
        faults.add("pass-without-effort", line, said, "Raise 'min_scaled'.", "gap")
