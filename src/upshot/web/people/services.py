"""Mirror the roster, and say which accounts are one person."""

import datetime as dt
from typing import Any

from django.db import transaction

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.people.models import Person

__all__ = ["merge", "mirror", "unmerge"]

_CURRENT = """
    SELECT person, role, team, manager, site, region, hired, "left", attributes
    FROM people WHERE valid_from <= $1 AND coalesce(valid_to > $1, true)
"""
_FIELDS = ("role", "team", "manager", "site", "region")
_COMPARED = ("name", *_FIELDS, "hired", "left")


def mirror(organisation: Organisation, *, on: dt.date | None = None) -> int:
    """Bring the mirror in step with the lake's people as of a day (today); how many rows changed."""
    day = on or dt.date.today()
    rows = workspace_of(organisation).lake().query(_CURRENT, [day]).to_pylist()
    found = {row["person"]: _person(organisation, row) for row in rows}
    with transaction.atomic():
        known = {person.key: person for person in Person.objects.filter(organisation=organisation)}
        gone = [person.pk for key, person in known.items() if key not in found]
        Person.objects.filter(pk__in=gone).delete()
        changed = []
        for key, person in found.items():
            before = known.get(key)
            if before is not None and not person.name:
                person.name = before.name
            if before is not None and any(getattr(before, name) != getattr(person, name) for name in _COMPARED):
                person.pk = before.pk
                changed.append(person)
        new = [person for key, person in found.items() if key not in known]
        Person.objects.bulk_update(changed, _COMPARED, batch_size=500)
        Person.objects.bulk_create(new, batch_size=1000)
    return len(gone) + len(changed) + len(new)


def _person(organisation: Organisation, row: dict[str, Any]) -> Person:
    attributes = dict(row["attributes"] or ())
    return Person(
        organisation=organisation,
        key=row["person"],
        name=str(attributes.get("name") or "")[:200],
        hired=row["hired"],
        left=row["left"],
        **{name: row[name] or "" for name in _FIELDS},
    )


def merge(*, viewer: Viewer, account: str, person: str, reason: str) -> None:
    """Say that an account is this person; `unmerge` takes it back.

    Raises
    ------
    InputError
        If the person is not on the roster, the two are the same, or no reason is given.
    """
    problems = []
    if not account.strip():
        problems.append(Problem(code="no-account", text="Which account?", column="account"))
    if account == person:
        problems.append(Problem(code="same", text="An account cannot be merged with itself.", column="person"))
    if not Person.objects.filter(organisation=viewer.organisation, key=person).exists():
        text = "Nobody on the roster has this identifier."
        problems.append(Problem(code="unknown-person", text=text, fix="Look it up under People.", column="person"))
    if not reason.strip():
        problems.append(Problem(code="no-reason", text="Say why they are one person.", column="reason"))
    if problems:
        raise InputError(problems)
    viewer.workspace.lake().merge_accounts(account.strip(), person, reason=reason.strip())
    mirror(viewer.organisation)


def unmerge(*, viewer: Viewer, account: str, person: str, reason: str) -> None:
    """Take a merge back; the events of both stay on record."""
    viewer.workspace.lake().unmerge_accounts(account, person, reason=reason.strip() or "taken back")
    mirror(viewer.organisation)
