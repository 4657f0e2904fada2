"""Open a view with the plan of today, or with what keeps it from loading."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from upshot.errors import PlanError, Problem, WorkspaceError
from upshot.plan import Document
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.models import Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.services import opened

__all__ = ["Today", "initiative_or_404", "with_plan"]

P = ParamSpec("P")
Today = tuple[Version, Document]
View = Callable[Concatenate[HttpRequest, Viewer, Today, P], HttpResponse]


def with_plan(view: View[P]) -> Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]:
    """Call a view with the newest version and its document; without a plan that loads, say so and what to do."""

    @wraps(view)
    def opened_view(request: HttpRequest, viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            version = opened(viewer.organisation)
        except PlanError as error:
            return render(request, "plans/no_plan.html", {"problems": error.problems})
        except WorkspaceError:
            problem = Problem(code="no-plan", text=_("The workspace has no plan.yaml."))
            return render(request, "plans/no_plan.html", {"problems": (problem,)})
        return view(request, viewer, (version, parsed(version.text)), *args, **kwargs)

    return opened_view


def initiative_or_404(document: Document, key: str) -> Any:
    """The plan's initiative of this id.

    Raises
    ------
    Http404
        If there is none.
    """
    found = next((item for item in document.plan.initiatives if item.id == key), None)
    if found is None:
        raise Http404
    return found
