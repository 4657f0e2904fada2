"""Another wave for a team: the manager's page that asks, and the answers given on the roll-out page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upshot.errors import InputError
from upshot.plan.initiatives import Wave
from upshot.report.numbers import long_date
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans import swapping
from upshot.web.plans.forms import SwapForm
from upshot.web.plans.models import SwapRequest
from upshot.web.plans.opening import Today, initiative_or_404, with_plan

__all__ = ["swap", "swap_answer", "swap_withdraw"]

_ANSWERS = (SwapRequest.State.ACCEPTED, SwapRequest.State.DECLINED, SwapRequest.State.DEPARTURE)


@require_http_methods(["GET", "POST"])
@page(Permission.TEAM)
@with_plan
def swap(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Show when the viewer's teams start, and ask for another wave."""
    item, day = initiative_or_404(today[1], key), timezone.localdate()
    slots = swapping.slots_of(viewer, today[1], key, today=day)
    if not slots:
        raise Http404
    chosen = request.POST.get("team", "")
    forms = [(slot, _form(request, slot) if slot.others and slot.asked is None else None) for slot in slots]
    form = next((form for slot, form in forms if form is not None and slot.team == chosen), None)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            swapping.ask(viewer=viewer, document=today[1], key=key, today=day, **form.cleaned_data)
        except InputError as error:
            for problem in error.problems:
                form.add_error(problem.column if problem.column in form.fields else None, problem.text)
        else:
            messages.success(request, _("Asked. Whoever leads learning answers before the start."))
            return redirect("swap", org=viewer.organisation.slug, key=key)
    status = 422 if request.method == "POST" else 200
    known = {"initiative": item, "forms": forms, "by_lot": swapping.by_lot(item), "past": _past(viewer, key, slots)}
    return render(request, "plans/swap.html", known, status=status)


def _form(request: HttpRequest, slot: swapping.Slot) -> SwapForm:
    """The form of one team: bound only where it is the one that was sent."""
    sent = request.method == "POST" and request.POST.get("team") == slot.team
    return SwapForm(
        request.POST if sent else None,
        initial={"team": slot.team},
        auto_id=f"id_{slot.team}_%s",
        waves=[(wave.id, _named(wave)) for wave in slot.others],
    )


def _named(wave: Wave) -> str:
    return _("the wave of %(day)s") % {"day": long_date(wave.start)}


def _past(viewer: Viewer, key: str, slots: tuple[swapping.Slot, ...]) -> list[SwapRequest]:
    rows = SwapRequest.objects.filter(
        organisation=viewer.organisation, initiative=key, team__in=[slot.team for slot in slots]
    )
    return list(rows.exclude(state=SwapRequest.State.OPEN).order_by("-at")[:10])


@require_POST
@page(Permission.TEAM)
def swap_withdraw(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Take a request back."""
    row = SwapRequest.objects.filter(organisation=viewer.organisation, pk=number).first()
    if row is None:
        raise Http404
    if swapping.withdraw(viewer=viewer, number=number):
        messages.success(request, _("Taken back. Your team starts as planned."))
    return redirect("swap", org=viewer.organisation.slug, key=row.initiative)


@require_POST
@page(Permission.LOCK)
def swap_answer(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Accept, decline, or record a departure."""
    row = SwapRequest.objects.filter(organisation=viewer.organisation, pk=number).first()
    state = request.POST.get("state", "")
    if row is None or state not in _ANSWERS:
        raise Http404
    try:
        made = swapping.answer(
            viewer=viewer, number=number, state=state, text=request.POST.get("text", ""), today=timezone.localdate()
        )
    except InputError as error:
        messages.error(request, " ".join(f"{problem.text} {problem.fix}".strip() for problem in error.problems))
    else:
        told = _("Answered: %(state)s.") % {"state": made.get_state_display()}
        messages.success(request, f"{told} {_('The ledger holds the amendment.')}" if made.amendment_id else told)
    return redirect("rollout", org=viewer.organisation.slug, key=row.initiative)
