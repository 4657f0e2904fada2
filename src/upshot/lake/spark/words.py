"""The lake's SQL in Spark's words: the few in which DuckDB and Spark differ, and what stays as it is."""

import re

__all__ = ["FUNCTIONS", "in_spark"]

_LITERAL = re.compile(r"('(?:[^']|'')*')")
_WORDS = (
    (r"\bAS VARCHAR\b", "AS STRING"),
    (r"\barg_max\(", "max_by("),
    (r"\barg_min\(", "min_by("),
    (r"\blist_contains\(", "array_contains("),
    (r"\bquantile_cont\(", "percentile("),
    (r"\bTIMESTAMPTZ\b", "TIMESTAMP"),
    (r"(?<=[(, ])\[([\d., ]+)\]", r"array(\1)"),
    (r"\$(\w+)", r":\1"),
    (r'"([^"]*)"', r"`\1`"),
    (r"^DESCRIBE\b", "DESCRIBE QUERY"),
)
FUNCTIONS = (
    "CREATE OR REPLACE TEMPORARY FUNCTION isfinite(x DOUBLE) RETURNS BOOLEAN "
    "RETURN NOT isnan(x) AND abs(x) < DOUBLE('Infinity')",
    "CREATE OR REPLACE TEMPORARY FUNCTION strftime(d DATE, form STRING) RETURNS STRING RETURN CASE form "
    "WHEN '%Y-%m-%d' THEN date_format(d, 'yyyy-MM-dd') WHEN '%Y-%m' THEN date_format(d, 'yyyy-MM') "
    "WHEN '%G-W%V' THEN concat(lpad(extract(YEAROFWEEK FROM d), 4, '0'), '-W', lpad(weekofyear(d), 2, '0')) END",
)
"""What Spark has no word for, defined once in a session; Spark puts it into the query's plan."""


def in_spark(sql: str) -> str:
    r"""Translate one statement; what Spark does not know it refuses, so nothing is answered differently in silence.

    Examples
    --------
    >>> in_spark('SELECT "left", CAST(x AS VARCHAR) FROM t')
    'SELECT `left`, CAST(x AS STRING) FROM t'
    >>> in_spark("SELECT datediff('day', hired, DATE '2026-01-01') FROM people")
    "SELECT datediff(DAY, hired, DATE '2026-01-01') FROM people"
    """
    pieces = _LITERAL.split(sql.replace("datediff('day',", "datediff(DAY,").strip())
    return "".join(_literal(piece) if index % 2 else _plain(piece) for index, piece in enumerate(pieces))


def _plain(piece: str) -> str:
    for pattern, word in _WORDS:
        piece = re.sub(pattern, word, piece)
    return piece


def _literal(piece: str) -> str:
    """Spark reads a backslash as an escape, and a doubled quote as two strings."""
    return "'" + piece[1:-1].replace("\\", "\\\\").replace("''", "\\'") + "'"
