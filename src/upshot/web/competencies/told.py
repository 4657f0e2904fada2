"""What the app that keeps scenarios tells of them and of attempts, as far as competencies need it."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from upshot.web.accounts.models import Organisation

__all__ = ["EndedAttempt", "Practised"]


class EndedAttempt(Protocol):
    """An attempt at a scenario that ended, as whoever made it tells of it."""

    @property
    def organisation(self) -> Organisation:
        """Whose it is."""
        ...

    @property
    def person(self) -> str:
        """Identifier on the roster."""
        ...

    @property
    def registration(self) -> str:
        """What makes the attempt its own."""
        ...

    @property
    def activity(self) -> str:
        """The scenario's address."""
        ...

    @property
    def title(self) -> str:
        """How it is called."""
        ...

    @property
    def version(self) -> int:
        """Number of the version played."""
        ...

    @property
    def number(self) -> int:
        """Which attempt of the person it is."""
        ...

    @property
    def at(self) -> dt.datetime:
        """When it ended."""
        ...

    @property
    def competencies(self) -> Sequence[tuple[str, float]]:
        """Competencies, with their share where something was measured."""
        ...


class Practised(Protocol):
    """A scenario as the app that keeps scenarios tells of it."""

    @property
    def slug(self) -> str:
        """Name in addresses."""
        ...

    @property
    def title(self) -> str:
        """How it is called."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """What a step of a path may call it."""
        ...

    @property
    def competencies(self) -> Sequence[str]:
        """Competencies, with their share where something was measured."""
        ...

    @property
    def published(self) -> bool:
        """Whether learners have it."""
        ...
