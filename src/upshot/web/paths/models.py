"""Versions of role paths, who walks them, what they did, their certificates, sessions and commitments."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["Certificate", "Collected", "Commitment", "Enrolment", "LiveSession", "PathVersion", "SignUp", "StepRecord"]


class PathVersion(models.Model):
    """One wording of an initiative's path and its renewal, by hash; never changed once somebody is on it.

    ``choice`` says what becomes of those under way on older versions: nothing yet, they finish theirs, or they move.

    Personal data: a link to who chose. Retired: the link goes with the account.
    """

    class Choice(models.TextChoices):
        """What becomes of people under way when the path changes."""

        OPEN = "", _("Not decided")
        FINISH = "finish", _("They finish the version they began")
        MOVE = "move", _("They move to this version")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="path_versions")
    initiative = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    body = models.TextField(help_text=_("The path as canonical JSON."))
    at = models.DateTimeField(default=timezone.now)
    choice = models.CharField(max_length=10, choices=Choice.choices, default=Choice.OPEN, blank=True)
    chosen = models.DateTimeField(null=True, blank=True)
    chosen_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["initiative", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "initiative", "number"], name="path_versions_are_numbered"),
            models.UniqueConstraint(fields=["organisation", "initiative", "hash"], name="a_path_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative} version {self.number}"


class Enrolment(models.Model):
    """One person on one initiative's path, on the version they began.

    Personal data: who is on which path, since when, and why it was left. Retired: erased with the person.
    """

    class State(models.TextChoices):
        """How it stands; what somebody did is in their records, whatever the state."""

        WAITING = "waiting", _("Waits for their turn")
        ACTIVE = "active", _("Open to them")
        DONE = "done", _("Every step that is asked for is done")
        PAUSED = "paused", _("Paused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="enrolments")
    initiative = models.CharField(max_length=100)
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    version = models.ForeignKey(PathVersion, on_delete=models.RESTRICT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why it was paused or withdrawn."))
    wave = models.CharField(max_length=100, blank=True)
    starts = models.DateField(null=True, blank=True, help_text=_("When their turn begins; absent without waves."))
    enrolled = models.DateTimeField(default=timezone.now)
    begun = models.DateField(null=True, blank=True, help_text=_("Day of the first record."))
    done = models.DateField(null=True, blank=True, help_text=_("Day of the record that finished it."))
    waived = models.BooleanField(default=False, help_text=_("Whether no step was taken: all were waived."))

    class Meta:
        ordering: ClassVar[list[str]] = ["initiative", "person"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "initiative", "person"], name="a_person_is_on_a_path_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person"]),
            models.Index(fields=["organisation", "initiative", "state"]),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"


class StepRecord(models.Model):
    """What happened at one step of an enrolment, in cmi5's words; the statement of it is in the record store.

    Personal data: what a person did, when, and with which result, or why they need not. Retired: erased with the
    enrolment.
    """

    class Verb(models.TextChoices):
        """cmi5's words for what counts."""

        LAUNCHED = "launched", _("Begun")
        COMPLETED = "completed", _("Completed")
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Failed")
        WAIVED = "waived", _("Waived")

    class Source(models.TextChoices):
        """Where it is known from."""

        PAGE = "page", _("Done here")
        RECORD = "record", _("A learning record")
        HAND = "hand", _("Entered by a person")
        RULE = "rule", _("A rule of the path")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="records")
    step = models.CharField(max_length=100)
    verb = models.CharField(max_length=10, choices=Verb.choices)
    at = models.DateTimeField(default=timezone.now)
    day = models.DateField(default=timezone.localdate, help_text=_("Calendar day at the place of record."))
    scaled = models.FloatField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.PAGE)
    reason = models.CharField(max_length=300, blank=True)
    evidence = models.CharField(max_length=500, blank=True, help_text=_("What showed that it need not be taken."))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "step", "verb", "at"], name="a_step_record_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.verb}"


class Certificate(models.Model):
    """That somebody met a path's requirement: from when, until when, by which version.

    Whether it is valid, due or overdue follows from its dates; only a revocation is written down.

    Personal data: who holds it, who gave or revoked it and why. Retired: erased with the enrolment; links to accounts
    are cleared with the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="certificates")
    version = models.ForeignKey(PathVersion, on_delete=models.RESTRICT, related_name="certificates")
    given = models.DateField(help_text=_("Day of completion; what its validity is counted from."))
    expires = models.DateField(null=True, blank=True)
    opens = models.DateField(null=True, blank=True, help_text=_("Day its renewal opens."))
    grace = models.DateField(null=True, blank=True, help_text=_("Last day of grace after it expired."))
    by_hand = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoked = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-given"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "given"], name="a_day_gives_one_certificate"),
        ]
        indexes: ClassVar = [models.Index(fields=["expires"])]

    def __str__(self) -> str:
        return f"certificate {self.pk}"


class Commitment(models.Model):
    """An if-then sentence somebody gave themselves, and the one person who may read it.

    Personal data: the sentence, its author and its reader. Retired: erased with the enrolment; the reader is cleared
    when the reader is erased.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="commitments")
    step = models.CharField(max_length=100)
    sentence = models.TextField()
    reader = models.CharField(max_length=200, blank=True, help_text=_("Identifier on the roster; empty for nobody."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="a_step_has_one_commitment"),
        ]
        indexes: ClassVar = [models.Index(fields=["reader"])]

    def __str__(self) -> str:
        return f"commitment {self.pk}"


class LiveSession(models.Model):
    """A date on which a live step of a path is held.

    Personal data: a link to who planned it. Retired: the link goes with the account.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="live_sessions")
    initiative = models.CharField(max_length=100)
    step = models.CharField(max_length=100)
    starts = models.DateTimeField()
    minutes = models.PositiveIntegerField(default=60)
    place = models.CharField(max_length=300, help_text=_("A room or an address."))
    seats = models.PositiveIntegerField(default=12)
    cancelled = models.DateTimeField(null=True, blank=True)
    planned_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["starts", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="a_session_has_a_seat"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "initiative", "step"])]

    def __str__(self) -> str:
        return f"session {self.pk}"


class SignUp(models.Model):
    """Somebody's seat at a live session, and whether they were there.

    Personal data: who signed up and who came. Retired: erased with the enrolment.
    """

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="sign_ups")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="sign_ups")
    at = models.DateTimeField(default=timezone.now)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="a_seat_is_taken_once"),
        ]

    def __str__(self) -> str:
        return f"sign-up {self.pk}"


class Collected(models.Model):
    """What the last round of enrolling and collecting rested on, so that nothing is read again until something changed.

    Personal data: none. Retired: rewritten every round.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"round of {self.at:%Y-%m-%d}"
