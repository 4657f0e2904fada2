"""Who calls: the organisation, the scopes that are open to them, and the authority their statements carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Principal", "Scope"]


class Scope(StrEnum):
    """What a credential opens (xAPI 1.0.3 Communication 4.2)."""

    STATEMENTS_WRITE = "statements/write"
    STATEMENTS_READ_MINE = "statements/read/mine"
    STATEMENTS_READ = "statements/read"
    STATE = "state"
    DEFINE = "define"
    PROFILE = "profile"
    ALL_READ = "all/read"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls.

    Parameters
    ----------
    organisation
        Number of the organisation everything belongs to.
    name
        The credential's name, for logs; never a person's.
    scopes
        What it opens.
    authority
        The agent that vouches for its statements.
    authority_key
        The key of that agent.
    trusted
        Whether statements keep the authority they name.
    per_minute
        Requests it may send in a minute; None for the usual.
    account
        Identifies the credential to the rate limit.
    origins
        Origins whose pages may use the credential, beside those that may use any.
    """

    organisation: int
    name: str
    scopes: frozenset[Scope]
    authority: Mapping[str, object]
    authority_key: str
    trusted: bool = False
    per_minute: int | None = None
    account: str = ""
    origins: frozenset[str] = frozenset()

    @property
    def reads_all_statements(self) -> bool:
        """Whether statements of others may be seen."""
        return bool(self.scopes & {Scope.STATEMENTS_READ, Scope.ALL_READ, Scope.ALL})

    @property
    def reads_statements(self) -> bool:
        """Whether any statements may be seen."""
        return self.reads_all_statements or Scope.STATEMENTS_READ_MINE in self.scopes

    @property
    def writes_statements(self) -> bool:
        """Whether statements may be sent."""
        return bool(self.scopes & {Scope.STATEMENTS_WRITE, Scope.ALL})

    @property
    def defines(self) -> bool:
        """Whether descriptions of activities and agents are taken over."""
        return bool(self.scopes & {Scope.DEFINE, Scope.ALL})

    def reads_documents(self, *, state: bool) -> bool:
        """Whether states, or profiles, may be read."""
        own = Scope.STATE if state else Scope.PROFILE
        return bool(self.scopes & {own, Scope.ALL_READ, Scope.ALL})

    def writes_documents(self, *, state: bool) -> bool:
        """Whether states, or profiles, may be changed."""
        own = Scope.STATE if state else Scope.PROFILE
        return bool(self.scopes & {own, Scope.ALL})
