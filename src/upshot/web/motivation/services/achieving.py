"""What badges are given for: opened and closed by a designer; those that were taken keep their words."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.competencies.known import known
from upshot.web.motivation.models import Achievement, Badge
from upshot.web.paths.selectors import initiative_of

__all__ = ["Words", "close_achievement", "open_achievement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How an achievement is called, what it is, and what somebody has done who holds it."""

    name: str
    description: str
    criteria: str


@transaction.atomic
def open_achievement(
    *, viewer: Viewer, kind: str, about: str, level: int, words: Words, months: int | None = None
) -> Achievement:
    """Offer a badge for something from now on.

    Raises
    ------
    InputError
        If the plan has no such path, there is no such competency or level, or the same is offered already.
    """
    viewer.organisation.hold()
    level = level if kind == Achievement.Kind.LEVEL else 0
    problem = _wrong(viewer, kind, about, level)
    if problem is not None:
        raise InputError(problem)
    made = Achievement.objects.create(
        organisation=viewer.organisation, kind=kind, about=about, level=level, name=words.name.strip(),
        description=words.description.strip(), criteria=words.criteria.strip(),
        months=months if kind == Achievement.Kind.LEVEL else None,
    )  # fmt: skip
    record(viewer, "badge-opened", f"achievement {made.pk}", kind=kind, about=about, level=level)
    return made


def _wrong(viewer: Viewer, kind: str, about: str, level: int) -> Problem | None:
    if kind == Achievement.Kind.PATH:
        course = initiative_of(viewer, about)
        if course is None or not course.path:
            return Problem(code="unknown-path", text=_("The plan has no such path."), column="about")
    else:
        one = known(viewer.organisation).get(about)
        if one is None:
            return Problem(code="unknown-competency", text=_("There is no such competency."), column="about")
        if not 1 <= level < len(one.ladder.levels):
            text, fix = _("This is no level above the lowest."), _("Choose one of the competency's levels.")
            return Problem(code="unknown-level", text=text, fix=fix, column="level")
    there = Achievement.objects.filter(
        organisation=viewer.organisation, kind=kind, about=about, level=level, closed=None
    )
    if there.exists():
        text, fix = _("A badge is offered for this already."), _("Close it first to offer it in other words.")
        return Problem(code="offered-already", text=text, fix=fix, column="about")
    return None


@transaction.atomic
def close_achievement(*, viewer: Viewer, number: UUID) -> int:
    """Offer it no longer; how many were closed. What was offered and not taken is gone, what was taken stays."""
    found = Achievement.objects.filter(organisation=viewer.organisation, pk=number, closed=None)
    closed = found.update(closed=timezone.now())
    if closed:
        Badge.objects.filter(organisation=viewer.organisation, achievement=number, accepted=None).delete()
        record(viewer, "badge-closed", f"achievement {number}")
    return closed
