"""Forms of surveys: the answers, the text, and sending it for an initiative."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.shell.choices import offer
from upshot.web.surveys.questionnaire import Question, Survey
from upshot.web.surveys.services.answering import Given

__all__ = ["AnswerForm", "SendForm", "TextForm"]


class AnswerForm(forms.Form):
    """A survey as a form: every question may be left out."""

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey = survey
        self.fields = {question.id: _field(question) for question in survey.questions}

    def given(self) -> Given:
        """What was answered."""
        said = self.cleaned_data
        return Given(
            answers={one.id: said[one.id] for one in self.survey.questions if not one.open and said[one.id]},
            words={one.id: said[one.id] for one in self.survey.questions if one.open and said[one.id]},
        )

    def clean(self) -> dict[str, Any]:
        """One answer at least."""
        found: dict[str, Any] = super().clean() or {}
        if not any(found.values()):
            raise forms.ValidationError(_("Answer one question at least."))
        return found


def _field(question: Question) -> forms.Field:
    if question.open:
        widget = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(
            label=question.text, help_text=question.help or "", required=False, max_length=2000, widget=widget
        )
    return forms.ChoiceField(
        label=question.text,
        help_text=question.help or "",
        required=False,
        choices=[(one.id, one.text) for one in question.answers],
        widget=forms.RadioSelect,
    )


class TextForm(forms.Form):
    """A survey's text."""

    body = forms.CharField(
        label=_("The survey"),
        help_text=_("A YAML file of the form upshot-survey/1. Every problem is shown with its line."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false", "rows": 26}),
    )


class SendForm(forms.Form):
    """Which survey for which initiative, and since when people must have done the path."""

    survey = forms.ChoiceField(label=_("Survey"))
    initiative = forms.ChoiceField(label=_("Initiative"))
    since = forms.DateField(
        label=_("Ask those who did the path since"),
        help_text=_("Each is asked once, so long after as the survey says."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
    )

    def __init__(
        self, *args: Any, surveys: Sequence[tuple[str, str]], initiatives: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("survey", surveys), ("initiative", initiatives)):
            offer(self, name, choices)
