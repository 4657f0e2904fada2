"""Forms of motivation: what one wants to see, a goal, a sentence, what a programme offers, a badge, a reason."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upshot.web.motivation.models import Achievement, Element, Firm, Programme
from upshot.web.motivation.services.achieving import Words
from upshot.web.motivation.services.recognising import SHORTEST
from upshot.web.motivation.services.team_goals import LONGEST as LONGEST_GOAL
from upshot.web.motivation.services.team_goals import SHORTEST as SHORTEST_GOAL
from upshot.web.shell.choices import offer

__all__ = [
    "AchievementForm",
    "ChoiceForm",
    "FirmForm",
    "GoalForm",
    "ProgrammeForm",
    "ReasonForm",
    "RecogniseForm",
    "TeamGoalForm",
]

Label = str | Promise


class ChoiceForm(forms.Form):
    """What somebody wants to see; nothing is ticked that they did not choose."""

    def __init__(self, *args: Any, offered: Iterable[str], wished: Iterable[str], quiet: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine, given = set(wished), set(offered)
        for one in Element:
            if one in given | mine:
                label = (
                    one.label if one in given else _("%(what)s (not offered to you at present)") % {"what": one.label}
                )
                self.fields[one.value] = forms.BooleanField(label=label, required=False, initial=one in mine)
        if Element.BESTS in given:
            self.fields["quiet"] = forms.BooleanField(
                label=_("Keep my bests quiet: show them only when I ask, each time"), required=False, initial=quiet
            )

    @property
    def wanted(self) -> list[str]:
        """Elements that are ticked."""
        return [one.value for one in Element if self.cleaned_data.get(one.value)]

    @property
    def quiet(self) -> list[str]:
        """Elements in quiet mode."""
        return [Element.BESTS.value] if self.cleaned_data.get("quiet") else []


class GoalForm(forms.Form):
    """A goal of one's own."""

    what = forms.ChoiceField(label=_("What do you want to reach?"))
    text = forms.CharField(
        label=_("In your own words"), max_length=200, required=False, help_text=_("Only needed for something else.")
    )
    by = forms.DateField(
        label=_("By when"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )

    def __init__(self, *args: Any, options: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = dict(options)
        offer(self, "what", options)

    def clean(self) -> dict[str, Any]:
        """A goal in own words has words."""
        known: dict[str, Any] = super().clean() or {}
        if known.get("what") == "own" and not str(known.get("text", "")).strip():
            self.add_error("text", _("Write what you want to reach."))
        return known

    @property
    def goal(self) -> dict[str, Any]:
        """The goal as its service takes it."""
        what, text = str(self.cleaned_data["what"]), str(self.cleaned_data["text"])
        kind, _colon, rest = what.partition(":")
        about, _colon, level = rest.rpartition(":") if kind == "level" else (rest, "", "")
        return {
            "kind": kind, "about": about, "level": int(level) if level else None, "by": self.cleaned_data["by"],
            "text": text if kind == "own" else self.options[what],
        }  # fmt: skip


class RecogniseForm(forms.Form):
    """A sentence to a colleague."""

    person = forms.ChoiceField(label=_("To whom?"))
    text = forms.CharField(
        label=_("What did they do?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name the occasion and what they did, as in “You asked the caller twice before you offered”."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)
        self.fields["text"].widget.attrs["minlength"] = SHORTEST


class FirmForm(forms.ModelForm[Firm]):
    """The firm's switch."""

    class Meta:
        model = Firm
        fields = ("on", "sentences", "beside")
        labels = {  # noqa: RUF012 - as Django wants it
            "on": _("People of this firm can choose what they want to see"),
            "sentences": _("Sentences of recognition one person may write in seven days"),
            "beside": _("Teams with a goal see where half of the other teams lie, without names"),
        }
        help_texts = {"sentences": "", "beside": _("Each against its own past, from six teams on, while goals run.")}  # noqa: RUF012 - as Django wants it
        widgets = {"sentences": forms.NumberInput(attrs={"class": "short"})}  # noqa: RUF012 - as Django wants it


class ProgrammeForm(forms.Form):
    """What an initiative offers its audience."""

    elements = forms.MultipleChoiceField(
        label=_("What its people can choose"), choices=Element.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Nothing is on by itself: each person still chooses."),
    )  # fmt: skip
    when = forms.ChoiceField(
        label=_("From when"), choices=Programme.When.choices, widget=forms.RadioSelect,
        help_text=_(
            "With the wave, the lot of the plan decides who can choose first, and the answer of this initiative "
            "tells what the offer did. Until then no other programme offers them the same."
        ),
    )  # fmt: skip


class AchievementForm(forms.Form):
    """What a badge is given for, in words that somebody outside understands."""

    what = forms.ChoiceField(label=_("What earns it?"))
    name = forms.CharField(label=_("Name of the badge"), max_length=150)
    description = forms.CharField(
        label=_("What it says about somebody"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    criteria = forms.CharField(
        label=_("What somebody has done who holds it"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Somebody outside the firm reads this: name the steps, and who judged."),
    )  # fmt: skip
    months = forms.IntegerField(
        label=_("For a level: months it holds"), min_value=1, max_value=120, required=False,
        widget=forms.NumberInput(attrs={"class": "short"}), help_text=_("A certificate has its own end."),
    )  # fmt: skip

    def __init__(self, *args: Any, options: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "what", options)

    @property
    def words(self) -> Words:
        """The words of the badge."""
        told = self.cleaned_data
        return Words(name=told["name"], description=told["description"], criteria=told["criteria"])

    @property
    def rule(self) -> tuple[str, str, int]:
        """Kind, what about, and level."""
        kind, _colon, rest = str(self.cleaned_data["what"]).partition(":")
        if kind == Achievement.Kind.PATH:
            return kind, rest, 0
        about, _colon, level = rest.rpartition(":")
        return kind, about, int(level)


class TeamGoalForm(forms.Form):
    """A goal for a team."""

    team = forms.ChoiceField(label=_("Team"))
    text = forms.CharField(label=_("What the team wants to do at work, in a sentence"), max_length=200)
    target = forms.IntegerField(
        label=_("Signed challenges, all together"), min_value=1, max_value=500,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("Only challenges of those who take part count, and only those that somebody signed."),
    )  # fmt: skip
    starts = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}))
    weeks = forms.IntegerField(
        label=_("Weeks"), min_value=SHORTEST_GOAL, max_value=LONGEST_GOAL,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip

    def __init__(self, *args: Any, teams: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", [(one, one) for one in teams])


class ReasonForm(forms.Form):
    """Why a badge is revoked."""

    reason = forms.CharField(label=_("Why? Its holder reads this"), max_length=300)
