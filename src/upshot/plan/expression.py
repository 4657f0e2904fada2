"""The audience language: a boolean expression over people as a tree, and what it gets wrong about its fields."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

__all__ = [
    "PEOPLE_FIELDS",
    "And",
    "Comparison",
    "Constant",
    "Expression",
    "Flag",
    "In",
    "IsNull",
    "Not",
    "Operator",
    "Or",
    "fields_of",
    "mistakes",
]

FieldType = Literal["text", "date", "flag", "number"]

PEOPLE_FIELDS: Mapping[str, FieldType] = {
    "person": "text",
    "team": "text",
    "manager": "text",
    "role": "text",
    "site": "text",
    "hired": "date",
    "left": "date",
    "on_leave": "flag",
    "hired_within_days": "number",
}
"""Fields every audience may name. ``hired_within_days`` is the days from ``hired`` to the day people are counted."""

Constant = str | int | float | bool
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes/no field by its name: ``on_leave``."""

    field: str

    def __str__(self) -> str:
        return self.field


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against a value: ``hired_within_days < 90``."""

    field: str
    operator: Operator
    value: Constant

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {_spell(self.value)}"


@dataclass(frozen=True, slots=True)
class In:
    """A field among values: ``region in ('DACH', 'FR')``."""

    field: str
    values: tuple[Constant, ...]
    negated: bool = False

    def __str__(self) -> str:
        listed = ", ".join(_spell(value) for value in self.values)
        return f"{self.field} {'not in' if self.negated else 'in'} ({listed})"


@dataclass(frozen=True, slots=True)
class IsNull:
    """A field without a value: ``left is null``."""

    field: str
    negated: bool = False

    def __str__(self) -> str:
        return f"{self.field} is {'not ' if self.negated else ''}null"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of an expression."""

    term: "Expression"

    def __str__(self) -> str:
        return f"not {_group(self.term)}"


@dataclass(frozen=True, slots=True)
class And:
    """All of the expressions."""

    terms: tuple["Expression", ...]

    def __str__(self) -> str:
        return " and ".join(_group(term) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the expressions."""

    terms: tuple["Expression", ...]

    def __str__(self) -> str:
        return " or ".join(_group(term) for term in self.terms)


Expression = Flag | Comparison | In | IsNull | Not | And | Or


def fields_of(expression: Expression) -> tuple[str, ...]:
    """Every field the expression names, in order, each once."""
    if isinstance(expression, And | Or):
        names: Iterable[str] = (name for term in expression.terms for name in fields_of(term))
    elif isinstance(expression, Not):
        names = fields_of(expression.term)
    else:
        names = (expression.field,)
    return tuple(dict.fromkeys(names))


def mistakes(expression: Expression, dimensions: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """What the expression gets wrong about its fields: pairs of a sentence and a way out.

    Parameters
    ----------
    expression
        A parsed expression.
    dimensions
        Further fields that may be named, of any type: the dimensions of the plan's KPIs.
    """
    known = {**dict.fromkeys(dimensions, None), **PEOPLE_FIELDS}
    return tuple(found for term in _leaves(expression) if (found := _mistake(term, known)))


def _leaves(expression: Expression) -> Iterable[Flag | Comparison | In | IsNull]:
    if isinstance(expression, And | Or):
        return [leaf for term in expression.terms for leaf in _leaves(term)]
    if isinstance(expression, Not):
        return _leaves(expression.term)
    return [expression]


def _mistake(term: Flag | Comparison | In | IsNull, known: Mapping[str, FieldType | None]) -> tuple[str, str] | None:
    if term.field not in known:
        near = get_close_matches(term.field, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Use {', '.join(PEOPLE_FIELDS)}, or a KPI's dimension."
        return f"'{term.field}' is not a field of people.", hint
    kind = known[term.field]
    if isinstance(term, Flag):
        wrong = kind not in {None, "flag"}
        return (f"'{term.field}' stands alone, but is not a yes/no field.", "Compare it.") if wrong else None
    if isinstance(term, IsNull) or kind is None:
        return None
    values = term.values if isinstance(term, In) else (term.value,)
    wrong_value = next((value for value in values if not _fits(value, kind)), None)
    if wrong_value is None:
        return None
    return f"'{term.field}' is a {kind}, and {_spell(wrong_value)} is not.", _EXAMPLES[kind]


_EXAMPLES: Mapping[FieldType, str] = {
    "text": "Put the text in quotes: role = 'nurse'.",
    "date": "Write the date in quotes: hired >= '2026-01-31'.",
    "flag": "Write the field alone, or 'not' and the field.",
    "number": "Compare with a number without quotes: hired_within_days < 90.",
}


def _fits(value: Constant, kind: FieldType) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) and (kind == "text" or _is_date(value))


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _group(term: Expression) -> str:
    return f"({term})" if isinstance(term, And | Or) else str(term)


def _spell(value: Constant) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower() if isinstance(value, bool) else f"{value!r}"
