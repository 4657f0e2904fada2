"""Read paths as those who lead them see them: versions, how many people are at which step; nobody by name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from upshot.errors import UpshotError
from upshot.impact.disclosure import Filter
from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Step
from upshot.plan.progress import progress
from upshot.web.accounts.viewer import Viewer
from upshot.web.paths.models import Enrolment, LiveSession, PathVersion, StepRecord
from upshot.web.paths.services.changing import Shift
from upshot.web.paths.walking import fact_of, path_of
from upshot.web.paths.wording import ENROLMENTS
from upshot.web.plans.selectors import current_document
from upshot.workspace.disclosing import Disclosure

__all__ = [
    "PathRow",
    "ShiftRow",
    "StepRow",
    "live_steps",
    "path_rows",
    "session_of",
    "sessions_of",
    "shift_rows",
    "states_of",
    "step_rows",
]

State = Enrolment.State


@dataclass(frozen=True, slots=True)
class PathRow:
    """A path in the list: how many people are on it, where that may be shown."""

    initiative: Initiative
    people: int | None
    done: int | None
    version: PathVersion | None
    open_choice: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with how many people it counts for, is next for, was waived for; ``None`` where few."""

    step: Step
    done: int | None
    waived: int | None
    under_way: int | None
    left: int | None

    @property
    def counts(self) -> tuple[int | None, ...]:
        """The four numbers in the order they are shown."""
        return self.done, self.waived, self.under_way, self.left


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """What moving people from an older version would do, with how many of them; ``None`` where few."""

    shift: Shift
    people: int | None
    more: int | None
    fewer: int | None
    through: int | None


def path_rows(viewer: Viewer) -> list[PathRow]:
    """Every path of today's plan."""
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return []
    courses = [item.resolved() for item in plan.initiatives if item.is_training and item.path]
    own = Enrolment.objects.filter(organisation=viewer.organisation)
    counted = own.order_by().values("initiative", "state").annotate(n=Count("pk"))
    sizes: dict[str, Counter[str]] = {}
    for row in counted:
        sizes.setdefault(row["initiative"], Counter())[row["state"]] += row["n"]
    newest: dict[str, PathVersion] = {}
    for version in PathVersion.objects.filter(organisation=viewer.organisation).order_by("number").defer("body"):
        newest[version.initiative] = version
    gate = Disclosure(minimum=viewer.minimum_group)
    return [_row(item, sizes.get(item.id, Counter()), newest.get(item.id), gate) for item in courses]


def _row(item: Initiative, sizes: Counter[str], version: PathVersion | None, gate: Disclosure) -> PathRow:
    shown = _by_state(sizes, gate)
    waits = version is not None and version.number > 1 and version.choice == PathVersion.Choice.OPEN
    return PathRow(item, shown[_ON_IT], shown[_only(State.DONE)], version, waits)


def states_of(viewer: Viewer, initiative: str) -> dict[str | Promise, int | None]:
    """How many people are waiting, on it, through, paused and withdrawn; small groups and their neighbours withheld."""
    own = Enrolment.objects.filter(organisation=viewer.organisation, initiative=initiative)
    counted = dict(own.order_by().values_list("state").annotate(n=Count("pk")))
    shown = _by_state(counted, Disclosure(minimum=viewer.minimum_group))
    return {words: shown[_only(state)] for state, words in ENROLMENTS.items()}


def _only(*names: str) -> Filter:
    return frozenset((str(name),) for name in names)


_ON_IT = _only(State.WAITING, State.ACTIVE, State.DONE, State.PAUSED)
_TURN_CAME = _only(State.ACTIVE, State.DONE)


def _by_state(sizes: Mapping[str, int], gate: Disclosure) -> dict[Filter, int | None]:
    """Every count by state that one of the pages shows, through the gate together: none tells what another withholds.

    The rows of a version's steps add up to those whose turn has come.
    """
    people: dict[tuple[str, ...], int] = {(str(name),): int(n) for name, n in sizes.items() if n}
    return gate.sums([*(_only(state) for state in ENROLMENTS), _ON_IT, _TURN_CAME], people)


def shift_rows(viewer: Viewer, shifts: Iterable[Shift]) -> list[ShiftRow]:
    """What moving people would do; small groups, and what would tell of them, withheld."""
    gate = Disclosure(minimum=viewer.minimum_group)
    return [_shift_row(one, gate) for one in shifts]


def _shift_row(one: Shift, gate: Disclosure) -> ShiftRow:
    parts = {
        "more": one.more,
        "through": one.through,
        "shorter": one.fewer - one.through,
        "same": one.people - one.more - one.fewer,
    }
    wanted = (_only(*parts), _only("more"), _only("through", "shorter"), _only("through"))
    people: dict[tuple[str, ...], int] = {(name,): n for name, n in parts.items() if n}
    shown = gate.sums(wanted, people)
    return ShiftRow(one, *(shown[part] for part in wanted))


def step_rows(viewer: Viewer, version: PathVersion) -> list[StepRow]:
    """How many people of a version each step counts for; groups below the smallest are withheld, with their neighbours.

    People who wait, are paused or withdrawn are left out.
    """
    path = path_of(version)
    people = Enrolment.objects.filter(version=version, state__in=(State.ACTIVE, State.DONE))
    starts = dict(people.values_list("pk", "starts"))
    records: dict[object, list[StepRecord]] = {}
    for one in StepRecord.objects.filter(enrolment__version=version, enrolment__state__in=(State.ACTIVE, State.DONE)):
        records.setdefault(one.enrolment_id, []).append(one)
    counts: dict[str, Counter[str]] = {step.id: Counter() for step in path.path}
    for pk, begins in starts.items():
        walked = progress(path, [fact_of(one) for one in records.get(pk, ())], starts=begins)
        for at in walked.steps:
            counts[at.step.id][_column(at.state)] += 1
    gate = Disclosure(minimum=viewer.minimum_group)
    return [_step_row(step, counts[step.id], gate) for step in path.path]


def _column(state: str) -> str:
    return {"done": "done", "waived": "waived", "begun": "under_way", "failed": "under_way"}.get(state, "left")


def _step_row(step: Step, counts: Counter[str], gate: Disclosure) -> StepRow:
    names = ("done", "waived", "under_way", "left")
    shown = gate.table({(name,): counts[name] for name in names})
    return StepRow(step, *(shown[(name,)] for name in names))


def live_steps(initiative: Initiative) -> dict[str, str]:
    """The live steps of a path by id, with their titles."""
    return {step.id: step.title or step.id for step in initiative.path if step.kind == "session"}


def sessions_of(viewer: Viewer, initiative: str) -> QuerySet[LiveSession]:
    """Every date of a path's live steps, newest first, with how many seats are taken."""
    found = LiveSession.objects.filter(organisation=viewer.organisation, initiative=initiative)
    return found.annotate(taken=Count("sign_ups")).order_by("-starts", "-pk")


def session_of(viewer: Viewer, initiative: str, number: int) -> LiveSession | None:
    """One date."""
    return LiveSession.objects.filter(organisation=viewer.organisation, initiative=initiative, pk=number).first()
