"""Hand in evidence of a challenge: a text, a link, a file; kept for a stated time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.challenges.files import check_file, delete_file, keep_file
from upshot.web.challenges.models import Challenge, Evidence
from upshot.web.challenges.rules import EVIDENCE_KEPT
from upshot.web.challenges.services.moving import in_one, locked, move
from upshot.web.challenges.steps import Asks
from upshot.web.privacy.scrubbing import scrub

__all__ = ["Handed", "forget_evidence", "hand_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What somebody hands in; what is empty is not given.

    Parameters
    ----------
    chunks
        Gives the file's content, from the start each time.
    """

    text: str = ""
    link: str = ""
    file_name: str = ""
    size: int = 0
    chunks: Callable[[], Iterable[bytes]] = tuple


def hand_in(*, viewer: Viewer, challenge: Challenge, asks: Asks, handed: Handed) -> Challenge:
    """Hand in: pieces that lie there from before count too. Whoever is to sign is asked at once.

    Raises
    ------
    InputError
        If there are too few pieces, or the file is not taken.
    Overtaken
        If it was handed in, signed or lapsed in the meantime.
    """
    if handed.file_name:
        check_file(handed.file_name, handed.size)
    written: list[Evidence] = []

    def work() -> Challenge:
        _take_back(written)
        now = timezone.now()
        found = locked(challenge)
        new = _pieces(found, handed)
        there = found.evidence.filter(deleted=None).count()
        if found.state in ("planned", "returned") and there + len(new) < asks.pieces:
            text = _("%(n)s pieces of evidence are needed at least.") % {"n": asks.pieces}
            raise InputError(Problem(code="too-little", text=text, fix=_("Add what shows that you did it.")))
        found.submitted = now
        move(found, Challenge.State.SUBMITTED, at=now, person=viewer.person)
        Evidence.objects.bulk_create(new)
        record(viewer, "evidence-handed-in", f"challenge {found.pk}", pieces=len(new))
        for one in (one for one in new if one.kind == Evidence.Kind.FILE):
            written.append(one)
            keep_file(found.organisation, one, handed.chunks())
        return found

    try:
        return in_one(work)
    except BaseException:
        _take_back(written)
        raise


def _take_back(written: list[Evidence]) -> None:
    """Delete the files of a transaction that was not kept; it may be done again."""
    while written:
        one = written.pop()
        delete_file(one.challenge.organisation, one)


def _pieces(challenge: Challenge, handed: Handed) -> list[Evidence]:
    expires = timezone.localdate() + EVIDENCE_KEPT
    found = []
    if handed.text.strip():
        clean = scrub(handed.text.strip()).text
        found.append(Evidence(challenge=challenge, kind=Evidence.Kind.TEXT, text=clean, expires=expires))
    if handed.link:
        found.append(Evidence(challenge=challenge, kind=Evidence.Kind.LINK, link=handed.link, expires=expires))
    if handed.file_name:
        found.append(
            Evidence(
                challenge=challenge, kind=Evidence.Kind.FILE, file_name=handed.file_name[:200], size=handed.size,
                expires=expires,
            )
        )  # fmt: skip
    return found


@transaction.atomic
def forget_evidence(evidence: Evidence) -> None:
    """Delete the content of one piece; that there was one stays on record until the person is erased."""
    evidence.text = evidence.link = evidence.file_name = ""
    evidence.deleted = timezone.now()
    evidence.save()
    delete_file(evidence.challenge.organisation, evidence)
