"""Read the two logs."""

from django.db.models import QuerySet

from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.models import Access, Event

__all__ = ["accesses", "events"]


def events(viewer: Viewer, *, action: str = "") -> QuerySet[Event]:
    """What people did, newest first; all of it or one kind."""
    found = Event.objects.filter(organisation=viewer.organisation).select_related("user")
    return found.filter(action=action) if action else found


def accesses(viewer: Viewer) -> QuerySet[Access]:
    """Looks at personal data, newest first."""
    return Access.objects.filter(organisation=viewer.organisation).select_related("user")
