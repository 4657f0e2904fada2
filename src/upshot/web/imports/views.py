"""Data: what came in, and the way of a file from upload to import."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError, Problem, ProfileError
from upshot.sources import ImportReport
from upshot.sources.profile_yaml import preset_text
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.imports import profiles, selectors, services
from upshot.web.imports.forms import MappingForm, UploadForm
from upshot.web.imports.guessing import fits, sample_of
from upshot.web.imports.models import Upload

__all__ = ["data", "mapping", "rejects", "upload", "upload_import", "upload_new", "upload_throw", "use_profile"]


@require_GET
@page(Permission.DATA)
def data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show every feed: what came in, how fresh it is, what was refused and why."""
    context = {
        "feeds": selectors.feeds(viewer),
        "imports": selectors.past_imports(viewer)[:50],
        "uploads": selectors.open_uploads(viewer) if viewer.may(Permission.IMPORT) else [],
        "may_import": viewer.may(Permission.IMPORT),
    }
    return render(request, "imports/data.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.IMPORT)
def upload_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Upload a file; nothing is imported yet."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"feed": request.GET.get("feed")})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.receive(viewer=viewer, feed=form.cleaned_data["feed"], file=form.cleaned_data["file"])
        except InputError as error:
            for problem in error.problems:
                form.add_error("file", f"{problem.text} {problem.fix}".strip())
        else:
            record(viewer, "file-uploaded", f"upload {made.pk}", feed=made.feed, bytes=made.size)
            return redirect("mapping", org=viewer.organisation.slug, upload_id=made.pk)
    return render(request, "imports/upload.html", {"form": form})


def _upload(viewer: Viewer, upload_id: UUID) -> Upload:
    found = selectors.upload_of(viewer, upload_id)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@page(Permission.IMPORT)
def mapping(request: HttpRequest, viewer: Viewer, upload_id: UUID) -> HttpResponse:
    """Say which column is which: guessed from the headers, mended by hand, kept for next time."""
    found = _upload(viewer, upload_id)
    if found.finished:
        return redirect("upload", org=viewer.organisation.slug, upload_id=found.pk)
    try:
        sample = sample_of(found.path)
    except InputError as error:
        return render(request, "imports/unreadable.html", {"upload": found, "problems": error.problems})
    initial = {"name": f"{found.feed}-{found.created:%Y-%m-%d}"}
    form = MappingForm(request.POST or None, feed=found.kind, sample=sample, initial=initial)
    if request.method == "POST" and form.is_valid():
        text = profiles.written(**form.chosen())
        try:
            services.choose(upload=found, profile=text)
        except (ProfileError, InputError) as error:
            for problem in error.problems:
                form.add_error(None, f"{problem.text} {problem.fix}".strip())
        else:
            profiles.keep(viewer.organisation, text)
            record(viewer, "mapping-kept", form.cleaned_data["name"], feed=found.feed)
            return redirect("upload", org=viewer.organisation.slug, upload_id=found.pk)
    context = {
        "upload": found,
        "form": form,
        "sample": sample,
        "presets": fits(found.kind, sample.headers),
        "kept": profiles.kept(viewer.organisation, found.kind),
    }
    return render(request, "imports/mapping.html", context)


@require_POST
@page(Permission.IMPORT)
def use_profile(request: HttpRequest, viewer: Viewer, upload_id: UUID) -> HttpResponseRedirect:
    """Use a preset, or a mapping kept earlier."""
    found = _upload(viewer, upload_id)
    name = request.POST.get("profile", "")
    try:
        text = profiles.text_of(viewer.organisation, name)
    except LookupError:
        try:
            text = preset_text(name)
        except LookupError as error:
            raise Http404 from error
    services.choose(upload=found, profile=text)
    return redirect("upload", org=viewer.organisation.slug, upload_id=found.pk)


@require_GET
@page(Permission.IMPORT)
def upload(request: HttpRequest, viewer: Viewer, upload_id: UUID) -> HttpResponse:
    """Show what an import would do, before; and what it did, after."""
    found = _upload(viewer, upload_id)
    if found.finished:
        return render(request, "imports/done.html", {"upload": found, "report": found.report})
    if not found.profile:
        return redirect("mapping", org=viewer.organisation.slug, upload_id=found.pk)
    trial: ImportReport | None = None
    problems: tuple[Problem, ...] = ()
    try:
        trial = services.try_out(found)
    except InputError as error:
        problems = error.problems
    context = {"upload": found, "trial": trial, "problems": problems, "tried": services.TRIED, "rows": _rows(trial)}
    return render(request, "imports/preview.html", context)


def _rows(trial: ImportReport | None) -> tuple[list[str], list[list[str]]]:
    """The first rows as they would be stored, without empty columns."""
    if trial is None or trial.preview is None:
        return [], []
    rows = trial.preview.to_pylist()
    names = [name for name in trial.preview.column_names if any(row[name] not in (None, []) for row in rows)]
    names = [name for name in names if name not in ("source", "import_id", "recorded_at")]
    return names, [["" if row[name] is None else str(row[name]) for name in names] for row in rows]


@require_POST
@page(Permission.IMPORT)
def upload_import(request: HttpRequest, viewer: Viewer, upload_id: UUID) -> HttpResponseRedirect:
    """Import in the background."""
    found = _upload(viewer, upload_id)
    if found.finished or not found.profile:
        return redirect("upload", org=viewer.organisation.slug, upload_id=found.pk)
    job = services.take_in(viewer=viewer, upload=found)
    record(viewer, "import-started", f"upload {found.pk}", feed=found.feed)
    return redirect("job", org=viewer.organisation.slug, job_id=job.pk)


@require_POST
@page(Permission.IMPORT)
def upload_throw(request: HttpRequest, viewer: Viewer, upload_id: UUID) -> HttpResponseRedirect:
    """Throw an upload away."""
    found = _upload(viewer, upload_id)
    services.throw_away(upload=found)
    record(viewer, "upload-thrown-away", f"upload {found.pk}")
    messages.success(request, _("The file is deleted. Nothing of it was imported."))
    return redirect("data", org=viewer.organisation.slug)


@require_GET
@page(Permission.IMPORT)
def rejects(request: HttpRequest, viewer: Viewer, upload_id: UUID) -> HttpResponseBase:
    """Hand out the rows that were not taken, with line, column, value, reason and the way out."""
    found = _upload(viewer, upload_id)
    if not found.rejects.is_file():
        raise Http404
    record(viewer, "rejects-downloaded", f"upload {found.pk}")
    return FileResponse(found.rejects.open("rb"), as_attachment=True, filename=f"{found.file_name}.rejects.csv")
