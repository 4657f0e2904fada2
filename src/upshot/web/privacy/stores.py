"""Every place that holds data of a person: what it holds of them, and how it forgets them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from upshot.web.accounts.models import Organisation

__all__ = ["Held", "Store", "stores"]


@dataclass(frozen=True, slots=True)
class Held:
    """What one store holds of a person: rows as plain values."""

    store: str
    rows: Sequence[Mapping[str, Any]]


class Store(Protocol):
    """One place that holds data of people. ``models`` are the Django models it answers for, as ``app.Model``."""

    name: str
    models: tuple[str, ...]

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Everything held of a person, as plain values."""
        ...

    def erase(self, organisation: Organisation, person: str) -> int:
        """Forget a person; how many rows were deleted or cleared."""
        ...


def stores() -> tuple[Store, ...]:
    """The stores that ``settings.PERSONAL_STORES`` names, in their order: the roster is forgotten last."""
    return tuple(import_string(path)() for path in settings.PERSONAL_STORES)
