"""Things to mend about an activity: what was found, who mends it by when, and what was changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["WorkItem"]


class WorkItem(models.Model):
    """One thing to mend. ``facts`` are the counts it was found by, none of a small group.

    Personal data: who owns it and who closed it (links). Retired: the links go with the accounts.
    """

    class Kind(models.TextChoices):
        """What was found."""

        FLAT = "flat", _("A decision that tells nobody apart")
        BACKWARDS = "backwards", _("A decision that skilled people get wrong more often")
        DROP = "drop", _("A step at which people leave")
        FORGOTTEN = "forgotten", _("A decision that is wrong after a week")
        BARRIER = "barrier", _("Something in the way at work")
        VERSION = "version", _("A version that is answered worse than the one before")
        OWN = "own", _("Something somebody noticed")

    class State(models.TextChoices):
        """How far it has come."""

        OPEN = "open", _("Open")
        TAKEN = "taken", _("Somebody is at it")
        DONE = "done", _("Done")
        LEFT = "left", _("Left as it is")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="work_items")
    activity = models.CharField(max_length=500, help_text=_("Address of the scenario, or name of the initiative."))
    scenario = models.CharField(max_length=64, blank=True, help_text=_("The scenario's name, where it is one."))
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    place = models.CharField(max_length=130, blank=True, help_text=_("Step, or name of the barrier."))
    what = models.CharField(max_length=500)
    facts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True, blank=True, help_text=_("Of the content, when it was found."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    due = models.DateField(null=True, blank=True)
    found = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    changed = models.TextField(blank=True, help_text=_("What was changed, or why nothing was."))
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="again")

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "found", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "activity", "kind", "place"],
                condition=Q(closed=None),
                name="a_thing_to_mend_is_open_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "state"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"
