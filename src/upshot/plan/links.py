"""Errors between the parts of a plan: ids, references, cycles, dates and shares that contradict each other."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from upshot.plan.decode import Found, Path
from upshot.plan.expression import Expression, mistakes
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi
from upshot.plan.promise import Plan, did_you_mean
from upshot.plan.support import ELEMENTS, EVERYTHING, Support

__all__ = ["link_errors"]

_TOLERANCE = 1e-9
Rule = Callable[[Plan], Iterator[Found]]


def link_errors(plan: Plan) -> list[Found]:
    """Everything in a decoded plan that keeps it from loading."""
    return [found for rule in _RULES for found in rule(plan)]


def _initiatives(plan: Plan) -> Iterator[tuple[Path, Initiative]]:
    for index, initiative in enumerate(plan.initiatives):
        yield ("initiatives", index), initiative


def _sections(plan: Plan) -> Iterator[Found]:
    for key in ("objectives", "kpis", "initiatives"):
        if not getattr(plan, key):
            yield Found(path=(key,), code="none-given", text=f"The plan needs at least one of '{key}'.", fix="Add one.")


def _ids(plan: Plan) -> Iterator[Found]:
    lists: list[tuple[Path, tuple[object, ...]]] = [
        (("objectives",), plan.objectives),
        (("kpis",), plan.kpis),
        (("competencies",), plan.competencies),
        (("initiatives",), plan.initiatives),
    ]
    for path, initiative in _initiatives(plan):
        lists += [((*path, "actions"), initiative.actions), ((*path, "waves"), initiative.waves)]
        lists += [((*path, "path"), initiative.path)]
        if initiative.hypothesis:
            lists += [((*path, "hypothesis", "assumptions"), initiative.hypothesis.assumptions)]
    for path, items in lists:
        seen: Counter[str] = Counter()
        for index, item in enumerate(items):
            name = getattr(item, "id", None)
            if name and seen[name]:
                text = f"The id '{name}' is used twice in {path[-1]}."
                yield Found(path=(*path, index, "id"), code="duplicate-id", text=text, fix="Rename one of them.")
            seen[str(name)] += 1


def _reference(path: Path, kind: str, name: str | None, known: Mapping[str, object] | set[str]) -> Iterator[Found]:
    if name and name not in known:
        fix = did_you_mean(name, known, f"Add it to {kind}, or correct the name.")
        text = f"'{name}' is not in {kind}."
        yield Found(path=path, code=f"unknown-{_SINGULAR[kind]}", text=text, fix=fix, value=name)


_SINGULAR = {
    "kpis": "kpi", "objectives": "objective", "initiatives": "initiative", "owners": "owner", "path": "step",
    "rates": "rate", "competencies": "competency", "competencies or actions": "behaviour",
}  # fmt: skip


def _kpi_references(plan: Plan) -> Iterator[Found]:
    known = {kpi.id for kpi in plan.kpis}
    for index, objective in enumerate(plan.objectives):
        for place, result in enumerate(objective.key_results):
            yield from _reference(("objectives", index, "key_results", place, "kpi"), "kpis", result.kpi, known)
    for index, kpi in enumerate(plan.kpis):
        for place, name in enumerate(kpi.guardrail_for):
            yield from _reference(("kpis", index, "guardrail_for", place), "kpis", name, known)
    for path, initiative in _initiatives(plan):
        for place, expected in enumerate(initiative.expected):
            yield from _reference((*path, "expected", place, "kpi"), "kpis", expected.kpi, known)


def _objective_references(plan: Plan) -> Iterator[Found]:
    known = {objective.id for objective in plan.objectives}
    for path, initiative in _initiatives(plan):
        for place, name in enumerate(initiative.serves):
            yield from _reference((*path, "serves", place), "objectives", name, known)


def _owner_references(plan: Plan) -> Iterator[Found]:
    if not plan.owners:
        return
    for path, name in chain(_owners_above(plan), _owners_below(plan)):
        yield from _reference(path, "owners", name, plan.owners)


def _owners_above(plan: Plan) -> Iterator[tuple[Path, str | None]]:
    for index, objective in enumerate(plan.objectives):
        yield ("objectives", index, "owner"), objective.owner
        yield ("objectives", index, "sponsor"), objective.sponsor
    for index, kpi in enumerate(plan.kpis):
        yield ("kpis", index, "owner"), kpi.owner
        if kpi.value_per_unit:
            yield ("kpis", index, "value_per_unit", "agreed_by"), kpi.value_per_unit.agreed_by


def _owners_below(plan: Plan) -> Iterator[tuple[Path, str | None]]:
    for path, initiative in _initiatives(plan):
        yield (*path, "owner"), initiative.owner
        yield (*path, "sponsor"), initiative.sponsor
        for index, review in enumerate(initiative.reviews):
            for place, name in enumerate(review.by):
                yield (*path, "reviews", index, "by", place), name


def _step_references(plan: Plan) -> Iterator[Found]:
    for path, initiative in _initiatives(plan):
        known = {step.id for step in initiative.path}
        for index, step in enumerate(initiative.path):
            here = (*path, "path", index)
            for place, name in enumerate(step.needs):
                yield from _reference((*here, "needs", place), "path", name, known)
            for place, name in enumerate(step.test_out.skips if step.test_out else ()):
                yield from _reference((*here, "test_out", "skips", place), "path", name, known)
        for place, name in enumerate(initiative.recertify.path if initiative.recertify else ()):
            yield from _reference((*path, "recertify", "path", place), "path", name, known)


def _level_references(plan: Plan) -> Iterator[Found]:
    levels = {one.id: one.levels for one in plan.competencies}
    for path, initiative in _initiatives(plan):
        for index, step in enumerate(initiative.path):
            for place, one in enumerate(step.skip_from):
                here = (*path, "path", index, "skip_from", place)
                yield from _reference((*here, "competency"), "competencies", one.competency, levels)
                known = levels.get(one.competency, (one.level,))
                if one.level not in known:
                    text = f"'{one.level}' is not a level of '{one.competency}'."
                    fix = did_you_mean(one.level, known, "Add 'levels:' to the competency, lowest first.")
                    yield Found(path=(*here, "level"), code="unknown-level", text=text, fix=fix, value=one.level)
                elif known.index(one.level) == 0 and one.competency in levels:
                    text = f"Everybody stands at '{one.level}' or above, so nobody would take the step."
                    yield Found(path=(*here, "level"), code="level-of-everybody", text=text, fix="Name a higher level.")


def _dose_references(plan: Plan) -> Iterator[Found]:
    for path, initiative in _initiatives(plan):
        dose, here = initiative.design.dose, (*path, "design", "dose")
        if dose is None:
            continue
        known = {step.id for step in initiative.path}
        for place, name in enumerate(dose.steps):
            yield from _reference((*here, "steps", place), "path", name, known)
        if plan.competencies:
            named = {one.id for one in plan.competencies}
            yield from _reference((*here, "competency"), "competencies", dose.competency, named)
        if dose.competency and (dose.by != "mastery" or dose.steps):
            text = "A dose by competency is its mastery, measured by scenarios; it is not counted over steps."
            fix = "Write 'by: mastery' and no 'steps', or remove 'competency'."
            yield Found(path=(*here, "competency"), code="dose-of-two-things", text=text, fix=fix)


def _chain_references(plan: Plan) -> Iterator[Found]:
    for path, initiative in _initiatives(plan):
        known: dict[str, tuple[str, set[str]]] = {
            "activity": ("path", {step.id for step in initiative.path}),
            "behaviour": (
                "competencies or actions",
                {item.id for item in plan.competencies} | {item.id for item in initiative.actions if item.id},
            ),
            "kpi": ("kpis", {kpi.id for kpi in plan.kpis}),
            "objective": ("objectives", {objective.id for objective in plan.objectives}),
        }
        for place, link in enumerate(initiative.hypothesis.chain if initiative.hypothesis else ()):
            kind, _, name = link.partition("/")
            if kind in known:
                yield from _reference((*path, "hypothesis", "chain", place), known[kind][0], name, known[kind][1])


def _cycles(plan: Plan) -> Iterator[Found]:
    parents = {objective.id: [objective.parent] for objective in plan.objectives if objective.parent}
    order = [objective.id for objective in plan.objectives]
    yield from _cycle(parents, order, ("objectives",), "parent", "objectives")
    for path, initiative in _initiatives(plan):
        needs = {step.id: list(step.needs) for step in initiative.path}
        yield from _cycle(needs, [step.id for step in initiative.path], (*path, "path"), "needs", "steps")


def _cycle(edges: Mapping[str, list[str]], order: list[str], path: Path, key: str, what: str) -> Iterator[Found]:
    """Report the first cycle: remove what nothing waits for until only cycles are left."""
    left = {name: {to for to in targets if to in set(order)} for name, targets in edges.items()}
    while free := [name for name, targets in left.items() if not targets & set(left)]:
        for name in free:
            del left[name]
    if not left:
        return
    walk = [next(name for name in order if name in left)]
    while walk.count(walk[-1]) == 1:
        walk.append(min(left[walk[-1]] & set(left)))
    ring = walk[walk.index(walk[-1]) :]
    text = f"These {what} lead back to themselves: {' → '.join(ring)}."
    yield Found(path=(*path, order.index(ring[0]), key), code="cycle", text=text, fix=f"Remove one '{key}'.")


def _dates(plan: Plan) -> Iterator[Found]:
    periods: list[tuple[Path, object]] = [(("period",), plan.period)]
    periods += [(("objectives", at, "period"), item.period) for at, item in enumerate(plan.objectives) if item.period]
    for path, period in periods:
        start, end = getattr(period, "start", None), getattr(period, "end", None)
        if start and end and end < start:
            text = f"The period ends on {end}, before it starts on {start}."
            yield Found(path=(*path, "end"), code="impossible-dates", text=text, fix="Swap or correct the dates.")


def _waves(plan: Plan) -> Iterator[Found]:
    for path, initiative in _initiatives(plan):
        waves = initiative.waves
        total = sum(wave.share or 0 for wave in waves)
        if total > 1 + _TOLERANCE:
            text = f"The shares of the waves add up to {total:.4g}, and there is only 1 audience."
            fix = "Lower them to 1 in all, or less to keep a group that never starts."
            yield Found(path=(*path, "waves"), code="shares-over-1", text=text, fix=fix)
        bare = [index for index, wave in enumerate(waves) if wave.share is None and wave.where is None]
        if bare and total <= 1 + _TOLERANCE:
            text = "This wave has no share, and nothing is left to share out."
            if any(wave.where is not None for wave in waves):
                text = "This wave says neither 'share' nor 'where', and other waves are chosen by 'where'."
            yield Found(path=(*path, "waves", bare[0]), code="share-missing", text=text, fix="Add 'share' or 'where'.")
        for index, wave in enumerate(waves):
            if wave.share is not None and wave.where is not None and not initiative.design.assign.startswith("random"):
                text = "A wave is drawn by lot ('share') or chosen ('where'), not both."
                yield Found(path=(*path, "waves", index), code="share-and-where", text=text, fix="Remove one of them.")


def _audiences(plan: Plan) -> Iterator[Found]:
    dimensions = {name for kpi in plan.kpis for name in kpi.dimensions}
    for path, initiative in _initiatives(plan):
        places: list[tuple[Path, Expression | None]] = [
            ((*path, "audience", "where"), initiative.audience.where),
            ((*path, "audience", "exclude"), initiative.audience.exclude),
        ]
        places += [((*path, "waves", index, "where"), wave.where) for index, wave in enumerate(initiative.waves)]
        for place, expression in places:
            for text, fix in mistakes(expression, dimensions) if expression else ():
                yield Found(path=place, code="expression-field", text=text, fix=fix)


def _support(plan: Plan) -> Iterator[Found]:
    tried: dict[tuple[str, str], str] = {}
    for path, initiative in _initiatives(plan):
        support, here = initiative.support, (*path, "support")
        if support is None:
            continue
        yield from _supported(plan, initiative, support, (*here, "of"))
        if not initiative.waves:
            text = "Support is handed out wave by wave, and there are no waves."
            fix = "Add 'waves', with those who never get it in none of them."
            yield Found(path=here, code="support-without-waves", text=text, fix=fix)
        first = [tried.setdefault((support.kind, name), initiative.id) for name in support.about]
        for name, other in zip(support.about, first, strict=True):
            if other != initiative.id:
                text = f"The {support.kind} of '{name}' is tried in '{other}' already; both would say whose turn it is."
                yield Found(path=here, code="support-tried-twice", text=text, fix="Keep one of them.")


def _supported(plan: Plan, initiative: Initiative, support: Support, here: Path) -> Iterator[Found]:
    """What is handed out is there: an initiative with a path, and questions in it, or elements of motivation."""
    if support.kind == "motivation":
        for name in support.about:
            if name not in ELEMENTS:
                fix = did_you_mean(name, {*ELEMENTS, EVERYTHING}) + " Set several apart by commas."
                yield Found(path=here, code="unknown-element", text=f"'{name}' is nothing people can choose.", fix=fix)
        return
    paths = {item.id: item.path for item in plan.initiatives if item.path and item is not initiative}
    yield from _reference(here, "initiatives", support.of, paths)
    kinds = {step.kind for step in paths.get(support.of, ())}
    if support.kind == "spacing" and kinds and "practice" not in kinds:
        text = f"The path of '{support.of}' has no practice step, so no question is asked again."
        yield Found(path=here, code="nothing-asked-again", text=text, fix="Add a step of kind 'practice' to its path.")


def _promise(plan: Plan) -> Iterator[Found]:
    for path, initiative in _initiatives(plan):
        design = initiative.design
        if design.first_treated.from_ == "wave" and not initiative.waves:
            text = "People are to count as started with their wave, and there are no waves."
            fix = "Add 'waves', or write 'from: completion'."
            yield Found(path=(*path, "design", "first_treated", "from"), code="no-waves", text=text, fix=fix)
        yield from _costs(path, initiative, plan.rates)


def _costs(path: Path, initiative: Initiative, rates: Mapping[str, float]) -> Iterator[Found]:
    for index, cost in enumerate(initiative.costs):
        here = (*path, "costs", index)
        if cost.kind != "time" and cost.amount is None:
            text = f"The cost '{cost.item}' has no amount."
            yield Found(path=here, code="missing-key", text=text, fix="Add 'amount:'.")
        if cost.kind == "time" and cost.minutes is None and cost.minutes_from is None:
            text = f"The cost '{cost.item}' says nothing about minutes."
            yield Found(path=here, code="missing-key", text=text, fix="Add 'minutes_from: path' or 'minutes:'.")
        if isinstance(cost.rate, str) and rates:
            yield from _reference((*here, "rate"), "rates", cost.rate, set(rates))


def _kpis(plan: Plan) -> Iterator[Found]:
    for index, kpi in enumerate(plan.kpis):
        here: Path = ("kpis", index)
        for key in ("numerator", "denominator"):
            if kpi.type == "ratio" and getattr(kpi, key) is None:
                text = f"A ratio needs '{key}'."
                yield Found(path=here, code="missing-key", text=text, fix=f"Add '{key}:' with the column's name.")
        if kpi.type == "simple":
            text = "A simple KPI needs 'agg'."
            yield Found(path=here, code="missing-key", text=text, fix="Add 'agg: average' (or sum, count, median …).")
        if kpi.type == "ordinal" and len(kpi.levels) < 2:
            text = "An ordinal KPI needs its levels, lowest first."
            yield Found(path=(*here, "levels"), code="missing-key", text=text, fix="Add 'levels: [poor, fair, good]'.")
        yield from _source(here, kpi)
        if kpi.within and (len(kpi.within) != 2 or kpi.within[0] > kpi.within[1]):
            fix = "Write the lowest and the highest good reading: within: [0.10, 0.15]."
            yield Found(path=(*here, "within"), code="not-a-range", text="'within' is not a range.", fix=fix)


def _source(path: Path, kpi: Kpi) -> Iterator[Found]:
    source = kpi.source
    asked = [key for key in ("sql", "sql_file") if getattr(source, key)]
    if source.connection and len(asked) != 1:
        text = "A connection needs one query: 'sql' or 'sql_file'."
        yield Found(path=(*path, "source"), code="source-query", text=text, fix="Keep exactly one of them.")
    if asked and not source.connection:
        text = "A query needs the 'connection' it runs on."
        yield Found(path=(*path, "source"), code="source-query", text=text, fix="Add 'connection:'.")
    if source.connection and (source.feed or source.kpi):
        text = "A source is a connection or the lake (feed, kpi), not both."
        yield Found(path=(*path, "source"), code="source-query", text=text, fix="Keep one of them.")


_RULES: tuple[Rule, ...] = (
    _sections, _ids, _kpi_references, _objective_references, _owner_references, _step_references, _level_references,
    _dose_references, _chain_references, _cycles, _dates, _waves, _audiences, _support, _promise, _kpis,
)  # fmt: skip
