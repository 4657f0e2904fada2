"""The firm's switch and the programmes' offers: who turned what on or off stands in the audit log."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.motivation.models import Element, Firm, Programme
from upshot.web.paths.selectors import initiative_of

__all__ = ["set_programme", "switch_firm"]


@transaction.atomic
def switch_firm(*, viewer: Viewer, on: bool, sentences: int, beside: bool = False) -> Firm:
    """Turn it on or off for the whole firm.

    Off, nothing is offered, computed or shown; badges that people took and show stay theirs, and can be checked.
    """
    firm, _new = Firm.objects.select_for_update().get_or_create(organisation=viewer.organisation)
    if (firm.on, firm.sentences, firm.beside) != (on, sentences, beside):
        changed = firm.on != on
        firm.on, firm.sentences, firm.beside = on, sentences, beside
        firm.save(update_fields=["on", "sentences", "beside"])
        action = ("motivation-on" if on else "motivation-off") if changed else "motivation-set"
        record(viewer, action, sentences=sentences, teams_beside_each_other=beside)
    return firm


@transaction.atomic
def set_programme(*, viewer: Viewer, initiative: str, elements: Collection[str], when: str) -> Programme | None:
    """Set what an initiative offers its audience; with no element it offers nothing.

    Raises
    ------
    InputError
        If the plan has no such initiative, hands its elements out itself, or it is to follow waves and has none.
    """
    course = initiative_of(viewer, initiative)
    if course is None:
        text = _("The plan has no such initiative.")
        raise InputError(Problem(code="unknown-initiative", text=text, fix=_("Choose one of the plan.")))
    if course.support is not None and course.support.kind == "motivation" and elements:
        text, fix = (
            _("The plan says what this initiative hands out."),
            _("Change it in the plan, under “Support by lot”."),
        )
        raise InputError(Problem(code="handed-out-by-lot", text=text, fix=fix, column="elements"))
    if when == Programme.When.WITH_WAVE and elements and not course.waves:
        text, fix = _("This initiative has no waves in the plan."), _("Offer it at once, or plan waves first.")
        raise InputError(Problem(code="no-waves", text=text, fix=fix, column="when"))
    kept = Programme.objects.filter(organisation=viewer.organisation, initiative=initiative)
    names = [one for one in Element.values if one in elements]
    before = kept.first()
    if (before.elements, before.when) == (names, when) if before else not names:
        return before
    record(viewer, "motivation-programme-set", initiative, elements=names, when=when)
    if not names:
        kept.delete()
        return None
    row, _new = Programme.objects.update_or_create(
        organisation=viewer.organisation, initiative=initiative, defaults={"elements": names, "when": when}
    )
    return row
