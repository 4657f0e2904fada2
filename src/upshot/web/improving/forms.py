"""Forms of the work list: who mends it by when, what changed, and what somebody noticed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import User

__all__ = ["AddForm", "CloseForm", "GiveForm"]


class GiveForm(forms.Form):
    """Who mends it, by when."""

    owner = forms.ModelChoiceField(label=_("Who mends it"), queryset=User.objects.none(), empty_label=_("Choose"))
    due = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, owners: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = owners

    def clean_due(self) -> Any:
        """From today on."""
        due = self.cleaned_data["due"]
        if due < timezone.localdate():
            raise forms.ValidationError(_now("Choose a day from today on."))
        return due


class CloseForm(forms.Form):
    """What changed."""

    changed = forms.CharField(
        label=_("What did you change, or why is it left as it is?"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    left = forms.BooleanField(label=_("It is left as it is"), required=False)


class AddForm(forms.Form):
    """Something somebody noticed."""

    scenario = forms.ChoiceField(label=_("About"))
    what = forms.CharField(label=_("What should be mended"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, scenarios: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scenario"]
        if isinstance(field, forms.ChoiceField):
            field.choices = scenarios
