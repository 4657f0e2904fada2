"""A person's own pages: what was sent to them and why, what they want to hear and when, when they are away."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.outbox import keeping, selectors
from upshot.web.outbox.forms import LeaveForm, PreferenceForm
from upshot.web.outbox.kinds import choosable, kinds
from upshot.web.outbox.rules import house_of

__all__ = ["leave", "leave_remove", "mine", "preferences"]

PAGE = 20


@require_GET
@page(Permission.HOME)
def mine(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Everything sent to whoever is looking, with why; what is still to come, and what was not said."""
    listed = Paginator(selectors.my_deliveries(viewer), PAGE).get_page(request.GET.get("page"))
    context = {"listed": listed, "open": list(selectors.my_open(viewer)), "tab": "mine"}
    return render(request, "outbox/mine.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.HOME)
def preferences(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What somebody wants to hear, where and when."""
    kept, house = selectors.preference_of(viewer), house_of(viewer.organisation)
    initial = {
        **{name: getattr(kept, name) for name in ("carrier", "zone", "quiet_from", "quiet_until", "cap")},
        "wanted": [kind.name for kind in kinds().values() if kind.name not in kept.stopped],
    }
    form = PreferenceForm(
        request.POST or None,
        initial=initial,
        house=house,
        kept_for=kept.carrier if kept.webhook else "",
        kinds=choosable(viewer),
    )
    if request.method == "POST" and form.is_valid():
        try:
            keeping.keep_wishes(viewer=viewer, wishes=form.cleaned_data)
        except InputError as error:
            for problem in error.problems:
                form.add_error(problem.column, f"{problem.text} {problem.fix}".strip())
        else:
            messages.success(request, _("Kept. What was planned for you follows it."))
            return redirect("my-preferences", org=viewer.organisation.slug)
    return render(request, "outbox/preferences.html", _context(viewer, form, LeaveForm()))


def _context(viewer: Viewer, form: PreferenceForm, leave_form: LeaveForm) -> dict[str, object]:
    return {
        "form": form,
        "leave_form": leave_form,
        "leave": selectors.leave_of(viewer, timezone.localdate()),
        "binding": [kind.label for kind in kinds().values() if kind.binding],
        "tab": "preferences",
    }


@require_http_methods(["GET", "POST"])
@page(Permission.HOME)
def leave(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Note leave; what is wrong with it is said on a page of its own."""
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keeping.add_leave(viewer=viewer, **form.cleaned_data)
        messages.success(request, _("Noted. Nothing is sent to you on these days."))
        return redirect("my-preferences", org=viewer.organisation.slug)
    return render(request, "outbox/leave.html", {"form": form, "tab": "preferences"})


@require_POST
@page(Permission.HOME)
def leave_remove(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Take leave back."""
    keeping.drop_leave(viewer=viewer, number=number)
    messages.success(request, _("Taken back."))
    return redirect("my-preferences", org=viewer.organisation.slug)
