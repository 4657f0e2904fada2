"""Ask for an answer in the background, and put one on record in the ledger."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import start
from upshot.web.ledger.services import append
from upshot.web.measures.models import Recorded, Run
from upshot.web.measures.selectors import newest_run
from upshot.web.measures.spending import costs_entered
from upshot.web.measures.states import basis_of, facts_state
from upshot.web.plans.parsed import parsed

__all__ = ["ask", "put_on_record"]


def ask(*, viewer: Viewer, initiative: str, as_of: dt.datetime | None = None, repeat: Run | None = None) -> Job | Run:
    """Answer an initiative in the background, or hand back the newest answer if nothing changed since.

    Parameters
    ----------
    as_of
        Facts of an earlier instant, with today's plan.
    repeat
        An earlier answer to be computed again: its plan, its lock, its instant.

    Raises
    ------
    UpshotError
        If the plan does not load or has no such initiative.
    """
    org = viewer.organisation
    costs = costs_entered(org, initiative)
    basis = basis_of(org, initiative, facts=facts_state(viewer.workspace), costs=costs)
    found = basis.document.plan.initiative(initiative)
    newest = newest_run(viewer, initiative) if as_of is None and repeat is None else None
    if newest is not None and newest.inputs == dict(basis.inputs):
        return newest
    parameters: dict[str, Any] = {"initiative": initiative}
    if as_of is not None:
        parameters["as_of"] = as_of.isoformat()
    if repeat is not None:
        parameters["repeat"] = repeat.pk
    route = "impact" if len(parameters) == 1 else "runs"
    job = start(
        viewer,
        "estimate",
        title=(_("Answering: %(name)s") % {"name": found.title or found.id})[:200],
        parameters=parameters,
        next_url=reverse(route, kwargs={"org": org.slug, "key": initiative}),
    )
    record(viewer, "answer-asked", initiative, job=str(job.pk))
    return job


@transaction.atomic
def put_on_record(*, viewer: Viewer, run: Run) -> Recorded:
    """Write an answer to a locked promise into the ledger; a second click finds it there.

    Raises
    ------
    InputError
        If the promise was not locked, or the answer is one of an earlier instant.
    """
    Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    found = Recorded.objects.filter(run=run).first()
    if found is not None:
        return found
    if run.lock is None:
        text = _("This answer does not rest on a locked promise.")
        fix = _("The ledger holds promises against results. Lock the plan before launch next time.")
        raise InputError(Problem(code="not-locked", text=text, fix=fix))
    if run.as_of is not None:
        text = _("This answer leaves out what came in later.")
        raise InputError(Problem(code="earlier-instant", text=text, fix=_("Put the newest answer on record.")))
    entry = append(viewer.organisation, "result", subject=run.initiative, body=_body(run))
    made = Recorded.objects.create(run=run, entry=entry.number, by=viewer.user)
    record(viewer, "answer-recorded", run.initiative, run=run.pk, entry=entry.number)
    return made


def _body(run: Run) -> dict[str, Any]:
    """What the ledger keeps of a result."""
    initiative = parsed(run.plan_text).plan.initiative(run.initiative)
    figures = ("estimate", "conf_low", "conf_high", "level") if run.claimable else ()
    said: dict[str, Any] = {
        "title": initiative.title or initiative.id,
        "sentence": run.sentence,
        "grade": run.grade,
        "registration": run.registration,
        "claimable": run.claimable,
        "kpi": run.kpi,
        **{name: run.estimate.get(name) for name in figures},
        "people": run.people,
        "as_of": run.newest_reading.isoformat(),
        "net_value": run.money,
        "promise": run.inputs["plan"],
        "lock": run.inputs["lock"],
        "data": run.fingerprint,
        "answer": run.digest,
        "version": run.inputs["version"],
    }
    return {name: value for name, value in said.items() if value not in (None, "")}
