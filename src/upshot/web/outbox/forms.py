"""Forms of messages: what a person wishes, when they are away, how the firm writes, shared channels."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Carrier, House
from upshot.web.outbox.planning.days_off import is_known
from upshot.web.shell.choices import offer

__all__ = ["FEWEST_OPEN", "BounceForm", "ChannelForm", "HouseForm", "LeaveForm", "PreferenceForm"]

FEWEST_OPEN = dt.timedelta(hours=2)
"""A day must have as many hours in which somebody may be written to."""

_DAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
_OWN = (
    (Carrier.EMAIL, _("E-mail")),
    (Carrier.SLACK, _("Slack, to an address of my own")),
    (Carrier.TEAMS, _("Teams, to an address of my own")),
)


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    names = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names))


def _time(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"), **more
    )


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def open_minutes(quiet_from: dt.time, quiet_until: dt.time) -> int:
    """Minutes of a day that are not quiet."""
    return (_minutes(quiet_from) - _minutes(quiet_until)) % 1440 or 1440


class PreferenceForm(forms.Form):
    """How one person wants to be written to, within the firm's hours; ``kept_for`` says whose address is kept."""

    carrier = forms.ChoiceField(label=_("Where messages reach me"), choices=_OWN, widget=forms.RadioSelect)
    webhook = forms.CharField(
        label=_("My address in Slack or Teams"),
        help_text=_(
            "Of a webhook that writes to you alone. Kept encrypted, never shown again; leave it empty to keep it."
        ),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    quiet_until = _time(_("Not before"), required=False)
    quiet_from = _time(_("Not after"), required=False)
    cap = forms.TypedChoiceField(label=_("At most, in a week"), coerce=int, required=False, empty_value=None)
    wanted = forms.MultipleChoiceField(
        label=_("I want to hear about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the law or the firm requires always comes; you choose its time with the hours above."),
    )

    def __init__(self, *args: Any, house: House, kept_for: str, kinds: Sequence[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.house, self.kept_for = house, kept_for
        self._choices("zone", [("", _("as the firm: %(zone)s") % {"zone": house.zone}), *_zones()])
        counts = [(str(number), str(number)) for number in range(1, house.cap)]
        self._choices("cap", [("", _("as the firm: %(cap)s") % {"cap": house.cap}), *counts])
        self._choices("wanted", [(kind.name, kind.label) for kind in kinds])
        hours = {"start": f"{house.quiet_until:%H:%M}", "end": f"{house.quiet_from:%H:%M}"}
        self.fields["quiet_until"].help_text = (
            _("Within the firm's hours, %(start)s to %(end)s; empty for these.") % hours
        )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        offer(self, name, choices)

    def clean(self) -> dict[str, Any]:
        """Hours come in pairs, within the firm's, and leave two hours; Slack and Teams need an address."""
        data = super().clean() or {}
        first, last = data.get("quiet_until"), data.get("quiet_from")
        if (first is None) != (last is None):
            self.add_error("quiet_from" if last is None else "quiet_until", _("Give both times, or none."))
        elif first and last and "quiet_until" not in self.errors:
            self._check_hours(first, last)
        carrier = data.get("carrier")
        if carrier in (Carrier.SLACK, Carrier.TEAMS) and not data.get("webhook") and carrier != self.kept_for:
            self.add_error("webhook", _("Slack and Teams need an address to write to."))
        return data

    def _check_hours(self, first: dt.time, last: dt.time) -> None:
        offset = _minutes(self.house.quiet_until)
        begin, end = (_minutes(first) - offset) % 1440, (_minutes(last) - offset) % 1440
        firm = open_minutes(self.house.quiet_from, self.house.quiet_until)
        if begin > firm or end > firm or begin >= end:
            self.add_error("quiet_until", _("Choose hours within the firm's."))
        elif end - begin < FEWEST_OPEN.total_seconds() / 60:
            self.add_error("quiet_until", _("Leave at least two hours in which you may be written to."))


class LeaveForm(forms.Form):
    """Days on which a person is away."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}))

    def clean(self) -> dict[str, Any]:
        """Leave ends after it began, within a year."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and not dt.timedelta(0) <= last - first <= dt.timedelta(days=366):
            self.add_error("last", _("The last day comes after the first, at most a year later."))
        return data


class HouseForm(forms.ModelForm[House]):
    """How the firm writes to its people."""

    zone = forms.ChoiceField(label=_("Time zone"))
    country = forms.CharField(
        label=_("Country"), help_text=_("Two letters, for public holidays: DE."), required=False, max_length=2
    )
    part = forms.CharField(
        label=_("Part of the country"),
        help_text=_("Where its holidays differ: BY for Bavaria."),
        required=False,
        max_length=10,
    )
    quiet_until = _time(_("Nobody is written to before"))
    quiet_from = _time(_("Nobody is written to after"))
    days = forms.TypedMultipleChoiceField(
        label=_("Working days"), coerce=int, choices=_DAYS, widget=forms.CheckboxSelectMultiple
    )
    cap = forms.IntegerField(label=_("Most to one person in a week"), min_value=1, max_value=7)
    site_rows = forms.CharField(
        label=_("Sites elsewhere"),
        required=False,
        help_text=_("One a line: site, time zone, country, part. For example: Lyon, Europe/Paris, FR"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    record_only = forms.BooleanField(label=_("Write messages down without sending them"), required=False)

    class Meta:
        model = House
        fields = ("zone", "country", "part", "quiet_until", "quiet_from", "days", "cap", "record_only")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "zone", _zones())
        self.initial["days"] = self.instance.days or list(range(5))
        self.initial["site_rows"] = "\n".join(
            ", ".join(part for part in (site, at.get("zone", ""), at.get("country", ""), at.get("part", "")) if part)
            for site, at in sorted(self.instance.sites.items())
        )

    def clean_site_rows(self) -> dict[str, dict[str, str]]:
        """Each line names a site, a zone and perhaps a country with a part; every line that does not is named."""
        found, wrong = {}, []
        for number, line in enumerate(self.cleaned_data["site_rows"].splitlines(), 1):
            parts = [part.strip() for part in line.split(",")]
            if not any(parts):
                continue
            site, zone, country, part = [*parts, "", "", ""][:4]
            if zone not in available_timezones() or (country and not is_known(country.upper(), part.upper())):
                wrong.append(str(number))
            found[site] = {"zone": zone, "country": country.upper(), "part": part.upper()}
        if wrong:
            raise forms.ValidationError(
                _("Not understood: line %(lines)s. Write site, time zone, country.") % {"lines": ", ".join(wrong)}
            )
        return found

    def clean(self) -> dict[str, Any]:
        """The country is known, and a day leaves two hours."""
        data = super().clean() or {}
        country, part = str(data.get("country") or "").upper(), str(data.get("part") or "").upper()
        if country and not is_known(country, part):
            self.add_error(
                "part" if is_known(country) else "country",
                _("Its holidays are not known. Look up its letters, or leave it empty."),
            )
        first, last = data.get("quiet_until"), data.get("quiet_from")
        if first and last and open_minutes(last, first) < FEWEST_OPEN.total_seconds() / 60:
            self.add_error("quiet_until", _("Leave at least two hours in which people may be written to."))
        return {**data, "country": country, "part": part}


class ChannelForm(forms.Form):
    """A shared channel in Slack or Teams."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("As rules and people call it."))
    carrier = forms.ChoiceField(label=_("Where"), choices=((Carrier.SLACK, "Slack"), (Carrier.TEAMS, "Teams")))
    webhook = forms.CharField(
        label=_("Address of the webhook"),
        max_length=2000,
        help_text=_("Kept encrypted and never shown again."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BounceForm(forms.Form):
    """A report of a mail server about a mail that came back."""

    report = forms.FileField(label=_("The report, as a file"), help_text=_("Saved from the mailbox, as .eml."))
