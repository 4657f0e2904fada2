"""What the frame of every page needs: the viewer, the menu, the notice of simulated data."""

import importlib.metadata
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from upshot.web.accounts.access import VIEWER
from upshot.web.shell.navigation import menu_for

__all__ = ["frame"]

_VERSION = importlib.metadata.version("upshot")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates the viewer, the menu, whether this is the demonstration, and the version."""
    viewer = request.META.get(VIEWER)
    return {
        "viewer": viewer,
        "menu": menu_for(viewer, request.path) if viewer else (),
        "demo": settings.ENVIRONMENT.demo,
        "upshot_version": _VERSION,
    }
