"""What a plan that loads still leaves open, and what that costs the answer."""

from collections.abc import Callable, Iterator

from upshot.plan.decode import Found, Path
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi
from upshot.plan.placement import has
from upshot.plan.practice import ASKED, QUESTIONS
from upshot.plan.promise import Plan, did_you_mean
from upshot.plan.tree import Mapping

__all__ = ["gaps"]

_TOLERANCE = 1e-9
_GRAINS = ("day", "week", "month", "quarter", "year")


def gaps(plan: Plan, tree: Mapping) -> list[Found]:
    """Every gap of a decoded plan."""
    found = [*_objectives(plan)]
    for index, kpi in enumerate(plan.kpis):
        found += _kpi(("kpis", index), kpi, has(tree, ("kpis", index, "grain")))
    for index, initiative in enumerate(plan.initiatives):
        path: Path = ("initiatives", index)
        found += _initiative(path, initiative)
        if initiative.is_training:
            found += [gap for rule in _TRAINING for gap in rule(path, initiative, plan)]
    return found


def _gap(path: Path, code: str, text: str, fix: str) -> Found:
    return Found(path=path, code=code, text=text, fix=fix, kind="gap")


def _objectives(plan: Plan) -> Iterator[Found]:
    served = {name for initiative in plan.initiatives for name in initiative.serves}
    parents = {objective.parent for objective in plan.objectives}
    for index, objective in enumerate(plan.objectives):
        path: Path = ("objectives", index)
        if objective.id not in served and objective.id not in parents:
            text = f"No initiative serves the objective '{objective.id}'."
            yield _gap(path, "objective-nothing-serves", text, "Add it to an initiative's 'serves', or plan one.")
        if objective.owner is None:
            text = f"Nobody answers for the objective '{objective.id}'."
            yield _gap((*path, "owner"), "objective-without-owner", text, "Add 'owner:'.")


def _kpi(path: Path, kpi: Kpi, has_grain: bool) -> Iterator[Found]:
    absent = {
        "owner": ("nobody answers for its definition", "Add 'owner:'.", kpi.owner is None),
        "unit": ("its numbers are printed without a unit", "Add 'unit:', such as proportion or minutes.", not kpi.unit),
        "direction": (
            "nothing says which way is better",
            "Add 'direction: up', 'down' or 'hold-within'.",
            kpi.direction is None,
        ),
        "grain": (
            "it is read as one reading for each person and month",
            "Add 'grain: {entity: …, time: …}'.",
            not has_grain,
        ),
    }
    for key, (cost, fix, missing) in absent.items():
        if missing:
            text = f"The KPI '{kpi.id}' has no {key}: {cost}."
            yield _gap((*path, key), f"kpi-without-{key}", text, fix)
    if kpi.direction == "hold-within" and not kpi.within:
        text = f"The KPI '{kpi.id}' should hold within a range, and the range is not given."
        yield _gap((*path, "within"), "kpi-without-range", text, "Add 'within: [low, high]'.")
    if kpi.type == "count" and kpi.exposure is None:
        text = f"The KPI '{kpi.id}' counts without exposure: more work looks like more errors."
        yield _gap((*path, "exposure"), "count-without-exposure", text, "Add 'exposure:', such as cases or hours.")
    if kpi.value_per_unit and not (kpi.value_per_unit.agreed_by and kpi.value_per_unit.date):
        text = f"Nobody has agreed what a unit of '{kpi.id}' is worth, or not on a date."
        yield _gap((*path, "value_per_unit"), "value-not-agreed", text, "Add 'agreed_by:' and 'date:'.")


def _initiative(path: Path, initiative: Initiative) -> Iterator[Found]:
    if not initiative.serves:
        text = f"The initiative '{initiative.id}' serves no objective."
        yield _gap((*path, "serves"), "initiative-serves-nothing", text, "Add 'serves:' with an objective's id.")
    diagnosis = initiative.diagnosis
    if diagnosis is None and initiative.support is not None:
        return
    if diagnosis is None:
        text = "Nothing says why people do not do it today, so training may not be the answer."
        yield _gap((*path, "diagnosis"), "no-diagnosis", text, "Add 'diagnosis:' with 'observed' and 'because'.")
    elif not diagnosis.because:
        text = "The diagnosis does not say why people do not do it today."
        fix = "Add 'because:' with environment, knowledge, skill or motivation."
        yield _gap((*path, "diagnosis", "because"), "diagnosis-without-cause", text, fix)
    elif initiative.is_training and not {"knowledge", "skill"} & set(diagnosis.because):
        text = "The diagnosis names neither knowledge nor skill, and training changes only these."
        fix = "Add what else must change to 'not_training', or write 'verdict: no-training'."
        yield _gap((*path, "diagnosis", "because"), "training-may-not-help", text, fix)


def _actions(path: Path, initiative: Initiative, _plan: Plan) -> Iterator[Found]:
    if initiative.support is not None and not initiative.actions:
        return
    if not any(action.seen_by for action in initiative.actions):
        what = "No action at work is named" if not initiative.actions else "Nobody is named who would see the actions"
        text = f"{what}, so a change in what people do cannot be observed."
        fix = "Add 'actions:' with 'text' and 'seen_by'."
        yield _gap((*path, "actions"), "no-observable-action", text, fix)


def _expected(path: Path, initiative: Initiative, _plan: Plan) -> Iterator[Found]:
    if not initiative.expected:
        text = "No KPI is named that should change, so there is no effect to look for."
        yield _gap((*path, "expected"), "no-expected-effect", text, "Add 'expected: [{kpi: …, effect: …}]'.")
        return
    first = initiative.expected[0]
    here: Path = (*path, "expected", 0)
    if first.smallest_worth_having is None:
        text = f"No smallest effect worth having is named for '{first.kpi}', so 'too small to matter' cannot be said."
        yield _gap(here, "no-smallest-effect", text, "Add 'smallest_worth_having:'.")
    for index, expected in enumerate(initiative.expected):
        smallest = expected.smallest_worth_having
        if expected.effect is not None and smallest is not None and abs(expected.effect) < smallest - _TOLERANCE:
            text = f"The expected effect on '{expected.kpi}' is below the smallest worth having."
            fix = "Expect more, ask for less, or do not start."
            yield _gap((*path, "expected", index), "effect-not-worth-having", text, fix)


def _alignment(path: Path, initiative: Initiative, plan: Plan) -> Iterator[Found]:
    directions = {kpi.id: kpi.direction for kpi in plan.kpis}
    for index, expected in enumerate(initiative.expected):
        wrong = {"up": -1, "down": 1}.get(directions.get(expected.kpi) or "", 0)
        if expected.effect and expected.effect * wrong > 0:
            text = f"The expected effect on '{expected.kpi}' goes against its direction."
            yield _gap((*path, "expected", index, "effect"), "effect-against-direction", text, "Correct the sign.")
    changed = {expected.kpi for expected in initiative.expected}
    for index, name in enumerate(initiative.serves):
        objective = next((item for item in plan.objectives if item.id == name), None)
        read = {result.kpi for result in objective.key_results} if objective else set()
        if changed and read and not changed & read:
            text = f"It serves '{name}', but expects to change none of the KPIs that objective is read by."
            fix = f"Expect an effect on {' or '.join(sorted(read))}, or serve another objective."
            yield _gap((*path, "serves", index), "kpi-not-of-objective", text, fix)


def _comparison(path: Path, initiative: Initiative, _plan: Plan) -> Iterator[Found]:
    design, waves = initiative.design, initiative.waves
    starts = {wave.start for wave in waves}
    all_start = abs(sum(wave.share or 0 for wave in waves) - 1) < _TOLERANCE
    why = None
    if design.assign == "everyone":
        why = "Everyone gets it"
    elif design.compare == "none":
        why = "The design compares with nobody"
    elif len(starts) == 1 and all_start:
        why = "All people start on the same day"
    elif waves and all_start and design.compare == "never-started":
        why = "The waves reach everyone, so nobody is left who never starts"
    if why:
        text = f"{why}, so there is no comparison group: a before/after figure will be shown, no effect claimed."
        fix = "Start in two or more waves, or leave a part of the audience for later."
        yield _gap((*path, "design"), "no-comparison", text, fix)
    if design.assign == "unknown":
        text = "Nothing says how people come to it, so the answer can at best be suggestive."
        yield _gap((*path, "design", "assign"), "assignment-unknown", text, "Add 'assign:', such as random-by-team.")
    if design.assign in {"random-by-team", "random-by-person"} and design.seed is None:
        text = "The waves are drawn by lot, and the seed of the lot is not on record."
        yield _gap((*path, "design", "seed"), "no-seed", text, "Add 'seed:' with a whole number.")


def _timing(path: Path, initiative: Initiative, plan: Plan) -> Iterator[Found]:
    if initiative.expected:
        grain = next((kpi.grain.time for kpi in plan.kpis if kpi.id == initiative.expected[0].kpi), None)
        period = initiative.design.period
        if grain and _GRAINS.index(period) < _GRAINS.index(grain):
            text = f"The design looks at each {period}, but '{initiative.expected[0].kpi}' is read each {grain}."
            fix = f"Write 'period: {grain}', or read the KPI more often."
            yield _gap((*path, "design", "period"), "period-finer-than-kpi", text, fix)
    start, end = plan.period.start, plan.period.end
    for index, wave in enumerate(initiative.waves):
        if (start and wave.start < start) or (end and wave.start > end):
            text = f"The wave '{wave.id}' starts outside the plan's period."
            fix = "Correct the date or the period."
            yield _gap((*path, "waves", index, "start"), "wave-outside-period", text, fix)


def _dose(path: Path, initiative: Initiative, plan: Plan) -> Iterator[Found]:
    if initiative.design.dose is None or not initiative.expected:
        return
    kpi = next((one for one in plan.kpis if one.id == initiative.expected[0].kpi), None)
    if kpi is not None and (kpi.grain.entity != "person" or kpi.type == "duration"):
        text = f"A dose belongs to a person, and '{kpi.id}' is not read for people period by period."
        fix = "Expect an effect on a KPI read for each person first, or remove 'dose'."
        yield _gap((*path, "design", "dose"), "dose-not-personal", text, fix)


def _check_ins(path: Path, initiative: Initiative, _plan: Plan) -> Iterator[Found]:
    for index, step in enumerate(initiative.path):
        here = (*path, "path", index)
        for key, words, known in (("asks", step.asks, QUESTIONS), ("of", step.of, tuple(ASKED))):
            for place, word in enumerate(words):
                if word not in known:
                    what = "No check-in asks" if key == "asks" else "No check-in is put to"
                    text = f"{what} '{word}', so it is left out."
                    yield _gap((*here, key, place), f"check-in-{key}-unknown", text, did_you_mean(word, known))
        if step.kind == "check-in" and not any(word in ASKED for word in step.of):
            text = f"The check-in '{step.id}' is put to nobody."
            yield _gap((*here, "of"), "check-in-of-nobody", text, "Write 'of: [self, observer]'.")


def _money(path: Path, initiative: Initiative, plan: Plan) -> Iterator[Found]:
    if not initiative.costs:
        text = "No costs are given, so what it is worth cannot be set against them."
        yield _gap((*path, "costs"), "no-costs", text, "Add 'costs:', participants' time included.")
    for index, cost in enumerate(initiative.costs):
        known = isinstance(cost.rate, float) or (isinstance(cost.rate, str) and cost.rate in plan.rates)
        if cost.kind == "time" and not known:
            text = f"No money is given for an hour of '{cost.item}', so its cost is counted in hours only."
            fix = f"Add '{cost.rate}:' to 'rates' at the top of the plan." if cost.rate else "Add 'rate:'."
            yield _gap((*path, "costs", index), "rate-unknown", text, fix)
        needs_size = cost.kind in {"per-person", "time"} and initiative.audience.expected_size is None
        if needs_size:
            text = f"'{cost.item}' depends on how many take part, and 'expected_size' is not given."
            yield _gap((*path, "costs", index), "size-unknown", text, "Add 'expected_size:' to the audience.")


_TRAINING: tuple[Callable[[Path, Initiative, Plan], Iterator[Found]], ...] = (
    _actions, _expected, _alignment, _comparison, _timing, _dose, _check_ins, _money,
)  # fmt: skip
