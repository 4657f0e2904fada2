"""Pages that show the plan: objectives, the promise, its versions, and what its KPIs are."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from upshot.plan import differences, part_of
from upshot.plan.chain_svg import chain_svg
from upshot.plan.sentence import promise_sentence
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.anchoring import lines_of
from upshot.web.plans.coverage_picture import coverage_picture
from upshot.web.plans.covering import coverage_for
from upshot.web.plans.diffing import line_diff
from upshot.web.plans.forms import AmendForm, CommentForm
from upshot.web.plans.locking import lock_problems
from upshot.web.plans.models import Function
from upshot.web.plans.opening import Today, initiative_or_404, with_plan
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import council_absent, may_sign_as
from upshot.web.plans.sections import INITIATIVE
from upshot.web.plans.selectors import (
    anchored_comments,
    comments_of,
    draft_of,
    locked_of,
    promise_hash,
    signatures_of,
    version_of,
    versions_of,
)
from upshot.web.plans.syncing import file_state

__all__ = ["download", "kpis", "objective", "objectives", "plan", "promise", "version", "versions"]


@require_GET
@page(Permission.OBJECTIVES)
@with_plan
def objectives(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """The coverage map."""
    coverage = coverage_for(viewer, today[1])
    titles = {row.id: row.title for row in coverage.initiatives}
    rows = [
        (row, [(cell, titles[cell.initiative]) for cell in coverage.cells if cell.objective == row.id])
        for row in coverage.objectives
    ]
    known = {
        "coverage": coverage,
        "picture": coverage_picture(coverage),
        "rows": rows,
        "orphans": [row for row in coverage.initiatives if row.id in coverage.orphans],
        "unserved": [row for row in coverage.objectives if row.id in coverage.unserved],
        "without": [row for row in coverage.objectives if row.id in coverage.without_learning],
        "today": dt.date.today(),
        "may_edit": viewer.everywhere(Permission.EDIT_PLAN),
    }
    return render(request, "plans/objectives.html", known)


@require_GET
@page(Permission.OBJECTIVES)
@with_plan
def objective(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """One objective: how it is read, and what is done about it."""
    plan = today[1].plan
    found = next((item for item in plan.objectives if item.id == key), None)
    if found is None:
        raise Http404
    serving = [item for item in plan.initiatives if key in item.serves]
    known = {
        "objective": found,
        "pictures": import_string(settings.PICTURES_OF)(viewer, today[1], found),
        "initiatives": [(item, promise_sentence(plan, item)) for item in serving],
        "problems": [item for item in today[1].problems if (item.column or "").startswith(f"objectives[{key}]")],
    }
    known["may_edit"] = viewer.everywhere(Permission.EDIT_PLAN)
    return render(request, "plans/objective.html", known)


@require_GET
@page(Permission.PLAN)
@with_plan
def plan(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """What is promised, initiative by initiative, and what is still open."""
    version, document = today
    rows = []
    for item in document.plan.initiatives:
        own = [row for row in document.problems if (row.column or "").startswith(f"initiatives[{item.id}]")]
        gaps = [row for row in own if row.kind == "gap"]
        rows.append((item, promise_sentence(document.plan, item), gaps, locked_of(viewer.organisation, item.id)))
    rest = [row for row in document.problems if not (row.column or "").startswith("initiatives[")]
    known = {
        "kept": version,
        "rows": rows,
        "gaps": [row for row in rest if row.kind == "gap"],
        "advice": [row for row in document.problems if row.kind == "advice"],
        "file": file_state(viewer.organisation).state,
        "draft": draft_of(viewer),
        "may_edit": viewer.everywhere(Permission.EDIT_PLAN),
    }
    return render(request, "plans/plan.html", known)


@require_GET
@page(Permission.PLAN)
@with_plan
def promise(request: HttpRequest, viewer: Viewer, today: Today, key: str) -> HttpResponse:
    """One initiative's promise: its sentence and chain, what is open, who signed, the lock."""
    return render(request, "plans/promise.html", promise_context(viewer, today, key))


def promise_context(viewer: Viewer, today: Today, key: str) -> dict[str, object]:
    """What the page of a promise shows; what was refused on it comes on top."""
    version, document = today
    item = initiative_or_404(document, key)
    locked = locked_of(viewer.organisation, key)
    standing = signatures_of(viewer.organisation, key)
    digest = promise_hash(document.plan, key)
    functions = may_sign_as(viewer)
    changed: tuple[str, ...] = ()
    if locked is not None and locked.sound and locked.lock.current != digest:
        changed = differences(part_of(parsed(locked.version.text).plan, key), part_of(document.plan, key))
    return {
        "kept": version,
        "initiative": item,
        "sentence": promise_sentence(document.plan, item),
        "picture": mark_safe(_inline(chain_svg(document.plan, item))),  # noqa: S308 - every text in it is escaped
        "gaps": [
            row
            for row in document.problems
            if (row.column or "").startswith(f"initiatives[{key}]") and row.kind == "gap"
        ],
        "advice": [
            row
            for row in document.problems
            if (row.column or "").startswith(f"initiatives[{key}]") and row.kind == "advice"
        ],
        "sections": INITIATIVE.values(),
        "digest": digest,
        "signatures": [(function, standing.get(function), function in functions) for function in Function],
        "locked": locked,
        "changed": changed,
        "problems": lock_problems(document, key, standing, day=dt.date.today()) if locked is None else (),
        "council_absent": council_absent(viewer.organisation),
        "may_lock": viewer.everywhere(Permission.LOCK),
        "may_edit": viewer.everywhere(Permission.EDIT_PLAN),
        "amend": AmendForm(),
        "comment": CommentForm(initial={"anchor": f"initiatives[{key}]"}),
        "comments": comments_of(viewer, anchor=f"initiatives[{key}]"),
    }


def _inline(svg: str) -> str:
    """The picture without its own style sheet, which the page's security policy does not take; plans.css stands in."""
    start, end = svg.index("<style>"), svg.index("</style>") + len("</style>")
    return svg[:start] + svg[end:]


@require_GET
@page(Permission.PLAN)
@with_plan
def versions(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """Every version: who, when, what for."""
    return render(request, "plans/versions.html", {"versions": versions_of(viewer), "kept": today[0]})


@require_GET
@page(Permission.PLAN)
@with_plan
def version(request: HttpRequest, viewer: Viewer, today: Today, number: int) -> HttpResponse:
    """One version: what changed in it, the whole text, and what is said about it."""
    found = version_of(viewer, number)
    if found is None:
        raise Http404
    against = request.GET.get("against", "")
    other = version_of(viewer, int(against)) if against.isdigit() else found.parent
    meaning: tuple[str, ...] = ()
    if other is not None:
        meaning = differences(parsed(other.text).plan, parsed(found.text).plan)
    known = {
        "kept": found,
        "other": other,
        "newest": today[0],
        "lines": line_diff(other.text, found.text) if other is not None else (),
        "meaning": meaning,
        "comments": comments_of(viewer, version=found),
        "comment": CommentForm(),
        "may_edit": viewer.everywhere(Permission.EDIT_PLAN),
        "numbers": range(1, today[0].number + 1),
        "text": lines_of(parsed(found.text), anchored_comments(viewer, found)),
        "chosen": int(line) if (line := request.GET.get("line", "")).isdigit() else 0,
        "may_comment": viewer.may(Permission.COMMENT),
    }
    return render(request, "plans/version.html", known)


@require_GET
@page(Permission.PLAN)
@with_plan
def download(request: HttpRequest, viewer: Viewer, today: Today, number: int) -> HttpResponse:
    """The text of a version as a file."""
    found = version_of(viewer, number)
    if found is None:
        raise Http404
    reply = HttpResponse(found.text, content_type="application/yaml; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="plan-{found.number}.yaml"'
    return reply


@require_GET
@page(Permission.PLAN)
@with_plan
def kpis(request: HttpRequest, viewer: Viewer, today: Today) -> HttpResponse:
    """The registry: what each KPI is, where it comes from, how fresh it is, and what a unit is worth."""
    plan = today[1].plan
    newest = viewer.workspace.lake().query("SELECT kpi, max(period) AS period FROM kpis GROUP BY kpi").to_pydict()
    fresh = dict(zip(newest["kpi"], newest["period"], strict=True))
    rows = [(kpi, fresh.get(kpi.source.kpi or kpi.id)) for kpi in plan.kpis]
    return render(
        request,
        "plans/kpis.html",
        {"rows": rows, "currency": plan.currency, "may_edit": viewer.everywhere(Permission.EDIT_PLAN)},
    )
