"""Pages of administrators: how the firm writes, counts, words, channels, and what could not be delivered."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record, saw
from upshot.web.outbox import bounces, keeping, selectors
from upshot.web.outbox.forms import BounceForm, ChannelForm, HouseForm
from upshot.web.outbox.rules import house_of

__all__ = [
    "bounce",
    "channel_remove",
    "channel_try",
    "channels",
    "counts",
    "house",
    "retry",
    "undelivered",
    "words",
]

PAGE = 50
COUNTED = dt.timedelta(weeks=8)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def house(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """How the firm writes to its people."""
    form = HouseForm(request.POST or None, instance=house_of(viewer.organisation))
    if request.method == "POST" and form.is_valid():
        keeping.keep_house(viewer=viewer, house=form.instance, sites=form.cleaned_data["site_rows"])
        messages.success(request, _("Kept. What is planned follows it."))
        return redirect("messages-house", org=viewer.organisation.slug)
    return render(request, "outbox/house.html", {"form": form, "tab": "house"})


@require_GET
@page(Permission.ACCESS)
def counts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """How much is said, in numbers."""
    now = timezone.now()
    context = {
        "weeks": selectors.weeks(viewer, now.date()),
        "kinds": selectors.by_kind(viewer, now - COUNTED),
        "house": house_of(viewer.organisation),
        "tab": "counts",
    }
    return render(request, "outbox/counts.html", context)


@require_GET
@page(Permission.ACCESS)
def words(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The words of every kind of message."""
    return render(request, "outbox/words.html", {"samples": selectors.samples(), "tab": "words"})


@require_GET
@page(Permission.ACCESS)
def undelivered(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What could not be delivered, and to whom; the look is logged."""
    return _undelivered(request, viewer, BounceForm())


def _undelivered(request: HttpRequest, viewer: Viewer, form: BounceForm) -> HttpResponse:
    listed = Paginator(selectors.undelivered(viewer), PAGE).get_page(request.GET.get("page"))
    without = selectors.unreachable(viewer)
    if listed.object_list or without:
        people = {delivery.person for delivery in listed} | {person for person, _messages in without}
        saw(viewer, "messages", purpose="helping messages to arrive", people=len(people))
    context = {"listed": listed, "without": without, "form": form, "tab": "undelivered"}
    return render(request, "outbox/undelivered.html", context)


@require_POST
@page(Permission.ACCESS)
def retry(request: HttpRequest, viewer: Viewer) -> HttpResponseRedirect:
    """Try one delivery again, or all."""
    wanted = request.POST.get("delivery", "")
    again = keeping.retry(viewer=viewer, number=int(wanted) if wanted.isdecimal() else None)
    text = ngettext("One is tried again within a minute.", "%(n)s are tried again within a minute.", again)
    messages.success(request, text % {"n": again} if again else _("There was nothing left to try."))
    return redirect("messages-undelivered", org=viewer.organisation.slug)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def bounce(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a report about a mail that came back."""
    form = BounceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            aside = bounces.take(viewer.organisation, form.cleaned_data["report"].read())
        except InputError as error:
            for problem in error.problems:
                form.add_error("report", f"{problem.text} {problem.fix}".strip())
        else:
            record(viewer, "bounce-taken", deliveries=aside)
            done = (
                _("Taken: the mail is listed below.") if aside else _("It only tells of a delay; nothing was changed.")
            )
            messages.success(request, done)
            return redirect("messages-undelivered", org=viewer.organisation.slug)
    return _undelivered(request, viewer, form)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def channels(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Shared channels, and a form for one more."""
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.add_channel(viewer=viewer, **form.cleaned_data)
        except InputError as error:
            for problem in error.problems:
                form.add_error(problem.column, f"{problem.text} {problem.fix}".strip())
        else:
            messages.success(request, _("Added. Try it with the button beside it."))
            return redirect("channels", org=viewer.organisation.slug)
    return render(
        request, "outbox/channels.html", {"form": form, "channels": selectors.channels(viewer), "tab": "channels"}
    )


@require_POST
@page(Permission.ACCESS)
def channel_try(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Write a word into a channel."""
    channel = get_object_or_404(selectors.channels(viewer), pk=number)
    error = keeping.try_channel(viewer=viewer, channel=channel)
    if error:
        messages.error(request, _("It did not arrive: %(error)s.") % {"error": error})
    else:
        messages.success(request, _("It arrived."))
    return redirect("channels", org=viewer.organisation.slug)


@require_POST
@page(Permission.ACCESS)
def channel_remove(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Take a channel away."""
    keeping.remove_channel(viewer=viewer, channel=get_object_or_404(selectors.channels(viewer), pk=number))
    messages.success(request, _("Taken away. Rules that name it say so when they run."))
    return redirect("channels", org=viewer.organisation.slug)
