"""Forms of paths: an if-then sentence, a live session, attendance, certificates by hand."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.shell.choices import offer

__all__ = ["CertificateForm", "CommitmentForm", "ReasonForm", "SessionForm"]


class CommitmentForm(forms.Form):
    """An if-then sentence, and who may read it."""

    sentence = forms.CharField(
        label=_("If … then I will …"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Name a situation that will come up this week, and what you will do in it."),
    )
    reader = forms.ChoiceField(
        label=_("Who may read it?"),
        required=False,
        help_text=_("One person at most. Saying it to somebody makes it more likely to happen."),
    )

    def set_readers(self, readers: Mapping[str, str]) -> None:
        """Offer these people."""
        offer(self, "reader", readers.items())


class SessionForm(forms.Form):
    """A date of a live step."""

    step = forms.ChoiceField(label=_("Which step?"))
    starts = forms.DateTimeField(
        label=_("When?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    minutes = forms.IntegerField(label=_("How long, in minutes?"), min_value=5, max_value=24 * 60, initial=60)
    place = forms.CharField(label=_("Where?"), max_length=300, help_text=_("A room, or the address of a call."))
    seats = forms.IntegerField(label=_("How many seats?"), min_value=1, max_value=2000, initial=12)

    def set_steps(self, steps: Mapping[str, str]) -> None:
        """Offer the live steps of the path."""
        offer(self, "step", steps.items())


class CertificateForm(forms.Form):
    """A certificate given by hand."""

    initiative = forms.ChoiceField(label=_("For which path?"))
    person = forms.CharField(label=_("To whom?"), max_length=200, help_text=_("Their identifier on the roster."))
    given = forms.DateField(
        label=_("Since when?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day on which they met the requirement; how long it holds is counted from it."),
    )
    reason = forms.CharField(
        label=_("Why by hand?"), max_length=300, help_text=_("For example: course taken at the former employer, seen.")
    )

    def set_paths(self, paths: Mapping[str, str]) -> None:
        """Offer the plan's paths."""
        offer(self, "initiative", paths.items())


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Why?"), max_length=300, help_text=_("The person reads it too."))
