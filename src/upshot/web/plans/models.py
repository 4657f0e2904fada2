"""Versions of the plan document, comments, signatures and locks; the plan itself is not re-modelled."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["Amendment", "Comment", "Draft", "Function", "InStep", "PromiseLock", "Signature", "SwapRequest", "Version"]


class Function(models.TextChoices):
    """What somebody signs a promise as."""

    SPONSOR = "sponsor", _("Sponsor")
    FINANCE = "finance", _("Finance")
    COUNCIL = "works council", _("Works council")


class Version(models.Model):
    """One version of an organisation's plan, byte for byte; never changed once stored.

    Personal data: who wrote it (a link), and whatever the note says. Retired: the link goes with the
    account; the text names people by role only and stays.
    """

    class Source(models.TextChoices):
        """Where a version came from."""

        FILE = "file", _("plan.yaml")
        DOCUMENT = "document", _("the document")
        FORM = "form", _("a form")
        PLANNER = "planner", _("the wave planner")
        RESTORED = "restored", _("an earlier version")
        MERGED = "merged", _("two changes brought together")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plan_versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    hash = models.CharField(max_length=64, help_text=_("SHA-256 of the plan's meaning."))
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    source = models.CharField(max_length=10, choices=Source.choices)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="plan_versions_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Draft(models.Model):
    """What somebody typed and has not stored as a version: kept so that nothing is lost.

    Personal data: whose draft it is (a link). Retired: deleted when stored, with the account, and after 90 days.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    base = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "user"], name="one_draft_for_each_user"),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Comment(models.Model):
    """What somebody says or asks about a place in a version of the plan, or answers to it; never taken away.

    Personal data: who says it (a link), and whatever the text says. Retired: the link goes with the account.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="comments")
    anchor = models.CharField(max_length=300, blank=True, help_text=_("Key path it is about; empty for the whole."))
    text = models.TextField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies")
    by_owner = models.BooleanField(default=False, help_text=_("By whoever owned the initiative then."))
    run = models.PositiveIntegerField(null=True, blank=True, help_text=_("Number of the answer it is about."))

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class Signature(models.Model):
    """Somebody's yes to one initiative's promise, in one function, for exactly one hash.

    Personal data: who signed: a link, or a name as it stands on paper. Retired: the link goes with
    the account, the name with the erasure of the person; function, time and hash stay.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="signatures")
    initiative = models.CharField(max_length=100)
    function = models.CharField(max_length=20, choices=Function.choices)
    hash = models.CharField(max_length=64, help_text=_("SHA-256 of the promise that was signed."))
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    on_paper = models.CharField(max_length=200, blank=True, help_text=_("Who signed on paper."))
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why this signature is not needed here."))
    at = models.DateTimeField(default=timezone.now)
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "initiative", "function", "hash"],
                condition=models.Q(withdrawn=None),
                name="a_function_signs_a_promise_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.initiative}"


class PromiseLock(models.Model):
    """The lock of one initiative's promise, as `upshot.plan.Lock` has it, and where its ledger entry stands.

    Personal data: none; signatories are functions. Retired: never.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="promise_locks")
    initiative = models.CharField(max_length=100)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    signatories = models.JSONField()
    baseline = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)
    entry = models.PositiveIntegerField(help_text=_("Number of the ledger entry."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "initiative"], name="an_initiative_is_locked_once"),
        ]

    def __str__(self) -> str:
        return f"lock of {self.initiative}"


class Amendment(models.Model):
    """One change of a locked promise, as `upshot.plan.Amendment` has it; appended, never changed.

    Personal data: none; who amended stands here by role. Retired: never.
    """

    lock = models.ForeignKey(PromiseLock, on_delete=models.PROTECT, related_name="amendments")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    changed = models.JSONField()
    previous = models.CharField(max_length=64)
    entry = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lock", "previous"], name="amendments_do_not_fork"),
        ]

    def __str__(self) -> str:
        return f"amendment {self.pk}"


class InStep(models.Model):
    """When plan.yaml and the versions last said the same: from here it is told which of the two changed since.

    Personal data: none. Retired: deleted with the organisation.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file's bytes."))
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"in step at version {self.version_id}"


class SwapRequest(models.Model):
    """A manager's wish that their team starts in another wave, and what became of it.

    Personal data: who asked and who answered (links), and whatever the reasons say. Retired: the links go with the
    account; team, waves and outcome stay, for they say who was in which wave.
    """

    class State(models.TextChoices):
        """What became of a request."""

        OPEN = "open", _("Asked")
        ACCEPTED = "accepted", _("Accepted: the team changes its wave")
        DEPARTURE = "departure", _("Kept as assigned: the team starts at another time, on record as a departure")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="swap_requests")
    initiative = models.CharField(max_length=100)
    team = models.CharField(max_length=200)
    from_wave = models.CharField(max_length=100)
    to_wave = models.CharField(max_length=100)
    reason = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    answered = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "initiative", "team"],
                condition=models.Q(state="open"),
                name="a_team_asks_for_one_wave_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"swap {self.pk}"
