"""Challenges at work with evidence, observations, sign-offs, debriefs and check-ins; who observes and stands in."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = [
    "Asked",
    "Challenge",
    "CheckIn",
    "ChecklistText",
    "Debrief",
    "Evidence",
    "Observation",
    "Observer",
    "Pair",
    "StandIn",
    "Turn",
]


class ChecklistText(models.Model):
    """The text of a checklist as it was when somebody planned by it; never changed.

    Personal data: none. Retired: deleted with the organisation.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64)
    body = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "hash"], name="a_checklist_text_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"checklist {self.hash[:12]}"


class Challenge(models.Model):
    """One person's real case for one step of a path: what they plan, and how far it came.

    Personal data: who did what at work, in their own words without addresses and numbers; with whom it is shared; who
    signed it. Retired: erased with the person; links to others are cleared when those are erased.
    """

    class State(models.TextChoices):
        """Where it stands (see ``rules.State``)."""

        PLANNED = "planned", _("Planned")
        SUBMITTED = "submitted", _("Handed in")
        RETURNED = "returned", _("Returned")
        SIGNED = "signed", _("Signed")
        LAPSED = "lapsed", _("Lapsed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="challenges")
    initiative = models.CharField(max_length=100)
    step = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    number = models.PositiveSmallIntegerField(default=1, help_text=_("Which attempt of the person at this step."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    case = models.TextField()
    cue = models.TextField(help_text=_("The if."))
    action = models.TextField(help_text=_("The then."))
    shared_with = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=20, default="manager", help_text=_("Who signs, in the plan's word."))
    checklist = models.ForeignKey(ChecklistText, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    min_scaled = models.FloatField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    planned = models.DateTimeField(default=timezone.now)
    moved = models.DateTimeField(default=timezone.now, help_text=_("When its state changed last."))
    submitted = models.DateTimeField(null=True, blank=True)
    decided = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=200, blank=True)
    signed_as = models.CharField(max_length=20, blank=True)
    scaled = models.FloatField(null=True, blank=True, help_text=_("Of the observation that was signed."))
    revision = models.PositiveIntegerField(default=1, help_text=_("Counts every move: who acts on an old one is told."))

    class Meta:
        ordering: ClassVar[list[str]] = ["-planned"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "initiative", "step", "person", "number"], name="challenges_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["organisation", "initiative", "step", "person"],
                condition=Q(state__in=["planned", "submitted", "returned"]),
                name="one_challenge_is_under_way",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person"]),
            models.Index(fields=["organisation", "state", "moved"]),
        ]

    def __str__(self) -> str:
        return f"challenge {self.pk}"


class Asked(models.Model):
    """Somebody who may sign a challenge that was handed in; worked out anew as people come and go.

    Personal data: who is asked, and as what. Retired: deleted when the challenge is decided or erased, and with them.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="asked")
    person = models.CharField(max_length=200)
    relationship = models.CharField(max_length=20)
    place = models.PositiveSmallIntegerField(default=0, help_text=_("In which order they are asked."))

    class Meta:
        ordering: ClassVar[list[str]] = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["challenge", "person"], name="somebody_is_asked_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["person"])]

    def __str__(self) -> str:
        return f"asked for challenge {self.challenge_id}"


class Turn(models.Model):
    """One move of a challenge: planned, handed in, returned with its reason, signed, lapsed.

    Personal data: who moved it, as what, and the reason they gave. Retired: erased with the challenge.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="turns")
    state = models.CharField(max_length=10, choices=Challenge.State.choices)
    at = models.DateTimeField(default=timezone.now)
    person = models.CharField(max_length=200, blank=True)
    relationship = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.state} of challenge {self.challenge_id}"


class Evidence(models.Model):
    """One piece of what was handed in: a text, a link, or a file in the workspace's folder ``evidence``.

    Personal data: what a person did at work, and whatever the file holds. Retired: text, link and file are deleted on
    the day ``expires`` says, and with the challenge.
    """

    class Kind(models.TextChoices):
        """What it is."""

        TEXT = "text", _("Text")
        LINK = "link", _("Link")
        FILE = "file", _("File")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(blank=True)
    link = models.URLField(max_length=1000, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    expires = models.DateField()
    deleted = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["expires"])]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class Observation(models.Model):
    """What one observer saw, item by item of the checklist.

    Personal data: levels and a comment about a person's work, and who wrote them. Retired: erased with the challenge;
    the observer is cleared when they are erased.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="observations")
    observer = models.CharField(max_length=200, blank=True)
    relationship = models.CharField(max_length=20)
    levels = models.JSONField(default=dict, help_text=_("Item to level; null where it could not be seen."))
    comment = models.TextField(blank=True)
    scaled = models.FloatField(null=True, blank=True)
    enough = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"observation {self.pk}"


class Pair(models.Model):
    """Two people who did the same challenge and debrief each other.

    Personal data: none beyond its two challenges. Retired: deleted when one of them is erased.
    """

    one = models.OneToOneField(Challenge, on_delete=models.CASCADE, related_name="pair_as_one")
    other = models.OneToOneField(Challenge, on_delete=models.CASCADE, related_name="pair_as_other")
    made = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"pair {self.pk}"


class Debrief(models.Model):
    """What one of a pair wrote after they talked; both of the pair read it, nobody else.

    Personal data: a person's own thoughts about their work. Retired: erased with the challenge.
    """

    challenge = models.OneToOneField(Challenge, on_delete=models.CASCADE, related_name="debrief")
    happened = models.TextField()
    surprised = models.TextField()
    next = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"debrief {self.pk}"


class CheckIn(models.Model):
    """Questions so many days after a sign-off, asked of the person or of whoever signed: a record for each.

    Personal data: what a person, or somebody who sees their work, says about it. Retired: erased with the challenge;
    who was asked is cleared when they are erased.
    """

    class Source(models.TextChoices):
        """Who says it. The two are never mixed."""

        SELF = "self", _("The person")
        OBSERVER = "observer", _("Somebody who sees their work")

    class HowOften(models.TextChoices):
        """How often it was used."""

        NEVER = "never", _("Not once")
        ONCE = "once", _("Once or twice")
        SOME = "some", _("About every second time there was occasion")
        MOST = "most", _("Nearly every time there was occasion")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="check_ins")
    days = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=10, choices=Source.choices)
    person = models.CharField(max_length=200, blank=True, help_text=_("Who is asked."))
    due = models.DateField()
    questions = models.JSONField(default=list, help_text=_("What is asked, in the plan's words; empty for everything."))
    answered = models.DateTimeField(null=True, blank=True)
    used = models.BooleanField(null=True, blank=True)
    how_often = models.CharField(max_length=10, choices=HowOften.choices, blank=True)
    helped = models.JSONField(default=list)
    hindered = models.JSONField(default=list)
    example = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["challenge", "days", "source"], name="a_check_in_is_asked_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "answered", "due"])]

    def __str__(self) -> str:
        return f"check-in {self.pk}"


class Observer(models.Model):
    """Somebody who observes and signs for an initiative beside the managers.

    Personal data: who it is, and a link to who named them. Retired: deleted when they are erased.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="observers")
    initiative = models.CharField(max_length=100)
    person = models.CharField(max_length=200)
    expert = models.BooleanField(default=False)
    named_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "initiative", "person"], name="an_observer_is_named_once"),
        ]

    def __str__(self) -> str:
        return f"observer {self.pk}"


class StandIn(models.Model):
    """Who signs for somebody from one day to another: the manager is away in that time.

    Personal data: that somebody is away, never why, and who stands in. Retired: deleted 30 days after its end, and
    when either is erased.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="stand_ins")
    person = models.CharField(max_length=200)
    delegate = models.CharField(max_length=200, blank=True, help_text=_("Empty: one level up signs."))
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["first", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="an_absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(delegate=models.F("person")), name="nobody_stands_in_for_themselves"),
        ]

    def __str__(self) -> str:
        return f"stand-in {self.pk}"
