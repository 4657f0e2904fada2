"""The audience language as text: a small, bounded parser that runs nothing."""

import re
from collections.abc import Mapping

from upshot.plan.expression import And, Comparison, Constant, Expression, Flag, In, IsNull, Not, Operator, Or

__all__ = ["ExpressionError", "parse_expression"]

_MAX_LENGTH = 10_000
_MAX_DEPTH = 50
_MAX_TERMS = 1_000


class ExpressionError(ValueError):
    """The text is not an expression; ``fix`` says what to do."""

    def __init__(self, text: str, fix: str) -> None:
        super().__init__(text)
        self.fix = fix


def parse_expression(text: str) -> Expression:
    """Read an audience expression; nothing in it is ever run.

    Names are compared by ``= != < <= > >=``, ``in (…)``, ``not in (…)``, ``is null`` and
    ``is not null``, and joined by ``and``, ``or``, ``not`` and brackets. Texts and dates stand in
    single or double quotes; a yes/no field stands alone.

    Raises
    ------
    ExpressionError
        If the text does not follow these rules, or is longer or deeper than a person would write.

    Examples
    --------
    >>> str(parse_expression("role='nurse' and (site in ('A','B') or not on_leave)"))
    "role = 'nurse' and (site in ('A', 'B') or not on_leave)"
    """
    if len(text) > _MAX_LENGTH:
        raise ExpressionError(f"The expression has more than {_MAX_LENGTH:,} characters.", "Name a dimension instead.")
    parser = _Parser(_tokens(text))
    expression = parser.any_of(0)
    parser.finish()
    return expression


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<number>-?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})(?![\w.]))
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|!=|<>|==|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)
_WORDS = {"and", "or", "not", "in", "is", "null", "true", "false"}


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position, end = [], 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if not found:
            rest = text[position:].lstrip()
            if rest[0] in "'\"":
                raise ExpressionError(f"A quote is opened and not closed: {rest[:20]}", "Close the quote.")
            raise ExpressionError(
                f"'{rest[0]}' has no meaning in an expression.", "Use comparisons, in, is null, and, or, not."
            )
        kind = found.lastgroup or ""
        word = found[kind]
        if kind == "word" and word.lower() in _WORDS:
            kind, word = "keyword", word.lower()
        tokens.append((kind, word))
        position = found.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens; depth and number of terms are bounded."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at, self.terms = tokens, 0, 0

    def any_of(self, depth: int) -> Expression:
        terms = [self.all_of(depth)]
        while self.take("or"):
            terms.append(self.all_of(depth))
        return terms[0] if len(terms) == 1 else Or(_flat(terms, Or))

    def all_of(self, depth: int) -> Expression:
        terms = [self.negation(depth)]
        while self.take("and"):
            terms.append(self.negation(depth))
        return terms[0] if len(terms) == 1 else And(_flat(terms, And))

    def negation(self, depth: int) -> Expression:
        if depth > _MAX_DEPTH:
            raise ExpressionError("The expression nests too deeply.", "Remove brackets that are not needed.")
        if self.take("not"):
            return Not(self.negation(depth + 1))
        if self.take("("):
            inside = self.any_of(depth + 1)
            self.need(")")
            return inside
        return self.term()

    def term(self) -> Expression:
        self.terms += 1
        if self.terms > _MAX_TERMS:
            raise ExpressionError(f"The expression has more than {_MAX_TERMS:,} terms.", "Use 'in (…)'.")
        field = self.field()
        if self.take("is"):
            negated = self.take("not")
            self.need("null")
            return IsNull(field, negated)
        negated = self.take("not")
        if self.take("in"):
            return In(field, self.values(), negated)
        if negated:
            raise ExpressionError(f"'in' is missing after '{field} not'.", "Write: field not in ('a', 'b').")
        operator = self.operator()
        return Comparison(field, operator, self.value()) if operator else Flag(field)

    def field(self) -> str:
        kind, word = self.peek()
        if kind != "word":
            seen = f"'{word}' stands" if kind else "The expression ends"
            raise ExpressionError(f"{seen} where a field's name should be.", "Write, for example: role = 'nurse'.")
        self.at += 1
        return word

    def operator(self) -> Operator | None:
        for sign, meaning in _OPERATORS.items():
            if self.take(sign):
                return meaning
        return None

    def values(self) -> tuple[Constant, ...]:
        self.need("(")
        values = [self.value()]
        while self.take(","):
            values.append(self.value())
        self.need(")")
        return tuple(values)

    def value(self) -> Constant:
        kind, word = self.peek()
        self.at += 1
        if kind == "text":
            return word[1:-1].replace(word[0] * 2, word[0])
        if kind == "number":
            return float(word) if "." in word else int(word)
        if word in {"true", "false"} and kind == "keyword":
            return word == "true"
        seen = f"'{word}' stands" if kind else "The expression ends"
        raise ExpressionError(f"{seen} where a value should be.", "Put texts in quotes: role = 'nurse'.")

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self, word: str) -> bool:
        kind, seen = self.peek()
        found = kind in {"keyword", "sign"} and seen == word
        self.at += found
        return found

    def need(self, word: str) -> None:
        if not self.take(word):
            seen = self.peek()[1] or "the end"
            raise ExpressionError(f"'{word}' is missing before {seen}.", f"Add '{word}' there.")

    def finish(self) -> None:
        if self.at < len(self.tokens):
            word = self.tokens[self.at][1]
            raise ExpressionError(f"'{word}' follows a complete expression.", "Join expressions with 'and' or 'or'.")


_OPERATORS: Mapping[str, Operator] = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip


def _flat(terms: list[Expression], joined: type[And] | type[Or]) -> tuple[Expression, ...]:
    return tuple(inner for term in terms for inner in (term.terms if isinstance(term, joined) else (term,)))
