"""Units after a number: one error per 1,000 cases, two errors per 1,000 cases."""

__all__ = ["unit_after"]

_ENDINGS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"))


def unit_after(number: str, unit: str) -> str:
    """A unit as it stands after a printed number: its first word in the singular after a one.

    Parameters
    ----------
    number
        As printed, with its sign and decimals: only ``1``, not ``1.0``, takes the singular.
    unit
        In the plural, as plans name it.

    Examples
    --------
    >>> unit_after("1", "errors per 1,000 cases"), unit_after("−1", "days"), unit_after("1.0", "days")
    ('error per 1,000 cases', 'day', 'days')
    >>> unit_after("1", "enquiries"), unit_after("1", "EUR"), unit_after("1", "gross margin"), unit_after("2", "days")
    ('enquiry', 'EUR', 'gross margin', 'days')
    """
    if number.lstrip("+-\N{MINUS SIGN}") != "1" or not unit:
        return unit
    word, space, rest = unit.partition(" ")
    return f"{_singular(word)}{space}{rest}"


def _singular(word: str) -> str:
    for plural, single in _ENDINGS:
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word.removesuffix(plural) + single
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
