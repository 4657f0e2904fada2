"""Public holidays of a country or a part of it, by year."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

import holidays

__all__ = ["countries", "days_off", "is_known"]


@lru_cache(maxsize=1)
def countries() -> dict[str, tuple[str, ...]]:
    """Every country whose holidays are known, by its two letters, with its parts."""
    return {code: tuple(parts) for code, parts in holidays.list_supported_countries().items() if len(code) == 2}


def is_known(country: str, part: str = "") -> bool:
    """Whether holidays are known there."""
    known = countries()
    return country in known and (not part or part in known[country])


def days_off(country: str, part: str, years: Iterable[int]) -> frozenset[dt.date]:
    """Public holidays in some years; none where the country is not known."""
    return frozenset().union(*(_of_year(country, part, year) for year in years))


@lru_cache(maxsize=2000)
def _of_year(country: str, part: str, year: int) -> frozenset[dt.date]:
    if not is_known(country, part):
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
