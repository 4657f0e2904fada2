"""Support for use: a manager's own record, and what leaders see of an initiative."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import saw
from upshot.web.challenges.forms import add_problems
from upshot.web.measures.access import whole
from upshot.web.measures.opening import document_of
from upshot.web.plans.opening import initiative_or_404
from upshot.web.teams import services
from upshot.web.teams.asked import asked_now
from upshot.web.teams.forms import SupportForm
from upshot.web.teams.selectors import charges_of, courses_of, learners_of
from upshot.web.teams.supporting import count_as_cost, minutes_for, own_record, told_of

__all__ = ["cost", "initiative_support", "support", "support_take_back"]

_SHOWN = 50


@require_http_methods(["GET", "POST"])
@page(Permission.TEAM)
def support(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is asked of the viewer now, a form for what they did, and their own record."""
    today = timezone.localdate()
    mine = charges_of(viewer, on=today)
    people = learners_of(mine)
    form = SupportForm(request.POST or None, people=people, today=today)
    if request.method == "POST" and form.is_valid():
        plan = mine.plan
        known = {item.id: dict(minutes_for(item.manager)) for item in (plan.initiatives if plan else ())}
        try:
            services.record_support(viewer=viewer, given=form.given(known), today=today)
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Kept. You alone see it; leaders see how much was done, not by whom."))
            return redirect("team-support", org=viewer.organisation.slug)
    record = own_record(viewer)
    names = {key: name for own in mine.people.values() for key, name in own.items()}
    if people:
        saw(viewer, "support for use", purpose="Support of people in their own teams", people=len(names))
    titles = dict(courses_of(mine))
    context = {
        "form": form if people else None,
        "asked": asked_now(mine, record),
        "rows": [
            (one, names.get(one.person, ""), titles.get(one.initiative, one.initiative)) for one in record[:_SHOWN]
        ],
        "minutes": sum(one.minutes for one in record),
        "times": len(record),
    }
    return render(request, "teams/support.html", context, status=422 if form.errors else 200)


@require_POST
@page(Permission.TEAM)
def support_take_back(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Delete a record of one's own."""
    if services.take_back_support(viewer=viewer, number=number):
        messages.success(request, _("Deleted."))
    return redirect("team-support", org=viewer.organisation.slug)


@require_GET
@whole(Permission.ANSWERS)
def initiative_support(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """How much support an initiative got from managers: counts."""
    plan, item = _initiative(viewer, key)
    told = told_of(viewer, plan, item, timezone.localdate())
    may = viewer.may(Permission.ESTIMATE)
    context = {"told": told, "item": item, "may_count": may and told.amount, "token": uuid.uuid4()}
    return render(request, "teams/initiative_support.html", context)


@require_POST
@whole(Permission.ESTIMATE)
def cost(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Count the recorded hours as cost."""
    plan, item = _initiative(viewer, key)
    made = count_as_cost(viewer=viewer, plan=plan, item=item, on=timezone.localdate(), token=_token(request))
    if made is None:
        messages.info(request, _("It stands already, or there is nothing to count."))
    else:
        messages.success(request, _("Counted. It stands among what was spent, on the page about money."))
    return redirect("initiative-support", org=viewer.organisation.slug, key=key)


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid.uuid4()


def _initiative(viewer: Viewer, key: str) -> tuple[Plan, Initiative]:
    document = document_of(viewer)
    if document is None:
        raise Http404
    return document.plan, initiative_or_404(document, key).resolved()
