"""Store versions of the plan, drafts and comments; nothing stored is ever overwritten."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem, UpshotError
from upshot.plan import Document, plan_hash
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.audit.services import record, record_act
from upshot.web.plans.models import Comment, Draft, InStep, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.selectors import current_version
from upshot.web.plans.syncing import digest_of, plan_file

__all__ = [
    "PlanMovedError",
    "comment",
    "drop_draft",
    "initiative_of",
    "keep_draft",
    "opened",
    "reply",
    "restore",
    "settle",
    "store",
]


class PlanMovedError(InputError):
    """Somebody stored a newer version meanwhile; ``current`` is it, and nothing was overwritten."""

    def __init__(self, current: Version) -> None:
        self.current = current
        text = _("Somebody stored version %(number)s while you were writing.") % {"number": current.number}
        super().__init__(Problem(code="plan-moved", text=text, fix=_("Look at the differences and choose.")))


@transaction.atomic
def opened(organisation: Organisation) -> Version:
    """The newest version; the workspace's ``plan.yaml`` becomes the first one when none is stored yet.

    Raises
    ------
    WorkspaceError, PlanError
        If there is no version and no file, or the file does not load.
    """
    version = current_version(organisation)
    if version is not None:
        return version
    _alone(organisation)
    version = current_version(organisation)
    if version is not None:
        return version
    document = workspace_of(organisation).plan()
    version = _kept(organisation, document, source=Version.Source.FILE, note=_("As found in the workspace"))
    content = plan_file(organisation).read_bytes()
    InStep.objects.create(organisation=organisation, version=version, digest=digest_of(content))
    return version


def _alone(organisation: Organisation) -> None:
    """Two who store at once wait for each other here."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _kept(
    organisation: Organisation, document: Document, *, source: str, note: str, author: User | None = None
) -> Version:
    parent = current_version(organisation)
    version = Version.objects.create(
        organisation=organisation,
        number=1 if parent is None else parent.number + 1,
        text=document.text,
        hash=plan_hash(document.plan),
        parent=parent,
        source=source,
        note=note.strip()[:300],
        author=author,
    )
    record_act(organisation, author, "plan-stored", f"version {version.number}", source=str(source))
    return version


@transaction.atomic
def store(
    *,
    organisation: Organisation,
    author: User | None,
    text: str,
    base: int,
    source: str = Version.Source.DOCUMENT,
    note: str = "",
) -> Version:
    """Store a text as the newest version; the same text again is the version there is.

    Parameters
    ----------
    base
        Number of the version the author started from.

    Raises
    ------
    PlanMovedError
        If another version was stored since ``base``.
    PlanError
        If the text does not load; with every error and its line.
    """
    document = parsed(text.replace("\r\n", "\n") if "\r\n" in text else text)
    _alone(organisation)
    current = current_version(organisation)
    if current is not None and current.text == document.text:
        drop_draft(organisation=organisation, user=author)
        return current
    if current is not None and current.number != base:
        raise PlanMovedError(current)
    version = _kept(organisation, document, source=source, note=note, author=author)
    drop_draft(organisation=organisation, user=author)
    return version


def restore(*, viewer: Viewer, version: Version, base: int) -> Version:
    """Store an earlier version's text as the newest one.

    Raises
    ------
    PlanMovedError
        If another version was stored since ``base``.
    """
    note = _("Version %(number)s again") % {"number": version.number}
    return store(
        organisation=viewer.organisation,
        author=viewer.user,
        text=version.text,
        base=base,
        source=Version.Source.RESTORED,
        note=note,
    )


@transaction.atomic
def keep_draft(*, viewer: Viewer, text: str, base: Version, note: str = "") -> Draft:
    """Keep what somebody typed, so that a closed window loses nothing."""
    draft, _made = Draft.objects.update_or_create(
        organisation=viewer.organisation,
        user=viewer.user,
        defaults={"text": text, "base": base, "note": note.strip()[:300], "at": timezone.now()},
    )
    return draft


def drop_draft(*, organisation: Organisation, user: User | None) -> None:
    """Forget somebody's draft."""
    if user is not None:
        Draft.objects.filter(organisation=organisation, user=user).delete()


@transaction.atomic
def comment(*, viewer: Viewer, version: Version, text: str, anchor: str = "", run: int | None = None) -> Comment:
    """Say something about a version, a place in it or an answer; the same words twice in a row are said once.

    Raises
    ------
    InputError
        If nothing is said, or the version belongs to somebody else.
    """
    said = text.strip()
    if not said:
        raise InputError(Problem(code="empty-comment", text=_("The comment is empty."), fix=_("Write something.")))
    if version.organisation_id != viewer.organisation.pk:
        raise LookupError("The version belongs to another organisation.")
    last = Comment.objects.filter(version=version, to=None).order_by("-at").first()
    if last is not None and (last.text, last.anchor, last.author_id) == (said, anchor, viewer.user.pk):
        return last
    made = Comment.objects.create(version=version, anchor=anchor[:300], text=said, author=viewer.user, run=run)
    record(viewer, "plan-commented", f"version {version.number}")
    return made


@transaction.atomic
def reply(*, viewer: Viewer, to: Comment, text: str) -> Comment:
    """Answer what was said; the same words twice are said once. It stays with what it answers.

    Raises
    ------
    InputError
        If nothing is said.
    """
    said = text.strip()
    if not said:
        raise InputError(Problem(code="empty-comment", text=_("The answer is empty."), fix=_("Write something.")))
    above = to.to or to
    there = Comment.objects.filter(to=above, text=said, author=viewer.user).first()
    if there is not None:
        return there
    made = Comment.objects.create(
        version=above.version, anchor=above.anchor, text=said, author=viewer.user, to=above, run=above.run,
        by_owner=_owns(viewer, above),
    )  # fmt: skip
    record(viewer, "plan-comment-answered", f"version {above.version.number}")
    return made


def _owns(viewer: Viewer, said: Comment) -> bool:
    """Whether the viewer owns the initiative that something was said about, by the plan of today."""
    initiative = initiative_of(said.anchor)
    try:
        plan = parsed(opened(viewer.organisation).text).plan
    except UpshotError:
        return False
    item = next((one for one in plan.initiatives if one.id == initiative), None)
    owner = plan.owners.get(item.owner or "") if item else None
    return bool(viewer.person) and owner is not None and (owner.account or "").rpartition(":")[2] == viewer.person


def initiative_of(anchor: str) -> str:
    """The initiative that a key path lies in; empty for none.

    Examples
    --------
    >>> initiative_of("initiatives[needs-first].expected[0].effect")
    'needs-first'
    >>> initiative_of("kpis[calls]")
    ''
    """
    return anchor.partition("[")[2].partition("]")[0] if anchor.startswith("initiatives[") else ""


def settle(*, viewer: Viewer, number: int, settled: bool = True) -> None:
    """Mark a comment as settled, or open it again."""
    found = Comment.objects.filter(pk=number, version__organisation=viewer.organisation)
    found.update(settled=timezone.now() if settled else None, settled_by=viewer.user if settled else None)
    record(viewer, "plan-comment-settled" if settled else "plan-comment-reopened", f"{number}")
