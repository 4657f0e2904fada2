"""Which column of the file each field of a profile is; what is missing names the nearest headers."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upshot.errors import FeedError, Problem
from upshot.sources.profile import FieldMap, Profile

__all__ = ["Bound", "bind", "expected_headers", "plain"]

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Bound:
    """A field with the places of its columns in the file; none for a constant or an absent optional field."""

    spec: FieldMap
    header: str
    column: int | None = None
    or_columns: tuple[int, ...] = ()


def plain(header: str) -> str:
    """A header without case and superfluous space, which is how headers are compared."""
    return " ".join(header.replace("\ufeff", "").split()).casefold()


def expected_headers(profile: Profile) -> frozenset[str]:
    """Every header the profile knows."""
    return frozenset(plain(h) for spec in profile.every_field().values() for h in (*spec.columns, *spec.or_columns))


def bind(profile: Profile, headers: Sequence[str], file: str) -> Mapping[str, Bound]:
    """Find the columns of every field.

    Raises
    ------
    FeedError
        If a required field has no column, a mapped header stands twice, or none is mapped at all.
    """
    places: dict[str, list[int]] = {}
    for place, header in enumerate(headers):
        places.setdefault(plain(header), []).append(place)
    problems: list[Problem] = []
    bound = {}
    for name, spec in profile.every_field().items():
        found = [h for h in (*spec.columns, *spec.or_columns) if plain(h) in places]
        problems += [_twice(h, places[plain(h)], file) for h in found if len(places[plain(h)]) > 1]
        if spec.constant is None and spec.required and not found:
            problems.append(_missing(name, spec, headers, file))
        first = next((h for h in spec.columns if plain(h) in places), None)
        others = tuple(places[plain(h)][0] for h in spec.or_columns if plain(h) in places)
        column = None if first is None else places[plain(first)][0]
        bound[name] = Bound(spec, first or (found[0] if found else name), column, others)
    if problems:
        raise FeedError(problems)
    return bound


def _missing(name: str, spec: FieldMap, headers: Sequence[str], file: str) -> Problem:
    wanted = " or ".join(repr(h) for h in (*spec.columns, *spec.or_columns))
    near: list[str] = []
    for header in (*spec.columns, name.rpartition(".")[2]):
        near += difflib.get_close_matches(plain(header), [plain(h) for h in headers], n=_NEAREST, cutoff=0.5)
    shown = [h for h in headers if plain(h) in near][:_NEAREST]
    listed = ", ".join(repr(h) for h in shown or headers[:_NEAREST])
    which = "The nearest are" if shown else f"It has {len(headers)} columns, the first are"
    fix = f"{which} {listed}. Add the right one to columns of {name} in the profile."
    return Problem(code="no-column", text=f"The file has no column {wanted} for {name}.", fix=fix, file=file)


def _twice(header: str, places: Sequence[int], file: str) -> Problem:
    at = " and ".join(str(place + 1) for place in places)
    text = f"The header {header!r} stands over columns {at}."
    return Problem(code="header-twice", text=text, fix="Rename or remove one of them.", file=file, column=header)
