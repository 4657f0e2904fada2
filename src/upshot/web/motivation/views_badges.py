"""A badge as its holder sees it: what it will say, take it or leave it, and the files for a wallet."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.motivation.badges.addresses import badge_address
from upshot.web.motivation.badges.issuing import evidence_of
from upshot.web.motivation.badges.presenting import FORMS, state_of, token_file
from upshot.web.motivation.models import Badge, Element
from upshot.web.motivation.offering import standing_of
from upshot.web.motivation.selectors import badge_for
from upshot.web.motivation.services import awarding

__all__ = ["badge", "decline", "take", "wallet"]


@require_GET
@page(Permission.LEARN)
def badge(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """What a badge says, before and after it is taken."""
    found = _own_or_404(viewer, number)
    context = {
        "badge": found,
        "state": state_of(found, on=timezone.localdate()),
        "evidence": evidence_of(found),
        "address": badge_address(found.pk),
        "name": awarding.name_for(viewer),
    }
    return render(request, "motivation/badge.html", context)


def _own_or_404(viewer: Viewer, number: UUID) -> Badge:
    """One of the viewer's badges, while they choose to see badges."""
    found = badge_for(viewer, number)
    if found is None or Element.BADGES not in standing_of(viewer, on=timezone.localdate()).chosen:
        raise Http404
    return found


@require_POST
@page(Permission.LEARN)
def take(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Take a badge: it is signed."""
    _own_or_404(viewer, number)
    try:
        awarding.accept(viewer=viewer, number=number, named=request.POST.get("named") == "yes")
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}".strip())
    else:
        messages.success(request, _("It is yours. Nobody sees it until you pass on its address or its file."))
    return redirect("badge", org=viewer.organisation.slug, number=number)


@require_POST
@page(Permission.LEARN)
def decline(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Leave a badge."""
    _own_or_404(viewer, number)
    try:
        awarding.decline(viewer=viewer, number=number)
    except InputError as error:
        messages.error(request, error.problems[0].text)
    return redirect("what-i-see", org=viewer.organisation.slug)


@never_cache
@require_GET
@page(Permission.LEARN)
def wallet(request: HttpRequest, viewer: Viewer, number: UUID, form: str) -> HttpResponse:
    """The badge as a file for a wallet: the signed token, or its content to read."""
    found = _own_or_404(viewer, number)
    if not found.token or form not in FORMS:
        raise Http404
    reply = token_file(found, form)
    reply["Content-Disposition"] = f'attachment; filename="{slugify(found.achievement.name) or "badge"}.{form}"'
    return reply
