"""Coming in: where to go after signing in, and which organisation."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from upshot.web.accounts.models import User
from upshot.web.accounts.selectors import organisations_of

__all__ = ["health", "organisations", "start"]


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
