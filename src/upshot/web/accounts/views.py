"""Coming in: where to go after signing in, and which organisation."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upshot.errors import InputError
from upshot.web.accounts.first import make_first_account, usable
from upshot.web.accounts.forms import FirstAccountForm, JoinForm
from upshot.web.accounts.models import User
from upshot.web.accounts.selectors import organisations_of
from upshot.web.accounts.services import accept, open_invitation

__all__ = ["first_account", "health", "invitation", "organisations", "start"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
@login_required
def start(request: HttpRequest) -> HttpResponseRedirect:
    """Go to the only organisation there is for this user, or to the choice of several."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required lets nobody else through
    found = organisations_of(request.user)
    if len(found) == 1:
        return redirect("home", org=found[0].slug)
    return redirect("organisations")


@require_GET
@login_required
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations a user is a member of."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required lets nobody else through
    return render(request, "accounts/organisations.html", {"organisations": organisations_of(request.user)})


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_http_methods(["GET", "POST"])
def first_account(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first account, from the link that was printed when the server started."""
    if not usable(token):
        raise Http404
    form = FirstAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = make_first_account(**form.cleaned_data)
        login(request, user, backend=BACKEND)
        return redirect("start")
    return render(request, "accounts/first_account.html", {"form": form})


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: with a new account, or with the one the invited address has already."""
    found = open_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_over.html", status=410)
    existing = User.objects.filter(email=found.email).first()
    if existing is not None and request.user != existing:
        return render(request, "accounts/invitation_sign_in.html", {"invitation": found}, status=200)
    form = JoinForm(request.POST or None, initial={"name": found.name}) if existing is None else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            user = accept(invitation=found, user=existing, **(form.cleaned_data if form else {}))
        except InputError:
            return render(request, "accounts/invitation_over.html", status=410)
        if existing is None:
            login(request, user, backend=BACKEND)
        messages.success(request, _("Welcome. You are in."))
        return redirect("home", org=found.organisation.slug)
    return render(request, "accounts/invitation.html", {"invitation": found, "form": form})
