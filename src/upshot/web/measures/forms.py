"""Forms of answers: what was really spent, and the instant an earlier answer is asked for."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["AsOfForm", "CostForm"]


class CostForm(forms.Form):
    """One amount that was spent, on a line of the plan or on one of its own."""

    item = forms.CharField(
        label=gettext_lazy("What was it spent on?"),
        max_length=200,
        help_text=gettext_lazy("A line's name as in the plan; another name becomes a line of its own."),
        widget=forms.TextInput(attrs={"list": "cost-items"}),
    )
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(
        label=gettext_lazy("Where is it written down?"),
        max_length=200,
        help_text=gettext_lazy("An invoice, a ledger account. No names of people."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_item(self) -> str:
        """Without spaces around it."""
        return " ".join(str(self.cleaned_data["item"]).split())


class AsOfForm(forms.Form):
    """The day up to whose end facts are read."""

    as_of = forms.DateField(
        label=gettext_lazy("Facts known by the end of"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_as_of(self) -> dt.datetime:
        """The last instant of that day; days to come are not known yet."""
        day: dt.date = self.cleaned_data["as_of"]
        if day >= timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is over. Today's facts are in the newest answer."))
        return timezone.make_aware(dt.datetime.combine(day, dt.time.max))

    def chosen(self) -> Any:
        """The instant, once the form is valid."""
        return self.cleaned_data["as_of"]
