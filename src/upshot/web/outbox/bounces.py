"""Bounces that come back later: a report of a mail server, read for which delivery it is about."""

import email
import email.policy
from email.message import EmailMessage

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.outbox.models import Delivery, Message

__all__ = ["LARGEST", "read", "take", "take_any"]

LARGEST = 1_000_000
"""Bytes of a report that are read."""


def take(organisation: Organisation, report: bytes) -> int:
    """Take a delivery status report (RFC 3464); how many deliveries it sets aside. Delays set nothing aside.

    Raises
    ------
    InputError
        If it is no such report, or is about no mail of this organisation.
    """
    status, reference = read(report)
    if not status or not reference:
        text = _("This is not a report of a mail server about a mail that came back.")
        raise InputError(
            Problem(code="no-report", text=text, fix=_("Save the whole report as a file and upload that."))
        )
    found = Delivery.objects.filter(organisation=organisation, reference=reference)
    if not found.exists():
        text = _("The report is about a mail that Upshot did not send for this firm.")
        raise InputError(Problem(code="not-ours", text=text))
    return _set_aside(found, status)


def read(report: bytes) -> tuple[str, str]:
    """Status and Message-ID that a report names; empty where it names none, as in any other mail."""
    parsed = email.message_from_bytes(report[:LARGEST], policy=email.policy.default)
    return _status(parsed), _reference(parsed)


def take_any(report: bytes) -> int | None:
    """Take a report about a mail of whichever organisation; ``None`` where it is none, or about no mail of ours."""
    status, reference = read(report)
    found = Delivery.objects.filter(reference=reference) if status and reference else Delivery.objects.none()
    return _set_aside(found, status) if found.exists() else None


def _set_aside(found: QuerySet[Delivery], status: str) -> int:
    """Give up what the server will never deliver (a status of class 5); how many deliveries."""
    if not status.startswith("5"):
        return 0
    with transaction.atomic():
        Message.objects.filter(delivery__in=found).update(state=Message.State.DEAD, note="bounced")
        return found.exclude(state=Delivery.State.DEAD).update(
            state=Delivery.State.DEAD, error=_("came back ({status})").format(status=status)
        )


def _status(report: EmailMessage) -> str:
    """The enhanced status code (RFC 3463), of the first recipient; empty where the report has none."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.iter_parts():
                if block["Status"]:
                    return str(block["Status"]).strip()[:12]
    return ""


def _reference(report: EmailMessage) -> str:
    """The Message-ID of the mail that came back, from its headers within the report."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            inner = email.message_from_bytes(raw if isinstance(raw, bytes) else b"", policy=email.policy.default)
            return str(inner["Message-ID"] or "").strip()
        if kind == "message/rfc822":
            return str(part.get_content()["Message-ID"] or "").strip()
    return ""
