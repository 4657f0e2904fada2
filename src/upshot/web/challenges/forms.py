"""Forms of challenges: the plan, the evidence, the observation with its verdict, check-ins, the debrief, absences."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.errors import InputError
from upshot.plan.checklist import Checklist, Item
from upshot.plan.practice import QUESTIONS
from upshot.web.challenges.files import KINDS, LARGEST, check_file
from upshot.web.challenges.models import CheckIn
from upshot.web.challenges.rules import EVIDENCE_KEPT
from upshot.web.challenges.services.deciding import Verdict
from upshot.web.challenges.services.following import Answers, Thoughts
from upshot.web.challenges.services.handing_in import Handed
from upshot.web.challenges.services.planning import Plan
from upshot.web.challenges.wording import DEBRIEF, HELPED, HINDERED
from upshot.web.shell.choices import offer
from upshot.web.shell.templatetags.upshot import day

__all__ = ["AwayForm", "CheckInForm", "DebriefForm", "EvidenceForm", "PlanForm", "VerdictForm", "add_problems"]

_LONGEST = 4000
_UNSEEN = "unseen"


def add_problems(form: forms.Form, error: InputError) -> None:
    """Put what a service refused beside the fields it concerns."""
    for problem in error.problems:
        field = problem.column if problem.column in form.fields else None
        form.add_error(field, f"{problem.text} {problem.fix}".strip())


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PlanForm(forms.Form):
    """A case of one's own, an if-then plan, and the one person who may read it."""

    case = forms.CharField(
        label=gettext_lazy("Which real case will you try it with?"),
        help_text=gettext_lazy(
            "Two or three sentences. Do not name customers or colleagues. E-mail addresses, telephone and account "
            "numbers are taken out before it is stored."
        ),
        max_length=_LONGEST,
        widget=_area(4),
    )
    cue = forms.CharField(
        label=gettext_lazy("If …"),
        help_text=gettext_lazy("The moment you will notice: what somebody says or does, where, when."),
        max_length=500,
        widget=_area(2),
    )
    action = forms.CharField(
        label=gettext_lazy("… then I will …"),
        help_text=gettext_lazy("One thing that somebody could see or hear you do."),
        max_length=500,
        widget=_area(2),
    )
    shared_with = forms.ChoiceField(
        label=gettext_lazy("Share it with one person"),
        help_text=gettext_lazy("They read the case and the plan, not what you hand in later."),
        required=False,
    )

    def __init__(self, *args: Any, readers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "shared_with", [("", _("Nobody")), *readers])

    def plan(self) -> Plan:
        """What was said."""
        return Plan(**{name: self.cleaned_data[name] for name in ("case", "cue", "action", "shared_with")})


class EvidenceForm(forms.Form):
    """What shows that it was done: the forms of evidence that the plan takes."""

    text = forms.CharField(
        label=gettext_lazy("What you did and what came of it"),
        help_text=gettext_lazy("In your own words, without names. Addresses and numbers are taken out."),
        max_length=_LONGEST,
        required=False,
        widget=_area(5),
    )
    link = forms.URLField(
        label=gettext_lazy("A link"),
        help_text=gettext_lazy("To a place that whoever signs can open. Upshot does not fetch it."),
        required=False,
        assume_scheme="https",
        max_length=1000,
    )
    file = forms.FileField(label=gettext_lazy("A file"), required=False, allow_empty_file=True)

    def __init__(self, *args: Any, accepts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(accepts):
            del self.fields[name]
        if "file" in self.fields:
            self.fields["file"].widget.attrs["accept"] = ",".join(sorted(KINDS))
            self.fields["file"].help_text = _(
                "Confidential: about your work, not about a customer. At most %(size)s MB. Read by you and by whoever "
                "signs; every opening is written down. Deleted on %(day)s."
            ) % {"size": LARGEST // 1024**2, "day": day(timezone.localdate() + EVIDENCE_KEPT)}

    def clean_link(self) -> str:
        """Only addresses of pages."""
        link = str(self.cleaned_data["link"] or "")
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Give the address of a page, beginning with https://."))
        return link

    def clean_file(self) -> UploadedFile[Any] | None:
        """Only kinds and sizes that are taken."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None:
            try:
                check_file(file.name or "", file.size or 0)
            except InputError as error:
                raise forms.ValidationError([f"{one.text} {one.fix}" for one in error.problems]) from None
        return file

    def handed(self) -> Handed:
        """What was handed in."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        return Handed(
            text=self.cleaned_data.get("text", ""),
            link=self.cleaned_data.get("link", ""),
            file_name=(file.name or "") if file else "",
            size=(file.size or 0) if file else 0,
            **({"chunks": file.chunks} if file else {}),
        )


class VerdictForm(forms.Form):
    """What was seen, item by item, and the verdict: signed, or returned with a reason."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=gettext_lazy("What you saw, in a sentence or two"),
        help_text=gettext_lazy("The person reads it."),
        required=False,
        max_length=_LONGEST,
        widget=_area(3),
    )
    reason = forms.CharField(
        label=gettext_lazy("If you return it: what is missing?"),
        help_text=gettext_lazy("So that it can be mended. The person reads it."),
        required=False,
        max_length=_LONGEST,
        widget=_area(2),
    )

    def __init__(self, *args: Any, checklist: Checklist | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = checklist.items if checklist is not None else ()
        own = {
            f"item-{item.id}": forms.ChoiceField(
                label=item.text,
                choices=[*_levels(item), (_UNSEEN, _("No occasion"))],
                widget=forms.RadioSelect,
                required=False,
            )
            for item in self.items
        }
        self.fields = {**own, **self.fields}

    def verdict(self, *, sign: bool) -> Verdict:
        """What the signer says."""
        levels = {item.id: self._level(f"item-{item.id}") for item in self.items}
        said = self.cleaned_data
        return Verdict(
            sign=sign, revision=said["revision"], levels=levels, comment=said["comment"], reason=said["reason"]
        )

    def _level(self, name: str) -> int | None:
        value = self.cleaned_data[name]
        return None if value in ("", _UNSEEN) else int(value)

    def check_seen(self) -> None:
        """To sign, every item needs an answer, if only that there was no occasion."""
        for item in self.items:
            if not self.cleaned_data.get(f"item-{item.id}"):
                self.add_error(f"item-{item.id}", _("Say what you saw, or that there was no occasion."))


def _levels(item: Item) -> list[tuple[str, str]]:
    return [(str(level), anchor) for level, anchor in enumerate(item.anchors)]


class CheckInForm(forms.Form):
    """The questions of a check-in, as far as its path asks them."""

    used = forms.TypedChoiceField(
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    how_often = forms.ChoiceField(choices=CheckIn.HowOften.choices, widget=forms.RadioSelect)
    helped = forms.MultipleChoiceField(choices=HELPED, required=False, widget=forms.CheckboxSelectMultiple)
    hindered = forms.MultipleChoiceField(choices=HINDERED, required=False, widget=forms.CheckboxSelectMultiple)
    example = forms.CharField(
        required=False,
        max_length=_LONGEST,
        widget=_area(3),
        help_text=gettext_lazy("Without names. Addresses and numbers are taken out."),
    )

    def __init__(
        self, *args: Any, observer: bool, title: str, questions: Collection[str] = (), **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        words: Mapping[str, str] = _OBSERVER_ASKS if observer else _SELF_ASKS
        for question, (name, text) in zip(QUESTIONS, words.items(), strict=True):
            self.fields[name].label = str(text) % {"title": title}
            if questions and question not in questions:
                del self.fields[name]

    def answers(self) -> Answers:
        """What was said."""
        return Answers(**{name: self.cleaned_data[name] for name in self.fields})


_SELF_ASKS: dict[str, Any] = {
    "used": gettext_lazy("Since the sign-off, have you done it again: %(title)s?"),
    "how_often": gettext_lazy("How often, when there was occasion?"),
    "helped": gettext_lazy("What helped?"),
    "hindered": gettext_lazy("What was in the way?"),
    "example": gettext_lazy("One example: what happened?"),
}
_OBSERVER_ASKS: dict[str, Any] = {
    "used": gettext_lazy("Since your sign-off, have you seen or heard them do it again: %(title)s?"),
    "how_often": gettext_lazy("How often, when there was occasion and you were near?"),
    "helped": gettext_lazy("What seemed to help?"),
    "hindered": gettext_lazy("What seemed to be in the way?"),
    "example": gettext_lazy("One example you saw yourself"),
}


class DebriefForm(forms.Form):
    """Three questions after the talk with the partner."""

    happened = forms.CharField(max_length=_LONGEST, widget=_area(3))
    surprised = forms.CharField(max_length=_LONGEST, widget=_area(3))
    next = forms.CharField(max_length=_LONGEST, widget=_area(3))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in DEBRIEF.items():
            self.fields[name].label = str(words)

    def thoughts(self) -> Thoughts:
        """What was written."""
        return Thoughts(**self.cleaned_data)


class AwayForm(forms.Form):
    """From when to when somebody is away, and who signs in that time."""

    first = forms.DateField(
        label=gettext_lazy("Away from"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    delegate = forms.ChoiceField(
        label=gettext_lazy("Who signs for you"),
        help_text=gettext_lazy("Without anybody, your own manager is asked."),
        required=False,
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "delegate", [("", _("One level up")), *people])

    def clean(self) -> dict[str, Any]:
        """It ends after it begins, and not in the past."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            self.add_error("last", _("This is before it begins."))
        elif isinstance(last, dt.date) and last < timezone.localdate():
            self.add_error("last", _("This day is over."))
        return found
