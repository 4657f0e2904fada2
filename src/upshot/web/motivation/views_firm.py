"""The firm's switch, the key that signs badges, and badges that were taken, one of which may have to be revoked."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import saw
from upshot.web.challenges.selectors import names_of
from upshot.web.motivation.badges.addresses import issuer_address
from upshot.web.motivation.badges.keys import change_key
from upshot.web.motivation.badges.presenting import STATES, state_of
from upshot.web.motivation.forms import FirmForm, ReasonForm
from upshot.web.motivation.models import SigningKey
from upshot.web.motivation.offering import firm_of
from upshot.web.motivation.selectors import given
from upshot.web.motivation.services.awarding import revoke
from upshot.web.motivation.services.switching import switch_firm

__all__ = ["badge_revoke", "firm", "key_change"]

PAGE = 50


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def firm(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The firm's switch; keys; badges that were taken."""
    kept = firm_of(viewer.organisation)
    form = FirmForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        switch_firm(viewer=viewer, on=told["on"], sentences=told["sentences"], beside=told["beside"])
        messages.success(request, _("Kept. It takes effect at once."))
        return redirect("motivation-firm", org=viewer.organisation.slug)
    listed = Paginator(given(viewer), PAGE).get_page(request.GET.get("page"))
    names = names_of(viewer.organisation, (one.person for one in listed))
    if listed.object_list:
        saw(viewer, "badges", purpose="looking through badges that were taken", people=len(listed.object_list))
    today = timezone.localdate()
    context = {
        "form": form,
        "listed": listed,
        "rows": [(one, names.get(one.person, one.person), STATES[state_of(one, on=today)]) for one in listed],
        "keys": SigningKey.objects.filter(organisation=viewer.organisation),
        "issuer": issuer_address(kept.issuer) if kept.pk else "",
    }
    return render(request, "motivation/firm.html", context, status=422 if form.errors else 200)


@require_POST
@page(Permission.ACCESS)
def key_change(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Sign with a new key from now on."""
    change_key(viewer=viewer)
    messages.success(
        request, _("Badges are signed with a new key from now on. What the one before signed stays valid.")
    )
    return redirect("motivation-firm", org=viewer.organisation.slug)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def badge_revoke(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Revoke a badge, with a reason that its holder reads."""
    found = given(viewer).filter(pk=number).first()
    if found is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoke(viewer=viewer, number=number, reason=form.cleaned_data["reason"])
        messages.success(request, _("Revoked. Whoever checks it from now on learns that."))
        return redirect("motivation-firm", org=viewer.organisation.slug)
    saw(viewer, "badge", purpose="To revoke it", person=found.person)
    name = names_of(viewer.organisation, [found.person]).get(found.person, found.person)
    context = {"badge": found, "name": name, "form": form}
    return render(request, "motivation/revoke.html", context, status=422 if form.errors else 200)
