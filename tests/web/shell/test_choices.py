"""Choices that are known only when a form is made."""

import pytest
from django import forms

from upshot.web.shell.choices import offer


class TeamForm(forms.Form):
    team = forms.ChoiceField()
    note = forms.CharField(required=False)


def test_one_can_choose_what_is_offered_and_nothing_else() -> None:
    form = TeamForm({"team": "north"})
    offer(form, "team", (("north", "North"), ("south", "South")))
    assert form.is_valid()
    form = TeamForm({"team": "west"})
    offer(form, "team", [("north", "North")])
    assert list(form.errors) == ["team"]


def test_nothing_is_offered_in_a_field_of_text() -> None:
    with pytest.raises(TypeError, match="note is no field to choose in"):
        offer(TeamForm(), "note", [])
