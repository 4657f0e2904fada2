"""How a badge stands on a day, and the forms it is handed out in."""

import datetime as dt
import json
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upshot.web.motivation.badges.signing import verified
from upshot.web.motivation.models import Badge

__all__ = ["FORMS", "STATES", "credential_of", "state_of", "token_file"]

Json = dict[str, Any]

FORMS = {"jwt": "application/jwt", "json": "application/json"}

STATES: dict[str, str | Promise] = {
    "offered": _("Offered to you"),
    "declined": _("Left for now"),
    "valid": _("Valid"),
    "expired": _("Expired"),
    "revoked": _("Revoked"),
}


def state_of(badge: Badge, *, on: dt.date) -> str:
    """How a badge stands: the name of one of `STATES`."""
    if badge.revoked is not None:
        return "revoked"
    if badge.accepted is None:
        return "offered" if badge.declined is None else "declined"
    return "expired" if badge.until is not None and badge.until < on else "valid"


def credential_of(badge: Badge) -> Json | None:
    """What a badge says, if its key signed it as it stands."""
    return None if badge.key is None else verified(badge.token, [badge.key])


def token_file(badge: Badge, form: str) -> HttpResponse:
    """The signed token as it is, or the credential it holds, to read."""
    if form == "jwt":
        return HttpResponse(badge.token, content_type=FORMS[form])
    body = json.dumps(credential_of(badge), ensure_ascii=False, indent=2)
    return HttpResponse(body, content_type=f"{FORMS[form]}; charset=utf-8")
