"""What courses need done in the background: unpack a large package."""

from collections.abc import Mapping
from typing import Any

from upshot.web.content.services.waiting import import_waiting
from upshot.web.jobs.services import Running

__all__ = ["run_course_import"]


def run_course_import(running: Running) -> Mapping[str, Any]:
    """Make a course of the package that was set aside for it."""
    course = import_waiting(running)
    return {"course": str(course.pk), "files": course.files, "bytes": course.size}
