"""Certificates by hand: given with a reason, revoked with a reason; both stay on record."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.plan.certificates import validity
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.paths.models import Certificate, Enrolment
from upshot.web.paths.services.settling import settle
from upshot.web.paths.services.versions import versions_now
from upshot.web.paths.walking import path_of
from upshot.web.people.selectors import in_scope

__all__ = ["grant", "revoke"]


def grant(
    *, viewer: Viewer, initiative: Initiative, person: str, given: dt.date, reason: str, on: dt.date
) -> Certificate:
    """Give a certificate by hand; whoever was not on the path is from then on. Given twice for a day it is one.

    Raises
    ------
    InputError
        If nobody within the viewer's reach has the identifier, the day lies ahead, or no reason is given.
    """
    organisation = viewer.organisation
    problems = _wrong(viewer, person, given, reason, on)
    if problems:
        raise InputError(problems)
    with transaction.atomic():
        version = versions_now(organisation, [initiative])[initiative.id]
        enrolment, _new = Enrolment.objects.get_or_create(
            organisation=organisation, initiative=initiative.id, person=person,
            defaults={"version": version, "state": Enrolment.State.ACTIVE},
        )  # fmt: skip
        dates = validity(given, path_of(version).recertify)
        made, new = Certificate.objects.get_or_create(
            enrolment=enrolment,
            given=given,
            defaults={
                "version": version, "expires": dates.expires, "opens": dates.opens, "grace": dates.grace,
                "by_hand": True, "reason": reason.strip(), "given_by": viewer.user,
            },
        )  # fmt: skip
        settle(enrolment, on=on)
        if new:
            record(viewer, "certificate-given", f"certificate {made.pk}", path=initiative.id)
    return made


def _wrong(viewer: Viewer, person: str, given: dt.date, reason: str, on: dt.date) -> list[Problem]:
    found = []
    if not in_scope(viewer, Permission.PEOPLE).filter(key=person).exists():
        text, fix = _("Nobody within your reach has this identifier."), _("Look it up under People.")
        found.append(Problem(code="unknown-person", text=text, fix=fix, column="person"))
    if given > on:
        found.append(Problem(code="day-ahead", text=_("This day lies ahead."), column="given"))
    if not reason.strip():
        found.append(Problem(code="no-reason", text=_("Say why it is given by hand."), column="reason"))
    return found


def revoke(*, viewer: Viewer, certificate: Certificate, reason: str) -> Certificate:
    """Revoke a certificate; whoever lost one meets the whole requirement anew. Revoked twice it stays as it was.

    Raises
    ------
    InputError
        If no reason is given.
    """
    if not reason.strip():
        raise InputError(Problem(code="no-reason", text=_("Say why it is revoked."), column="reason"))
    with transaction.atomic():
        locked = Certificate.objects.select_for_update(of=("self",)).select_related("enrolment__version")
        kept = locked.get(pk=certificate.pk, enrolment__organisation=viewer.organisation)
        if kept.revoked is not None:
            return kept
        kept.revoked, kept.revoked_by, kept.revoked_reason = timezone.now(), viewer.user, reason.strip()[:300]
        kept.save(update_fields=["revoked", "revoked_by", "revoked_reason"])
        settle(kept.enrolment)
        record(viewer, "certificate-revoked", f"certificate {kept.pk}", path=kept.enrolment.initiative)
    return kept
