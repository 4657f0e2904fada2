"""Forms of the studio and of a learner's own case: text, file, comment, what became of ids, address of records."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.web.practice.naming import Homeless

__all__ = ["AddressForm", "CaseForm", "CommentForm", "FileForm", "PictureForm", "RenamedForm", "TextForm"]


class TextForm(forms.Form):
    """The scenario as text, the version it started from, and what was changed in a few words."""

    text = forms.CharField(
        label=_("The scenario"),
        strip=False,
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false", "rows": 30, "wrap": "soft"}),
    )
    note = forms.CharField(label=_("What you changed, in a few words"), max_length=300, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    activity = forms.CharField(widget=forms.HiddenInput, max_length=500, required=False)


class FileForm(forms.Form):
    """A file made elsewhere."""

    file = forms.FileField(
        label=_("A file"),
        help_text=_("H5P Branching Scenario (.h5p), Twee 3 (.twee, .tw) or our own Markdown (.scenario.md)."),
    )


class PictureForm(forms.Form):
    """A picture that the text names."""

    picture = forms.FileField(
        label=_("Add a picture"), help_text=_("PNG, JPEG, GIF or WebP. The text names it by its file name.")
    )


class CommentForm(forms.Form):
    """What somebody says about a version."""

    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class AddressForm(forms.Form):
    """The address learning records carry."""

    activity = forms.CharField(
        label=_("Recorded as"),
        max_length=500,
        help_text=_("The plan's path names a scenario by this address, as ref of a step of kind scenario."),
    )


class RenamedForm(forms.Form):
    """One field for each id with answers on it that has no place in the new version."""

    def __init__(self, *args: Any, left: Sequence[Homeless], options: dict[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = tuple(left)
        for at, one in enumerate(self.left):
            names = options.get(one.id, [])
            self.fields[f"id_{at}"] = forms.ChoiceField(
                label=one.id,
                choices=[("", _("Choose")), *((name, name) for name in names), ("-", _("It is gone"))],
                initial=one.likely if one.likely in names else "",
                help_text=_("%(n)s answers") % {"n": one.answers},
            )

    def renamed(self) -> dict[str, str]:
        """What was said: old id to new, an empty name for gone."""
        said = {one.id: str(self.cleaned_data[f"id_{at}"]) for at, one in enumerate(self.left)}
        return {old: "" if new == "-" else new for old, new in said.items()}


class CaseForm(forms.Form):
    """A case of one's own."""

    title = forms.CharField(label=_("A name for it, in a few words"), max_length=120)
    situation = forms.CharField(
        label=_("What happened, up to the moment you had to decide"), max_length=4000,
        help_text=_("Leave out who it was. Names of customers, places and firms are not needed."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    did = forms.CharField(label=_("What you did"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    expert = forms.CharField(
        label=_("What somebody would do who is very good at it"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
