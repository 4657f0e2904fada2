"""Forms of the roster: searching, and merging accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["MergeForm"]


class MergeForm(forms.Form):
    """Which account is which person, and why."""

    account = forms.CharField(
        label=_("Account"), max_length=200, help_text=_("As the learning system writes it, or another identifier.")
    )
    person = forms.CharField(label=_("Person"), max_length=200, help_text=_("Their identifier on the roster."))
    reason = forms.CharField(
        label=_("How do you know?"), max_length=300, help_text=_("For example: same e-mail address, confirmed by HR.")
    )
