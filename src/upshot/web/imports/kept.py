"""What was worked out from the facts, kept for every process until the facts change."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from upshot.lake import Lake
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of

__all__ = ["kept", "lake_state"]

T = TypeVar("T")

_DAY = 24 * 3600


def lake_state(organisation: Organisation) -> str:
    """A text that changes whenever a table of the lake does; a few directory listings, no table is opened."""
    folder = workspace_of(organisation).root / "lake"
    begun = [entry.stat().st_mtime_ns for entry in folder.glob(f"people/_delta_log/{0:020}.json")]
    return f"{Lake(folder).state()}-{begun}"


def kept(what: str, organisation: Organisation, *parts: object, make: Callable[[], T]) -> T:
    """A value that follows from the facts and from ``parts``; worked out anew only when one of them differs.

    Parameters
    ----------
    what
        Names the kind of value.
    parts
        Whatever else it depends on: the plan's text, the day, the smallest group shown.
    """
    named = [what, organisation.pk, workspace_of(organisation).root, lake_state(organisation), *parts]
    key = f"{what}-{hashlib.sha256(repr(named).encode()).hexdigest()}"
    found: tuple[T] | None = cache.get(key)
    if found is None:
        found = (make(),)
        cache.set(key, found, _DAY)
    return found[0]
