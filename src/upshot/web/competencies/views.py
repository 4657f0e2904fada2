"""Frameworks and their items: brought in, handed out, put to use, retired, with their levels."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.competencies import services
from upshot.web.competencies.case import LARGEST
from upshot.web.competencies.forms import FrameworkForm, LevelsForm, ReasonForm
from upshot.web.competencies.known import Known, known
from upshot.web.competencies.models import Framework, Item
from upshot.web.competencies.selectors import frameworks, item_of, items

__all__ = ["bring_in", "competencies", "download", "framework", "from_plan", "item", "levels", "retire", "use"]

_A_PAGE = 50


@require_GET
@page(Permission.DESIGN)
def competencies(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What scenarios and the map may name, and the frameworks it comes from."""
    return render(request, "competencies/competencies.html", _overview(viewer))


def _overview(viewer: Viewer) -> dict[str, object]:
    named = sorted(known(viewer.organisation).values(), key=lambda one: one.label.casefold())
    listed = Paginator(named, _A_PAGE).get_page(1)
    found = list(frameworks(viewer))
    missing = any(one.item is None for one in named)
    return {"named": listed, "frameworks": found, "file": FrameworkForm(), "missing": missing, "all": len(named)}


@require_POST
@page(Permission.DESIGN)
def bring_in(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Bring in a framework's file."""
    form = FrameworkForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "competencies/competencies.html", {**_overview(viewer), "file": form}, status=422)
    file = form.cleaned_data["file"]
    try:
        made = services.bring_in(viewer=viewer, name=str(file.name), data=file.read(LARGEST + 1))
    except InputError as error:
        shown = {**_overview(viewer), "refused": error.problems}
        return render(request, "competencies/competencies.html", shown, status=422)
    said = _("%(new)s new, %(changed)s changed, %(gone)s no longer in the file.")
    messages.success(request, said % {"new": made.added, "changed": made.changed, "gone": made.gone})
    return redirect("framework", org=viewer.organisation.slug, number=made.framework.pk)


@require_POST
@page(Permission.DESIGN)
def from_plan(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make a framework of what the plan names."""
    try:
        made = services.from_plan(viewer=viewer)
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}")
        return redirect("competencies", org=viewer.organisation.slug)
    said = ngettext("%(n)s competency of the plan stands in it.", "%(n)s competencies of the plan stand in it.",
                    made.added)  # fmt: skip
    messages.success(request, said % {"n": made.added})
    return redirect("framework", org=viewer.organisation.slug, number=made.framework.pk)


@require_GET
@page(Permission.DESIGN)
def framework(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """One framework and its items."""
    found, words = _framework_or_404(viewer, number), request.GET.get("words", "").strip()[:100]
    listed = Paginator(items(viewer, found, words).defer("body"), _A_PAGE).get_page(request.GET.get("page"))
    shown = {"framework": found, "listed": listed, "words": words, "query": f"words={words}" if words else ""}
    return render(request, "competencies/framework.html", shown)


@require_GET
@page(Permission.DESIGN)
def download(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """The framework as a CASE package."""
    found = _framework_or_404(viewer, number)
    text = json.dumps(services.export(found), ensure_ascii=False, indent=2)
    reply = HttpResponse(text, content_type="application/json; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{slugify(found.title)[:60] or "framework"}.json"'
    return reply


@require_GET
@page(Permission.DESIGN)
def item(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """One competency: what its framework says, its levels, whether it is in use."""
    return render(request, "competencies/item.html", _shown(viewer, _item_or_404(viewer, number)))


def _shown(viewer: Viewer, found: Item) -> dict[str, object]:
    one: Known | None = known(viewer.organisation).get(found.key)
    links = found.framework.associations.filter(origin=found.identifier).exclude(kind="isChildOf")
    return {
        "item": found,
        "statement": found.body.get("fullStatement"),
        "code": found.body.get("humanCodingScheme"),
        "links": [(link.kind, str(link.body["destinationNodeURI"].get("title") or link.destination)) for link in links],
        "known": one,
        "levels": LevelsForm(initial=LevelsForm.shown(one.ladder)) if one is not None else None,
        "reason": ReasonForm(),
    }


@require_POST
@page(Permission.DESIGN)
def use(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Put an item to use, or out of it."""
    services.use(viewer=viewer, item=_item_or_404(viewer, number), used=request.POST.get("used") == "yes")
    return redirect("competency", org=viewer.organisation.slug, number=number)


@require_POST
@page(Permission.DESIGN)
def retire(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Retire an item with a reason, or bring it back."""
    found = _item_or_404(viewer, number)
    if request.POST.get("back") == "yes":
        services.restore(viewer=viewer, item=found)
        return redirect("competency", org=viewer.organisation.slug, number=number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "competencies/item.html", {**_shown(viewer, found), "reason": form}, status=422)
    services.retire(viewer=viewer, item=found, why=form.cleaned_data["why"])
    messages.success(request, _("It takes no new evidence from today on. What there is stays."))
    return redirect("competency", org=viewer.organisation.slug, number=number)


@require_POST
@page(Permission.DESIGN)
def levels(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Set an item's levels."""
    found, form = _item_or_404(viewer, number), LevelsForm(request.POST)
    if form.is_valid():
        try:
            services.set_levels(
                viewer=viewer, key=found.key, levels=form.ladder(), practice_up_to=form.cleaned_data["practice_up_to"]
            )
        except InputError as error:
            for one in error.problems:
                form.add_error(
                    "practice_up_to" if one.code == "practice-too-high" else "levels", f"{one.text} {one.fix}"
                )
        else:
            messages.success(request, _("Everybody's level follows from their log by these levels from now on."))
            return redirect("competency", org=viewer.organisation.slug, number=number)
    return render(request, "competencies/item.html", {**_shown(viewer, found), "levels": form}, status=422)


def _framework_or_404(viewer: Viewer, number: int) -> Framework:
    found = Framework.objects.filter(organisation=viewer.organisation, pk=number).first()
    if found is None:
        raise Http404
    return found


def _item_or_404(viewer: Viewer, number: int) -> Item:
    found = item_of(viewer, number)
    if found is None:
        raise Http404
    return found
