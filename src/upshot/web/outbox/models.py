"""Messages as they are proposed, planned and sent; deliveries that carry them; what people prefer; links used up."""

import datetime as dt
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = [
    "NO_ADDRESS",
    "OPEN",
    "Carrier",
    "Channel",
    "Delivery",
    "House",
    "Leave",
    "Message",
    "Preference",
    "UsedLink",
]


class Carrier(models.TextChoices):
    """What carries a delivery."""

    EMAIL = "email", _("E-mail")
    SLACK = "slack", _("Slack")
    TEAMS = "teams", _("Teams")
    RECORD = "record", _("Recorded, not sent")


class Delivery(models.Model):
    """One thing that left the house for one person: a single message or several in one digest.

    At most one a day and at most the cap a week: both are constraints, so that no two planners can break them.

    Personal data: who was written to, when, and the text. Retired: deleted 400 days after it was made, and with
    the person.
    """

    class State(models.TextChoices):
        """Where a delivery stands."""

        SENDING = "sending", _("Being sent")
        RETRY = "retry", _("Tried, will be tried again")
        SENT = "sent", _("Sent")
        DEAD = "dead", _("Could not be delivered")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="deliveries")
    person = models.CharField(max_length=200)
    day = models.DateField(help_text=_("The person's own day."))
    week = models.CharField(max_length=8, help_text=_("The person's own ISO week, as 2026-W09."))
    number = models.PositiveSmallIntegerField(help_text=_("Which one of the week it is, from 1."))
    carrier = models.CharField(max_length=10, choices=Carrier.choices, default=Carrier.EMAIL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True, help_text=_("Which worker's round took it."))
    claimed = models.DateTimeField(default=timezone.now)
    next_try = models.DateTimeField(null=True, blank=True)
    sent = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text=_("Message-ID of the mail."))

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "person", "day"], name="outbox_one_delivery_a_day"),
            models.UniqueConstraint(
                fields=["organisation", "person", "week", "number"], name="outbox_deliveries_of_a_week_are_counted"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try"], name="outbox_delivery_due"),
            models.Index(fields=["reference"], name="outbox_delivery_reference"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Message(models.Model):
    """One thing to say to one person, once.

    Personal data: who is written to, what about, and why. Retired: deleted 400 days after it was proposed, and with
    the person.
    """

    class State(models.TextChoices):
        """Where a message stands."""

        WAITING = "waiting", _("Waiting")
        PLANNED = "planned", _("Planned")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Not sent")
        DEAD = "dead", _("Could not be delivered")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="outbox")
    person = models.CharField(
        max_length=200, help_text=_("Identifier on the roster; @ and the user's number for those not on it.")
    )
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, help_text=_("Said once: a second message with this key is not made."))
    about = models.CharField(max_length=200, blank=True, help_text=_("What it concerns, as wave:welcome:2."))
    why = models.CharField(max_length=300, help_text=_("Why this person gets it, in a sentence they read."))
    context = models.JSONField(default=dict, help_text=_("Values for the words of its kind."))
    link = models.CharField(max_length=500, blank=True)
    also = models.JSONField(default=list, help_text=_("Further links as [words, address]."))
    invitation = models.JSONField(null=True, blank=True, help_text=_("A calendar entry that goes with it."))
    binding = models.BooleanField(default=False, help_text=_("Compliance: may be re-timed, not stopped."))
    not_before = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    at = models.DateTimeField(null=True, blank=True, help_text=_("When it is planned to go out."))
    delivery = models.ForeignKey(Delivery, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    note = models.CharField(max_length=40, blank=True, help_text=_("Why it was not sent, as a word."))
    proposed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-proposed", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "person", "key"], name="outbox_a_thing_is_said_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "at"], name="outbox_message_due"),
            models.Index(fields=["organisation", "about"], name="outbox_message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


OPEN = (Message.State.WAITING, Message.State.PLANNED)
"""States of a message that is still to be sent."""

NO_ADDRESS = "no-address"
"""Note of a message to somebody who has no e-mail address."""


class House(models.Model):
    """How an organisation writes to its people: where it is, when it is quiet, how often at most.

    Personal data: none. Retired: deleted with the organisation.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="house")
    zone = models.CharField(max_length=60, default="UTC")
    country = models.CharField(max_length=2, blank=True, help_text=_("For public holidays, as DE."))
    part = models.CharField(max_length=10, blank=True, help_text=_("A part of the country, as BY."))
    sites = models.JSONField(default=dict, help_text=_("Zone, country and part of a site, where they differ."))
    quiet_from = models.TimeField(default=dt.time(18))
    quiet_until = models.TimeField(default=dt.time(8))
    days = models.JSONField(default=list, help_text=_("Working days, Monday is 0; Monday to Friday where empty."))
    cap = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(7)], help_text=_("Most a week to one person.")
    )
    record_only = models.BooleanField(default=False, help_text=_("Write messages down without sending them."))

    def __str__(self) -> str:
        return f"house of organisation {self.organisation_id}"


class Preference(models.Model):
    """How one person wants to be written to.

    Personal data: time zone, quiet hours, what they do not want to hear. Retired: deleted with the person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=200)
    carrier = models.CharField(max_length=10, choices=Carrier.choices, default=Carrier.EMAIL)
    zone = models.CharField(max_length=60, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    cap = models.PositiveSmallIntegerField(null=True, blank=True)
    stopped = models.JSONField(default=list, help_text=_("Kinds this person does not want."))
    webhook = models.TextField(blank=True, help_text=_("The person's own address in Slack or Teams, encrypted."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "person"], name="outbox_one_preference_a_person"),
        ]

    def __str__(self) -> str:
        return f"preference {self.pk}"


class Leave(models.Model):
    """Days on which a person is away and not written to.

    Personal data: when somebody is away, never why. Retired: deleted 30 days after its end, and with the person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=200)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["first"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(first__lte=models.F("last")), name="outbox_leave_ends_after_it_began"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"], name="outbox_leave_of")]

    def __str__(self) -> str:
        return f"leave {self.pk}"


class Channel(models.Model):
    """A shared place in Slack or Teams that notices without personal data go to.

    Personal data: none; the address is a secret and encrypted. Retired: deleted by an administrator.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="channels")
    name = models.CharField(max_length=100)
    carrier = models.CharField(max_length=10, choices=Carrier.choices)
    webhook = models.TextField(help_text=_("Address, encrypted."))
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    tried = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="outbox_a_channel_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class UsedLink(models.Model):
    """A signed link that has acted and acts no more.

    Personal data: none; a fingerprint of the link. Retired: deleted once the link has expired.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    used = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.fingerprint[:8]
