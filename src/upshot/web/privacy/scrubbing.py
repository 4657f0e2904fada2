"""Take e-mail addresses, telephone numbers and account numbers out of what somebody writes, before it is stored."""

import re
from dataclasses import dataclass

__all__ = ["REPLACED", "Scrubbed", "scrub"]

REPLACED = {"email": "[e-mail address]", "account": "[account number]", "phone": "[telephone number]"}
"""What stands in place of each kind."""

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b", re.ASCII)
_DIGITS = re.compile(r"(?<![\w.,])\(?\+?\d(?:[ ./()\u2011-]{0,2}\d){5,24}(?![\w])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})")
_MONEY = re.compile(r"\d{1,3}(?:[ .]\d{3})+")


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text without what was taken out, and what that was: kinds with their counts, never the values."""

    text: str
    removed: dict[str, int]


def scrub(text: str) -> Scrubbed:
    """Replace addresses and numbers that lead to a customer.

    Dates and sums of money stay. Names are not found: no rule can tell them from other words, so the page asks the
    writer to leave them out.

    Examples
    --------
    >>> scrub("Call +44 20 7946 0018 or mail jo@example.org on 2026-03-04 about 12 500 000").text
    'Call [telephone number] or mail [e-mail address] on 2026-03-04 about 12 500 000'
    >>> scrub("IBAN DE89 3704 0044 0532 0130 00, customer 40817810").removed
    {'account': 2}
    """
    removed: dict[str, int] = {}

    def put(kind: str) -> str:
        removed[kind] = removed.get(kind, 0) + 1
        return REPLACED[kind]

    def number(match: re.Match[str]) -> str:
        found = match.group()
        if _DAY.fullmatch(found) or _MONEY.fullmatch(found):
            return found
        return put("phone" if _is_phone(found) else "account")

    text = _EMAIL.sub(lambda _: put("email"), text)
    text = _IBAN.sub(lambda match: put("account") if _has_digits(match.group(), 6) else match.group(), text)
    return Scrubbed(_DIGITS.sub(number, text), removed)


def _has_digits(text: str, least: int) -> bool:
    return sum(character.isdigit() for character in text) >= least


def _is_phone(text: str) -> bool:
    """Telephone numbers have a plus, a leading zero or unequal groups; account numbers come in one or in fours."""
    digits = re.sub(r"\D", "", text)
    if text.startswith(("+", "(", "0")):
        return len(digits) <= 15
    groups = re.findall(r"\d+", text)
    return len(groups) > 1 and len(digits) <= 12 and len({len(group) for group in groups}) > 1
