"""Plan a review, decide it once, and see to its actions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.plan import Plan
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import Permission, Role
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.ledger.models import Entry
from upshot.web.ledger.services import append
from upshot.web.measures.codec import plain
from upshot.web.reviews.models import Action, Decision, Review
from upshot.web.reviews.packs import Pack, pack_of
from upshot.web.reviews.selectors import functions_of

__all__ = ["AskedAction", "decide", "finish", "plan_review", "remove_review", "reopen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAction:
    """What somebody is asked to do by a day."""

    what: str
    owner: User | None
    due: dt.date


@transaction.atomic
def plan_review(*, viewer: Viewer, initiative_id: str, day: dt.date) -> Review:
    """Set a review for a day; the same one twice is one.

    Raises
    ------
    PermissionDenied
        If the viewer does not decide for the whole organisation.
    """
    _must_decide(viewer)
    row, new = Review.objects.get_or_create(
        organisation=viewer.organisation, initiative=initiative_id, due=day, defaults={"by_hand": True}
    )
    if new:
        record(viewer, "review-planned", initiative_id, due=day.isoformat())
    return row


@transaction.atomic
def remove_review(*, viewer: Viewer, initiative_id: str, day: dt.date) -> bool:
    """Take back a review that was set by hand and not held; whether there was one."""
    _must_decide(viewer)
    rows = Review.objects.filter(
        organisation=viewer.organisation, initiative=initiative_id, due=day, by_hand=True, held=None
    )
    gone, _counts = rows.delete()
    if gone:
        record(viewer, "review-removed", initiative_id, due=day.isoformat())
    return bool(gone)


@transaction.atomic
def decide(
    *,
    viewer: Viewer,
    plan: Plan,
    initiative_id: str,
    day: dt.date,
    decision: Decision,
    reason: str,
    owner: str,
    function: Role,
    seen: str,
    actions: Sequence[AskedAction] = (),
    next_review: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Review:
    """Hold a review: freeze its pack, write the decision to the ledger, and note the actions.

    The same decision sent twice is written once.

    Parameters
    ----------
    owner, function
        The function that sees to it, and the one in which it was decided; never names.
    seen
        The answer that stood on the page, empty where there was none.
    at
        When; now by default. Only the simulated demonstration decides in the past.

    Raises
    ------
    PermissionDenied
        If the viewer does not decide for the whole organisation, or not in this function.
    InputError
        If the reason is missing, the review was held with another decision, or a newer answer came in.
    """
    _must_decide(viewer)
    if function not in functions_of(viewer):
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    row, _new = Review.objects.get_or_create(organisation=viewer.organisation, initiative=initiative_id, due=day)
    if row.held:
        return _again(row, decision, reason)
    pack = pack_of(viewer, plan, plan.initiative(initiative_id))
    _check(pack, reason=reason, seen=seen)
    entry = append(
        viewer.organisation,
        Entry.Kind.DECISION,
        subject=initiative_id,
        body=_body(pack, day, decision=decision, reason=reason.strip(), owner=owner, function=function),
        at=at,
    )
    row.decision, row.reason, row.owner, row.function = decision, reason.strip(), owner, function.value
    row.decided_by, row.held, row.run = viewer.user, entry.at, pack.run
    row.pack, row.entry = plain(pack), entry.number
    row.save()
    Action.objects.bulk_create(
        [Action(review=row, what=asked.what, owner=asked.owner, due=asked.due) for asked in actions]
    )
    if next_review is not None:
        plan_review(viewer=viewer, initiative_id=initiative_id, day=next_review)
    record(viewer, "review-decided", initiative_id, decision=decision.value, entry=entry.number)
    return row


def _again(row: Review, decision: Decision, reason: str) -> Review:
    """A second click is the same decision; another one is refused."""
    if (row.decision, row.reason) == (decision, reason.strip()):
        return row
    text = _("This review was decided already: %(decision)s. Nothing was changed.") % {
        "decision": Decision(row.decision).label
    }
    raise InputError([Problem(code="decided-already", text=text, fix=_("Plan another review to decide anew."))])


def _check(pack: Pack, *, reason: str, seen: str) -> None:
    problems = []
    if not reason.strip():
        problems.append(Problem(code="no-reason", text=_("Say why."), column="reason"))
    if pack.run != seen:
        text = _("A newer answer came in while you were reading. It stands above now; nothing was decided.")
        problems.append(Problem(code="newer-answer", text=text, fix=_("Read it, then decide.")))
    if problems:
        raise InputError(problems)


def _body(pack: Pack, day: dt.date, *, decision: Decision, reason: str, owner: str, function: Role) -> dict[str, Any]:
    """What the ledger keeps: promised, found, worth, decided and why; by function, never by name."""
    rows = {row.what: {"planned": row.planned, "actual": row.actual} for row in pack.rows if row.planned or row.actual}
    body: dict[str, Any] = {
        "title": pack.title,
        "decision": decision.value,
        "reason": reason,
        "decided_as": function.value,
        "sees_to_it": owner,
        "promised": pack.promise,
        "sentence": pack.sentence,
        "grade": pack.grade,
        "registration": pack.registration,
        "planned_and_actual": rows,
        "money": pack.money or pack.money_reason,
        "checks_that_failed": [title for title, _text in pack.failed],
        "run": pack.run,
        "as_of": pack.as_of,
        "due": day.isoformat(),
    }
    return {key: value for key, value in body.items() if value not in ("", [], {})}


@transaction.atomic
def finish(*, viewer: Viewer, action: Action, note: str = "") -> bool:
    """Mark an action as done, with what came of it; whether it was open."""
    _must_own(viewer, action)
    found = Action.objects.filter(pk=action.pk, done=None).update(done=timezone.now(), note=note.strip()[:300])
    if found:
        record(viewer, "action-done", action.review.initiative, number=action.pk)
    return bool(found)


@transaction.atomic
def reopen(*, viewer: Viewer, action: Action) -> bool:
    """Take back that an action is done; whether it was."""
    _must_own(viewer, action)
    found = Action.objects.filter(pk=action.pk).exclude(done=None).update(done=None)
    if found:
        record(viewer, "action-reopened", action.review.initiative, number=action.pk)
    return bool(found)


def _must_decide(viewer: Viewer) -> None:
    if not viewer.everywhere(Permission.DECIDE):
        raise PermissionDenied


def _must_own(viewer: Viewer, action: Action) -> None:
    """Whoever an action was given to sees to it, and whoever decides."""
    if action.owner_id != viewer.user.pk and not viewer.everywhere(Permission.DECIDE):
        raise PermissionDenied
