"""A form over a part of the plan: filled from the document, and turned back into changes of its text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast, get_args

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from upshot.errors import Problem
from upshot.plan import Document, Plan
from upshot.plan.change import Add, Change, Remove, Set
from upshot.plan.decode import Path
from upshot.plan.expression import Expression
from upshot.web.plans.fields import as_value, field_for
from upshot.web.plans.sections import Key, Rows, Section, choices_of

__all__ = ["BLANK_ROWS", "PartForm", "shown"]

BLANK_ROWS = 2
"""Empty rows at the end of a list: they work without JavaScript, and nothing is stored of those left empty."""
MAX_ROWS = 60


class PartForm:
    """The fields of a section, and its rows, over one record of a document.

    Parameters
    ----------
    section
        Which keys.
    document
        The document they are read from.
    path
        Where the record stands: ``("kpis", "win-rate")``.
    data
        What was posted; ``None`` to show the document.
    """

    def __init__(self, section: Section, document: Document, path: Path, data: QueryDict | None = None) -> None:
        self.section, self.document, self.path = section, document, path
        self.record = _record_at(document.plan, path)
        self.fields = _fields_form(section, document.plan, self.record)(
            data, initial={key.name: shown(self.record, key.path) for key in section.keys}
        )
        self.rows = None if section.rows is None else self._rows(section.rows, data)

    def _rows(self, rows: Rows, data: QueryDict | None) -> BaseFormSet[forms.Form]:
        held = getattr(self.record, rows.key)
        initial = [{key.name: shown(item, key.path) for key in rows.keys} for item in held]
        made = formset_factory(
            _row_form(rows, self.document.plan, held),
            extra=BLANK_ROWS,
            can_delete=True,
            max_num=MAX_ROWS,
            absolute_max=MAX_ROWS,
        )
        return made(data, initial=initial, prefix="rows")

    def is_valid(self) -> bool:
        """Whether every field can be read; what the plan as a whole says of it comes with `changes`."""
        fields = self.fields.is_valid()
        return (self.rows is None or self.rows.is_valid()) and fields

    def changes(self) -> list[Change]:
        """What the posted form changes, and nothing else: a field left as it was leaves its text as it was."""
        made: list[Change] = list(self._of_fields())
        return [*made, *self._of_rows()]

    def _of_fields(self) -> Iterator[Change]:
        for key in self.section.keys:
            value = as_value(self.fields.cleaned_data[key.name])
            if not _same(as_value(shown(self.record, key.path)), value):
                yield Set((*self.path, *key.path), value)

    def _of_rows(self) -> Iterator[Change]:
        rows = self.section.rows
        if rows is None or self.rows is None:
            return
        held = getattr(self.record, rows.key)
        for at, form in enumerate(self.rows.forms):
            data = form.cleaned_data
            gone = bool(data.get("DELETE"))
            if at < len(held):
                here: Path = (*self.path, rows.key, at)
                made: Iterator[Change] = iter([Remove(here)]) if gone else _row_changes(rows, held[at], here, data)
                yield from made
            elif form.has_changed() and not gone:
                yield Add((*self.path, rows.key), _nested(rows, data))

    def take(self, problems: tuple[Problem, ...]) -> None:
        """Put what the plan says beside the field it is about; the rest above the form."""
        places = self._places()
        for problem in problems:
            form, name = places.get(problem.column or "", (self.fields, None))
            form.add_error(name, f"{problem.text} {problem.fix}".strip())

    def _places(self) -> dict[str, tuple[forms.Form, str | None]]:
        base = f"{self.path[0]}[{self.path[1]}]"
        found: dict[str, tuple[forms.Form, str | None]] = {
            f"{base}.{'.'.join(key.path)}": (self.fields, key.name) for key in self.section.keys
        }
        rows = self.section.rows
        if rows is None or self.rows is None:
            return found
        for at, form in enumerate(self.rows.forms):
            names = {str(at), str(form.cleaned_data.get("id") or at)} if hasattr(form, "cleaned_data") else {str(at)}
            for name in names:
                place = f"{base}.{rows.key}[{name}]"
                found[place] = (form, None)
                found |= {f"{place}.{'.'.join(key.path)}": (form, key.name) for key in rows.keys}
        return found

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Everything that is wrong, as field id, label and text: for the summary at the top."""
        found = [("", "", str(text)) for text in self.fields.non_field_errors()]
        found += [(bound.id_for_label, str(bound.label), str(text)) for bound in self.fields for text in bound.errors]
        for form in self.rows.forms if self.rows is not None else ():
            found += [("", "", str(text)) for text in form.non_field_errors()]
            found += [(bound.id_for_label, str(bound.label), str(text)) for bound in form for text in bound.errors]
        return found


def _record_at(plan: Plan, path: Path) -> Any:
    kind, name = path
    find = {"objectives": plan.objective, "kpis": plan.kpi, "initiatives": plan.initiative}[str(kind)]
    return find(str(name))


def shown(record: Any, path: tuple[str, ...]) -> Any:
    """The value at a path below a record; ``None`` where something on the way is not there."""
    for key in path:
        if record is None:
            return None
        record = getattr(record, key if hasattr(record, key) else f"{key}_")
    return str(record) if isinstance(record, _EXPRESSIONS) else record


_EXPRESSIONS = get_args(Expression)


def _same(before: Any, after: Any) -> bool:
    """Whether two values mean the same; what is ticked in a list has no order."""
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        return before == after or set(before) == set(after)
    if before is None and after is False:
        return True
    return bool(before == after)


def _field(key: Key, cls: type, plan: Plan, held: Sequence[Any]) -> forms.Field:
    """The field of a key; what a record holds already can be chosen, even where the plan does not know it."""
    choices = choices_of(plan, key.refers) if key.refers else []
    values = [shown(item, key.path) for item in held]
    named = [one for value in values for one in (value if isinstance(value, tuple) else (value,)) if one]
    if choices:
        known = {name for name, _ in choices}
        choices += [(name, name) for name in dict.fromkeys(named) if name not in known]
    return field_for(cls, key.path, label=key.label, choices=choices, long=key.long)


def _fields_form(section: Section, plan: Plan, record: Any) -> type[forms.Form]:
    fields = {key.name: _field(key, section.cls, plan, [record]) for key in section.keys}
    return type("PartFields", (forms.Form,), fields)


def _row_form(rows: Rows, plan: Plan, held: Sequence[Any]) -> type[forms.Form]:
    fields = {key.name: _field(key, rows.cls, plan, held) for key in rows.keys}
    for field in fields.values():
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 2
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField) and field.required:
            field.choices = [("", _("choose")), *list(cast("list[tuple[str, str]]", field.choices))]
    return type("RowFields", (forms.Form,), fields)


def _row_changes(rows: Rows, item: Any, here: Path, data: Mapping[str, Any]) -> Iterator[Change]:
    for key in rows.keys:
        value = as_value(data.get(key.name))
        if not _same(as_value(shown(item, key.path)), value):
            yield Set((*here, *key.path), value)


def _nested(rows: Rows, data: Mapping[str, Any]) -> dict[str, Any]:
    """A new row as the plan writes it: what was left empty is left out."""
    made: dict[str, Any] = {}
    for key in rows.keys:
        value = as_value(data.get(key.name))
        if value is not None and value is not False:
            inner = made
            for part in key.path[:-1]:
                inner = inner.setdefault(part, {})
            inner[key.path[-1]] = value
    return made
