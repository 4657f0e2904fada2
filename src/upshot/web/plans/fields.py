"""A key of the plan as a form field: its type decides the field, the plan's own words explain it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import MISSING, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _

from upshot.plan.decode import keys_of
from upshot.plan.expression import Expression
from upshot.plan.values import Duration, duration

__all__ = ["DurationField", "LinesField", "NumberOrTextField", "NumbersField", "as_value", "field_for", "hint_at"]

_EXPRESSION = frozenset(get_args(Expression))


class DurationField(forms.CharField):
    """A length of time as a plan writes it: ``30d``, ``8w``, ``6m``, ``1y``."""

    def prepare_value(self, value: Any) -> Any:
        """Show a duration in its short form."""
        return value.short if isinstance(value, Duration) else value

    def to_python(self, value: Any) -> Any:
        """Read it, or say how it is written."""
        if isinstance(value, Duration):
            return value
        text = str(value or "").strip()
        try:
            return duration(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("Write a number and d, w, m or y: 30d, 8w, 6m.")) from None


class _Several(forms.CharField):
    """Several values in one field; no value and an empty text are the same."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was typed reads otherwise than what was shown."""
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except forms.ValidationError:
            return True


class LinesField(_Several):
    """Several texts, one a line; with ``durations`` each is a length of time."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, durations: bool = False, **more: Any) -> None:
        super().__init__(strip=False, **more)
        self._durations = durations

    def prepare_value(self, value: Any) -> Any:
        """One a line."""
        if isinstance(value, list | tuple):
            return "\n".join(item.short if isinstance(item, Duration) else str(item) for item in value)
        return value

    def to_python(self, value: Any) -> Any:
        """The lines that say something."""
        if isinstance(value, list | tuple):
            return tuple(value)
        lines = tuple(line.strip() for line in str(value or "").splitlines() if line.strip())
        if not self._durations:
            return lines
        try:
            return tuple(duration(line) for line in lines)
        except ValueError:
            raise forms.ValidationError(_("Write one length of time a line: 30d, 8w, 6m.")) from None


class NumberOrTextField(forms.CharField):
    """A number, or a name where it does not read as one."""

    def to_python(self, value: Any) -> Any:
        """The number it spells, otherwise the text."""
        text = str(value or "").strip()
        try:
            return float(text)
        except ValueError:
            return text


class NumbersField(_Several):
    """Several numbers in one line."""

    def prepare_value(self, value: Any) -> Any:
        """Set apart by semicolons."""
        return "; ".join(f"{item:g}" for item in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The numbers, or how to write them."""
        if isinstance(value, list | tuple):
            return tuple(value)
        try:
            return tuple(float(part) for part in str(value or "").replace(";", " ").split())
        except ValueError:
            raise forms.ValidationError(_("Write numbers set apart by a semicolon: 0.10; 0.15.")) from None


def hint_at(cls: type, path: Sequence[str]) -> tuple[Any, bool]:
    """The annotation of a key below a type of the plan, and whether the key must be there."""
    here: Any = cls
    needed = True
    for key in path:
        item, here = keys_of(_record(here))[key]
        needed = needed and item.default is MISSING and item.default_factory is MISSING
    return here, needed


def _record(hint: Any) -> type:
    """The record an annotation holds, whatever is wrapped around it."""
    if is_dataclass(hint):
        return cast("type", hint)
    return next(_record(part) for part in get_args(hint) if _holds_record(part))


def _holds_record(hint: Any) -> bool:
    return is_dataclass(hint) or any(_holds_record(part) for part in get_args(hint))


def _words(hint: Any) -> str:
    """What the plan says the key means."""
    said = [part for part in get_args(hint)[1:] if isinstance(part, str)] if get_origin(hint) is Annotated else []
    return said[-1] if said else ""


def _kinds(hint: Any) -> tuple[Any, ...]:
    """The types a value can have, without what is wrapped around them."""
    if get_origin(hint) is Annotated:
        return _kinds(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return tuple(kind for part in get_args(hint) for kind in _kinds(part) if kind is not type(None))
    return (hint,)


def field_for(
    cls: type, path: Sequence[str], *, label: Any, choices: Sequence[tuple[str, str]] = (), long: bool = False
) -> forms.Field:
    """The form field of a key.

    Parameters
    ----------
    choices
        What the key can refer to; without them it is written freely.
    long
        Whether a text needs several lines.
    """
    hint, needed = hint_at(cls, path)
    say = {"label": label, "help_text": _words(hint), "required": needed}
    kinds = _kinds(hint)
    if get_origin(kinds[0]) is tuple:
        return _several(get_args(kinds[0])[0], choices, say)
    if get_origin(kinds[0]) is Literal:
        return forms.ChoiceField(choices=_with_blank([(one, one) for one in get_args(kinds[0])], needed), **say)
    if choices:
        return forms.ChoiceField(choices=_with_blank(list(choices), needed), **say)
    if {float, str} <= set(kinds):
        return NumberOrTextField(**say)
    if str in kinds or set(kinds) & _EXPRESSION:
        widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
        return forms.CharField(widget=widget, **say)
    return _single(kinds[0], say)


def _with_blank(choices: list[tuple[str, str]], needed: bool) -> list[tuple[str, Any]]:
    return [*choices] if needed else [("", _("not said")), *choices]


def _several(inner: Any, choices: Sequence[tuple[str, str]], say: dict[str, Any]) -> forms.Field:
    kind = _kinds(inner)[0]
    options = [(one, one) for one in get_args(kind)] if get_origin(kind) is Literal else list(choices)
    if options:
        return forms.TypedMultipleChoiceField(choices=options, coerce=str, widget=forms.CheckboxSelectMultiple, **say)
    if kind is float:
        return NumbersField(**say)
    return LinesField(durations=kind is Duration, **say)


def _single(kind: Any, say: dict[str, Any]) -> forms.Field:
    if kind is bool:
        return forms.BooleanField(**{**say, "required": False})
    if kind is int:
        return forms.IntegerField(widget=forms.NumberInput(attrs={"class": "short"}), **say)
    if kind is float:
        return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any", "class": "short"}), **say)
    if kind is dt.date:
        return forms.DateField(
            widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"), **say
        )
    return DurationField(widget=forms.TextInput(attrs={"class": "short"}), **say)


def as_value(value: Any) -> Any:
    """A cleaned value as the plan holds it: nothing instead of an empty text or list, whole numbers without a point."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip() or None
    if value is None or (isinstance(value, list | tuple) and not value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return tuple(value) if isinstance(value, list) else value
