"""What people do on the pages of an answer: ask, put on record, enter costs, take the report with them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from upshot.errors import InputError, UpshotError
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.measures import services, spending
from upshot.web.measures.access import whole
from upshot.web.measures.forms import AsOfForm, CostForm
from upshot.web.measures.models import Run
from upshot.web.measures.opening import opened
from upshot.web.measures.reports import DRAWN, FORMATS, draw, report_handout, report_of
from upshot.web.measures.selectors import newest_run, run_of, runs_of
from upshot.web.measures.views import value_page

__all__ = ["answer_record", "cost_new", "cost_take_back", "report", "reports", "run_start"]


@require_POST
@whole(Permission.ESTIMATE)
def run_start(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Ask for an answer: of today, as of an earlier day, or an earlier one over again."""
    found = opened(viewer, key)
    slug, as_of, repeat = viewer.organisation.slug, None, None
    if "as_of" in request.POST:
        form = AsOfForm(request.POST)
        if not form.is_valid():
            context = found.context(viewer, "runs", runs=runs_of(viewer, key), form=form)
            return render(request, "measures/runs.html", context, status=422)
        as_of = form.chosen()
    if request.POST.get("repeat", "").isdigit():
        repeat = run_of(viewer, key, int(request.POST["repeat"]))
    if found.ended is not None:
        messages.info(request, _("No training was planned here, so there is no effect of one to estimate."))
        return redirect("initiative", org=slug, key=key)
    try:
        made = services.ask(viewer=viewer, initiative=key, as_of=as_of, repeat=repeat)
    except UpshotError as error:
        messages.error(request, str(error))
        return redirect("initiative", org=slug, key=key)
    if isinstance(made, Run):
        messages.info(request, _("Nothing changed since the last answer, so it stands."))
        return redirect("impact", org=slug, key=key)
    return redirect("job", org=slug, job_id=made.pk)


@require_POST
@whole(Permission.ESTIMATE)
def answer_record(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponseRedirect:
    """Write the answer that was on the page into the ledger."""
    number = request.POST.get("run", "")
    run = run_of(viewer, key, int(number)) if number.isdigit() else None
    if run is None:
        raise Http404
    try:
        made = services.put_on_record(viewer=viewer, run=run)
    except InputError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("On record: entry %(number)s of the ledger.") % {"number": made.entry})
    return redirect("impact", org=viewer.organisation.slug, key=key)


@require_POST
@whole(Permission.ESTIMATE)
def cost_new(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Store what was spent."""
    opened(viewer, key)
    form = CostForm(request.POST)
    if not form.is_valid():
        return value_page(request, viewer, key, form, status=422)
    spending.enter(viewer=viewer, initiative=key, **form.cleaned_data)
    messages.success(request, _("Stored. The return counts it from now on."))
    return redirect("value", org=viewer.organisation.slug, key=key)


@require_POST
@whole(Permission.ESTIMATE)
def cost_take_back(request: HttpRequest, viewer: Viewer, key: str, number: int) -> HttpResponseRedirect:
    """Strike a cost line out."""
    if spending.take_back(viewer=viewer, initiative=key, number=number):
        messages.success(request, _("Taken back. The line stays on file and is no longer counted."))
    return redirect("value", org=viewer.organisation.slug, key=key)


@require_GET
@whole(Permission.ANSWERS)
def report(request: HttpRequest, viewer: Viewer, key: str, form: str) -> HttpResponse:
    """Hand out the report, without what the reader may not see; a form that takes long is drawn in the background.

    Asking for a report changes nothing anybody could see, so a plain link may ask for it.
    """
    run = _asked_run(request, viewer, key)
    if run is None or form not in FORMATS:
        raise Http404
    name = f"{key}-{run.newest_reading.isoformat()}"
    if form in DRAWN:
        kept = report_handout(viewer, run, form)
        if not kept.there:
            job = draw(viewer=viewer, run=run, form=form)
            return redirect("job", org=viewer.organisation.slug, job_id=job.pk)
        record(viewer, "report-taken", key, run=run.pk, form=form)
        return kept.response(name)
    body = report_of(viewer, run, form)
    record(viewer, "report-taken", key, run=run.pk, form=form)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(body, content_type=FORMATS[form], headers=disposition)


@require_GET
@whole(Permission.ANSWERS)
def reports(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """List the forms an answer's report comes in, and which are drawn already."""
    run = _asked_run(request, viewer, key)
    if run is None:
        raise Http404
    found = opened(viewer, key, run=run)
    forms = [(form, label, note, report_handout(viewer, run, form)) for form, label, note in _forms()]
    made = request.GET.get("made", "")
    context = found.context(viewer, "reports", forms=forms, made=made, number=run.pk)
    return render(request, "measures/reports.html", context)


def _forms() -> tuple[tuple[str, str, str], ...]:
    return (
        ("pdf", _("PDF"), _("for paper, mail and screen readers")),
        ("pptx", _("Slides"), _("four to six, with notes for the speaker")),
        ("xlsx", _("Workbook"), _("every figure and table, to calculate on")),
    )


def _asked_run(request: HttpRequest, viewer: Viewer, key: str) -> Run | None:
    number = request.GET.get("run", "")
    return run_of(viewer, key, int(number)) if number.isdigit() else newest_run(viewer, key)
