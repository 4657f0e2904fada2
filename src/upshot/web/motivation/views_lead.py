"""What programmes offer and what badges are given for: pages of those who design learning."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.forms import add_problems
from upshot.web.competencies.known import known, plan_of
from upshot.web.motivation.forms import AchievementForm, ProgrammeForm
from upshot.web.motivation.models import Achievement, Element, Programme
from upshot.web.motivation.offering import firm_of
from upshot.web.motivation.selectors import achievements
from upshot.web.motivation.services.achieving import close_achievement, open_achievement
from upshot.web.motivation.services.switching import set_programme
from upshot.web.paths.selectors import initiative_of

__all__ = ["achievement_close", "achievement_new", "motivation", "programme"]


@require_GET
@page(Permission.DESIGN)
def motivation(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What each initiative offers, and what badges are given for; never who chose what."""
    rows = {row.initiative: row for row in Programme.objects.filter(organisation=viewer.organisation)}
    plan = plan_of(viewer.organisation)
    initiatives = plan.initiatives if plan is not None else ()
    programmes = [
        (item, rows.get(item.id), [Element(one).label for one in rows[item.id].elements] if item.id in rows else [])
        for item in initiatives
        if item.is_training and not _hands_out(item)
    ]
    options = dict(_options(viewer))
    context = {
        "firm": firm_of(viewer.organisation),
        "programmes": programmes,
        "trials": [
            (item, [Element(one).label for one in _hands_out(item)]) for item in initiatives if _hands_out(item)
        ],
        "achievements": [(one, _what(one, options)) for one in achievements(viewer)],
    }
    return render(request, "motivation/motivation.html", context)


def _hands_out(item: Initiative) -> tuple[str, ...]:
    """Elements that the plan hands out by lot in an initiative."""
    return item.support.about if item.support is not None and item.support.kind == "motivation" else ()


def _what(one: Achievement, options: Mapping[str, str]) -> str:
    if one.kind == Achievement.Kind.PATH:
        return _("Certificate of %(path)s") % {"path": options.get(f"path:{one.about}", one.about)}
    return options.get(f"level:{one.about}:{one.level}", one.about)


def _options(viewer: Viewer) -> list[tuple[str, str]]:
    """What can earn a badge: every path, and every level above the lowest."""
    plan = plan_of(viewer.organisation)
    paths = [
        (f"path:{item.id}", item.title or item.id)
        for item in (plan.initiatives if plan is not None else ())
        if item.is_training and item.path
    ]
    levels = [
        (f"level:{key}:{place}", _("%(what)s: %(level)s, seen at work") % {"what": one.label, "level": level.name})
        for key, one in sorted(known(viewer.organisation).items())
        for place, level in enumerate(one.ladder.levels)
        if place
    ]
    return [*paths, *levels]


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def programme(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """What one initiative offers its people, and from when."""
    course = initiative_of(viewer, key)
    if course is None:
        raise Http404
    row = Programme.objects.filter(organisation=viewer.organisation, initiative=key).first()
    start = {"elements": row.elements, "when": row.when} if row is not None else {"when": Programme.When.AT_ONCE}
    form = ProgrammeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            set_programme(viewer=viewer, initiative=key, elements=told["elements"], when=told["when"])
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("Kept. It takes effect at once."))
            return redirect("motivation", org=viewer.organisation.slug)
    context = {"form": form, "course": course}
    return render(request, "motivation/programme.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def achievement_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say what a new badge is given for."""
    form = AchievementForm(request.POST or None, options=_options(viewer))
    if request.method == "POST" and form.is_valid():
        kind, about, level = form.rule
        try:
            open_achievement(
                viewer=viewer, kind=kind, about=about, level=level, words=form.words, months=form.cleaned_data["months"]
            )
        except InputError as error:
            add_problems(form, error)
        else:
            messages.success(request, _("It is offered from now on to whoever earns it and chose badges."))
            return redirect("motivation", org=viewer.organisation.slug)
    return render(request, "motivation/achievement.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@page(Permission.DESIGN)
def achievement_close(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Offer a badge no longer."""
    if close_achievement(viewer=viewer, number=number):
        messages.success(request, _("Closed. Whoever took it keeps it, in the words it had."))
    return redirect("motivation", org=viewer.organisation.slug)
