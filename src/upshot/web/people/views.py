"""The roster: who works here, one person's history, teams, and accounts that are one person."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record, saw
from upshot.web.people import selectors, services
from upshot.web.people.forms import MergeForm

__all__ = ["accounts", "merge_undo", "people", "person", "teams"]

PAGE = 50
FILTERS = ("team", "role", "site", "region")


@require_GET
@page(Permission.PEOPLE)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the roster within reach, filtered; a look at it is logged."""
    found = selectors.in_scope(viewer, Permission.PEOPLE)
    words = request.GET.get("q", "").strip()
    if words:
        found = found.filter(Q(key__icontains=words) | Q(name__icontains=words))
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    for name, value in chosen.items():
        if value:
            found = found.filter(**{name: value})
    listed = Paginator(found, PAGE).get_page(request.GET.get("page"))
    if listed.object_list:
        saw(viewer, "roster", purpose="looking through the roster", people=len(listed.object_list))
    query = request.GET.copy()
    query.pop("page", None)
    filters = [(name, value, selectors.choices(viewer, name)) for name, value in chosen.items()]
    context = {
        "may_merge": viewer.may(Permission.MERGE),
        "listed": listed,
        "q": words,
        "filters": filters,
        "query": query.urlencode(),
    }
    return render(request, "people/people.html", context)


@require_GET
@page(Permission.PEOPLE)
def person(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Show one person's history and accounts; the look is logged with whose it was."""
    found = get_object_or_404(selectors.in_scope(viewer, Permission.PEOPLE), key=key)
    saw(viewer, "history", purpose="looking at one person's history", person=found.key)
    context = {
        "person": found,
        "spells": selectors.history(viewer, found.key),
        "merges": [merge for merge in selectors.merges(viewer) if merge.person == found.key],
        "may_erase": viewer.may(Permission.PRIVACY),
    }
    return render(request, "people/person.html", context)


@require_GET
@page(Permission.PEOPLE)
def teams(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the teams within reach."""
    return render(
        request, "people/teams.html", {"teams": selectors.teams(viewer), "may_merge": viewer.may(Permission.MERGE)}
    )


@require_http_methods(["GET", "POST"])
@page(Permission.MERGE)
def accounts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Accounts nobody owns, merges so far, and a form for one more."""
    form = MergeForm(request.POST or None, initial={"account": request.GET.get("account", "")})
    if request.method == "POST" and form.is_valid():
        try:
            services.merge(viewer=viewer, **form.cleaned_data)
        except InputError as error:
            for problem in error.problems:
                form.add_error(problem.column, f"{problem.text} {problem.fix}".strip())
        else:
            record(viewer, "accounts-merged", "", accounts=1)
            messages.success(request, _("Merged. You can take it back below at any time."))
            return redirect("accounts", org=viewer.organisation.slug)
    context = {"form": form, "strays": selectors.strays(viewer), "merges": selectors.merges(viewer)}
    return render(request, "people/accounts.html", context)


@require_POST
@page(Permission.MERGE)
def merge_undo(request: HttpRequest, viewer: Viewer) -> HttpResponseRedirect:
    """Take a merge back."""
    account, owner = request.POST.get("account", ""), request.POST.get("person", "")
    live = {(merge.account, merge.person) for merge in selectors.merges(viewer)}
    if (account, owner) in live:
        services.unmerge(viewer=viewer, account=account, person=owner, reason=_("taken back in the browser"))
        record(viewer, "accounts-unmerged", "", accounts=1)
        messages.success(request, _("Taken back. The two are separate again."))
    return redirect("accounts", org=viewer.organisation.slug)
