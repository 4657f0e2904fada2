"""What anybody can check without signing in: a badge by its unguessable address, its status, issuer, and keys."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from upshot.web.motivation.badges.addresses import achievement_address, badge_address, issuer_address, status_address
from upshot.web.motivation.badges.credential import CONTEXT, profile
from upshot.web.motivation.badges.issuing import issuer_of
from upshot.web.motivation.badges.presenting import FORMS, credential_of, state_of, token_file
from upshot.web.motivation.models import Achievement, Badge, Choice, Element, Firm, SigningKey

__all__ = ["achievement", "badge", "credential", "issuer", "key", "keys", "status"]

Public = Callable[..., HttpResponse]


def _public(view: Public) -> Public:
    """Open to everybody, found by no search engine, readable from wallets' own pages, and telling no referrer."""

    def opened(request: HttpRequest, number: UUID, **more: str) -> HttpResponse:
        reply = view(request, number, **more)
        reply["X-Robots-Tag"] = "noindex, nofollow"
        reply["Referrer-Policy"] = "no-referrer"
        reply["Access-Control-Allow-Origin"] = "*"
        return reply

    return never_cache(require_safe(opened))


@_public
def badge(request: HttpRequest, number: UUID) -> HttpResponse:
    """Whether a badge is genuine and stands today; gone while its holder does not show it."""
    found = _taken_or_404(number)
    if not _shows(found):
        return render(request, "motivation/not_shown.html", status=410)
    said, state = credential_of(found), state_of(found, on=timezone.localdate())
    identifiers = said["credentialSubject"]["identifier"] if said is not None else []
    names = [one["identityHash"] for one in identifiers if one["identityType"] == "name"]
    context = {"badge": found, "said": said, "name": names[0] if names else "", "state": state}
    return render(request, "motivation/shown.html", context)


@_public
def credential(request: HttpRequest, number: UUID, form: str) -> HttpResponse:
    """The signed token, or its content."""
    found = _taken_or_404(number)
    if form not in FORMS:
        raise Http404
    if not _shows(found):
        return HttpResponse(status=410)
    return token_file(found, form)


@_public
def status(request: HttpRequest, number: UUID) -> HttpResponse:
    """The revocation list of one badge: empty, or itself."""
    found = _taken_or_404(number)
    firm = Firm.objects.get(organisation=found.organisation_id)
    said = credential_of(found)
    named = said["id"] if said is not None else badge_address(number)
    gone = [{"id": named, "revoked": True}] if found.revoked is not None else []
    return _json({"id": status_address(number), "issuer": issuer_address(firm.issuer), "revokedCredential": gone})


@_public
def achievement(request: HttpRequest, number: UUID) -> HttpResponse:
    """What a badge is given for."""
    found = Achievement.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return _json(
        {
            "@context": list(CONTEXT), "id": achievement_address(number), "type": ["Achievement"], "name": found.name,
            "description": found.description, "criteria": {"narrative": found.criteria},
        }
    )  # fmt: skip


@_public
def issuer(request: HttpRequest, number: UUID) -> HttpResponse:
    """Who issues badges, as a profile."""
    return _json({"@context": list(CONTEXT), **profile(issuer_of(_firm_or_404(number).organisation))})


@_public
def keys(request: HttpRequest, number: UUID) -> HttpResponse:
    """Every key an issuer signs or signed with, as a JSON Web Key Set."""
    found = SigningKey.objects.filter(organisation=_firm_or_404(number).organisation_id)
    return _json({"keys": [one.public for one in found]})


@_public
def key(request: HttpRequest, number: UUID) -> HttpResponse:
    """One key: what the ``kid`` of a token leads to."""
    found = SigningKey.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return _json(found.public)


def _taken_or_404(number: UUID) -> Badge:
    found = (
        Badge.objects.filter(pk=number, accepted__isnull=False)
        .select_related("achievement", "organisation", "key")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _firm_or_404(number: UUID) -> Firm:
    found = Firm.objects.filter(issuer=number).select_related("organisation").first()
    if found is None:
        raise Http404
    return found


def _shows(badge: Badge) -> bool:
    """Whether its holder still chooses badges."""
    mine = Choice.objects.filter(organisation=badge.organisation_id, person=badge.person, element=Element.BADGES)
    return mine.exists()


def _json(body: Mapping[str, Any]) -> HttpResponse:
    return JsonResponse(dict(body), json_dumps_params={"ensure_ascii": False})
