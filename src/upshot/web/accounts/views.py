"""Coming in: where to go after signing in, and which organisation."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from upshot.web.accounts.first import make_first_account, usable
from upshot.web.accounts.forms import FirstAccountForm
from upshot.web.accounts.models import User
from upshot.web.accounts.selectors import organisations_of

__all__ = ["first_account", "health", "organisations", "start"]


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
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect("start")
    return render(request, "accounts/first_account.html", {"form": form})
