"""Pages about courses: import them, look into one, offer it no longer; take one as a learner."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upshot.errors import InputError, PackageError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record, saw
from upshot.web.content import selectors
from upshot.web.content.forms import PackageForm, WaiveForm
from upshot.web.content.models import Course
from upshot.web.content.services.closing import abandon, waive
from upshot.web.content.services.importing import import_course, withdraw_course
from upshot.web.content.services.launching import enrol, open_unit
from upshot.web.content.services.recording import structure_of
from upshot.web.content.services.tidying import files_gone, remove_files
from upshot.web.content.services.waiting import LARGE, import_later

__all__ = [
    "catalogue",
    "close_course",
    "course",
    "course_import",
    "course_waive",
    "course_withdraw",
    "mine",
    "open_own",
]


@require_GET
@page(Permission.DESIGN)
def catalogue(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every course; how many people are in it is shown from the smallest group on."""
    found = selectors.courses(viewer)
    return render(request, "content/catalogue.html", {"courses": found, "minimum": viewer.minimum_group})


@require_http_methods(["GET", "POST"])
@page(Permission.DESIGN)
def course_import(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Import a package, or say everything that is wrong with it; a large one is unpacked in the background."""
    form = PackageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        package = form.cleaned_data["package"]
        try:
            if package.size > LARGE:
                return redirect("job", org=viewer.organisation.slug, job_id=import_later(viewer, package).pk)
            made = import_course(viewer.organisation, package.file, by=viewer.user)
        except PackageError as error:
            for problem in error.problems:
                form.add_error("package", str(problem))
        else:
            record(viewer, "course-imported", f"course {made.pk}", kind=made.kind, files=made.files, bytes=made.size)
            messages.success(request, _("The course is imported. Learners find it under My courses."))
            return redirect("course", org=viewer.organisation.slug, number=made.pk)
    return render(request, "content/import.html", {"form": form})


def _course(viewer: Viewer, number: UUID) -> Course:
    found = selectors.course_of(viewer, number)
    if found is None:
        raise Http404
    return found


@require_GET
@page(Permission.DESIGN)
def course(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Show what a course is made of."""
    return _shown(request, _course(viewer, number), WaiveForm())


def _shown(request: HttpRequest, found: Course, form: WaiveForm) -> HttpResponse:
    structure = structure_of(found)
    form.set_units([unit.title or unit.id for unit in structure.units])
    context = {"course": found, "structure": structure, "units": structure.units, "form": form}
    context["gone"] = files_gone(found)
    return render(request, "content/course.html", context)


@require_POST
@page(Permission.DESIGN)
def course_withdraw(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponseRedirect:
    """Offer a course no longer."""
    found = _course(viewer, number)
    withdraw_course(found)
    gone = remove_files(found, timezone.now())
    record(viewer, "course-withdrawn", f"course {found.pk}", files_removed=gone)
    said = _("The course is offered no longer. Nobody is in it, so its files are removed.")
    messages.success(request, said if gone else _("The course is offered no longer. Whoever is in it may finish."))
    return redirect("courses", org=viewer.organisation.slug)


@require_POST
@page(Permission.DESIGN)
def course_waive(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Count a unit as done for a person."""
    found = _course(viewer, number)
    form = WaiveForm(request.POST)
    form.set_units([unit.title or unit.id for unit in structure_of(found).units])
    if form.is_valid():
        person, place = form.cleaned_data["person"].strip(), form.cleaned_data["unit"]
        try:
            waive(enrol(found, person=person), place, form.cleaned_data["reason"])
        except InputError as error:
            form.add_error("unit", str(error))
        else:
            record(viewer, "unit-waived", f"course {found.pk}", unit=place, reason=form.cleaned_data["reason"])
            saw(viewer, "course progress", purpose="waiving a unit", person=person)
            messages.success(request, _("The unit counts as done for this person."))
            return redirect("course", org=viewer.organisation.slug, number=found.pk)
    return _shown(request, found, form)


@require_GET
@page(Permission.LEARN)
def mine(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the courses on offer, and how far the learner has come in each."""
    return render(request, "content/mine.html", {"courses": selectors.my_courses(viewer)})


@require_POST
@page(Permission.LEARN)
def open_own(request: HttpRequest, viewer: Viewer, number: UUID, place: int) -> HttpResponse:
    """Open a unit for whoever is signed in, and nobody else."""
    found = selectors.my_course(viewer, number)
    if found is None or place >= len(found.units):
        raise Http404
    back = reverse("my-courses", kwargs={"org": viewer.organisation.slug})
    try:
        registration = enrol(_course(viewer, number), person=viewer.person)
        base = request.build_absolute_uri("/").rstrip("/")
        opened = open_unit(registration, place, base=base, return_url=request.build_absolute_uri(back))
    except InputError as error:
        messages.error(request, str(error))
        return redirect(back)
    if opened.url.startswith(f"{base}/"):
        return HttpResponseRedirect(opened.url)
    # Our policy lets no form lead to another host, and the learner should know that it does.
    context = {"url": opened.url, "host": urlsplit(opened.url).hostname, "unit": found.units[place].unit}
    return render(request, "content/elsewhere.html", context)


@require_POST
@page(Permission.LEARN)
def close_course(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponseRedirect:
    """End the learner's sessions in a course that did not end themselves."""
    for session in selectors.my_open_sessions(viewer, _course(viewer, number)):
        abandon(session.pk)
    messages.success(request, _("Your open windows of this course are closed for the record."))
    return redirect("my-courses", org=viewer.organisation.slug)
