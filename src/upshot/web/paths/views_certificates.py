"""Pages about certificates for those who administer them: listed with filters, given and revoked by hand."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upshot.errors import InputError
from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import saw
from upshot.web.paths.forms import CertificateForm, ReasonForm
from upshot.web.paths.selectors import initiative_of
from upshot.web.paths.selectors_certificates import Asked, certificate_of, certificates_for, listed, paths_by_title
from upshot.web.paths.services.certifying import grant, revoke
from upshot.web.paths.wording import STANDINGS, certificate_note
from upshot.web.people.selectors import choices

__all__ = ["certificate_grant", "certificate_revoke", "certificates"]

PAGE = 50
_FILTERS = ("valid", "window-open", "in-grace", "overdue", "revoked")


@require_GET
@page(Permission.PEOPLE)
def certificates(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Certificates within reach, next to expire first; a look at them is logged."""
    asked = Asked(
        words=request.GET.get("q", "").strip(),
        initiative=request.GET.get("path", ""),
        team=request.GET.get("team", ""),
        standing=request.GET.get("standing", ""),
    )
    today = timezone.localdate()
    shown = Paginator(certificates_for(viewer, asked, on=today), PAGE).get_page(request.GET.get("page"))
    rows = listed(viewer, list(shown.object_list), on=today)
    if rows:
        saw(viewer, "certificates", purpose="looking through certificates", people=len(rows))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "listed": shown,
        "rows": [
            (one, STANDINGS[one.standing], certificate_note(one.certificate, one.standing, own=False)) for one in rows
        ],
        "asked": asked,
        "paths": paths_by_title(viewer),
        "teams": choices(viewer, "team"),
        "standings": [(name, STANDINGS[name]) for name in STANDINGS if name in _FILTERS],
        "query": query.urlencode(),
        "may_change": viewer.may(Permission.ACCESS),
    }
    return render(request, "paths/certificates.html", context)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def certificate_grant(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give a certificate by hand."""
    form = CertificateForm(request.POST or None, initial={"given": timezone.localdate()})
    form.set_paths(paths_by_title(viewer))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        course = initiative_of(viewer, told["initiative"])
        if course is None:
            raise Http404
        try:
            grant(
                viewer=viewer, initiative=course, person=told["person"].strip(), given=told["given"],
                reason=told["reason"], on=timezone.localdate(),
            )  # fmt: skip
        except InputError as error:
            for problem in error.problems:
                form.add_error(problem.column, f"{problem.text} {problem.fix}".strip())
        else:
            messages.success(request, _("The certificate is given."))
            return redirect("certificates", org=viewer.organisation.slug)
    return render(request, "paths/certificate_grant.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(Permission.ACCESS)
def certificate_revoke(request: HttpRequest, viewer: Viewer, number: UUID) -> HttpResponse:
    """Revoke a certificate, with a reason that its holder reads too."""
    found = certificate_of(viewer, str(number))
    if found is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoke(viewer=viewer, certificate=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("The certificate is revoked. Its holder meets the requirement anew."))
        return redirect("certificates", org=viewer.organisation.slug)
    one = listed(viewer, [found], on=timezone.localdate())[0]
    return render(
        request, "paths/certificate_revoke.html", {"form": form, "one": one}, status=422 if form.errors else 200
    )
