"""What courses need now and then: idle sessions closed, files of withdrawn courses and forgotten packages removed."""

import datetime as dt

from upshot.web.accounts.models import Organisation
from upshot.web.content.models import Course
from upshot.web.content.services.tidying import close_idle, remove_files
from upshot.web.content.services.waiting import forget_waiting

__all__ = ["due"]


def due(now: dt.datetime) -> None:
    """One round; safe to repeat, and beside another."""
    close_idle(now)
    for organisation in Organisation.objects.all():
        forget_waiting(organisation, now)
    for course in Course.objects.filter(withdrawn__isnull=False, files__gt=0).select_related("organisation"):
        remove_files(course, now)
