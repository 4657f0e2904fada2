"""Read the plan: versions, the document of today, comments, signatures, and what is locked."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from upshot.errors import PlanError
from upshot.plan import Amendment as PlanAmendment
from upshot.plan import Document, Lock, Plan, part_of, plan_hash
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.ledger.models import Entry
from upshot.web.plans.models import Amendment, Comment, Draft, Function, PromiseLock, Signature, SwapRequest, Version
from upshot.web.plans.parsed import parsed

__all__ = [
    "Locked",
    "anchored_comments",
    "comments_of",
    "current_document",
    "current_version",
    "document_in_force",
    "draft_of",
    "lock_in_force",
    "locked_of",
    "promise_hash",
    "signatures_of",
    "swaps_of",
    "version_of",
    "versions_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """The lock of a promise as it stands today.

    Parameters
    ----------
    lock
        With its amendments; what an answer is judged by.
    version
        The version in force: the one locked, or the one last amended to.
    row
        The stored lock.
    sound
        Whether lock, amendments and ledger still say the same; otherwise somebody changed a record.
    """

    lock: Lock
    version: Version
    row: PromiseLock
    sound: bool


def current_version(organisation: Organisation) -> Version | None:
    """The newest version; ``None`` before the workspace's plan was taken in."""
    return Version.objects.filter(organisation=organisation).order_by("-number").first()


def current_document(who: Viewer | Organisation) -> Document:
    """The plan of today: its newest version, or the workspace's ``plan.yaml`` where none is stored yet.

    Raises
    ------
    WorkspaceError, PlanError
        If there is neither, or the file does not load.
    """
    organisation = who.organisation if isinstance(who, Viewer) else who
    version = current_version(organisation)
    return parsed(version.text) if version is not None else workspace_of(organisation).plan()


def versions_of(viewer: Viewer) -> QuerySet[Version]:
    """Every version, newest first, with its author and how many comments are open."""
    return (
        Version.objects.filter(organisation=viewer.organisation)
        .select_related("author")
        .defer("text")
        .annotate(open_comments=Count("comments", filter=Q(comments__settled=None)))
        .order_by("-number")
    )


def version_of(viewer: Viewer, number: int) -> Version | None:
    """One version by its number."""
    found = Version.objects.filter(organisation=viewer.organisation, number=number)
    return found.select_related("author", "parent").first()


def draft_of(viewer: Viewer) -> Draft | None:
    """What the viewer typed and has not stored."""
    found = Draft.objects.filter(organisation=viewer.organisation, user=viewer.user)
    return found.select_related("base").first()


def comments_of(viewer: Viewer, *, version: Version | None = None, anchor: str = "") -> QuerySet[Comment]:
    """Comments, oldest first: of one version, or of every version below a key path."""
    found = Comment.objects.filter(version__organisation=viewer.organisation, to=None)
    if version is not None:
        found = found.filter(version=version)
    if anchor:
        found = found.filter(anchor__startswith=anchor)
    replies = Prefetch("replies", Comment.objects.select_related("author").order_by("at"))
    whole = found.select_related("author", "version", "settled_by").defer("version__text")
    return whole.prefetch_related(replies).order_by("at")


def anchored_comments(viewer: Viewer, version: Version) -> QuerySet[Comment]:
    """Comments on single places: those of a version, and what is still open from any other."""
    found = Comment.objects.filter(version__organisation=viewer.organisation, to=None).exclude(anchor="")
    here = found.filter(Q(version=version) | Q(settled=None))
    return here.select_related("author", "version").defer("version__text").order_by("at")


def promise_hash(plan: Plan, initiative_id: str) -> str:
    """The hash of what one initiative promises: what is signed and locked."""
    return plan_hash(part_of(plan, initiative_id))


def signatures_of(organisation: Organisation, initiative_id: str) -> dict[Function, Signature]:
    """The newest standing signature of each function, whichever wording it was given for."""
    rows = Signature.objects.filter(organisation=organisation, initiative=initiative_id, withdrawn=None)
    return {Function(row.function): row for row in rows.select_related("user").order_by("at")}


def locked_of(organisation: Organisation, initiative_id: str) -> Locked | None:
    """The lock of an initiative with its amendments, held against the ledger; ``None`` where there is none."""
    rows = PromiseLock.objects.filter(organisation=organisation, initiative=initiative_id)
    row = rows.select_related("version").first()
    if row is None:
        return None
    added = list(Amendment.objects.filter(lock=row).select_related("version"))
    lock = Lock(
        hash=row.hash,
        at=row.at,
        signatories=tuple(row.signatories),
        baseline=dict(row.baseline),
        amendments=tuple(_amendment(item) for item in added),
        initiative=row.initiative,
    )
    version = added[-1].version if added else row.version
    return Locked(lock=lock, version=version, row=row, sound=_sound(organisation, row, lock, added))


def _amendment(row: Amendment) -> PlanAmendment:
    return PlanAmendment(
        hash=row.hash, reason=row.reason, at=row.at, by=row.by, changed=tuple(row.changed), previous=row.previous
    )


def _sound(organisation: Organisation, row: PromiseLock, lock: Lock, added: list[Amendment]) -> bool:
    """Whether the records follow from each other, say what the ledger says, and name the texts they say."""
    numbers = [row.entry, *(item.entry for item in added)]
    seals = [lock.seal, *(item.seal for item in lock.amendments)]
    found = Entry.objects.filter(organisation=organisation, number__in=numbers)
    told = {entry.number: entry.body.get("seal") for entry in found}
    promised = [(row.version, row.hash), *((item.version, item.hash) for item in added)]
    return (
        lock.intact
        and row.seal == lock.seal
        and [told.get(number) for number in numbers] == seals
        and all(_promises(version, row.initiative, digest) for version, digest in promised)
        and _amended(organisation, row.initiative) == len(added)
    )


def _amended(organisation: Organisation, initiative_id: str) -> int:
    """How many amendments of an initiative the ledger knows: one taken out of the records is missed here."""
    return Entry.objects.filter(organisation=organisation, kind=Entry.Kind.AMENDMENT, subject=initiative_id).count()


def _promises(version: Version, initiative_id: str, digest: str) -> bool:
    try:
        return promise_hash(parsed(version.text).plan, initiative_id) == digest
    except PlanError:
        return False


def lock_in_force(organisation: Organisation, initiative_id: str) -> Lock | None:
    """The lock an initiative's answer is judged by; ``None`` without one, or where a record was changed.

    It covers the initiative's part of the plan (`upshot.plan.part_of`), so it is handed to
    ``answer_initiative(document=document_in_force(…), locked=…)``.
    """
    found = locked_of(organisation, initiative_id)
    return found.lock if found is not None and found.sound else None


def document_in_force(organisation: Organisation, initiative_id: str) -> Document:
    """The document an initiative is answered by: as locked or last amended; the plan of today without a lock.

    A plan that is being rewritten therefore changes no answer before it is amended.

    Raises
    ------
    WorkspaceError, PlanError
        If there is no plan, or it does not load.
    """
    found = locked_of(organisation, initiative_id)
    if found is not None and found.sound:
        return parsed(found.version.text)
    return current_document(organisation)


def swaps_of(viewer: Viewer, initiative_id: str) -> list[SwapRequest]:
    """Requests of teams for another wave, open ones first, then the newest."""
    rows = SwapRequest.objects.filter(organisation=viewer.organisation, initiative=initiative_id)
    found = rows.exclude(state=SwapRequest.State.WITHDRAWN).select_related("version").defer("version__text")
    return sorted(found.order_by("-at"), key=lambda row: row.state != SwapRequest.State.OPEN)
