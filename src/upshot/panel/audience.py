"""The audience expression as SQL over the people of one day."""

from typing import assert_never

from upshot.plan.expression import And, Comparison, Constant, Expression, Flag, In, IsNull, Not, Or

__all__ = ["field_sql", "where_sql"]

_COLUMNS = frozenset({"person", "team", "manager", "role", "site", "region"})
_DATES = frozenset({"hired", "left"})
_TRUE = "('true', 't', 'yes', 'y', '1')"


def where_sql(expression: Expression | None, *, on: str) -> str:
    """Translate an expression; ``None`` holds for everyone.

    Parameters
    ----------
    expression
        As parsed from the plan.
    on
        SQL of the day people are counted, for ``hired_within_days``.

    Examples
    --------
    >>> from upshot.plan.expression import Comparison
    >>> where_sql(Comparison("role", "=", "agent"), on="DATE '2026-01-01'")
    "coalesce(role = 'agent', false)"
    """
    if expression is None:
        return "true"
    return f"coalesce({_sql(expression, on)}, false)"


def field_sql(field: str, *, on: str) -> str:
    """SQL of a people's field or attribute, as text unless it is a date or a number of days."""
    if field in _COLUMNS:
        return field
    if field in _DATES:
        return f'"{field}"'
    if field == "hired_within_days":
        return f"datediff('day', hired, {on})"
    return f"attributes[{_text(field)}]"


def _sql(expression: Expression, on: str) -> str:
    match expression:
        case Flag(field):
            return f"lower({field_sql(field, on=on)}) IN {_TRUE}"
        case Comparison(field, operator, value):
            return f"{_comparable(field, value, on)} {'<>' if operator == '!=' else operator} {_constant(value)}"
        case In(field, values, negated):
            listed = ", ".join(_constant(value) for value in values)
            return f"{_comparable(field, values[0], on)} {'NOT ' if negated else ''}IN ({listed})"
        case IsNull(field, negated):
            return f"{field_sql(field, on=on)} IS {'NOT ' if negated else ''}NULL"
        case Not(term):
            return f"NOT coalesce({_sql(term, on)}, false)"
        case And(terms):
            return "(" + " AND ".join(_sql(term, on) for term in terms) + ")"
        case Or(terms):
            return "(" + " OR ".join(_sql(term, on) for term in terms) + ")"
    assert_never(expression)


def _comparable(field: str, value: Constant, on: str) -> str:
    """Attributes are stored as text: read them as the constant's type."""
    sql = field_sql(field, on=on)
    if field in _COLUMNS | _DATES or field == "hired_within_days":
        return sql
    if isinstance(value, bool):
        return f"(lower({sql}) IN {_TRUE})"
    return f"TRY_CAST({sql} AS DOUBLE)" if isinstance(value, int | float) else sql


def _constant(value: Constant) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
