"""Scenarios with their versions, comments and pictures; attempts with their decisions; cases that learners bring."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["Attempt", "Case", "Comment", "Decision", "Picture", "Scenario", "ScenarioVersion"]


class Scenario(models.Model):
    """A branching scenario by the name in its file; what it says stands in its versions.

    Personal data: none. Retired: closed for learners by a designer; versions and statistics stay.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="scenarios")
    slug = models.SlugField(max_length=64)
    activity = models.CharField(
        max_length=500, help_text=_("Address the plan's path names as ref, and learning records carry.")
    )
    retired = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="a_scenario_has_its_name_alone"),
            models.UniqueConstraint(fields=["organisation", "activity"], name="a_scenario_has_its_activity_alone"),
        ]

    def __str__(self) -> str:
        return self.slug


class ScenarioVersion(models.Model):
    """One version of a scenario's text, never changed once stored; only its state moves on.

    ``renamed`` says what ids of the version published before are called here (``step`` or ``step/choice``); an empty
    name says that the step or choice is gone and its statistics end.

    Personal data: who wrote and who reviewed it (links), and whatever the note says. Retired: the links go
    with the account.
    """

    class State(models.TextChoices):
        """How far a version has come."""

        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PUBLISHED = "published", _("Published")
        REPLACED = "replaced", _("Replaced")

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, help_text=_("Of the meaning; empty while it has errors."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reviewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    published = models.DateTimeField(null=True, blank=True)
    renamed = models.JSONField(default=dict)
    not_converted = models.JSONField(default=list, help_text=_("What an import left out."))

    class Meta:
        ordering: ClassVar[list[str]] = ["scenario", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "number"], name="scenario_versions_are_numbered"),
            models.UniqueConstraint(
                fields=["scenario"], condition=Q(state="published"), name="one_version_is_published"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Picture(models.Model):
    """A picture that a scenario's text names.

    Personal data: none by design; pictures are made by authors. Retired: deleted with the scenario.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=20)
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "name"], name="a_picture_has_its_name_alone"),
        ]

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """What somebody says about a version of a scenario.

    Personal data: who says it (a link), and whatever the text says. Retired: the link goes with the account.
    """

    version = models.ForeignKey(ScenarioVersion, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class Attempt(models.Model):
    """One time that somebody plays a scenario. The first is the measurement, later ones are practice.

    ``state`` is an `upshot-scenario-state/1`: every answer so far; it is played again whenever it is read.

    Personal data: who played, what they answered, and what they wrote afterwards, which only they read. Retired: erased
    with the person.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="attempts")
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="attempts")
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    number = models.PositiveIntegerField()
    registration = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.TextField()
    started = models.DateTimeField(default=timezone.now)
    touched = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=64, blank=True)
    scaled = models.FloatField(null=True)
    passed = models.BooleanField(null=True)
    reflection = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["scenario", "person", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "person", "number"], name="attempts_are_numbered"),
            models.UniqueConstraint(
                fields=["scenario", "person"], condition=Q(finished=None), name="one_attempt_is_under_way"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["version", "number"])]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Decision(models.Model):
    """One answer of an attempt, as counts need it; the record of it is the statement under the same id.

    Personal data: an answer of a person, through the attempt. Retired: erased with the attempt.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=64)
    choice = models.CharField(max_length=64)
    visit = models.PositiveIntegerField(default=1)
    turn = models.BooleanField(default=False)
    success = models.BooleanField(null=True)
    critical = models.BooleanField(default=False)
    points = models.JSONField(default=dict)
    seconds = models.FloatField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["attempt", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "number"], name="a_step_is_answered_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["step", "choice"])]

    def __str__(self) -> str:
        return f"decision {self.number} of attempt {self.attempt_id}"


class Case(models.Model):
    """A case of their own that a learner brought: as they read it after what leads to people was taken out.

    Personal data: who brought it, and what they wrote. Retired: withdrawn by them at any time, which empties it and
    takes its draft back; erased with the person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="own_cases")
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster; designers do not see it."))
    title = models.CharField(max_length=120)
    situation = models.TextField()
    did = models.TextField()
    expert = models.TextField()
    taken_out = models.JSONField(default=dict, help_text=_("Kinds of what was taken out, with counts."))
    agreed = models.DateTimeField(default=timezone.now)
    withdrawn = models.DateTimeField(null=True, blank=True)
    scenario = models.ForeignKey(Scenario, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases")

    class Meta:
        ordering: ClassVar[list[str]] = ["-agreed"]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"])]

    def __str__(self) -> str:
        return f"case {self.pk}"
