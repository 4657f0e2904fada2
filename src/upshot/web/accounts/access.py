"""The gate before every page: who comes in, with which permission; outsiders learn nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from upshot.web.accounts.models import User
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer, viewer_of

__all__ = ["VIEWER", "page"]

VIEWER = "upshot.viewer"
"""Where a request carries its viewer, in ``request.META``."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponseBase]


def page(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Open a view to members who hold a permission; it is called with the request and its viewer.

    Whoever is not signed in is sent to sign in. Whoever is no member sees the page as not there
    (404), so that nothing is learned of other organisations. Members without the permission see 403.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, org: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            assert isinstance(request.user, User)  # noqa: S101 - login_required lets nobody else through
            viewer = viewer_of(request.user, org)
            if viewer is None:
                raise Http404
            request.META[VIEWER] = viewer
            if not viewer.may(permission):
                raise PermissionDenied
            return view(request, viewer, *args, **kwargs)

        opened = login_required(guarded)
        opened.__dict__["permission"] = permission
        return opened

    return decorate
