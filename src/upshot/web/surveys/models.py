"""Surveys by version, their use for an initiative, who was asked, and answers that name nobody."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from upshot.web.accounts.models import Organisation, User

__all__ = ["Ask", "Response", "SurveyText", "Use"]


class SurveyText(models.Model):
    """One version of a survey's text, never changed.

    Personal data: a link to who wrote it. Retired: the link goes with the account.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="survey_texts")
    name = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    body = models.TextField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name", "number"], name="survey_texts_are_numbered"),
            models.UniqueConstraint(fields=["organisation", "name", "hash"], name="a_survey_text_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} version {self.number}"


class Use(models.Model):
    """A survey that is sent for an initiative, from a day on.

    Personal data: a link to who began it. Retired: the link goes with the account.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="survey_uses")
    initiative = models.CharField(max_length=100)
    text = models.ForeignKey(SurveyText, on_delete=models.PROTECT, related_name="uses")
    begun = models.DateTimeField(default=timezone.now)
    since = models.DateField(help_text="Who did the path before this day is not asked.")
    ended = models.DateTimeField(null=True, blank=True)
    begun_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["initiative", "-begun"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "initiative", "text"], condition=Q(ended=None), name="a_survey_is_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"use {self.pk} of {self.text_id}"


class Ask(models.Model):
    """That somebody is asked, and whether they answered; what they answered is not joined to it.

    Personal data: who was asked and that they answered, without the time. Retired: erased with the person, and a year
    after it closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    use = models.ForeignKey(Use, on_delete=models.CASCADE, related_name="asks")
    person = models.CharField(max_length=200)
    opened = models.DateField(default=timezone.localdate)
    closes = models.DateField()
    answered = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["opened"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["use", "person"], name="somebody_is_asked_once_by_a_survey"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "answered"])]

    def __str__(self) -> str:
        return f"ask {self.pk}"


class Response(models.Model):
    """One set of answers. It names nobody, carries no time, and its number is drawn at random.

    Personal data: none by design; own words are kept without addresses and numbers. Retired: with the organisation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    use = models.ForeignKey(Use, on_delete=models.CASCADE, related_name="responses")
    group = models.CharField(max_length=200, blank=True, help_text="Region; shown only where enough answered.")
    answers = models.JSONField(default=dict, help_text="Question to the id of the answer.")
    words = models.JSONField(default=dict, help_text="Open question to own words.")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"response {self.pk}"
