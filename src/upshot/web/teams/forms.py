"""Forms of the manager's page: what is in the way, and support that was given."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.shell.choices import offer
from upshot.web.teams.models import Barrier, Support
from upshot.web.teams.services import SupportGiven

__all__ = ["BarrierForm", "SupportForm"]


class BarrierForm(forms.Form):
    """One thing that is in the way of one initiative."""

    initiative = forms.ChoiceField(label=_("Of what?"))
    kind = forms.ChoiceField(label=_("What is in the way?"), choices=Barrier.Kind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, courses: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "initiative", courses)


class SupportForm(forms.Form):
    """One thing a manager did for somebody of theirs."""

    who = forms.ChoiceField(label=_("For whom, on what?"))
    kind = forms.ChoiceField(label=_("What did you do?"), choices=Support.Kind.choices, widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=480,
        required=False,
        help_text=_("Left empty, it is what the plan sets for this kind."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "who", people)
        self.fields["day"].initial = today

    def given(self, planned: dict[str, dict[str, int]]) -> SupportGiven:
        """What was done; ``planned`` are the plan's minutes by initiative and kind."""
        said = self.cleaned_data
        initiative, _space, person = said["who"].partition(" ")
        return SupportGiven(
            initiative=initiative,
            person=person,
            kind=said["kind"],
            day=said["day"],
            minutes=said["minutes"] or planned[initiative][said["kind"]],
            token=said["token"],
        )
