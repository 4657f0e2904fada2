"""Bring one person's paths in step when they look at them, and write nothing where nothing is new."""

import datetime as dt

from upshot.errors import UpshotError
from upshot.web.accounts.models import Organisation
from upshot.web.paths.evidence import fresh_rows, names_for
from upshot.web.paths.models import Collected, PathVersion, StepRecord
from upshot.web.paths.services.rounds import basis_of, go_round
from upshot.web.paths.walking import path_of
from upshot.web.plans.selectors import current_document

__all__ = ["catch_up"]


def catch_up(organisation: Organisation, person: str, *, on: dt.date) -> bool:
    """A round for one person, where the last round for everybody did not see what there is now; whether it was needed.

    The learner who has just finished a scenario sees it at once, without waiting for the worker.
    """
    if not person:
        return False
    try:
        plan = current_document(organisation).plan
    except UpshotError:
        return False
    if not _news(organisation, person, basis_of(organisation, plan, on)):
        return False
    go_round(organisation, plan, on=on, people=[person])
    return True


def _news(organisation: Organisation, person: str, basis: str) -> bool:
    if not Collected.objects.filter(organisation=organisation, basis=basis).exists():
        return True
    found = PathVersion.objects.filter(organisation=organisation, enrolments__person=person).distinct()
    names = names_for(organisation, {one.initiative: [path_of(one)] for one in found})
    rows = fresh_rows(organisation, names, person)
    if not rows:
        return False
    records = StepRecord.objects.filter(enrolment__organisation=organisation, enrolment__person=person)
    known = set(records.values_list("enrolment__initiative", "step", "verb", "at"))
    return any((row.initiative, row.step, row.verb, row.at) not in known for row in rows)
