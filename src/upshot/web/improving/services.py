"""Take something to mend on, give it to somebody, close it with what changed, and open it again."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import User
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.improving.models import WorkItem

__all__ = ["add", "close", "give", "reopen"]

State = WorkItem.State


def add(*, viewer: Viewer, activity: str, scenario: str, title: str, what: str) -> WorkItem:
    """Put something on the list that somebody noticed.

    Raises
    ------
    InputError
        If it is not said what.
    """
    said = what.strip()
    if not said:
        text = _("It is not said what should be mended.")
        raise InputError(Problem(code="no-words", text=text, fix=_("Write it in a sentence.")))
    made, new = WorkItem.objects.get_or_create(
        organisation=viewer.organisation, activity=activity, kind=WorkItem.Kind.OWN, place=said[:130], closed=None,
        defaults={"scenario": scenario, "title": title[:300], "what": said[:500]},
    )  # fmt: skip
    if new:
        record(viewer, "work-added", str(made.pk))
    return made


@transaction.atomic
def give(*, viewer: Viewer, item: WorkItem, owner: User | None, due: dt.date | None) -> WorkItem:
    """Say who mends it and by when.

    Raises
    ------
    InputError
        If one of the two is missing, the day is past, or it is closed.
    """
    found = WorkItem.objects.select_for_update().get(pk=item.pk)
    problems = list[Problem]()
    if owner is None:
        problems.append(Problem(code="no-owner", text=_("Nobody is named."), fix=_("Choose who mends it.")))
    if due is None or due < timezone.localdate():
        text = _("There is no day, or it is past.")
        problems.append(Problem(code="no-day", text=text, fix=_("Choose a day from today on.")))
    if found.closed is not None:
        problems.append(Problem(code="closed", text=_("It is closed."), fix=_("Open it again first.")))
    if problems:
        raise InputError(problems)
    found.owner, found.due, found.state = owner, due, State.TAKEN
    found.save(update_fields=["owner", "due", "state"])
    record(viewer, "work-given", str(found.pk), due=str(due))
    return found


@transaction.atomic
def close(*, viewer: Viewer, item: WorkItem, changed: str, left: bool = False) -> WorkItem:
    """Close it with what was changed, or with why it is left as it is; closed twice, the first words stay.

    Raises
    ------
    InputError
        Without words.
    """
    found = WorkItem.objects.select_for_update().get(pk=item.pk)
    if found.closed is not None:
        return found
    if not changed.strip():
        text = _("It is not said what changed.")
        fix = _("Write what was changed, or why it is left as it is; it stays with the history.")
        raise InputError(Problem(code="no-words", text=text, fix=fix))
    found.changed, found.closed, found.closed_by = changed.strip(), timezone.now(), viewer.user
    found.state = State.LEFT if left else State.DONE
    found.save(update_fields=["changed", "closed", "closed_by", "state"])
    record(viewer, "work-closed", str(found.pk), left=left)
    return found


@transaction.atomic
def reopen(*, viewer: Viewer, item: WorkItem) -> WorkItem:
    """Open it again, unless the same is open; what was written at its close stays until it is closed anew."""
    found = WorkItem.objects.select_for_update().get(pk=item.pk)
    same = WorkItem.objects.filter(
        organisation=found.organisation, activity=found.activity, kind=found.kind, place=found.place, closed=None
    )
    if found.closed is None or same.exists():
        return found
    found.closed, found.closed_by = None, None
    found.state = State.TAKEN if found.owner_id else State.OPEN
    found.save(update_fields=["closed", "closed_by", "state"])
    record(viewer, "work-reopened", str(found.pk))
    return found
