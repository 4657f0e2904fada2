"""One version of a scenario: its text and what changed, review and publishing, comments, export, statistics."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError
from upshot.report.numbers import percent
from upshot.scenario import Changes, compare, examine
from upshot.scenario.twee_export import export_twee
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.diffing import line_diff
from upshot.web.practice import authoring
from upshot.web.practice.content import playable
from upshot.web.practice.forms import CommentForm, RenamedForm
from upshot.web.practice.items import counted_items
from upshot.web.practice.models import ScenarioVersion
from upshot.web.practice.naming import Homeless, ids_of
from upshot.web.practice.presenting_items import shown_items
from upshot.web.practice.selectors import comments_of, scenario_of, version_of

__all__ = ["answers", "comment", "comment_settle", "download", "move", "twee", "version"]


@require_GET
@page(Permission.DESIGN)
def version(request: HttpRequest, viewer: Viewer, slug: str, number: int) -> HttpResponse:
    """One version: how far it has come, what changed in it, what was not converted, what is said about it."""
    found = _found(viewer, slug, number)
    return render(request, "practice/version.html", _shown(request, viewer, found))


@require_POST
@page(Permission.DESIGN)
def move(request: HttpRequest, viewer: Viewer, slug: str, number: int) -> HttpResponse:
    """Ask for a review, send back, or publish."""
    found, act = _found(viewer, slug, number), str(request.POST.get("act", ""))
    try:
        if act == "ask":
            authoring.ask_for_review(viewer=viewer, version=found)
            messages.success(request, _("In review. A second person reads it and publishes it."))
        elif act == "back":
            authoring.send_back(viewer=viewer, version=found)
            messages.success(request, _("Sent back. Say in a comment what is missing."))
        elif act == "publish":
            _publish(request, viewer, found)
            messages.success(request, _("Published. Attempts under way end on the version they began on."))
        else:
            raise Http404
    except InputError as error:
        known = {**_shown(request, viewer, _found(viewer, slug, number)), "refused": error.problems}
        return render(request, "practice/version.html", known, status=409)
    return redirect("studio-version", org=viewer.organisation.slug, slug=slug, number=number)


def _publish(request: HttpRequest, viewer: Viewer, found: ScenarioVersion) -> None:
    form = _renaming(found, request.POST)
    if form is not None and form.is_valid():
        said = form.renamed()
        authoring.say_renamed(viewer=viewer, version=found, renamed=said)
    authoring.publish(viewer=viewer, version=found)


@require_POST
@page(Permission.DESIGN)
def comment(request: HttpRequest, viewer: Viewer, slug: str, number: int) -> HttpResponse:
    """Say something about a version."""
    found, form = _found(viewer, slug, number), CommentForm(request.POST)
    if not form.is_valid():
        known = {**_shown(request, viewer, found), "comment": form}
        return render(request, "practice/version.html", known, status=422)
    authoring.comment(viewer=viewer, version=found, text=form.cleaned_data["text"])
    return redirect("studio-version", org=viewer.organisation.slug, slug=slug, number=number)


@require_POST
@page(Permission.DESIGN)
def comment_settle(request: HttpRequest, viewer: Viewer, slug: str, number: int) -> HttpResponse:
    """Mark a comment as settled, or open it again."""
    found = _found(viewer, slug, number)
    said = str(request.POST.get("comment", ""))
    if said.isdecimal():
        authoring.settle(viewer=viewer, number=int(said), settled=request.POST.get("settled") == "yes")
    return redirect("studio-version", org=viewer.organisation.slug, slug=slug, number=found.number)


@require_GET
@page(Permission.DESIGN)
def download(request: HttpRequest, viewer: Viewer, slug: str, number: int) -> HttpResponse:
    """The text as a file."""
    found = _found(viewer, slug, number)
    return _file(found.text, f"{slug}.scenario.md", "text/markdown; charset=utf-8")


@require_GET
@page(Permission.DESIGN)
def twee(request: HttpRequest, viewer: Viewer, slug: str, number: int) -> HttpResponse:
    """The plain part as Twee 3; what that leaves out stands on the version's page."""
    found = _found(viewer, slug, number)
    scenario = examine(found.text).scenario
    if scenario is None:
        messages.error(request, _("The version has errors. Put them right, then export it."))
        return redirect("studio-version", org=viewer.organisation.slug, slug=slug, number=number)
    return _file(export_twee(scenario)[0], f"{slug}.twee", "text/plain; charset=utf-8")


@require_GET
@page(Permission.DESIGN)
def answers(request: HttpRequest, viewer: Viewer, slug: str) -> HttpResponse:
    """Item statistics, never about a person."""
    scenario = scenario_of(viewer, slug)
    if scenario is None:
        raise Http404
    found = counted_items(viewer, scenario)
    known: dict[str, object] = {"scenario": scenario, "found": found, "minimum": viewer.minimum_group}
    if found is not None:
        known |= {"rows": shown_items(found), "passed": "" if found.passed is None else percent(found.passed)}
    return render(request, "practice/answers.html", known)


def _file(text: str, name: str, kind: str) -> HttpResponse:
    reply = HttpResponse(text, content_type=kind)
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def _found(viewer: Viewer, slug: str, number: int) -> ScenarioVersion:
    found = version_of(viewer, slug, number)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, viewer: Viewer, found: ScenarioVersion) -> dict[str, object]:
    versions = list(found.scenario.versions.order_by("-number"))
    other = _other(request, found, versions)
    examined = examine(found.text)
    known: dict[str, object] = {
        "kept": found,
        "scenario": found.scenario,
        "versions": versions,
        "newest": versions[0],
        "other": other,
        "lines": line_diff(other.text, found.text) if other else (),
        "changes": _changes(other, found) if other else None,
        "errors": [one for one in examined.problems if one.kind == "error"],
        "playable": examined.scenario is not None,
        "comments": comments_of(found),
        "comment": CommentForm(),
        "own": found.author_id == viewer.user.pk,
        "renaming": _renaming(found) if found.state == ScenarioVersion.State.REVIEW else None,
    }
    if examined.scenario is not None:
        known["twee_leaves_out"] = [str(one) for one in export_twee(examined.scenario)[1]]
    return known


def _other(request: HttpRequest, found: ScenarioVersion, versions: list[ScenarioVersion]) -> ScenarioVersion | None:
    asked = request.GET.get("against", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 9 else found.number - 1
    return next((one for one in versions if one.number == wanted and one.number != found.number), None)


def _changes(other: ScenarioVersion, found: ScenarioVersion) -> Changes | None:
    before, after = examine(other.text).scenario, examine(found.text).scenario
    if before is None or after is None:
        return None
    return compare(before, after, {old: new for old, new in found.renamed.items() if new and "/" not in old})


def _renaming(found: ScenarioVersion, data: Mapping[str, str] | None = None) -> RenamedForm | None:
    """A form with a field for each id that has answers and no place; nothing where there are none."""
    if examine(found.text).scenario is None:
        return None
    left = authoring.homeless_of(found, found.renamed)
    if not left:
        return None
    known = ids_of(playable(found.text).scenario)
    options = {one.id: _options(one, known, dict(found.renamed)) for one in left}
    return RenamedForm(data, left=left, options=options)


def _options(one: Homeless, known: Mapping[str, tuple[str, ...]], renamed: Mapping[str, str]) -> list[str]:
    if not one.is_choice:
        return list(known)
    step = one.id.partition("/")[0]
    return list(known.get(renamed.get(step, step), ()))
