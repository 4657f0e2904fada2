"""Rules from text: every problem at once, each with its line."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from upshot.errors import InputError, PlanError, Problem
from upshot.plan.decode import Found, Path, decode, key_of
from upshot.plan.document import decode_text, line_at, printed
from upshot.plan.expression import mistakes
from upshot.plan.promise import did_you_mean
from upshot.plan.tree import Mapping, read
from upshot.web.automation.language.loops import loop
from upshot.web.automation.language.words import ABOUT_PEOPLE, GAPS, KEYS, Act, Rule, Ruleset, Said

__all__ = ["Known", "RuleError", "examine", "parse"]

_GAP = re.compile(r"\{[^{}]*\}")
_SAYING = ("message", "task")


class RuleError(InputError):
    """The rules do not load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rules may name; a rule that names something else is told so.

    Parameters
    ----------
    initiatives
        Ids of the plan's initiatives; those with a path in ``paths``.
    kpis
        Ids of the plan's KPIs.
    dimensions
        Further fields that an audience may name.
    channels
        Names of shared channels.
    """

    initiatives: Collection[str] = field(default_factory=frozenset)
    paths: Collection[str] = field(default_factory=frozenset)
    kpis: Collection[str] = field(default_factory=frozenset)
    dimensions: Collection[str] = field(default_factory=frozenset)
    channels: Collection[str] = field(default_factory=frozenset)


def parse(text: str | bytes, known: Known) -> Ruleset:
    """Read rules.

    Raises
    ------
    RuleError
        With every problem found, each with its line.
    """
    rules, problems = examine(text, known)
    if rules is None or problems:
        raise RuleError(problems)
    return rules


def examine(text: str | bytes, known: Known) -> tuple[Ruleset | None, tuple[Problem, ...]]:
    """Rules and every problem with them, in the order of their lines; no rules where there is a problem."""
    try:
        tree, early = read(decode_text(text))
    except PlanError as error:
        return None, tuple(_reworded(problem) for problem in error.problems)
    found: list[Found] = []
    rules: Ruleset = decode(tree, Ruleset, (), found)
    broken = {item.path for item in found}
    found += [item for item in _checks(rules, known) if not _echoes(item.path, broken)]
    problems = [*early, *(_placed(item, tree) for item in found)]
    ordered = tuple(sorted(map(_reworded, problems), key=lambda problem: problem.line or 0))
    return (None if ordered else rules), ordered


def _echoes(path: Path, broken: set[Path]) -> bool:
    """Whether a problem only follows from one at the same place or around it."""
    return any(path[:size] in broken for size in range(1, len(path) + 1))


def _placed(item: Found, tree: Mapping) -> Problem:
    return Problem(
        code=item.code,
        text=item.text,
        fix=item.fix,
        line=item.line or line_at(tree, item.path),
        column=printed(tree, item.path) or None,
        value=item.value,
    )


def _reworded(problem: Problem) -> Problem:
    """The reader is the plan's; here it reads rules."""
    fix = "Begin with 'format: upshot-rules/1'." if "plan" in problem.fix else problem.fix
    return replace(problem, text=problem.text.replace("The plan ", "The document "), fix=fix)


def _checks(rules: Ruleset, known: Known) -> Iterator[Found]:
    seen: set[str] = set()
    for at, rule in enumerate(rules.rules):
        path: Path = ("rules", at)
        if rule.id in seen:
            yield Found(path=(*path, "id"), code="twice", text=f"There are two rules {rule.id!r}.", fix="Rename one.")
        seen.add(rule.id)
        yield from _when(rule, (*path, "when"), known)
        yield from _condition(rule, (*path, "if"), known)
        if not rule.then:
            yield Found(path=(*path, "then"), code="no-act", text="The rule does nothing.", fix="Say what it does.")
        for number, act in enumerate(rule.then):
            yield from _act(rule, act, (*path, "then", number), known)
    ring = loop(rules.rules)
    if ring:
        names = " → ".join(rules.rules[at].id for at in (*ring, ring[0]))
        text = f"These rules set each other off: {names}."
        yield Found(path=("rules", ring[0], "then"), code="loop", text=text, fix="Name one initiative in 'when'.")


def _when(rule: Rule, path: Path, known: Known) -> Iterator[Found]:
    when, event = rule.when, rule.when.event
    for key in ("initiative", "step", "kpi", "before", "after"):
        if getattr(when, key) is not None and key not in KEYS[event]:
            may = ", ".join(sorted(KEYS[event]))
            yield Found(
                path=(*path, key), code="misplaced-key", text=f"{event!r} has no {key!r}.", fix=f"It may have: {may}."
            )
    if when.before is not None and when.after is not None:
        yield Found(
            path=(*path, "after"), code="before-and-after", text="It is before or after, not both.", fix="Remove one."
        )
    yield from _named((*path, "initiative"), "initiative", when.initiative, known.initiatives)
    yield from _named((*path, "kpi"), "KPI", when.kpi, known.kpis)


def _named(path: Path, what: str, name: str | None, known: Collection[str]) -> Iterator[Found]:
    if name is not None and name not in known:
        text = f"There is no {what} {name!r}."
        yield Found(path=path, code="unknown-reference", text=text, fix=did_you_mean(name, sorted(known)))


def _condition(rule: Rule, path: Path, known: Known) -> Iterator[Found]:
    said = rule.if_
    if rule.when.event not in ABOUT_PEOPLE and (said.audience or said.role or said.site):
        text = f"{rule.when.event!r} happens to nobody in particular."
        yield Found(path=path, code="no-person", text=text, fix="Remove 'if'.")
    elif said.audience:
        for text, fix in mistakes(said.audience, known.dimensions):
            yield Found(path=(*path, "audience"), code="expression-field", text=text, fix=fix)


def _act(rule: Rule, act: Act, path: Path, known: Known) -> Iterator[Found]:
    given = [key_of_name for key_of_name in _acts() if getattr(act, key_of_name) is not None]
    if len(given) != 1:
        may = ", ".join(_acts())
        yield Found(path=path, code="one-act", text="Each entry of 'then' does one thing.", fix=f"Write one of: {may}.")
    for key in _SAYING:
        said: Said | None = getattr(act, key)
        if said is not None:
            yield from _said(rule, said, (*path, key), known)
    personal = rule.when.event in ABOUT_PEOPLE
    if act.enrol and not personal:
        text = f"{rule.when.event!r} happens to nobody who could be enrolled."
        yield Found(
            path=(*path, "enrol"), code="no-person", text=text, fix="Use 'message', 'task' or 'propose_review'."
        )
    if act.invite and rule.when.event != "wave-starts":
        text = "Only the start of a wave can be put into a calendar."
        yield Found(path=(*path, "invite"), code="no-wave", text=text, fix="Write 'event: wave-starts'.")
    yield from _named((*path, "enrol"), "initiative with a path", act.enrol, known.paths)
    yield from _named((*path, "propose_review"), "initiative", act.propose_review, known.initiatives)


def _acts() -> tuple[str, ...]:
    return tuple(key_of(item) for item in Act.__dataclass_fields__.values())


def _said(rule: Rule, said: Said, path: Path, known: Known) -> Iterator[Found]:
    personal = rule.when.event in ABOUT_PEOPLE
    if not personal and said.to in ("person", "manager"):
        text = f"{rule.when.event!r} happens to nobody, so there is no {said.to}."
        yield Found(
            path=(*path, "to"),
            code="no-person",
            text=text,
            fix="Write leaders, analysts, executives or administrators.",
        )
    if said.channel is not None:
        if personal:
            text = "What happens to a person is not for a shared channel."
            yield Found(path=(*path, "channel"), code="personal", text=text, fix="Write 'to: person' or 'to: manager'.")
        else:
            yield from _named((*path, "channel"), "channel", said.channel, known.channels)
    for key in ("heading", "text"):
        yield from _gaps(rule, getattr(said, key), (*path, key))


def _gaps(rule: Rule, words: str, path: Path) -> Iterable[Found]:
    filled = sorted(gap for gap, events in GAPS.items() if rule.when.event in events)
    for gap in _GAP.findall(words):
        if gap not in filled:
            yield Found(
                path=path, code="unknown-gap", text=f"Nothing fills {gap} here.", fix=f"Use {', '.join(filled)}."
            )
