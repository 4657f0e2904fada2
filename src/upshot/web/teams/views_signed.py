"""What a link in a message does without signing in: sign or return, and no capacity; GET shows, POST acts, once."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from upshot.errors import InputError
from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.viewer import Viewer, viewer_of
from upshot.web.audit.services import record, saw
from upshot.web.challenges import selectors
from upshot.web.challenges.forms import VerdictForm, add_problems
from upshot.web.challenges.models import Challenge
from upshot.web.challenges.presenting import shown
from upshot.web.challenges.services.deciding import checklist_kept, decide
from upshot.web.lrs.store.transactions import StoreBusy
from upshot.web.outbox.links import Link, LinkError, read, use
from upshot.web.teams.digest import NO_ROOM, SIGN
from upshot.web.teams.services import no_capacity

__all__ = ["no_room", "sign"]

Acting = Callable[[HttpRequest, Link, Viewer], HttpResponse]


def _by_link(purpose: str) -> Callable[[Acting], Callable[[HttpRequest, str], HttpResponse]]:
    """Open a view to whoever holds a link of this purpose, as the member it was made for; tell others why not."""

    def decorate(view: Acting) -> Callable[[HttpRequest, str], HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            try:
                link = read(purpose, token)
                viewer = _member(link)
                if viewer is None:
                    return _refused(request, _("This link is for somebody who is no member any more."))
                reply = view(request, link, viewer)
            except LinkError as error:
                return _refused(request, error.problems[0].text, error.problems[0].fix)
            reply["Referrer-Policy"] = "no-referrer"
            return reply

        return never_cache(require_http_methods(["GET", "POST"])(opened))

    return decorate


def _member(link: Link) -> Viewer | None:
    """The member a link was made for, as of now."""
    organisation = Organisation.objects.filter(pk=link.organisation).first()
    if organisation is None or not link.person:
        return None
    found = Membership.objects.filter(organisation=organisation, person=link.person, user__is_active=True)
    membership = found.select_related("user").order_by("-pk").first()
    return viewer_of(membership.user, organisation.slug) if membership is not None else None


def _refused(request: HttpRequest, text: str, fix: str = "", status: int = 410) -> HttpResponse:
    return render(request, "teams/link_refused.html", {"text": text, "fix": fix}, status=status)


@_by_link(SIGN)
def sign(request: HttpRequest, link: Link, viewer: Viewer) -> HttpResponse:
    """Show what was handed in; sign it or return it."""
    number, _colon, revision = link.subject.partition(":")
    challenge = selectors.to_sign_one(viewer, UUID(number))
    if challenge is None or challenge.state != Challenge.State.SUBMITTED or str(challenge.revision) != revision:
        text = _("Somebody decided on this already, or it was handed in anew. Nothing more was done.")
        return _refused(request, text, _("Sign in to see how it stands."))
    saw(viewer, "challenge", purpose="To observe it and sign it off, from a message", person=challenge.person)
    form = VerdictForm(
        request.POST or None, checklist=checklist_kept(challenge), initial={"revision": challenge.revision}
    )
    if request.method == "POST" and _decided(request, link, viewer, challenge, form):
        signed = request.POST.get("act") == "sign"
        said = _("Signed. They are told.") if signed else _("Returned with your reason. They are told.")
        return render(request, "teams/link_done.html", {"said": said})
    names = selectors.names_of(viewer.organisation, [challenge.person])
    context = {**shown(viewer, challenge), "viewer": viewer, "form": form, "name": names.get(challenge.person, "")}
    return render(request, "teams/link_sign.html", context, status=422 if request.method == "POST" else 200)


def _decided(request: HttpRequest, link: Link, viewer: Viewer, challenge: Challenge, form: VerdictForm) -> bool:
    """Whether the verdict was taken; otherwise the form says why not, and the link stays good."""
    signing = request.POST.get("act") == "sign"
    if not form.is_valid():
        return False
    if signing:
        form.check_seen()
        if form.errors:
            return False
    try:
        with transaction.atomic():
            use(SIGN, link.token)
            decide(viewer=viewer, challenge=challenge, verdict=form.verdict(sign=signing))
    except LinkError:
        raise
    except InputError as error:
        add_problems(form, error)
        return False
    except StoreBusy:
        form.add_error(None, _("Not stored: the database is busy. Send it again in a moment."))
        return False
    return True


@_by_link(NO_ROOM)
def no_room(request: HttpRequest, link: Link, viewer: Viewer) -> HttpResponse:
    """Say that there is no room in the message's week."""
    week = dt.date.fromisoformat(link.subject)
    if request.method == "GET":
        return render(request, "teams/link_no_room.html", {"week": week})
    with transaction.atomic():
        use(NO_ROOM, link.token)
        no_capacity(organisation=viewer.organisation, manager=link.person, week=week)
        record(viewer, "no-capacity-said", f"week of {week}")
    said = _("Understood. You are left alone this week; it counts as a number, without you.")
    return render(request, "teams/link_done.html", {"said": said})
