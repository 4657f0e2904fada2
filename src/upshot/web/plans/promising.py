"""Sign, lock and amend the promise of one initiative; the ledger hears of every lock and amendment."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.plan import Document, lock
from upshot.plan import amend as amended_lock
from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.roles import Permission, Role
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record, record_act
from upshot.web.ledger.services import append
from upshot.web.plans.locking import lock_problems, promise_body
from upshot.web.plans.models import Amendment, Function, PromiseLock, Signature, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.selectors import locked_of, promise_hash, signatures_of

__all__ = ["SIGNS_AS", "amend", "council_absent", "lock_initiative", "may_sign_as", "sign", "sign_on_paper", "withdraw"]

SIGNS_AS: Mapping[Role, frozenset[Function]] = {
    Role.EXECUTIVE: frozenset({Function.SPONSOR, Function.FINANCE}),
    Role.LEADER: frozenset({Function.SPONSOR}),
    Role.COUNCIL: frozenset({Function.COUNCIL}),
}
"""Who may sign as what: a learning leader may sponsor from the learning budget, not speak for finance or council."""


def may_sign_as(viewer: Viewer) -> frozenset[Function]:
    """The functions a viewer signs in; only roles for the whole organisation count, as the plan is for all of it."""
    if not viewer.everywhere(Permission.SIGN):
        return frozenset()
    whole = {role for role, scope in viewer.grants if scope.kind == "everything"}
    return frozenset().union(*(SIGNS_AS.get(role, frozenset()) for role in whole))


def council_absent(organisation: Organisation) -> bool:
    """Whether nobody in the organisation reads for a works council."""
    return not Membership.objects.filter(organisation=organisation, grants__role=Role.COUNCIL).exists()


@transaction.atomic
def sign(*, viewer: Viewer, initiative_id: str, function: Function, seen: str, version: Version) -> Signature:
    """Sign a promise in one function; a second click changes nothing.

    Parameters
    ----------
    seen
        Hash of the promise on the page that was signed.
    version
        The newest version.

    Raises
    ------
    PermissionDenied
        If the viewer may not sign in this function.
    InputError
        If the promise changed since the page was opened, is locked, or was signed by the same person
        in another function.
    """
    if function not in may_sign_as(viewer):
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    now = promise_hash(parsed(version.text).plan, initiative_id)
    standing = signatures_of(viewer.organisation, initiative_id)
    own = standing.get(function)
    if own is not None and own.hash == now:
        return own
    problems = []
    if now != seen:
        text = _("The promise changed after you opened the page.")
        problems.append(Problem(code="promise-moved", text=text, fix=_("Read it again, then sign.")))
    if locked_of(viewer.organisation, initiative_id) is not None:
        text = _("The promise is locked already.")
        problems.append(Problem(code="locked-already", text=text, fix=_("Changes are amendments now.")))
    if any(row.user_id == viewer.user.pk and row.hash == now for row in standing.values()):
        text = _("You signed this promise in another function.")
        problems.append(Problem(code="signed-twice", text=text, fix=_("Ask somebody else to sign, or withdraw yours.")))
    if problems:
        raise InputError(problems)
    made = Signature.objects.create(
        organisation=viewer.organisation, initiative=initiative_id, function=function, hash=now, user=viewer.user
    )
    record(viewer, "promise-signed", initiative_id, function=function.value)
    return made


@transaction.atomic
def sign_on_paper(
    *,
    organisation: Organisation,
    viewer: Viewer | None = None,
    document: Document,
    initiative_id: str,
    function: Function,
    name: str = "",
    reason: str = "",
) -> Signature:
    """Record a signature given elsewhere (``name``), or that one is not needed here (``reason``).

    Raises
    ------
    InputError
        If neither is given; or the works council's signature is declared needless where there is one,
        or another function's anywhere.
    """
    problems = []
    if not name.strip() and not reason.strip():
        text = _("Nobody is named who signed.")
        problems.append(Problem(code="no-signatory", text=text, fix=_("Say who signed, or why nobody has to.")))
    if reason.strip() and not (function == Function.COUNCIL and council_absent(organisation)):
        text = _("This signature cannot be left out.")
        fix = _("Only a firm without a works council goes without its signature.")
        problems.append(Problem(code="signature-needed", text=text, fix=fix, value=function.value))
    if problems:
        raise InputError(problems)
    digest = promise_hash(document.plan, initiative_id)
    made, _new = Signature.objects.get_or_create(
        organisation=organisation,
        initiative=initiative_id,
        function=function,
        hash=digest,
        withdrawn=None,
        defaults={"on_paper": name.strip()[:200], "reason": reason.strip()[:300]},
    )
    user = viewer.user if viewer else None
    record_act(organisation, user, "promise-signature-recorded", initiative_id, function=function.value)
    return made


@transaction.atomic
def withdraw(*, viewer: Viewer, initiative_id: str, number: int) -> None:
    """Take a signature back, while nothing is locked: one's own, or one on paper by whoever may lock.

    Raises
    ------
    PermissionDenied
        If it is somebody else's.
    InputError
        If the promise is locked.
    """
    row = Signature.objects.filter(
        pk=number, organisation=viewer.organisation, initiative=initiative_id, withdrawn=None
    ).first()
    if row is None:
        return
    if row.user_id != viewer.user.pk and not (row.user_id is None and viewer.everywhere(Permission.LOCK)):
        raise PermissionDenied
    if locked_of(viewer.organisation, initiative_id) is not None:
        text = _("The promise is locked; a signature can no longer be taken back.")
        raise InputError(Problem(code="locked-already", text=text, fix=_("Ask for an amendment.")))
    row.withdrawn = timezone.now()
    row.save(update_fields=["withdrawn"])
    record(viewer, "promise-signature-withdrawn", initiative_id, function=row.function)


@transaction.atomic
def lock_initiative(
    *,
    organisation: Organisation,
    viewer: Viewer | None,
    version: Version,
    initiative_id: str,
    seen: str | None = None,
    baseline: Mapping[str, float],
    at: dt.datetime | None = None,
) -> PromiseLock:
    """Fix an initiative's promise, and write it into the ledger; a second click finds it locked and changes nothing.

    Parameters
    ----------
    version
        The newest version.
    seen
        Hash of the promise on the page; ``None`` where the caller has just read the version.
    baseline
        What each KPI reads, from the facts (`baselines.measured`).
    at
        When; now by default. Only the simulated demonstration dates locks in the past.

    Raises
    ------
    PermissionDenied
        If a viewer may not lock for the whole organisation.
    InputError
        With the whole list of what is missing.
    """
    if viewer is not None and not viewer.everywhere(Permission.LOCK):
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    document, when = parsed(version.text), at or timezone.now()
    digest = promise_hash(document.plan, initiative_id)
    found = locked_of(organisation, initiative_id)
    if found is not None and found.lock.current == digest:
        return found.row
    signatures = signatures_of(organisation, initiative_id)
    problems = list(lock_problems(document, initiative_id, signatures, day=timezone.localdate(when)))
    if found is not None:
        text = _("The promise is locked already.")
        problems.insert(0, Problem(code="locked-already", text=text, fix=_("Amend it, with a reason.")))
    if seen is not None and seen != digest:
        text = _("The promise changed after you opened the page.")
        problems.insert(0, Problem(code="promise-moved", text=text, fix=_("Read it again.")))
    if problems:
        raise InputError(problems)
    made = lock(
        document.plan,
        at=when,
        signatories=[function.value for function in Function if not signatures[function].reason],
        baseline=baseline,
        initiative=initiative_id,
    )
    waived = {function.value: signatures[function].reason for function in Function if signatures[function].reason}
    body = promise_body(document.plan, initiative_id, made, version=version.number, waived=waived)
    entry = append(organisation, "promise", subject=initiative_id, body=body, at=at)
    row = PromiseLock.objects.create(
        organisation=organisation,
        initiative=initiative_id,
        version=version,
        hash=made.hash,
        at=made.at,
        signatories=list(made.signatories),
        baseline=dict(made.baseline),
        seal=made.seal,
        entry=entry.number,
    )
    record_act(organisation, viewer.user if viewer else None, "promise-locked", initiative_id, version=version.number)
    return row


@transaction.atomic
def amend(
    *,
    organisation: Organisation,
    viewer: Viewer | None,
    version: Version,
    initiative_id: str,
    reason: str,
    by: str,
    at: dt.datetime | None = None,
) -> Amendment:
    """Append an amendment: the newest version's promise comes into force in place of the one before it.

    Parameters
    ----------
    by
        The role of whoever amends; never a name, for it goes into the ledger.

    Raises
    ------
    PermissionDenied
        If a viewer may not lock for the whole organisation.
    InputError
        If nothing is locked, a record was changed, no reason is given or nothing differs.
    """
    if viewer is not None and not viewer.everywhere(Permission.LOCK):
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    found = locked_of(organisation, initiative_id)
    if found is None or not found.sound:
        text = _("There is no lock to amend.") if found is None else _("The record of the lock was changed.")
        fix = _("Lock the promise first.") if found is None else _("Look at the ledger before anything else.")
        raise InputError(Problem(code="no-lock", text=text, fix=fix))
    before, after = parsed(found.version.text).plan, parsed(version.text).plan
    when = at or timezone.now()
    added = amended_lock(found.lock, before, after, reason=reason, at=when, by=by).amendments[-1]
    body = {
        "seal": added.seal,
        "hash": added.hash,
        "previous": added.previous,
        "version": version.number,
        "reason": added.reason,
        "by": added.by,
        "changed": list(added.changed),
    }
    entry = append(organisation, "amendment", subject=initiative_id, body=body, at=at)
    row = Amendment.objects.create(
        lock=found.row,
        version=version,
        hash=added.hash,
        reason=added.reason,
        at=added.at,
        by=added.by,
        changed=list(added.changed),
        previous=added.previous,
        entry=entry.number,
    )
    record_act(organisation, viewer.user if viewer else None, "promise-amended", initiative_id, version=version.number)
    return row
