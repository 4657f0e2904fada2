"""Choose what one wants to see, and withdraw it: each change is recorded with its day, and takes effect at once."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.motivation.models import Choice, ChoiceChange, Element
from upshot.web.motivation.offering import Standing, standing_of
from upshot.web.outbox.services import withdraw

__all__ = ["choose"]

_ABOUT = {Element.RECOGNITION: "recognition", Element.BADGES: "badges"}
"""What messages are about that fall with a choice."""


def choose(*, viewer: Viewer, wanted: Collection[str], quiet: Collection[str] = ()) -> Standing:
    """Choose these elements and none else; chosen twice, nothing changes.

    The audit log says that somebody changed their choices and not which: those stand in the person's own record.

    Raises
    ------
    InputError
        If the viewer is not on the roster, or an element is not offered to them.
    """
    today = timezone.localdate()
    before = standing_of(viewer, on=today)
    unknown = set(wanted) - before.offered - before.wished
    if unknown or not viewer.person:
        text = _("This is not offered to you at present.")
        raise InputError(Problem(code="not-offered", text=text, fix=_("Choose among what the page offers.")))
    with transaction.atomic():
        viewer.organisation.hold()
        kept = Choice.objects.filter(organisation=viewer.organisation, person=viewer.person)
        there = set(kept.values_list("element", flat=True))
        gone, new = there - set(wanted), set(wanted) - there
        kept.filter(element__in=gone).delete()
        Choice.objects.bulk_create(
            Choice(organisation=viewer.organisation, person=viewer.person, element=one) for one in sorted(new)
        )
        for one in kept.all():
            kept.filter(pk=one.pk).exclude(quiet=one.element in quiet).update(quiet=one.element in quiet)
        _record(viewer, new, gone)
    return standing_of(viewer, on=today)


def _record(viewer: Viewer, new: Collection[str], gone: Collection[str]) -> None:
    """Write down each change, and take back what is on its way about what was withdrawn."""
    ChoiceChange.objects.bulk_create(
        ChoiceChange(organisation=viewer.organisation, person=viewer.person, element=one, on=one in new)
        for one in sorted({*new, *gone})
    )
    for element in gone:
        if element in _ABOUT:
            withdraw(viewer.organisation, about=_ABOUT[Element(element)], person=viewer.person)
    if new or gone:
        record(viewer, "motivation-choices-changed")
