"""The reviews' pages: the calendar with its alerts, one review with its pack, the decision, and actions."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.plan import Plan
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission, Role
from upshot.web.accounts.viewer import Viewer
from upshot.web.reviews import selectors, services
from upshot.web.reviews.dates import Due
from upshot.web.reviews.forms import ActionForms, DecisionForm, PlanReviewForm
from upshot.web.reviews.ics import AllDay, icalendar
from upshot.web.reviews.links import address
from upshot.web.reviews.models import Action
from upshot.web.reviews.packs import pack_of

__all__ = [
    "action_done",
    "action_undo",
    "review",
    "review_decide",
    "review_new",
    "review_remove",
    "reviews",
    "reviews_calendar",
]


@require_GET
@page(Permission.REVIEW)
def reviews(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what is overdue, what is due, what was held, and what needs an eye."""
    return _board(request, viewer)


def _board(request: HttpRequest, viewer: Viewer, form: PlanReviewForm | None = None) -> HttpResponse:
    _whole(viewer)
    board, document = selectors.board_of(viewer), selectors.plan_of(viewer)
    context: dict[str, Any] = {"board": board, "may_decide": viewer.everywhere(Permission.DECIDE)}
    if board is not None and document is not None:
        found = board.calendar
        context["parts"] = [
            (_("Overdue"), found.overdue, "overdue"),
            (_("This month"), found.this_month, ""),
            (_("Later"), found.later, ""),
        ]
        context["form"] = form or PlanReviewForm(
            document.plan, initial={"initiative": request.GET.get("initiative", "")}
        )
    return render(request, "reviews/reviews.html", context)


@require_POST
@page(Permission.DECIDE)
def review_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Set a review for a day."""
    document = selectors.plan_of(viewer)
    if document is None:
        raise Http404
    form = PlanReviewForm(document.plan, request.POST)
    if not form.is_valid():
        return _board(request, viewer, form)
    data = form.cleaned_data
    services.plan_review(viewer=viewer, initiative_id=data["initiative"], day=data["day"])
    messages.success(request, _("The review stands in the calendar."))
    return redirect("reviews", org=viewer.organisation.slug)


@require_POST
@page(Permission.DECIDE)
def review_remove(request: HttpRequest, viewer: Viewer, initiative: str, due: str) -> HttpResponseRedirect:
    """Take back a review that was set by hand."""
    if services.remove_review(viewer=viewer, initiative_id=initiative, day=_day(due)):
        messages.success(request, _("Taken out of the calendar. You can plan it again below."))
    return redirect("reviews", org=viewer.organisation.slug)


@require_GET
@page(Permission.REVIEW)
def review(request: HttpRequest, viewer: Viewer, initiative: str, due: str) -> HttpResponse:
    """Show one review: the pack, and the decision or the form for it."""
    plan, found = _found(viewer, initiative, due)
    return _review(request, viewer, plan, found)


def _review(
    request: HttpRequest,
    viewer: Viewer,
    plan: Plan,
    found: Due,
    form: DecisionForm | None = None,
    actions: Any = None,
) -> HttpResponse:
    if found.row is not None and found.held:
        pack = selectors.pack_kept(viewer, found.row)
    else:
        pack = pack_of(viewer, plan, plan.initiative(found.initiative))
        if form is not None:
            form.data = {**dict(form.data.items()), "seen": pack.run}
    may = viewer.everywhere(Permission.DECIDE) and not found.held
    if may and form is None:
        item = plan.initiative(found.initiative)
        form = DecisionForm(viewer, plan, item, initial={"seen": pack.run if pack else ""})
    context = {
        "due": found,
        "row": found.row,
        "function": Role(found.row.function).label if found.row and found.row.function else "",
        "pack": pack,
        "as_of": dt.date.fromisoformat(pack.as_of) if pack and pack.as_of else None,
        "form": form if may else None,
        "rows_of_actions": (actions or _actions(viewer)) if may else None,
        "open_actions": _with_right(viewer, selectors.open_actions(viewer, found.initiative), found),
        "own_actions": _with_right(viewer, list(found.row.actions.select_related("owner")), None) if found.row else [],
        "shows_money": viewer.may(Permission.MONEY),
        "shows_ledger": viewer.may(Permission.LEDGER),
        "answer_url": address(viewer, "impact", key=found.initiative),
        "today": selectors.today(),
    }
    return render(request, "reviews/review.html", context)


def _with_right(viewer: Viewer, actions: list[Action], elsewhere: Due | None) -> list[tuple[Action, bool]]:
    """Actions with whether the viewer may tick them; those of the review on the page stand with it."""
    own = None if elsewhere is None or elsewhere.row is None else elsewhere.row.pk
    decides = viewer.everywhere(Permission.DECIDE)
    return [
        (action, decides or action.owner_id == viewer.user.pk)
        for action in actions
        if elsewhere is None or action.review_id != own
    ]


def _actions(viewer: Viewer, data: Any = None) -> Any:
    return ActionForms(data, prefix="actions", form_kwargs={"viewer": viewer})


@require_POST
@page(Permission.DECIDE)
def review_decide(request: HttpRequest, viewer: Viewer, initiative: str, due: str) -> HttpResponse:
    """Decide, once; what was typed stays where something is missing."""
    plan, found = _found(viewer, initiative, due)
    form = DecisionForm(viewer, plan, plan.initiative(initiative), request.POST)
    actions = _actions(viewer, request.POST)
    if not (form.is_valid() & actions.is_valid()):
        return _review(request, viewer, plan, found, form, actions)
    try:
        services.decide(
            viewer=viewer, plan=plan, initiative_id=initiative, day=found.day, actions=actions.asked, **form.asked
        )
    except InputError as error:
        if any(problem.code == "decided-already" for problem in error.problems):
            messages.warning(request, str(error.problems[0].text))
            return redirect("review", org=viewer.organisation.slug, initiative=initiative, due=due)
        for problem in error.problems:
            form.add_error(problem.column, f"{problem.text} {problem.fix}".strip())
        return _review(request, viewer, plan, found, form, actions)
    messages.success(request, _("Decided. It stands in the ledger."))
    return redirect("review", org=viewer.organisation.slug, initiative=initiative, due=due)


@require_POST
@page(Permission.REVIEW)
def action_done(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Mark an action as done."""
    action = _action(viewer, number)
    if services.finish(viewer=viewer, action=action, note=request.POST.get("note", "")):
        messages.success(request, _("Done. You can take it back on this page."))
    return _back(viewer, action)


@require_POST
@page(Permission.REVIEW)
def action_undo(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponseRedirect:
    """Take back that an action is done."""
    action = _action(viewer, number)
    if services.reopen(viewer=viewer, action=action):
        messages.success(request, _("Taken back. It is open again."))
    return _back(viewer, action)


@require_GET
@page(Permission.REVIEW)
def reviews_calendar(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every review ahead as a calendar file."""
    _whole(viewer)
    document = selectors.plan_of(viewer)
    ahead = selectors.calendar_of(viewer.organisation, document.plan).ahead if document else ()
    slug = viewer.organisation.slug
    events = [
        AllDay(
            uid=f"review.{due.initiative}.{due.day.isoformat()}@{slug}.upshot",
            day=due.day,
            title=_("Decide on %(title)s") % {"title": due.title},
            text=_("Keep, fix, scale or stop. The pack is on the page."),
            url=request.build_absolute_uri(
                address(viewer, "review", initiative=due.initiative, due=due.day.isoformat())
            ),
        )
        for due in ahead
    ]
    name = _("Reviews of %(firm)s") % {"firm": viewer.organisation.name}
    text = icalendar(name, events, now=timezone.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reviews.ics"'
    return response


def _whole(viewer: Viewer) -> None:
    """Answers and money are about everybody, so a role for a part of the organisation does not open them."""
    if not viewer.everywhere(Permission.REVIEW):
        raise PermissionDenied


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _found(viewer: Viewer, initiative: str, due: str) -> tuple[Plan, Due]:
    _whole(viewer)
    document, day = selectors.plan_of(viewer), _day(due)
    if document is None:
        raise Http404
    found = selectors.due_of(viewer, document.plan, initiative, day)
    gone = all(item.id != initiative for item in document.plan.initiatives)
    if found is None or (gone and not found.held):
        raise Http404
    return document.plan, found


def _action(viewer: Viewer, number: int) -> Action:
    found = selectors.action_of(viewer, number)
    if found is None:
        raise Http404
    return found


def _back(viewer: Viewer, action: Action) -> HttpResponseRedirect:
    row = action.review
    return redirect("review", org=viewer.organisation.slug, initiative=row.initiative, due=row.due.isoformat())
