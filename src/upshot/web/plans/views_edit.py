"""Change the plan: as text, through forms, or by choosing between two people's changes; each makes a new version."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from upshot.errors import PlanError, WorkspaceError
from upshot.plan.change import Add, Change, Remove, change
from upshot.plan.decode import Path
from upshot.plan.document import check
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.editing import PartForm
from upshot.web.plans.exchange import pull, push
from upshot.web.plans.forms import DocumentForm, KpiForm, ObjectiveForm, _NewForm
from upshot.web.plans.goal import GoalForm
from upshot.web.plans.kpi_templates import TEMPLATES
from upshot.web.plans.merging import CHOICES, Choice, merged, three_way
from upshot.web.plans.models import Version
from upshot.web.plans.opening import Today, with_plan
from upshot.web.plans.parsed import parsed
from upshot.web.plans.sections import INITIATIVE, KPI, OBJECTIVE, Section
from upshot.web.plans.selectors import current_version, draft_of, version_of
from upshot.web.plans.services import PlanMovedError, drop_draft, keep_draft, opened, restore, store
from upshot.web.plans.syncing import file_state

__all__ = [
    "document",
    "document_check",
    "draft_drop",
    "initiative_edit",
    "initiative_new",
    "kpi_edit",
    "kpi_new",
    "merge",
    "objective_edit",
    "objective_new",
    "part_remove",
    "plan_file",
    "version_restore",
]

_ROOM = 1_000_000


def _whole(viewer: Viewer) -> None:
    """The plan is one for the whole organisation: who edits it must be allowed to everywhere."""
    if not viewer.everywhere(Permission.EDIT_PLAN):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
def document(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The document as text: what is wrong stands beside it with its line, all at once; what was typed stays."""
    _whole(viewer)
    try:
        current: Version | None = opened(viewer.organisation)
    except (PlanError, WorkspaceError):
        current = None
    draft = draft_of(viewer)
    if request.method == "POST":
        return _document_sent(request, viewer, current)
    start = (current.text if current else file_state(viewer.organisation).text) or ""
    initial = {"text": start, "base": current.number if current else 0, "note": ""}
    if draft is not None and "fresh" not in request.GET:
        initial = {"text": draft.text, "base": draft.base.number, "note": draft.note}
    form = DocumentForm(initial=initial)
    known = {"form": form, "problems": check(str(initial["text"])), "current": current, "draft": draft}
    return render(request, "plans/document.html", known)


def _document_sent(request: HttpRequest, viewer: Viewer, current: Version | None) -> HttpResponse:
    form = DocumentForm(request.POST)
    slug = viewer.organisation.slug
    text = str(request.POST.get("text", ""))[:_ROOM].replace("\r\n", "\n")
    problems = check(text)
    if form.is_valid() and not any(item.kind == "error" for item in problems):
        data = form.cleaned_data
        try:
            version = store(
                organisation=viewer.organisation,
                author=viewer.user,
                text=text,
                base=data["base"],
                note=data["note"],
            )
        except PlanMovedError:
            return _moved(request, viewer, text, data["base"], data["note"])
        messages.success(request, _("Stored as version %(number)s.") % {"number": version.number})
        return redirect("plan", org=slug)
    base = version_of(viewer, form.cleaned_data.get("base") or 0) if form.is_valid() else current
    if base is not None:
        keep_draft(viewer=viewer, text=text, base=base, note=str(request.POST.get("note", "")))
    known = {"form": form, "problems": problems, "current": current, "refused": True}
    return render(request, "plans/document.html", known)


def _moved(request: HttpRequest, viewer: Viewer, text: str, base: int, note: str = "") -> HttpResponse:
    """Somebody was faster: keep what was typed, and go to the differences."""
    start = version_of(viewer, base) or opened(viewer.organisation)
    keep_draft(viewer=viewer, text=text, base=start, note=note)
    messages.warning(request, _("Somebody stored a newer version while you were writing. Nothing was overwritten."))
    return redirect("plan-merge", org=viewer.organisation.slug)


@require_POST
@page(Permission.EDIT_PLAN)
def document_check(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Keep what is typed as a draft, and say what is wrong with it: the part of the page that follows the typing."""
    _whole(viewer)
    text = str(request.POST.get("text", ""))[:_ROOM].replace("\r\n", "\n")
    number = str(request.POST.get("base", ""))
    base = version_of(viewer, int(number)) if number.isdigit() else None
    if base is not None and text != base.text:
        keep_draft(viewer=viewer, text=text, base=base, note=str(request.POST.get("note", "")))
    return render(request, "plans/problems.html", {"problems": check(text), "kept": base is not None})


@require_POST
@page(Permission.EDIT_PLAN)
def draft_drop(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Throw one's draft away."""
    drop_draft(organisation=viewer.organisation, user=viewer.user)
    messages.success(request, _("The draft is gone. The stored plan is as it was."))
    return redirect("plan", org=viewer.organisation.slug)


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
@with_plan
def merge(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """Two people changed the plan: show both, and let the second choose."""
    _whole(viewer)
    draft, current = draft_of(viewer), today[0]
    if draft is None or draft.base.number == current.number:
        return redirect("plan-document" if draft else "plan", org=viewer.organisation.slug)
    chunks = three_way(draft.base.text, draft.text, current.text)
    picked: dict[int, Choice] = {
        at: choice for at in range(len(chunks)) for choice in CHOICES if request.POST.get(f"chunk-{at}") == choice
    }
    known = {"draft": draft, "current": current, "chunks": list(enumerate(chunks)), "picked": picked}
    if request.method != "POST":
        return render(request, "plans/merge.html", known)
    if request.POST.get("onto") != str(current.number):
        messages.warning(request, _("The plan changed once more meanwhile. Please choose again."))
        return render(request, "plans/merge.html", known)
    open_ = [at for at, chunk in enumerate(chunks) if chunk.kind == "conflict" and at not in picked]
    if open_:
        return render(request, "plans/merge.html", {**known, "open": open_})
    text = merged(chunks, picked)
    note = draft.note or _("Brought together with version %(number)s") % {"number": current.number}
    try:
        version = store(
            organisation=viewer.organisation,
            author=viewer.user,
            text=text,
            base=current.number,
            source=Version.Source.MERGED,
            note=note,
        )
    except PlanError as error:
        keep_draft(viewer=viewer, text=text, base=current, note=note)
        messages.error(request, str(error.problems[0].text))
        return redirect("plan-document", org=viewer.organisation.slug)
    messages.success(request, _("Stored as version %(number)s, with both changes.") % {"number": version.number})
    return redirect("plan", org=viewer.organisation.slug)


def _save(viewer: Viewer, base: int, changes: Iterable[Change], source: str = Version.Source.FORM) -> Version:
    """Make changes of the version a form was opened on, and store what comes of it.

    Raises
    ------
    PlanError
        If the plan would no longer load.
    PlanMovedError
        If a newer version is stored; the text that was to be stored is kept as a draft.
    """
    start = version_of(viewer, base)
    if start is None:
        raise Http404
    text = change(parsed(start.text), changes).text
    try:
        return store(organisation=viewer.organisation, author=viewer.user, text=text, base=base, source=source)
    except PlanMovedError:
        keep_draft(viewer=viewer, text=text, base=start)
        raise


def _part(request: HttpRequest, viewer: Viewer, today: Today, section: Section, path: Path, back: str) -> HttpResponse:
    """Show and store a form over one record of the plan."""
    _whole(viewer)
    posted = request.POST if request.method == "POST" else None
    number = str(request.POST.get("base", today[0].number))
    version = version_of(viewer, int(number)) if number.isdigit() else None
    if version is None:
        raise Http404
    try:
        form = PartForm(section, parsed(version.text), path, posted)
    except PlanError:
        raise Http404 from None
    if posted is not None and form.is_valid():
        try:
            stored = _save(viewer, version.number, form.changes())
        except PlanMovedError:
            messages.warning(
                request, _("Somebody stored a newer version while you were writing. Nothing was overwritten.")
            )
            return redirect("plan-merge", org=viewer.organisation.slug)
        except PlanError as error:
            form.take(error.problems)
        else:
            messages.success(request, _("Stored as version %(number)s.") % {"number": stored.number})
            return redirect(back)
    known = {"form": form, "section": section, "base": version.number, "back": back, "key": path[1]}
    return render(
        request, "plans/part.html", {**known, "sections": INITIATIVE.values() if path[0] == "initiatives" else ()}
    )


def _url(viewer: Viewer, name: str, **more: str) -> str:
    from django.urls import reverse

    return reverse(name, kwargs={"org": viewer.organisation.slug, **more})


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
@with_plan
def objective_edit(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Change an objective."""
    return _part(request, viewer, today, OBJECTIVE, ("objectives", key), _url(viewer, "objectives"))


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
@with_plan
def kpi_edit(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """Change a KPI, and what a unit of it is worth."""
    return _part(request, viewer, today, KPI, ("kpis", key), _url(viewer, "kpis"))


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
@with_plan
def initiative_edit(request: HttpRequest, viewer: Viewer, today: Today, key: str, section: str) -> HttpResponse:
    """Change one part of an initiative."""
    if section not in INITIATIVE:
        raise Http404
    return _part(request, viewer, today, INITIATIVE[section], ("initiatives", key), _url(viewer, "promise", key=key))


def _new(
    request: HttpRequest, viewer: Viewer, today: Today, form: _NewForm, template: str, changes: list[Change], back: str
) -> HttpResponse:
    try:
        stored = _save(viewer, form.cleaned_data["base"], changes)
    except PlanMovedError:
        messages.warning(request, _("Somebody stored a newer version while you were writing. Nothing was overwritten."))
        return redirect("plan-merge", org=viewer.organisation.slug)
    except PlanError as error:
        for problem in error.problems:
            form.add_error(None, f"{problem.text} {problem.fix}".strip())
        return render(request, template, {"form": form})
    messages.success(request, _("Stored as version %(number)s.") % {"number": stored.number})
    return redirect(back)


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
@with_plan
def objective_new(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """Add an objective."""
    _whole(viewer)
    form = ObjectiveForm(request.POST or None, plan=today[1].plan, initial={"base": today[0].number})
    if request.method == "POST" and form.is_valid():
        made: list[Change] = [Add(("objectives",), form.item())]
        return _new(request, viewer, today, form, "plans/new_objective.html", made, _url(viewer, "objectives"))
    return render(request, "plans/new_objective.html", {"form": form})


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
@with_plan
def kpi_new(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """Add a KPI, from a template or from nothing."""
    _whole(viewer)
    template = TEMPLATES.get(request.GET.get("template", ""))
    initial = {"base": today[0].number, **(template.initial if template else {})}
    form = KpiForm(request.POST or None, plan=today[1].plan, initial=initial)
    if request.method == "POST" and form.is_valid():
        made: list[Change] = [Add(("kpis",), form.item())]
        return _new(request, viewer, today, form, "plans/new_kpi.html", made, _url(viewer, "kpis"))
    known = {"form": form, "templates": TEMPLATES.values(), "template": template}
    return render(request, "plans/new_kpi.html", known)


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
@with_plan
def initiative_new(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """The goal builder; a plan that ends without training is credited."""
    _whole(viewer)
    initial = {"base": today[0].number, "objective": request.GET.get("objective", "")}
    form = GoalForm(request.POST or None, plan=today[1].plan, initial=initial)
    if request.method == "POST" and form.is_valid():
        key, made = form.changes()
        reply = _new(request, viewer, today, form, "plans/new_initiative.html", made, _url(viewer, "promise", key=key))
        if reply.status_code == 302 and not form.trains:
            messages.success(request, _("No training: you found another cause before money was spent. Well done."))
        return reply
    return render(request, "plans/new_initiative.html", {"form": form})


@require_POST
@page(Permission.EDIT_PLAN)
@with_plan
def part_remove(request: HttpRequest, viewer: Viewer, today: Today, kind: str, key: str) -> HttpResponse:
    """Take an objective, a KPI or an initiative out of the plan; an earlier version brings it back."""
    _whole(viewer)
    back = {"objectives": "objectives", "kpis": "kpis", "initiatives": "plan"}.get(kind)
    if back is None:
        raise Http404
    try:
        stored = _save(viewer, today[0].number, [Remove((kind, key))])
    except PlanMovedError:
        return redirect("plan-merge", org=viewer.organisation.slug)
    except PlanError as error:
        messages.error(request, " ".join(f"{problem.text} {problem.fix}" for problem in error.problems))
    else:
        say = {"number": stored.number, "before": today[0].number}
        messages.success(request, _("Stored as version %(number)s. Version %(before)s still has it.") % say)
    return redirect(back, org=viewer.organisation.slug)


@require_POST
@page(Permission.EDIT_PLAN)
@with_plan
def version_restore(request: HttpRequest, viewer: Viewer, today: Today, number: int) -> HttpResponse:
    """Make an earlier version the newest one again."""
    _whole(viewer)
    found = version_of(viewer, number)
    if found is None:
        raise Http404
    try:
        stored = restore(viewer=viewer, version=found, base=int(request.POST.get("base") or 0))
    except PlanMovedError as error:
        messages.error(request, str(error.problems[0].text))
    else:
        messages.success(request, _("Stored as version %(number)s.") % {"number": stored.number})
    return redirect("plan-versions", org=viewer.organisation.slug)


@require_http_methods(["GET", "POST"])
@page(Permission.EDIT_PLAN)
def plan_file(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The file in the workspace against the newest version, and which one is to be taken."""
    _whole(viewer)
    if request.method == "POST":
        try:
            if request.POST.get("take") == "file":
                push(organisation=viewer.organisation, author=viewer.user, force=True)
            elif request.POST.get("take") == "version":
                pull(organisation=viewer.organisation, force=True)
        except (PlanError, WorkspaceError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("File and plan say the same."))
        return redirect("plan-file", org=viewer.organisation.slug)
    from upshot.web.plans.diffing import line_diff

    state = file_state(viewer.organisation)
    lines = line_diff(state.version.text, state.text) if state.version and state.text is not None else ()
    return render(
        request, "plans/file.html", {"state": state, "lines": lines, "current": current_version(viewer.organisation)}
    )
