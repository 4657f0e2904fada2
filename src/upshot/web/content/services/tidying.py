"""What courses leave behind: sessions nobody ended, and files of courses that are offered no longer."""

import datetime as dt
import shutil

from upshot.web.content.models import Course, Registration, Session
from upshot.web.content.services.closing import abandon
from upshot.web.content.services.importing import folder_of
from upshot.web.content.services.recording import progress_of, structure_of

__all__ = ["IDLE", "LEFT_ALONE", "close_idle", "files_gone", "remove_files"]

IDLE = dt.timedelta(hours=12)
"""A session that was not heard of for so long is closed as abandoned."""
LEFT_ALONE = dt.timedelta(days=30)
"""Who was in a withdrawn course and did nothing in it for so long is taken to have left it."""
_AT_ONCE = 200


def close_idle(now: dt.datetime) -> int:
    """Close sessions that were left open; how many. Two that do so at once close each of them once."""
    left = Session.objects.filter(ended=None, heard__lt=now - IDLE).order_by("heard")
    found = list(left.values_list("pk", flat=True)[:_AT_ONCE])
    for session in found:
        abandon(session)
    return len(found)


def remove_files(course: Course, now: dt.datetime) -> bool:
    """Remove the files of a withdrawn course that nobody is in any more; whether they were removed now."""
    folder = folder_of(course)
    if course.withdrawn is None or not folder.is_dir() or _in_use(course, now):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def files_gone(course: Course) -> bool:
    """Whether the course brought files and has none any more."""
    return course.withdrawn is not None and course.files > 0 and not folder_of(course).is_dir()


def _in_use(course: Course, now: dt.datetime) -> bool:
    """Whether somebody may still finish it, or has a unit open."""
    sessions = Session.objects.filter(registration__course=course)
    if sessions.filter(ended=None).exists():
        return True
    lately = set(sessions.filter(heard__gte=now - LEFT_ALONE).values_list("registration", flat=True))
    root = structure_of(course).root.id
    return any(
        root not in progress_of(one).satisfied and (one.pk in lately or one.created >= now - LEFT_ALONE)
        for one in Registration.objects.filter(course=course)
    )
