"""Answers as they were given, what was put on record, and what things really cost."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User
from upshot.web.jobs.models import Job

__all__ = ["CostLine", "Recorded", "Run", "proven"]


def proven(grade: str, *, claimable: bool) -> bool:
    """Whether an answer may count towards an objective, and money be put on it."""
    return claimable and grade in ("A", "B")


class Run(models.Model):
    """One answer to one initiative; written whole when its work is done, and never changed.

    Personal data: who asked for it (a link); figures are of groups, and what pages show of them has passed the
    small-group rules. Retired: the link goes with the account; the answer stays as long as the organisation.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="runs")
    initiative = models.CharField(max_length=100)
    kpi = models.CharField(max_length=100)
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="run")
    requested_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    known_at = models.DateTimeField(help_text=_("Facts up to here were read."))
    as_of = models.DateTimeField(null=True, help_text=_("Facts of an earlier instant were asked for."))
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")

    plan_text = models.TextField(help_text=_("The plan that was answered, byte for byte."))
    plan_version = models.PositiveIntegerField(null=True)
    lock = models.JSONField(null=True, help_text=_("The lock with its amendments, as it was then."))
    inputs = models.JSONField(help_text=_("Hashes of what the answer rests on: plan, lock, data, costs, version."))
    options = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the whole estimate."))
    fingerprint = models.CharField(max_length=64, blank=True, help_text=_("Of the data."))

    sentence = models.TextField()
    grade = models.CharField(max_length=1)
    claimable = models.BooleanField()
    registration = models.CharField(max_length=20)
    effect = models.CharField(max_length=60, blank=True)
    interval = models.CharField(max_length=100, blank=True)
    people = models.PositiveIntegerField(null=True)
    newest_reading = models.DateField()
    money = models.CharField(max_length=120, blank=True)
    money_reason = models.TextField(blank=True)

    estimate = models.JSONField(help_text=_("upshot-estimate/1, small groups withheld."))
    page = models.JSONField(help_text=_("Every sentence, figure and table of the pages, as drawn."))
    further = models.JSONField(default=list, help_text=_("Further KPIs, one sentence each."))
    rests_on = models.JSONField(help_text=_("What value and slices are worked out from, beside the moments."))

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "initiative"])]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.initiative}"

    @property
    def proven(self) -> bool:
        """Whether it may count towards an objective, and money be put on it."""
        return proven(self.grade, claimable=self.claimable)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new answer.

        Raises
        ------
        RuntimeError
            If it is there already: an answer is never changed.
        """
        if self.pk is not None:
            raise RuntimeError("An answer cannot be changed; ask again.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        Raises
        ------
        RuntimeError
            Always.
        """
        raise RuntimeError("An answer cannot be removed.")


class Recorded(models.Model):
    """That an answer stands in the ledger, and where.

    Personal data: who put it there (a link). Retired: the link goes with the account.
    """

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="recorded")
    entry = models.PositiveIntegerField(help_text=_("Number of the ledger entry."))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"record {self.pk}"


class CostLine(models.Model):
    """What was really spent on an initiative; taken back rather than changed.

    Personal data: who entered it (a link). Retired: the link goes with the account.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="cost_lines")
    initiative = models.CharField(max_length=100)
    item = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    day = models.DateField()
    source = models.CharField(max_length=200, help_text=_("Where it is written down: an invoice, a ledger account."))
    entered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    entered = models.DateTimeField(default=timezone.now)
    taken_back = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(help_text=_("Of the form it came from: sent twice, it is stored once."))

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="a_cost_is_not_negative"),
            models.UniqueConstraint(fields=["organisation", "token"], name="a_cost_form_is_stored_once"),
        ]

    def __str__(self) -> str:
        return f"cost {self.pk}"
