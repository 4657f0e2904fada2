"""What launched courses hold of a person: registrations, sessions and progress."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.content.models import Registration

__all__ = ["ContentStore"]


class ContentStore:
    """Registrations for courses, with every session."""

    name = "courses"
    models = ("content.Registration", "content.Session", "content.Course")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every registration: the course, its progress, SCORM's memory, and when units were opened."""
        found = Registration.objects.filter(course__organisation=organisation, person=person).exclude(person="")
        return [
            {
                "course": registration.course.title,
                "since": str(registration.created),
                "progress": registration.progress,
                "remembered by the course": registration.memory,
                "opened": [str(session.opened) for session in registration.sessions.all()],
            }
            for registration in found.select_related("course").prefetch_related("sessions")
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete registrations and sessions; statements are the store's to delete."""
        if not person:
            return 0
        return Registration.objects.filter(course__organisation=organisation, person=person).delete()[0]
