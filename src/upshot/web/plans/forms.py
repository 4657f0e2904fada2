"""Forms of the plan: the document, what is new in it, amendments, comments, and the draw of waves."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from upshot.plan import Plan
from upshot.plan.values import Matches
from upshot.web.plans.fields import LinesField
from upshot.web.plans.sections import choices_of
from upshot.web.shell.choices import offer

__all__ = [
    "AmendForm",
    "CommentForm",
    "DocumentForm",
    "DrawForm",
    "KpiForm",
    "ObjectiveForm",
    "ReplyForm",
    "SwapForm",
    "fresh_id",
]

CAUSES = [
    ("knowledge", _("They do not know what to do or why")),
    ("skill", _("They know, and cannot do it yet")),
    ("environment", _("Tools, time, rules or rewards are in the way")),
    ("motivation", _("They do not see a reason to")),
]


def fresh_id(text: str, taken: set[str], otherwise: str) -> str:
    """A name for a new part of the plan, made of its title, that nothing else has."""
    name = slugify(text)[:60].strip("-") or otherwise
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


class DocumentForm(forms.Form):
    """The document as text, the version it started from, and what was changed in a few words."""

    text = forms.CharField(
        label=_("The plan"),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false", "rows": 30, "wrap": "off"}),
    )
    note = forms.CharField(label=_("What you changed, in a few words"), max_length=300, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class CommentForm(forms.Form):
    """What somebody says about a place of the plan."""

    text = forms.CharField(label=_("Comment or question"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    anchor = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)
    run = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)


class ReplyForm(forms.Form):
    """What somebody answers."""

    text = forms.CharField(widget=forms.Textarea, max_length=4000)


class AmendForm(forms.Form):
    """Why a locked promise changes."""

    reason = forms.CharField(
        label=_("Why does the promise change?"),
        help_text=_("It is written into the ledger as it stands here, for good. Name no person."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class _NewForm(forms.Form):
    """What every new part of the plan needs: the plan it joins, and the version the form was opened on."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, plan: Plan, **more: Any) -> None:
        super().__init__(*args, **more)
        self.plan = plan

    def _choose(self, name: str, refers: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - the caller names one of its own
        multiple = isinstance(field, forms.MultipleChoiceField)
        field.choices = (
            choices_of(self.plan, refers) if multiple else [("", _("choose")), *choices_of(self.plan, refers)]
        )


class ObjectiveForm(_NewForm):
    """A new objective, with its first key result."""

    statement = forms.CharField(
        label=_("What does the business want?"),
        help_text=_("What customers or work will show, not what we do."),
        max_length=300,
    )
    reason = forms.CharField(label=_("Why now?"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kpi = forms.ChoiceField(label=_("Read by the KPI"), required=False)
    baseline = forms.FloatField(label=_("Reads today"), required=False)
    target = forms.FloatField(label=_("Must read"), required=False)
    by = forms.DateField(label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("statement", "reason", "kpi", "baseline", "target", "by")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._choose("kpi", "kpis")

    def item(self) -> dict[str, Any]:
        """The objective as the plan writes it."""
        data = self.cleaned_data
        made: dict[str, Any] = {
            "id": fresh_id(data["statement"], {item.id for item in self.plan.objectives}, "objective"),
            "statement": data["statement"],
        }
        if data["reason"]:
            made["reason"] = data["reason"]
        if data["kpi"]:
            result = {key: data[key] for key in ("kpi", "baseline", "target", "by") if data[key] is not None}
            made["key_results"] = [result]
        return made


class KpiForm(_NewForm):
    """A new KPI."""

    key = forms.CharField(
        label=_("Short name"),
        help_text=_("As files and the lake call it; it does not change later."),
        max_length=100,
    )
    label = forms.CharField(label=_("Name on pages"), max_length=200)
    definition = forms.CharField(label=_("Definition"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    type = forms.ChoiceField(
        label=_("Kind of number"),
        choices=[
            ("mean", _("an average")),
            ("ratio", _("one number over another")),
            ("count", _("a count over opportunities")),
            ("binary", _("yes or no")),
            ("ordinal", _("answers in an order")),
            ("duration", _("time until something happens")),
        ],
    )
    unit = forms.CharField(label=_("Unit"), required=False, max_length=100)
    direction = forms.ChoiceField(
        label=_("Better is"),
        choices=[("up", _("more")), ("down", _("less")), ("hold-within", _("within a range"))],
    )
    entity = forms.ChoiceField(
        label=_("One reading is about one"),
        choices=[("person", _("person")), ("team", _("team")), ("site", _("site"))],
    )
    time = forms.ChoiceField(
        label=_("One reading a"),
        choices=[
            ("day", _("day")),
            ("week", _("week")),
            ("month", _("month")),
            ("quarter", _("quarter")),
            ("year", _("year")),
        ],
        initial="month",
    )
    numerator = forms.CharField(label=_("Column above the line (for one number over another)"), required=False)
    denominator = forms.CharField(label=_("Column below the line (for one number over another)"), required=False)
    exposure = forms.CharField(label=_("Column with the opportunities (for a count)"), required=False)
    levels = LinesField(label=_("Answers from lowest to highest (for answers in an order)"), required=False)
    event = forms.CharField(label=_("Column that says whether it happened (for a time)"), required=False)

    def clean_key(self) -> str:
        """A name the plan can hold, and does not hold yet."""
        key = str(self.cleaned_data["key"]).strip()
        wrong = Matches(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}", "letters, digits, '-', '_', '.' or ':'").problem(key)
        if wrong:
            raise forms.ValidationError(_("Write %(form)s.") % {"form": wrong})
        if key in {kpi.id for kpi in self.plan.kpis}:
            raise forms.ValidationError(_("The plan has a KPI of this name already."))
        return key

    def item(self) -> dict[str, Any]:
        """The KPI as the plan writes it."""
        data = self.cleaned_data
        kept = ("label", "definition", "type", "unit", "direction", *_OF_TYPE.get(data["type"], ()))
        made = {"id": data["key"], **{key: data[key] for key in kept if data[key]}}
        return {**made, "grain": {"entity": data["entity"], "time": data["time"]}}


_OF_TYPE = {
    "ratio": ("numerator", "denominator"),
    "count": ("exposure",),
    "ordinal": ("levels",),
    "duration": ("event",),
}


class DrawForm(forms.Form):
    """The rules waves are drawn by."""

    waves = forms.IntegerField(label=_("Number of waves"), min_value=1, max_value=24, initial=3)
    gap = forms.IntegerField(label=_("Periods between waves"), min_value=1, max_value=24, initial=3)
    hold_back = forms.FloatField(
        label=_("Share that starts only after the window"),
        help_text=_("0 for nobody; 0.2 for one in five."),
        min_value=0,
        max_value=0.9,
        initial=0,
    )
    seats = forms.IntegerField(label=_("People who can start in one wave"), min_value=1, required=False)
    longest_wait = forms.IntegerField(label=_("Longest wait, in periods"), min_value=0, required=False)
    blocks = forms.CharField(
        label=_("Draw within"),
        help_text=_("Fields of the roster set apart by commas: region, role. Empty for one lot over all."),
        required=False,
    )
    closed_from = forms.DateField(
        label=_("No start from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closed_to = forms.DateField(
        label=_("No start until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seed = forms.IntegerField(
        label=_("Seed of the lot"),
        help_text=_("Leave it empty to have one drawn; it is put on record, so that the lot can be repeated."),
        required=False,
        min_value=0,
    )
    safety_critical = forms.BooleanField(label=_("Nobody may wait for this training"), required=False)

    def clean(self) -> dict[str, Any]:
        """A closed time has two ends, in order."""
        data = super().clean() or {}
        first, last = data.get("closed_from"), data.get("closed_to")
        if bool(first) != bool(last):
            self.add_error("closed_to" if first else "closed_from", _("Give both days, or neither."))
        elif first and last and last < first:
            self.add_error("closed_to", _("This day lies before the other."))
        return data

    def rules(self) -> dict[str, Any]:
        """The rules as `upshot.workspace.waves.plan_waves` takes them."""
        data = self.cleaned_data
        closed = ((data["closed_from"], data["closed_to"]),) if data["closed_from"] else ()
        return {
            "waves": data["waves"],
            "gap": data["gap"],
            "hold_back": data["hold_back"],
            "seats": data["seats"],
            "longest_wait": data["longest_wait"],
            "blocks": tuple(part.strip() for part in data["blocks"].split(",") if part.strip()),
            "closed": closed,
            "seed": data["seed"],
            "safety_critical": data["safety_critical"],
        }


class SwapForm(forms.Form):
    """Another wave for one team, and why."""

    team = forms.CharField(widget=forms.HiddenInput, max_length=200)
    wave = forms.ChoiceField(label=_("Start instead with"))
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("What in the work stands against the planned start. Name no person."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
    )

    def __init__(self, *args: Any, waves: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "wave", waves)
