"""Goal quality: is the measure in use, is there a number and a date, who does what."""

import re
from collections.abc import Iterator

from upshot.plan.decode import Found, Path
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi
from upshot.plan.objectives import KeyResult, Objective
from upshot.plan.placement import has
from upshot.plan.promise import Plan
from upshot.plan.tree import Mapping

__all__ = ["advice"]

_OUTPUT = re.compile(
    r"(train|teach|educate|roll(ing)? out|launch|deliver|run|hold|build|create|organi[sz]e|offer|provide|introduce)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"\b(understands?|knows?|learns?|appreciates?|is aware|are aware|be aware|feels?|believes?|thinks?|values?|grasps?"
    r"|is familiar|are familiar|embraces?|remembers?)\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d|\b(one|two|three|four|five|half|twice|double)\b", re.IGNORECASE)


def advice(plan: Plan, tree: Mapping) -> list[Found]:
    """What would make a plan that loads a better one. The word lists are English."""
    found: list[Found] = []
    names = {objective.id for objective in plan.objectives}
    for index, objective in enumerate(plan.objectives):
        found += _objective(("objectives", index), objective, names)
        for place, result in enumerate(objective.key_results):
            found += _key_result(("objectives", index, "key_results", place), result, plan)
    for index, kpi in enumerate(plan.kpis):
        found += _kpi(("kpis", index), kpi, plan, has(tree, ("kpis", index, "source")))
    for index, initiative in enumerate(plan.initiatives):
        if initiative.is_training:
            found += _initiative(("initiatives", index), initiative)
            found += _voluntary(("initiatives", index), initiative)
    return found


def _advise(path: Path, code: str, text: str, fix: str) -> Found:
    return Found(path=path, code=code, text=text, fix=fix, kind="advice")


def _objective(path: Path, objective: Objective, names: set[str]) -> Iterator[Found]:
    if objective.parent and objective.parent not in names:
        text = f"The parent '{objective.parent}' is not in this file; it is kept as a link to another plan."
        yield _advise((*path, "parent"), "parent-elsewhere", text, "Check its spelling; nothing else is needed.")
    if _OUTPUT.match(objective.statement):
        text = "The objective says what we do, not what changes in the business."
        yield _advise((*path, "statement"), "objective-is-activity", text, "Say what customers or work will show.")
    if not any(result.target is not None for result in objective.key_results):
        text = f"The objective '{objective.id}' has no number to reach."
        fix = "Add 'key_results:' with a KPI, a baseline and a target."
        yield _advise((*path, "key_results"), "objective-without-number", text, fix)


def _key_result(path: Path, result: KeyResult, plan: Plan) -> Iterator[Found]:
    if result.target is not None and result.baseline is None:
        text = f"The target for '{result.kpi}' has no baseline to start from."
        yield _advise((*path, "baseline"), "target-without-baseline", text, "Add 'baseline:', as measured today.")
    if result.by is None:
        text = f"The key result for '{result.kpi}' has no date."
        yield _advise((*path, "by"), "target-without-date", text, "Add 'by:'.")
    if result.by and plan.period.end and result.by > plan.period.end:
        text = f"The target for '{result.kpi}' is due after the plan's period ends."
        yield _advise((*path, "by"), "target-after-period", text, "Bring the date forward, or extend the period.")
    direction = next((kpi.direction for kpi in plan.kpis if kpi.id == result.kpi), None)
    gain = {"up": 1, "down": -1}.get(direction or "", 0)
    if result.target is not None and result.baseline is not None and gain * (result.target - result.baseline) < 0:
        text = f"The target for '{result.kpi}' is worse than its baseline."
        yield _advise((*path, "target"), "target-against-direction", text, "Correct the target or the KPI's direction.")


def _kpi(path: Path, kpi: Kpi, plan: Plan, has_source: bool) -> Iterator[Found]:
    if not has_source and kpi.in_use_since is None:
        text = f"Nothing shows that '{kpi.id}' is read today; a new measure has no history to compare with."
        yield _advise((*path, "source"), "measure-not-in-use", text, "Add 'source:', or 'in_use_since:'.")
    used = {result.kpi for objective in plan.objectives for result in objective.key_results}
    used |= {expected.kpi for initiative in plan.initiatives for expected in initiative.expected}
    if kpi.id not in used and not kpi.guardrail_for:
        text = f"No objective or initiative refers to the KPI '{kpi.id}'."
        yield _advise(path, "kpi-not-used", text, "Refer to it, or remove it.")


def _initiative(path: Path, initiative: Initiative) -> Iterator[Found]:
    for index, action in enumerate(initiative.actions):
        unseen = _UNSEEN.search(action.text)
        if unseen:
            text = f"Nobody can see that somebody '{unseen[0].lower()}'."
            fix = "Say what a colleague would see or hear them do."
            yield _advise((*path, "actions", index, "text"), "action-not-visible", text, fix)
    then = initiative.hypothesis.then if initiative.hypothesis else ""
    if then and not _DIGIT.search(then) and all(expected.effect is None for expected in initiative.expected):
        text = "The hypothesis names no number."
        fix = "Say by how much, in 'then' or in 'expected: effect'."
        yield _advise((*path, "hypothesis", "then"), "hypothesis-without-number", text, fix)
    if initiative.owner is None:
        text = f"Nobody answers for the initiative '{initiative.id}'."
        yield _advise((*path, "owner"), "initiative-without-owner", text, "Add 'owner:'.")
    if initiative.manager is None:
        text = "Nothing is asked of managers, whose part decides much of what reaches work."
        yield _advise((*path, "manager"), "no-part-for-managers", text, "Add 'manager:', with its minutes.")
    if initiative.stop_if is None:
        text = "Nothing says when it would be stopped."
        yield _advise((*path, "stop_if"), "no-decision-rule", text, "Add 'stop_if:' and a date in 'reviews:'.")


def _voluntary(path: Path, initiative: Initiative) -> Iterator[Found]:
    if initiative.design.assign == "voluntary":
        text = "Those who volunteer differ from those who do not, so their results alone cannot show an effect."
        fix = "Offer it in waves drawn by lot; the effect of the offer can then be shown."
        yield _advise((*path, "design", "assign"), "voluntary", text, fix)
    if initiative.waves and initiative.design.first_treated.from_ == "completion":
        text = "People count as started when they complete, which they choose; the waves do not decide."
        fix = "Write 'first_treated: {from: wave}' to analyse people as they were assigned."
        yield _advise((*path, "design", "first_treated"), "starts-at-completion", text, fix)
