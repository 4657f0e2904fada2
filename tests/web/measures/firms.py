"""A firm with answers: its workspace built once, copied for each test; its answer computed once, stored as it was."""

import datetime as dt
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.web.cast import Cast
from tests.workspace.firm import MONTHS, a_firm, a_roster, level, records, teams

from upshot.plan import lock
from upshot.web.jobs.models import Job
from upshot.web.ledger.services import append
from upshot.web.measures.models import Run
from upshot.web.measures.services import ask
from upshot.web.plans.models import PromiseLock
from upshot.web.plans.parsed import parsed
from upshot.web.plans.services import opened

BEFORE = dt.datetime(2025, 1, 2, 9, tzinfo=dt.UTC)
STARTS = {"t0": 5, "t1": 5, "t2": 8, "t3": 8}
VALUE: dict[str, Any] = {"amount": 40, "per": "call", "agreed_by": "finance", "date": "2024-11-01"}
COSTS = [{"item": "Coaches", "kind": "fixed", "amount": 2000}, {"item": "Rooms", "kind": "fixed", "amount": 500}]
ENDED = {
    "id": "rule",
    "title": "Deal-desk rule",
    "diagnosis": {"observed": "Discounts run deep", "because": ["environment"], "verdict": "no-training"},
}
LATER = {"id": "later", "title": "Later on", "records": {"activities": ["later"], "verbs": ["completed"]}}


def fewer_calls(effect: float = 3.0) -> list[dict[str, Any]]:
    """Readings that fall by ``effect`` from the period of the start on."""
    return [
        {
            "kpi": "calls",
            "person": person,
            "month": month,
            "value": level(number, at) - (effect if team in STARTS and at + 1 >= STARTS[team] else 0),
        }
        for number, (person, team) in enumerate(teams().items())
        for at, month in enumerate(MONTHS)
    ]


def _built(kind: str) -> Path:
    root = Path(mkdtemp(prefix="upshot-firm-")) / "firm"
    kpi = {"label": "repeat calls", "unit": "calls", "value_per_unit": VALUE}
    more: dict[str, Any] = {"title": "Coaching", "costs": COSTS, "expected": [{"kpi": "calls", "effect": -3}]}
    if kind == "everyone":
        more["design"] = {"assign": "everyone", "period": "month", "first_treated": {"round": "floor"}}
    learning = records()
    if kind == "dosed":
        dose = {"by": "minutes"}
        more["design"] = {"assign": "managed", "period": "month", "first_treated": {"round": "floor"}, "dose": dose}
        learning = [{**row, "duration": 1800 * (1 + at % 3)} for at, row in enumerate(learning)]
    workspace = a_firm(
        root,
        people=a_roster(region=lambda n: "west" if n % 4 else "east"),
        kpis=fewer_calls(),
        learning=learning,
        kpi=kpi,
        more=[ENDED, LATER],
        **more,
    )
    return workspace.root


built = cache(_built)
_answers: dict[str, tuple[dict[str, Any], Path]] = {}


def with_firm(cast: Cast, home: Path, kind: str = "managed") -> Cast:
    """The cast's organisation with a workspace of its own: ``managed`` is answerable, ``everyone`` is not.

    ``dosed`` is managed, and asks whether more minutes do more.
    """
    shutil.copytree(built(kind), home / "firm")
    cast.organisation.folder = "firm"
    cast.organisation.save()
    return cast


def with_answer(cast: Cast, home: Path, kind: str = "managed") -> Run:
    """The firm with its first answer."""
    with_firm(cast, home, kind)
    if kind not in _answers:
        run = answered(cast)
        kept = built(kind).parent / "moments"
        shutil.copytree(home / "firm" / "moments", kept, dirs_exist_ok=True) if run.rests_on["scanned"] else None
        names = [field.name for field in Run._meta.concrete_fields]
        skipped = ("id", "organisation", "job", "requested_by", "repeats")
        _answers[kind] = ({name: getattr(run, name) for name in names if name not in skipped}, kept)
        return run
    fields, kept = _answers[kind]
    if kept.exists():
        shutil.copytree(kept, home / "firm" / "moments", dirs_exist_ok=True)
    return Run.objects.create(organisation=cast.organisation, **fields)


def answered(cast: Cast, part: str = "analyst", initiative: str = "coaching", **more: Any) -> Run:
    """Ask, wait, and read what was stored."""
    found = ask(viewer=cast.viewer(part), initiative=initiative, **more)
    if isinstance(found, Run):
        return found
    job = Job.objects.get(pk=found.pk)
    assert job.status == Job.Status.DONE, job.error
    return Run.objects.get(job=job)


def locked(cast: Cast, at: dt.datetime = BEFORE) -> PromiseLock:
    """The initiative's promise, locked before anybody started, with its entry in the ledger."""
    organisation = cast.organisation
    version = opened(organisation)
    made = lock(parsed(version.text).plan, at=at, signatories=["sponsor", "finance"], initiative="coaching")
    entry = append(organisation, "promise", subject="coaching", body={"seal": made.seal}, at=at)
    return PromiseLock.objects.create(
        organisation=organisation,
        initiative="coaching",
        version=version,
        hash=made.hash,
        at=at,
        signatories=list(made.signatories),
        seal=made.seal,
        entry=entry.number,
    )
