"""The goal builder: is training the answer, and if so, which measure moves by how much by when as who does what."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from upshot.plan.chain import change_text
from upshot.plan.change import Add, Change
from upshot.web.plans.fields import LinesField
from upshot.web.plans.forms import CAUSES, _NewForm, fresh_id

__all__ = ["GoalForm"]

_GOAL = ("kpi", "amount", "by", "who", "action")


class GoalForm(_NewForm):
    """A new initiative: its diagnosis first, then its goal, which an end without training leaves out."""

    title = forms.CharField(label=_("Name of the initiative"), max_length=200)
    objective = forms.ChoiceField(label=_("Which objective does it serve?"))
    observed = forms.CharField(
        label=_("What do people do today?"),
        help_text=_("What somebody saw or counted at work."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    because = forms.MultipleChoiceField(
        label=_("Why do they not do it today?"), choices=CAUSES, widget=forms.CheckboxSelectMultiple
    )
    not_training = LinesField(label=_("What else must change?"), help_text=_("One a line."), required=False)
    verdict = forms.ChoiceField(
        label=_("Is training part of the answer?"),
        choices=[("training", _("Yes: go on to the goal")), ("no-training", _("No: end here, and change the rest"))],
        widget=forms.RadioSelect,
        initial="training",
    )
    kpi = forms.ChoiceField(label=_("The measure"), required=False)
    moves = forms.ChoiceField(label=_("will"), choices=[("rise", _("rise")), ("fall", _("fall"))], required=False)
    amount = forms.FloatField(
        label=_("by"), help_text=_("In the KPI's unit; a share as 0.02 for 2 points."), min_value=0, required=False
    )
    by = forms.DateField(
        label=_("by the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    who = forms.CharField(
        label=_("as people with this role"), help_text=_("As the roster names the role."), required=False
    )
    action = forms.CharField(
        label=_("do this at work"),
        help_text=_("So that a colleague could see or hear it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen_by = LinesField(label=_("Who or what would see it?"), help_text=_("One a line."), required=False)
    smallest = forms.FloatField(
        label=_("Smallest change that would be worth it"),
        help_text=_("In the KPI's unit."),
        min_value=0,
        required=False,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._choose("objective", "objectives")
        self._choose("kpi", "kpis")

    def clean(self) -> dict[str, Any]:
        """With training, the goal is needed whole; with a cause that training does not touch, it is asked about."""
        data = super().clean() or {}
        if data.get("verdict") == "training":
            for name in _GOAL:
                if name not in self.errors and data.get(name) in (None, ""):
                    self.add_error(name, _("The goal needs this."))
            if data.get("amount") == 0:
                self.add_error("amount", _("A change of nothing is no goal."))
        if data.get("verdict") == "no-training" and not data.get("not_training") and "not_training" not in self.errors:
            self.add_error("not_training", _("Say what changes instead."))
        return data

    @property
    def trains(self) -> bool:
        """Whether training is part of the answer; only of a valid form."""
        return bool(self.cleaned_data["verdict"] == "training")

    def changes(self) -> tuple[str, list[Change]]:
        """The new initiative's id, and what the plan gains: the initiative, and the objective's key result."""
        data = self.cleaned_data
        key = fresh_id(data["title"], {item.id for item in self.plan.initiatives}, "initiative")
        because = [cause for cause, _words in CAUSES if cause in data["because"]]
        diagnosis: dict[str, Any] = {"observed": data["observed"], "because": because}
        if data["not_training"]:
            diagnosis["not_training"] = list(data["not_training"])
        made: dict[str, Any] = {"id": key, "title": data["title"], "serves": [data["objective"]]}
        if not self.trains:
            return key, [Add(("initiatives",), {**made, "diagnosis": {**diagnosis, "verdict": "no-training"}})]
        return key, [*self._result(), Add(("initiatives",), {**made, "diagnosis": diagnosis, **self._goal()})]

    def _goal(self) -> dict[str, Any]:
        data = self.cleaned_data
        kpi = self.plan.kpi(data["kpi"])
        size = change_text(data["amount"], kpi.unit, sign=False)
        say = {"kpi": kpi.label or kpi.id, "moves": data["moves"], "size": size, "by": data["by"].isoformat()}
        then = _now("%(kpi)s will %(moves)s by %(size)s by %(by)s") % say
        action: dict[str, Any] = {"text": data["action"]}
        if data["seen_by"]:
            action["seen_by"] = list(data["seen_by"])
        expected: dict[str, Any] = {
            "kpi": kpi.id,
            "effect": data["amount"] if data["moves"] == "rise" else -data["amount"],
            "by": data["by"],
        }
        if data["smallest"]:
            expected["smallest_worth_having"] = data["smallest"]
        quoted = data["who"].replace("'", "''")
        return {
            "actions": [action],
            "hypothesis": {
                "if": _now("people with the role %(who)s practise this: %(action)s")
                % {"who": data["who"], "action": data["action"]},
                "then": then,
            },
            "expected": [expected],
            "audience": {"where": f"role = '{quoted}'"},
        }

    def _result(self) -> list[Change]:
        """A key result for the objective, unless it is read by this KPI already."""
        data = self.cleaned_data
        objective = self.plan.objective(data["objective"])
        if any(result.kpi == data["kpi"] for result in objective.key_results):
            return []
        return [Add(("objectives", objective.id, "key_results"), {"kpi": data["kpi"], "by": data["by"]})]
