"""The gate of answers: they are about the whole audience, so a role for a part of it does not open them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from upshot.web.accounts.access import page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.selectors import may_see_answers

__all__ = ["whole"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponseBase]


def whole(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Open a view to those who hold a permission for the whole organisation; others read why not."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @page(permission)
        @wraps(view)
        def guarded(request: HttpRequest, viewer: Viewer, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may_see_answers(viewer, permission):
                parts = viewer.scopes(permission)
                return render(request, "measures/part.html", {"parts": parts}, status=403)
            return view(request, viewer, *args, **kwargs)

        return guarded

    return decorate
