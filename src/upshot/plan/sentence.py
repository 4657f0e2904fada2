"""What an initiative promises, in one sentence: which measure changes, by how much, by when, as who does what."""

import datetime as dt
import re

from upshot.plan.chain import change_text
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi
from upshot.plan.promise import Plan

__all__ = ["audience_words", "promise_sentence"]


def promise_sentence(plan: Plan, initiative: Initiative) -> str:
    """The promise as people say it.

    Examples
    --------
    >>> from upshot.plan import parse
    >>> plan = parse('''
    ... objectives:
    ...   - {id: calm, statement: Fewer complaints, key_results: [{kpi: letters, target: 2, by: 2026-12-31}]}
    ... kpis: [{id: letters, label: Letters a week, unit: letters, direction: down}]
    ... initiatives:
    ...   - id: listen
    ...     serves: [calm]
    ...     actions: [{text: Repeats the complaint in own words}]
    ...     hypothesis: {if: we practise, then: complaints fall}
    ...     audience: {where: "role = 'agent'"}
    ...     expected: [{kpi: letters, effect: -3}]
    ... ''').plan
    >>> said = promise_sentence(plan, plan.initiative("listen"))
    >>> said.partition(" as ")[0]
    'Letters a week will fall by 3 letters by 31 December 2026'
    >>> said.partition(" as ")[2]
    'people in the role agent do this: repeats the complaint in own words.'
    """
    if not initiative.is_training:
        instead = initiative.diagnosis.not_training if initiative.diagnosis else ()
        then = f" What changes instead: {'; '.join(instead)}." if instead else ""
        return f"No training: the diagnosis found another cause.{then}"
    expected = next(iter(initiative.expected), None)
    if expected is None:
        hypothesis = initiative.hypothesis
        return f"If {hypothesis.if_}, {hypothesis.then}." if hypothesis else "Nothing is promised yet."
    kpi = plan.kpi(expected.kpi)
    due = expected.by or _due(plan, initiative, kpi)
    when = f" by {due.day} {due:%B %Y}" if due else ""
    measure = kpi.label or kpi.id
    return f"{measure[:1].upper()}{measure[1:]} {_moves(expected, kpi)}{when}{_as(initiative)}."


def _moves(expected: Expected, kpi: Kpi) -> str:
    if expected.effect is not None:
        verb = "rise" if expected.effect > 0 else "fall"
        return f"will {verb} by {change_text(abs(expected.effect), kpi.unit, sign=False)}"
    verb = {"up": "will rise", "down": "will fall", "hold-within": "will hold"}.get(kpi.direction or "", "will change")
    if expected.smallest_worth_having is None:
        return verb
    return f"{verb} by at least {change_text(expected.smallest_worth_having, kpi.unit, sign=False)}"


def _due(plan: Plan, initiative: Initiative, kpi: Kpi) -> dt.date | None:
    days = [
        result.by
        for name in initiative.serves
        for result in plan.objective(name).key_results
        if result.kpi == kpi.id and result.by
    ]
    return min(days, default=None)


def _people(where: str) -> str:
    """Whom an audience holds; the role's own name where it is nothing but a role."""
    role = _ROLE.fullmatch(where)
    return f"people in the role {role[1]}" if role else f"people with {where}"


def audience_words(initiative: Initiative) -> str:
    """Whom an initiative is for, as people say it."""
    where = initiative.audience.where
    return "everybody in the audience" if where is None else _people(str(where))


_ROLE = re.compile(r"role = '([^']+)'")


def _as(initiative: Initiative) -> str:
    who = audience_words(initiative)
    if initiative.actions:
        text = initiative.actions[0].text.rstrip(".")
        return f" as {who} do this: {text[:1].lower()}{text[1:]}"
    return "" if initiative.audience.where is None else f" for {who}"
