"""Forms of reviews: planning one, the decision with its reason, and actions with owner and day."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.models import User
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import Viewer
from upshot.web.reviews.models import Decision
from upshot.web.reviews.selectors import functions_of, owners, today
from upshot.web.reviews.services import AskedAction
from upshot.web.shell.choices import offer

__all__ = ["ActionForms", "DecisionForm", "PlanReviewForm"]


class DayInput(forms.DateInput):
    """A day as the browser's own calendar writes it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "short"})


def _must_come(day: dt.date | None) -> dt.date | None:
    if day is not None and day < today():
        raise forms.ValidationError(_("Choose today or a later day."))
    return day


class PlanReviewForm(forms.Form):
    """Which initiative is reviewed, and on which day."""

    initiative = forms.ChoiceField(label=_("Initiative"))
    day = forms.DateField(label=_("Day"), widget=DayInput)

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "initiative", [(item.id, item.title or item.id) for item in plan.initiatives])

    def clean_day(self) -> dt.date | None:
        """A review lies ahead."""
        return _must_come(self.cleaned_data["day"])


class DecisionForm(forms.Form):
    """What is decided, why, and who sees to it."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The ledger keeps this for good: name functions, not people."),
    )
    owner = forms.ChoiceField(label=_("Who sees to it"))
    function = forms.ChoiceField(label=_("Decided as"))
    next_review = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=DayInput,
        help_text=_("Adds a review to the calendar, for example when more data will be in."),
    )

    def __init__(self, viewer: Viewer, plan: Plan, initiative: Initiative, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        functions = [(role.value, role.label) for role in functions_of(viewer)]
        self._choose("function", functions)
        if len(functions) == 1:
            self.fields["function"].widget = forms.HiddenInput()
            self.fields["function"].initial = functions[0][0]
        self._choose("owner", _functions(plan) or functions)
        self.fields["owner"].initial = _role(plan, initiative.owner)

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        offer(self, name, choices)

    def clean_next_review(self) -> dt.date | None:
        """The next look lies ahead."""
        return _must_come(self.cleaned_data["next_review"])

    @property
    def asked(self) -> dict[str, Any]:
        """What was filled in, as the service takes it; only of a valid form."""
        data = self.cleaned_data
        return {
            "decision": Decision(data["decision"]),
            "reason": data["reason"],
            "owner": data["owner"],
            "function": Role(data["function"]),
            "seen": data["seen"],
            "next_review": data["next_review"],
        }


def _functions(plan: Plan) -> list[tuple[str, Any]]:
    """The functions the plan names, each once."""
    roles = dict.fromkeys(role for key in plan.owners if (role := _role(plan, key)))
    return [(role, role) for role in roles]


def _role(plan: Plan, key: str | None) -> str:
    owner = plan.owners.get(key) if key else None
    return (owner.role or key or "")[:200] if owner is not None else ""


class ActionForm(forms.Form):
    """One action; a row without text is left out."""

    what = forms.CharField(label=_("What"), required=False, max_length=300)
    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        label=_("Who"), required=False, queryset=User.objects.none(), empty_label=_("choose")
    )
    due = forms.DateField(label=_("Until"), required=False, widget=DayInput)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["owner"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - declared above
        choice.queryset = owners(viewer)

    def clean(self) -> dict[str, Any]:
        """An action has an owner and a day."""
        data = super().clean() or {}
        if str(data.get("what") or "").strip():
            if not data.get("owner") and "owner" not in self.errors:
                self.add_error("owner", _("Who does it?"))
            if not data.get("due") and "due" not in self.errors:
                self.add_error("due", _("Until which day?"))
        elif data.get("owner") or data.get("due"):
            self.add_error("what", _("What is to be done?"))
        return data

    def clean_due(self) -> dt.date | None:
        """An action lies ahead."""
        return _must_come(self.cleaned_data["due"])


class _Actions(forms.BaseFormSet[ActionForm]):
    """The rows of actions."""

    @property
    def asked(self) -> tuple[AskedAction, ...]:
        """The rows that were filled in; only of valid forms."""
        rows = (form.cleaned_data for form in self.forms)
        return tuple(
            AskedAction(what=row["what"].strip(), owner=row["owner"], due=row["due"])
            for row in rows
            if (row.get("what") or "").strip()
        )


ActionForms = forms.formset_factory(ActionForm, formset=_Actions, extra=3, max_num=10, absolute_max=10)
