"""How each warehouse spells a type, a name, a text and a covariance."""

import re
from dataclasses import dataclass

from upshot.errors import DesignError

__all__ = ["DIALECTS", "Dialect", "dialect"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One warehouse's SQL.

    Parameters
    ----------
    name
        As given to ``--dialect``.
    double, integer, text
        Names of the types.
    quote
        The mark around names that are not plain.
    columns
        Most result columns asked for in one statement; more are split over several.
    covariance
        Population covariance of ``{a}`` and ``{b}``.
    escapes
        Whether a backslash in a text must be doubled.
    """

    name: str
    double: str
    integer: str
    text: str
    quote: str = '"'
    columns: int = 1600
    covariance: str = "COVAR_POP({a}, {b})"
    escapes: bool = False

    def identifier(self, name: str) -> str:
        """A column's or table's name as the warehouse reads it.

        Plain names stay as they are, so that the warehouse folds their case as always; parts
        already quoted stay too; everything else is quoted.

        Raises
        ------
        DesignError
            If the name is empty or has an unbalanced quote.

        Examples
        --------
        >>> DIALECTS["bigquery"].identifier("firm.kpis.monthly sales")
        'firm.kpis.`monthly sales`'
        """
        parts = _parts(name, self.quote)
        if not parts or not all(parts):
            raise DesignError(f"A table or column name is empty or its quotes do not close. Got {name!r}.")
        return ".".join(self._part(part) for part in parts)

    def _part(self, part: str) -> str:
        if _PLAIN.fullmatch(part) or _is_quoted(part, self.quote):
            return part
        return self.quote + part.replace(self.quote, self.quote * 2) + self.quote

    def literal(self, value: str) -> str:
        """A text as the warehouse writes it."""
        body = value.replace("\\", "\\\\") if self.escapes else value
        return "'" + body.replace("'", "\\'" if self.escapes else "''") + "'"


def _is_quoted(part: str, quote: str) -> bool:
    inner = part[1:-1].replace(quote * 2, "")
    return len(part) > 2 and part.startswith(quote) and part.endswith(quote) and quote not in inner


def _parts(name: str, quote: str) -> list[str]:
    """Split at dots outside quotes; empty if a quote does not close."""
    parts, inside = [""], False
    for letter in name:
        inside ^= letter == quote
        if letter == "." and not inside:
            parts.append("")
        else:
            parts[-1] += letter
    return [] if inside else parts


_BY_PRODUCTS = "(AVG({a} * {b}) - AVG({a}) * AVG({b}))"
_SPARK = {"double": "DOUBLE", "integer": "BIGINT", "text": "STRING", "quote": "`"}

DIALECTS: dict[str, Dialect] = {
    found.name: found
    for found in (
        Dialect(name="duckdb", double="DOUBLE", integer="BIGINT", text="VARCHAR", columns=6000),
        Dialect(name="postgresql", double="DOUBLE PRECISION", integer="BIGINT", text="VARCHAR"),
        Dialect(name="snowflake", double="DOUBLE", integer="BIGINT", text="VARCHAR", columns=6000, escapes=True),
        Dialect(
            name="bigquery",
            double="FLOAT64",
            integer="INT64",
            text="STRING",
            quote="`",
            columns=6000,
            escapes=True,
        ),
        Dialect(name="databricks", columns=2000, escapes=True, **_SPARK),
        Dialect(name="spark", columns=2000, escapes=True, **_SPARK),
        Dialect(
            name="redshift",
            double="DOUBLE PRECISION",
            integer="BIGINT",
            text="VARCHAR",
            columns=1500,
            covariance=_BY_PRODUCTS,
        ),
    )
}
"""Every dialect by name.

PostgreSQL takes 1,664 result columns, Redshift 1,600, BigQuery 10,000; the others' budgets keep a
statement far below one megabyte. Redshift has no ``COVAR_POP``.
"""


def dialect(name: str) -> Dialect:
    """The dialect of that name.

    Raises
    ------
    DesignError
        If there is none.
    """
    if name not in DIALECTS:
        raise DesignError(f"The dialect must be one of {', '.join(DIALECTS)}. Got {name!r} instead.")
    return DIALECTS[name]
