"""Forms of the store's pages: keys, their new secrets, and how long statements are kept."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.lrs.principal import Scope

__all__ = ["KeyForm", "NewKeyForm", "RotateForm", "RuleForm"]

_SCOPES = {
    Scope.STATEMENTS_WRITE: _("send statements"),
    Scope.STATEMENTS_READ_MINE: _("read the statements it sent itself"),
    Scope.STATEMENTS_READ: _("read all statements"),
    Scope.STATE: _("keep and read bookmarks of learners (state)"),
    Scope.PROFILE: _("keep and read documents about activities and people (profiles)"),
    Scope.DEFINE: _("say what activities and people are called"),
    Scope.ALL_READ: _("read everything"),
    Scope.ALL: _("everything"),
}


class KeyForm(forms.Form):
    """What a key is called and opens."""

    name = forms.CharField(
        label=_("Name of the system"), max_length=100, help_text=_("It stands beside what the system sends.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, f"{text} – {scope.value}") for scope, text in _SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    per_minute = forms.IntegerField(
        label=_("Requests in a minute"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Beyond them it is told to wait. Empty: the installation's limit, or none."),
    )
    origins = forms.CharField(
        label=_("Web pages that may use it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One origin a line, as https://course.example.com; needed only for courses that call from the browser."
        ),
    )

    def clean_origins(self) -> list[str]:
        """The origins as a list; what is none is said by the service."""
        return [line for line in re.split(r"[\s,]+", str(self.cleaned_data["origins"])) if line]


class NewKeyForm(KeyForm):
    """A new key; its public half is made with the page, so that the form sent twice makes one key."""

    key = forms.RegexField(regex=r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    trusted = forms.TypedChoiceField(
        label=_("Who vouches for what it sends"),
        coerce=lambda value: value == "yes",
        choices=[("no", _("this key")), ("yes", _("whoever each statement names"))],
        help_text=_("Choose the second for another record store that passes on what systems behind it sent."),
    )
    field_order = ("name", "scopes", "trusted", "per_minute", "origins", "key")


class RotateForm(forms.Form):
    """How long the secret before the new one still works."""

    overlap = forms.TypedChoiceField(
        label=_("The secret it has now works on for"),
        coerce=int,
        choices=[(0, _("not at all")), (1, _("one hour")), (24, _("one day")), (168, _("seven days"))],
        initial=24,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=8)


class RuleForm(forms.Form):
    """How long a class of statements is kept."""

    kind = forms.ChoiceField(
        label=_("Which statements"),
        choices=[
            ("everything", _("all that have no rule of their own")),
            ("verb", _("those with a verb")),
            ("activity-type", _("those about activities of a type")),
        ],
    )
    value = forms.CharField(
        label=_("The verb's or the type's IRI"),
        required=False,
        max_length=2_000,
        help_text=_("As statements write it. Leave empty for all."),
    )
    days = forms.IntegerField(label=_("Days they are kept"), min_value=1, max_value=36_500)

    def clean(self) -> dict[str, object]:
        """A class needs its IRI; all of them have none."""
        data = super().clean() or {}
        value = str(data.get("value") or "").strip()
        if data.get("kind") == "everything" and value:
            self.add_error("value", _("Leave this empty, or choose above what it is."))
        if data.get("kind") in ("verb", "activity-type") and not value:
            self.add_error("value", _("Write the IRI."))
        data["value"] = value
        return data
