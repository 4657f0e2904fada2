"""Write to the audit log and the access log."""

from typing import Any

from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.models import Access, Event

__all__ = ["record", "record_act", "saw"]


def record(viewer: Viewer, action: str, subject: str = "", **detail: Any) -> Event:
    """Log an act.

    Parameters
    ----------
    action
        Verb and noun in kebab-case: ``plan-locked``, ``member-invited``.
    subject
        What was acted on, by identifier; never a name or an address.
    detail
        Plain values without personal data.
    """
    return record_act(viewer.organisation, viewer.user, action, subject, **detail)


def record_act(organisation: Organisation, user: User | None, action: str, subject: str = "", **detail: Any) -> Event:
    """Log an act of somebody who is not looking at a page: a job's, or the command line's, which is nobody."""
    return Event.objects.create(organisation=organisation, user=user, action=action, subject=subject, detail=detail)


def saw(viewer: Viewer, what: str, *, purpose: str, person: str = "", people: int = 1) -> Access:
    """Log that personal data was shown: whose (one person, or how many), what, and why."""
    return Access.objects.create(
        organisation=viewer.organisation, user=viewer.user, what=what, purpose=purpose, person=person, people=people
    )
