"""Give a field of a form the choices that are known only when the form is made."""

from collections.abc import Iterable
from typing import Any

from django import forms

__all__ = ["offer"]


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let one choose among these in a field of a form.

    Raises
    ------
    TypeError
        If the field is none that one chooses in.
    """
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no field to choose in")
    field.choices = list(choices)
