"""What was promised and how it stands: for those who sign, those who answer for it, and unit by unit."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.sentence import promise_sentence
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.models import Event
from upshot.web.ledger.models import Entry
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import newest_runs
from upshot.web.plans.models import Comment, Function, PromiseLock, Signature
from upshot.web.plans.promising import may_sign_as
from upshot.web.plans.selectors import promise_hash
from upshot.web.reviews.dates import Due
from upshot.web.reviews.selectors import calendar_of, plan_of, today

__all__ = [
    "Board",
    "Change",
    "Kept",
    "Promise",
    "Unit",
    "by_unit",
    "changes_of",
    "kept_of",
    "person_of_owner",
    "promises_of",
    "since_of",
    "unsigned_by",
]

SEEN = "promises-seen"
"""The audit's word for a look at this page."""
_BACK = dt.timedelta(days=31)


class Kept(StrEnum):
    """How what came compares with what was promised."""

    MORE = "more"
    AS_PROMISED = "as promised"
    LESS = "less"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One initiative's promise as it stands.

    Parameters
    ----------
    unit
        Role of whoever answers for its objective.
    mine
        Whether the viewer owns or sponsors it by the plan.
    locked
        Day it was locked.
    asked
        Functions of the viewer whose signature is missing.
    due, late
        Day of the next decision, and days since where it has passed.
    questions
        Comments that nobody settled.
    """

    initiative: str
    title: str
    sentence: str
    unit: str
    mine: bool
    locked: dt.date | None
    asked: tuple[str, ...]
    due: dt.date | None
    late: int
    answer: str
    grade: str
    kept: Kept
    questions: int


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was written to the ledger: what kind, about what, when, and its number."""

    kind: str
    title: str
    day: dt.date
    number: int
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """How a unit's promises came out, as counts."""

    name: str
    more: int
    as_promised: int
    less: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The page: promises with what is asked of the viewer first, what changed, and units."""

    promises: tuple[Promise, ...]
    changes: tuple[Change, ...]
    units: tuple[Unit, ...]
    since: dt.date

    @property
    def to_sign(self) -> tuple[Promise, ...]:
        """Promises that wait for the viewer's signature."""
        return tuple(one for one in self.promises if one.asked)

    @property
    def late(self) -> tuple[Promise, ...]:
        """Promises whose decision is overdue."""
        return tuple(one for one in self.promises if one.late)


def kept_of(promised: float | None, estimate: Mapping[str, Any], *, claimable: bool) -> Kept:
    """Hold a promise against an answer: within its range it came as promised; outside, more or less.

    More is meant in the promise's own direction: of a promise to fall, a deeper fall is more.
    """
    low, high = estimate.get("conf_low"), estimate.get("conf_high")
    if not claimable or not promised or low is None or high is None:
        return Kept.UNKNOWN
    if low <= promised <= high:
        return Kept.AS_PROMISED
    return Kept.MORE if (promised < low) == (promised > 0) else Kept.LESS


def by_unit(promises: Iterable[Promise]) -> tuple[Unit, ...]:
    """Count locked promises that have an answer, by unit in alphabetical order: units, never people."""
    counts: dict[str, Counter[Kept]] = {}
    for one in promises:
        if one.locked is not None and one.answer:
            counts.setdefault(one.unit, Counter())[one.kept] += 1
    return tuple(
        Unit(
            name=name, more=found[Kept.MORE], as_promised=found[Kept.AS_PROMISED], less=found[Kept.LESS],
            unknown=found[Kept.UNKNOWN],
        )
        for name, found in sorted(counts.items())
    )  # fmt: skip


def person_of_owner(plan: Plan, key: str | None) -> str:
    """The roster's identifier within an owner's account (``hr:H00002`` is ``H00002``); empty for none."""
    owner = plan.owners.get(key or "")
    return (owner.account or "").rpartition(":")[2] if owner is not None else ""


def promises_of(viewer: Viewer) -> Board | None:
    """Everything the page shows; ``None`` while the plan does not load."""
    document = plan_of(viewer)
    if document is None:
        return None
    plan, facts = document.plan, _Facts.read(viewer, document.plan)
    found = tuple(
        _promise(viewer, plan, item, facts) for item in plan.initiatives if item.is_training and item.expected
    )
    ordered = sorted(found, key=lambda one: (not one.asked, not one.mine, not one.late, one.title.casefold()))
    titles = {item.id: item.title or item.id for item in plan.initiatives}
    since = since_of(viewer, SEEN)
    return Board(promises=tuple(ordered), changes=changes_of(viewer, titles, since), units=by_unit(found), since=since)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is read once for all promises."""

    runs: Mapping[str, Run]
    locks: Mapping[str, dt.date]
    signed: Mapping[str, set[tuple[str, str]]]
    dues: Mapping[str, Due]
    questions: Mapping[str, int]
    functions: frozenset[Function]

    @classmethod
    def read(cls, viewer: Viewer, plan: Plan) -> "_Facts":
        """A few queries, however many promises there are."""
        organisation = viewer.organisation
        newest = [run.pk for run in newest_runs(organisation).values()]
        runs = Run.objects.filter(pk__in=newest).defer("plan_text", "lock", "page", "rests_on")
        signed: dict[str, set[tuple[str, str]]] = {}
        rows = Signature.objects.filter(organisation=organisation, withdrawn=None)
        for initiative, function, seen in rows.values_list("initiative", "function", "hash"):
            signed.setdefault(initiative, set()).add((function, seen))
        dues: dict[str, Due] = {}
        for due in calendar_of(organisation, plan).ahead:
            dues.setdefault(due.initiative, due)
        comments = Comment.objects.filter(
            version__organisation=organisation, to=None, settled=None, anchor__startswith="initiatives["
        )
        counted = comments.values("anchor").annotate(n=Count("pk")).values_list("anchor", "n")
        questions: Counter[str] = Counter()
        for anchor, count in counted:
            questions[anchor.partition("[")[2].partition("]")[0]] += count
        locks = PromiseLock.objects.filter(organisation=organisation).values_list("initiative", "at")
        return cls(
            runs={run.initiative: run for run in runs}, locks={key: at.date() for key, at in locks}, signed=signed,
            dues=dues, questions=questions, functions=may_sign_as(viewer),
        )  # fmt: skip


def _promise(viewer: Viewer, plan: Plan, item: Initiative, facts: _Facts) -> Promise:
    run, due, locked = facts.runs.get(item.id), facts.dues.get(item.id), facts.locks.get(item.id)
    objective = plan.objective(item.serves[0]) if item.serves else None
    owner = plan.owners.get((objective.owner if objective else None) or "")
    owners = {person_of_owner(plan, key) for key in (item.owner, item.sponsor)}
    return Promise(
        initiative=item.id,
        title=item.title or item.id,
        sentence=promise_sentence(plan, item),
        unit=(owner.role or "") if owner is not None else "",
        mine=bool(viewer.person) and viewer.person in owners,
        locked=locked,
        asked=() if locked else _unsigned(plan, item, facts),
        due=due.day if due else None,
        late=max(0, (today() - due.day).days) if due else 0,
        answer=run.sentence if run else "",
        grade=run.grade if run else "",
        kept=kept_of(item.expected[0].effect, run.estimate, claimable=run.claimable) if run else Kept.UNKNOWN,
        questions=facts.questions.get(item.id, 0),
    )


def unsigned_by(viewer: Viewer, plan: Plan, function: Function) -> tuple[Initiative, ...]:
    """Promises that are not locked and lack one function's signature to what they say now."""
    facts = _Facts.read(viewer, plan)
    return tuple(
        item
        for item in plan.initiatives
        if item.is_training and item.expected and item.id not in facts.locks
        if (function.value, promise_hash(plan, item.id)) not in facts.signed.get(item.id, set())
    )


def _unsigned(plan: Plan, item: Initiative, facts: _Facts) -> tuple[str, ...]:
    """The viewer's functions that have not signed the promise as it reads now."""
    if not facts.functions:
        return ()
    now, signed = promise_hash(plan, item.id), facts.signed.get(item.id, set())
    return tuple(str(one.label) for one in Function if one in facts.functions and (one.value, now) not in signed)


def changes_of(viewer: Viewer, titles: Mapping[str, str], since: dt.date) -> tuple[Change, ...]:
    """What was written to the ledger since a day, newest first."""
    entries: Sequence[Entry] = list(
        Entry.objects.filter(organisation=viewer.organisation, at__date__gte=since).order_by("-number")[:30]
    )
    return tuple(
        Change(one.get_kind_display(), titles.get(one.subject, one.subject), one.at.date(), one.number, one.subject)
        for one in entries
    )


def since_of(viewer: Viewer, seen: str) -> dt.date:
    """The day of the viewer's last look at a page before today; without one, a month ago."""
    looks = Event.objects.filter(organisation=viewer.organisation, user=viewer.user, action=seen, at__date__lt=today())
    last = looks.order_by("-at").values_list("at", flat=True).first()
    return last.date() if last is not None else today() - _BACK
