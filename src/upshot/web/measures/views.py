"""The pages of an answer: one question each, from the sentence down to the rows that were lost."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from upshot.plan.initiatives import Initiative
from upshot.report.beside import value_lines
from upshot.report.facts import SliceFacts
from upshot.report.numbers import display_for
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.measures.access import whole
from upshot.web.measures.dots import Strip, sensitivity_strip, slice_strip
from upshot.web.measures.forms import AsOfForm, CostForm
from upshot.web.measures.keeping import page_of
from upshot.web.measures.linking import chain_rows, people_rows
from upshot.web.measures.opening import Opened, document_of, opened, reached_today
from upshot.web.measures.selectors import AnswerSummary, newest_answers, run_of, runs_of
from upshot.web.measures.slicing import slices_for
from upshot.web.measures.valuing import valued
from upshot.web.plans.forms import CommentForm
from upshot.web.plans.selectors import comments_of, current_version
from upshot.workspace.slicing import INCOMPARABLE

__all__ = ["answer_data", "impact", "initiative", "initiatives", "run", "runs", "slices", "value", "value_page"]


@dataclass(frozen=True, slots=True)
class Row:
    """An initiative in the list."""

    initiative: Initiative
    answer: AnswerSummary | None


@require_GET
@whole(Permission.ANSWERS)
def initiatives(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List every initiative of the plan with its sentence and grade, or the button that asks."""
    document, answers = document_of(viewer), newest_answers(viewer)
    rows = [] if document is None else [Row(item, answers.get(item.id)) for item in document.plan.initiatives]
    may_answer = viewer.everywhere(Permission.ESTIMATE)
    context = {"rows": rows, "document": document, "may_answer": may_answer}
    return render(request, "measures/initiatives.html", context)


@require_GET
@whole(Permission.ANSWERS)
def initiative(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Show the chain: reach, learned, applied, KPI, and where it broke."""
    found = opened(viewer, key)
    today = reached_today(viewer, found)
    chain = people_rows(today) if found.page is None else chain_rows(found.page.findings, today)
    return render(request, "measures/initiative.html", found.context(viewer, "initiative", chain=chain))


@require_GET
@whole(Permission.ANSWERS)
def impact(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Answer whether it worked."""
    found = opened(viewer, key)
    known = {**_impact(request, found), **_said(viewer, found)}
    return render(request, "measures/impact.html", found.context(viewer, "impact", **known))


def _said(viewer: Viewer, found: Opened) -> dict[str, object]:
    """What was said and asked about the initiative and its answers, and a form to ask."""
    anchor = f"initiatives[{found.initiative.id}]"
    version = current_version(viewer.organisation)
    if version is None or found.run is None or not viewer.may(Permission.COMMENT):
        return {}
    form = CommentForm(initial={"anchor": anchor, "run": found.run.pk})
    return {"comments": comments_of(viewer, anchor=anchor), "comment": form, "kept": version}


def _impact(request: HttpRequest, found: Opened) -> dict[str, object]:
    if found.page is None:
        return {}
    strip = sensitivity_strip(found.page.findings)
    beside = {part.name: part for part in found.page.beside}
    return {"beside": beside, "sensitivity": strip, "chosen": _chosen(request, strip)}


def _chosen(request: HttpRequest, strip: Strip | None) -> object:
    """The slider's step that was asked for; 1 otherwise: as different as the most seen before."""
    if strip is None:
        return None
    wanted = request.GET.get("m", "1")
    return next((row for row in strip.rows if row.label == wanted), strip.rows[0])


@require_GET
@whole(Permission.MONEY)
def value(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Answer whether it was worth it."""
    return value_page(request, viewer, key, CostForm())


def value_page(request: HttpRequest, viewer: Viewer, key: str, form: CostForm, status: int = 200) -> HttpResponse:
    """The value page with a cost form, fresh or with what was typed."""
    found = opened(viewer, key)
    money = valued(viewer, found, request.GET.get("hurdle", ""))
    lines: tuple[tuple[str, str], ...] = ()
    if money.facts is not None and found.page is not None:
        lines = value_lines(money.facts, found.page.findings, display_for(found.page.findings))
    context = found.context(viewer, "value", money=money, lines=lines, form=form, costs=found.costs)
    return render(request, "measures/value.html", context, status=status)


@require_GET
@whole(Permission.SLICES)
def slices(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Answer for whom it works, as far as that gives nobody away."""
    found = opened(viewer, key)
    context = found.context(viewer, "slices", strips=(), dimensions=(), reason="", where="", values={})
    if found.run is None or found.page is None:
        return render(request, "measures/slices.html", context)
    field, _, chosen = request.GET.get("only", "").partition("=")
    everybody = slices_for(viewer, found.run)
    values = {
        table.dimension: [row.label for row in table.rows if not row.withheld]
        for table in everybody.tables
        if _compares(table)
    }
    tables: tuple[SliceFacts, ...] = everybody.tables
    if field in everybody.dimensions and chosen:
        tables = slices_for(viewer, found.run, where={field: [chosen]}).tables
        record(viewer, "answer-filtered", key, field=field)
    findings = found.page.findings
    context |= {
        "strips": [slice_strip(findings, table) for table in tables if _compares(table)],
        "reason": everybody.reason,
        "values": values,
        "only": f"{field}={chosen}" if chosen else "",
        "where": chosen,
    }
    return render(request, "measures/slices.html", context)


def _compares(table: SliceFacts) -> bool:
    """Whether a dimension can hold a comparison: one by wave cannot, for all of a wave start together.

    A dimension whose groups are withheld because they are small stays, with that reason.
    """
    return len(table.rows) > 1 and any(row.withheld != INCOMPARABLE for row in table.rows)


@require_GET
@whole(Permission.ANSWERS)
def answer_data(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Show what came in, and what was lost and why."""
    return render(request, "measures/data.html", opened(viewer, key).context(viewer, "answer-data"))


@require_GET
@whole(Permission.ANSWERS)
def runs(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """List every answer kept, and ask for one as of an earlier day."""
    found = opened(viewer, key)
    context = found.context(viewer, "runs", runs=runs_of(viewer, key), form=AsOfForm())
    return render(request, "measures/runs.html", context)


@require_GET
@whole(Permission.ANSWERS)
def run(request: HttpRequest, viewer: Viewer, key: str, number: int) -> HttpResponse:
    """Show one answer beside the newest, and beside the one it repeats."""
    asked = run_of(viewer, key, number)
    if asked is None:
        raise Http404
    found = opened(viewer, key)
    others = [item for item in (asked, asked.repeats, found.run) if item is not None]
    beside = list({item.pk: item for item in others}.values())
    pages = [(item, page_of(item)) for item in beside]
    same = asked.repeats is not None and asked.repeats.digest == asked.digest
    context = found.context(viewer, "runs", asked=asked, pages=pages, same=same, query=urlencode({"run": number}))
    return render(request, "measures/run.html", context)
