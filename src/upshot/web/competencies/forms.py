"""Forms of competencies: a file, levels as lines, a reason, which competencies an action takes, what was seen."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.competencies.known import Known
from upshot.web.competencies.levels import Ladder, Level
from upshot.web.competencies.mapping import MapAction
from upshot.web.shell.choices import offer

__all__ = ["AnswerForm", "AsideForm", "FrameworkForm", "LevelsForm", "ReasonForm", "TakesForm"]


class FrameworkForm(forms.Form):
    """A framework's file."""

    file = forms.FileField(
        label=_("A framework's file"),
        help_text=_("A CASE package (.json), ESCO's skills_en.csv, or Skills.txt or Task Statements.txt of O*NET."),
    )


class ReasonForm(forms.Form):
    """Why an item is retired."""

    why = forms.CharField(label=_("Why it is no longer used"), max_length=300)


class LevelsForm(forms.Form):
    """Levels as lines, lowest first, each with what can be observed of somebody on it."""

    levels = forms.CharField(
        label=_("Levels, lowest first"),
        help_text=_("One a line: its name, a colon, and what you would see of somebody who stands on it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    practice_up_to = forms.TypedChoiceField(
        label=_("Practice alone sets a level up to"), coerce=int,
        help_text=_("Above it practice only recommends, and somebody has to see it at work."),
        choices=[(at, str(at + 1)) for at in range(8)],
    )  # fmt: skip

    @staticmethod
    def shown(ladder: Ladder) -> dict[str, Any]:
        """The form's values for a ladder."""
        lines = "\n".join(f"{one.name}: {one.anchor}" if one.anchor else one.name for one in ladder.levels)
        return {"levels": lines, "practice_up_to": ladder.practice_up_to}

    def ladder(self) -> list[Level]:
        """The levels that were written."""
        lines = [line.strip() for line in str(self.cleaned_data["levels"]).splitlines() if line.strip()]
        parts = [line.partition(":") for line in lines]
        return [Level(name.strip()[:100], anchor.strip()[:300]) for name, _colon, anchor in parts]


class AsideForm(forms.Form):
    """A scenario's version whose measurements no longer count, and why."""

    what = forms.ChoiceField(label=_("What no longer counts"))
    why = forms.CharField(
        label=_("Why"), max_length=300,
        help_text=_("Everybody it measured reads this beside their entry. Name nobody."),
    )  # fmt: skip

    def __init__(self, *args: Any, versions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "what", [(one, one) for one in versions])


class TakesForm(forms.Form):
    """For every action of an initiative, the competencies it takes."""

    def __init__(self, *args: Any, actions: Sequence[MapAction], options: Sequence[Known], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actions = tuple(actions)
        for at, action in enumerate(self.actions):
            self.fields[f"takes_{at}"] = forms.MultipleChoiceField(
                label=action.text, required=False, choices=[(one.key, one.label) for one in options],
                initial=[one.key for one in action.competencies], widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    def takes(self) -> dict[str, list[str]]:
        """Competencies by action."""
        return {one.name: list(self.cleaned_data[f"takes_{at}"]) for at, one in enumerate(self.actions)}


class AnswerForm(forms.Form):
    """Whether a manager saw a level at work, and what they saw."""

    seen = forms.ChoiceField(
        label=_("Have you seen it at work?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, I have seen it")), ("no", _("Not yet"))],
    )  # fmt: skip
    note = forms.CharField(
        label=_("What you saw, in a sentence"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """Whoever saw it says what they saw."""
        known: dict[str, Any] = super().clean() or {}
        if known.get("seen") == "yes" and not str(known.get("note", "")).strip():
            self.add_error("note", _("Write what you saw; it stands in the log."))
        return known
