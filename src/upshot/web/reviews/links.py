"""Addresses of pages that may belong to other apps."""

from django.urls import NoReverseMatch, reverse

from upshot.web.accounts.viewer import Viewer

__all__ = ["address"]


def address(viewer: Viewer, route: str, **more: str) -> str:
    """The address of a page of the viewer's organisation; empty where this installation has no such page."""
    try:
        return reverse(route, kwargs={"org": viewer.organisation.slug, **more})
    except NoReverseMatch:
        return ""
