"""The studio: every scenario, its text beside what is wrong with it and its graph, a new one, files of other tools."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError, Problem, ScenarioError
from upshot.scenario import examine
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.practice import authoring, importing
from upshot.web.practice.forms import AddressForm, FileForm, PictureForm, TextForm
from upshot.web.practice.graph_svg import as_list, picture_of
from upshot.web.practice.models import Scenario, ScenarioVersion
from upshot.web.practice.selectors import counted, scenario_of, version_of
from upshot.web.practice.starter import STARTER, started_for
from upshot.web.practice.surroundings import around, competency_labels, step_at
from upshot.workspace.disclosing import Disclosure

__all__ = ["address", "bring_in", "check", "edit", "new", "picture_add", "retire", "studio"]


@require_GET
@page(Permission.DESIGN)
def studio(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every scenario with its newest version and how many people finished it."""
    disclosure = Disclosure(minimum=viewer.minimum_group)
    scenarios = list(counted(viewer))
    newest = {one.scenario_id: one for one in _versions(scenarios).order_by("number")}
    live = {one.scenario_id: one for one in _versions(scenarios).filter(state=ScenarioVersion.State.PUBLISHED)}
    rows = [
        (one, newest.get(one.pk), live.get(one.pk), disclosure.count(people), disclosure.small(people))
        for one in scenarios
        for people in (int(getattr(one, "people", 0)),)
    ]
    return render(request, "practice/studio.html", {"rows": rows, "file": FileForm()})


def _versions(scenarios: list[Scenario]) -> QuerySet[ScenarioVersion]:
    return ScenarioVersion.objects.filter(scenario__in=scenarios).defer("text").select_related("author")


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Begin a scenario from a short example."""
    if request.method == "POST":
        return _store(request, viewer, None)
    text, ref = _begun(request, viewer)
    form = TextForm(initial={"text": text, "base": 0, "activity": ref})
    return render(request, "practice/edit.html", _edited(viewer, form, text))


def _begun(request: HttpRequest, viewer: Viewer) -> tuple[str, str]:
    """The text a new scenario begins from, and the address the plan names, where it is for one of its steps."""
    found = step_at(viewer, request.GET.get("initiative", ""), request.GET.get("step", ""))
    if found is None:
        return STARTER, ""
    labels = competency_labels(viewer.organisation)
    asked = [one for one in request.GET.getlist("competency") if one in labels]
    return started_for(*found, {one: labels[one] for one in asked}), found[1].ref or ""


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def edit(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """The newest version's text, to be gone on with."""
    newest = version_of(viewer, slug)
    if newest is None:
        raise Http404
    if request.method == "POST":
        return _store(request, viewer, newest)
    form = TextForm(initial={"text": newest.text, "base": newest.number})
    return render(request, "practice/edit.html", _edited(viewer, form, newest.text, newest))


@require_POST
@page(Permission.DESIGN)
def check(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is wrong with a text while it is typed, and its graph; nothing is stored."""
    text = str(request.POST.get("text", "")).replace("\r\n", "\n")
    return render(request, "practice/checked.html", _checked(viewer, text))


@require_POST
@page(Permission.DESIGN)
def bring_in(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A file of another tool."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "practice/import.html", {"file": form}, status=422)
    file = form.cleaned_data["file"]
    try:
        made = importing.bring_in(viewer=viewer, name=str(file.name), data=file.read(importing.LARGEST + 1))
    except (InputError, ScenarioError) as error:
        return render(request, "practice/import.html", {"file": FileForm(), "refused": error.problems}, status=422)
    return redirect("studio-version", org=viewer.organisation.slug, slug=made.scenario.slug, number=made.number)


@require_POST
@page(Permission.DESIGN)
def picture_add(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """Add a picture that the text names."""
    scenario, form = _scenario_or_404(viewer, slug), PictureForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["picture"]
        try:
            importing.keep_picture(scenario=scenario, name=str(file.name), content=file.read(11_000_000))
            messages.success(request, _("The picture is kept as %(name)s.") % {"name": file.name})
        except InputError as error:
            messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}")
    else:
        messages.error(request, _("Choose a picture first."))
    return redirect("studio-edit", org=viewer.organisation.slug, slug=slug)


@require_POST
@page(Permission.DESIGN)
def address(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """Record under the address that the plan names."""
    scenario = _scenario_or_404(viewer, slug)
    try:
        authoring.set_activity(viewer=viewer, scenario=scenario, activity=str(request.POST.get("activity", "")))
        messages.success(request, _("Records carry this address from now on."))
    except InputError as error:
        messages.error(request, f"{error.problems[0].text} {error.problems[0].fix}")
    return redirect("studio-edit", org=viewer.organisation.slug, slug=slug)


@require_POST
@page(Permission.DESIGN)
def retire(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """Close a scenario to learners, or open it again."""
    scenario, retired = _scenario_or_404(viewer, slug), request.POST.get("retired") == "yes"
    authoring.retire(viewer=viewer, scenario=scenario, retired=retired)
    said = _("Learners no longer get it; attempts under way can be ended.") if retired else _("Learners get it again.")
    messages.success(request, said)
    return redirect("studio-edit", org=viewer.organisation.slug, slug=slug)


def _scenario_or_404(viewer: Viewer, slug: str) -> Scenario:
    found = scenario_of(viewer, slug)
    if found is None:
        raise Http404
    return found


def _store(request: HttpRequest, viewer: Viewer, newest: ScenarioVersion | None) -> HttpResponse:
    form = TextForm(request.POST)
    text = str(request.POST.get("text", "")).replace("\r\n", "\n")
    if not form.is_valid():
        return render(request, "practice/edit.html", _edited(viewer, form, text, newest), status=422)
    try:
        made = authoring.store(
            viewer=viewer, text=text, scenario=newest.scenario if newest else None,
            base=form.cleaned_data["base"], note=form.cleaned_data["note"],
        )  # fmt: skip
        if newest is None and form.cleaned_data["activity"]:
            authoring.set_activity(viewer=viewer, scenario=made.scenario, activity=form.cleaned_data["activity"])
    except InputError as error:
        known = {**_edited(viewer, form, text, newest), "refused": error.problems}
        newer = newest is not None and any(one.code == "newer-version" for one in error.problems)
        if newer and newest is not None:
            known["form"] = TextForm(initial={**form.cleaned_data, "text": text, "base": newest.number})
        return render(request, "practice/edit.html", known, status=409)
    messages.success(request, _("Stored as version %(n)s.") % {"n": made.number})
    return redirect("studio-version", org=viewer.organisation.slug, slug=made.scenario.slug, number=made.number)


def _edited(viewer: Viewer, form: TextForm, text: str, newest: ScenarioVersion | None = None) -> dict[str, object]:
    known: dict[str, object] = {"form": form, "kept": newest, **_checked(viewer, text)}
    if newest is not None:
        known |= {
            "scenario": newest.scenario,
            "address": AddressForm(initial={"activity": newest.scenario.activity}),
            "picture": PictureForm(),
            "pictures": newest.scenario.pictures.values_list("name", flat=True).order_by("name"),
        }
    return known


def _checked(viewer: Viewer, text: str) -> dict[str, object]:
    examined = examine(text, around=around(viewer.organisation))
    problems: list[Problem] = list(examined.problems)
    kinds = [one.kind for one in problems]
    known: dict[str, object] = {
        "problems": problems,
        "errors": kinds.count("error"),
        "gaps": kinds.count("gap"),
        "advice": kinds.count("advice"),
    }
    if examined.draft is not None and examined.draft.nodes:
        svg, drawing = picture_of(examined.draft)
        known |= {"svg": svg, "drawing": drawing, "lines": as_list(examined.draft)}
    return known
