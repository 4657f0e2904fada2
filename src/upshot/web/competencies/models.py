"""Frameworks in CASE's shapes, lines from actions, scales of levels, the evidence log, and requests to look."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["ActionLink", "Ask", "Association", "Evidence", "Framework", "Item", "Scale"]


class Framework(models.Model):
    """A CFDocument: ``body`` is the object as it came, ``rest`` what else stood in its package.

    Personal data: who brought it in (a link). Retired: the link goes with the account; the framework is kept, since
    evidence rests on its items.
    """

    class Source(models.TextChoices):
        """Where a framework comes from."""

        CASE = "case", _("CASE file")
        ESCO = "esco", "ESCO"
        ONET = "onet", "O*NET"
        OWN = "own", _("Made here")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="frameworks")
    identifier = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=10, choices=Source.choices)
    licence = models.CharField(max_length=300, blank=True)
    body = models.JSONField()
    rest = models.JSONField(default=dict)
    wrapped = models.BooleanField(default=False, help_text=_("Whether the file had one key CFPackage around it all."))
    brought_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    brought = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "identifier"], name="a_framework_is_brought_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """A CFItem: one thing people can do. ``key`` is the name by which scenarios and the plan refer to it.

    Personal data: none. Retired: by hand, or by a newer file that lacks it; it takes no new evidence and keeps the old.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="competency_items")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="items")
    identifier = models.CharField(max_length=200)
    uri = models.CharField(max_length=1000, blank=True)
    key = models.CharField(max_length=64)
    label = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    body = models.JSONField()
    in_file = models.BooleanField(default=True, help_text=_("Whether the newest file still has it."))
    used = models.BooleanField(default=True, help_text=_("Whether scenarios and the map may name it."))
    retired = models.DateField(null=True, blank=True)
    retired_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["framework", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["framework", "identifier"], name="an_item_stands_once_in_a_framework"),
            models.UniqueConstraint(fields=["organisation", "key"], name="a_competency_has_its_name_alone"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "used"])]

    def __str__(self) -> str:
        return self.label


class Association(models.Model):
    """A CFAssociation: how two items, or an item and its document, belong together.

    Personal data: none. Retired: replaced with the framework's newer file.
    """

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="associations")
    identifier = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    origin = models.CharField(max_length=200)
    destination = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    body = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["framework", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["framework", "identifier"], name="an_association_stands_once_in_a_framework"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.identifier}"


class Scale(models.Model):
    """The levels of one competency where they differ from the house's own, and how far practice alone may lift.

    ``levels`` is a list of ``{"name": …, "anchor": …}`` from lowest to highest; what anchors say can be observed.

    Personal data: none. Retired: rewritten by a designer.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="competency_scales")
    competency = models.CharField(max_length=64)
    levels = models.JSONField()
    practice_up_to = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "competency"], name="a_competency_has_one_scale"),
        ]

    def __str__(self) -> str:
        return self.competency


class ActionLink(models.Model):
    """That an action of the plan takes a competency: one line of the map.

    Personal data: who drew it (a link). Retired: the link goes with the account; deleted when a designer redraws it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="action_links")
    initiative = models.CharField(max_length=100)
    action = models.CharField(max_length=100)
    competency = models.CharField(max_length=64)
    drawn_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["initiative", "action", "competency"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "initiative", "action", "competency"], name="a_line_of_the_map_is_drawn_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} takes {self.competency}"


class Evidence(models.Model):
    """One entry of a person's log for one competency; entries are added and never changed.

    Personal data: what somebody did, when, how well, who says so and why. Retired: erased with the person; the link to
    who entered it goes with the account.
    """

    class Kind(models.TextChoices):
        """What an entry rests on."""

        MEASURED = "measured", _("First time in a scenario")
        PRACTISED = "practised", _("Practised again")
        REMEMBERED = "remembered", _("Remembered days later")
        OBSERVED = "observed", _("Seen at work")
        SET_ASIDE = "set-aside", _("Set aside")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="evidence")
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    competency = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=500)
    about = models.CharField(max_length=500, help_text=_("Address of the activity; empty for what was seen at work."))
    share = models.FloatField(null=True, blank=True, help_text=_("From 0 to 1, for practice."))
    level = models.PositiveIntegerField(null=True, blank=True, help_text=_("For what was seen at work."))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sets_aside = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="set_aside_by")
    source = models.CharField(max_length=200, help_text=_("What it was made from, so that it is entered once."))

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "person", "competency", "source"], name="evidence_is_entered_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"])]

    def __str__(self) -> str:
        return f"evidence {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; one that stands is never written again."""
        if not self._state.adding:
            raise TypeError("An entry of the evidence log is added, never changed.")
        super().save(*args, **kwargs)


class Ask(models.Model):
    """That a learner asks their manager whether a level was seen at work; they see no score, only what is asked.

    Personal data: who asks about what, who answers, and what was seen. Retired: erased with who asks; cleared
    of the manager when the manager is erased.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="competency_asks")
    person = models.CharField(max_length=200)
    manager = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    competency = models.CharField(max_length=64)
    level = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    answered = models.DateTimeField(null=True, blank=True)
    seen = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "person", "competency"],
                condition=models.Q(answered=None),
                name="one_request_to_look_is_open",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "manager"])]

    def __str__(self) -> str:
        return f"request {self.pk}"
