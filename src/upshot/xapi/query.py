"""What GET statements asks for: one statement by id, or all that match, in which order, how many and in which form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from upshot.xapi.identity import identifier
from upshot.xapi.parameters import Parameters
from upshot.xapi.versions import Version

__all__ = ["Filters", "Form", "OneStatement", "StatementQuery", "statement_query"]

Form: TypeAlias = Literal["ids", "exact", "canonical"]

_ONE = frozenset({"statementId", "voidedStatementId"})
_SHOWN = frozenset({"format", "attachments"})
_FILTERS = frozenset(
    {
        "agent",
        "verb",
        "activity",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "until",
        "limit",
        "ascending",
    }
)
#: Where the next page starts; written by the store into ``more``, never by a client.
CURSOR = "cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Conditions a statement must meet, all of them.

    Parameters
    ----------
    agent
        Key of an agent or identified group.
    verb, activity
        IRIs.
    registration
        A UUID in lower case.
    related_agents, related_activities
        Whether an agent or activity named anywhere in the statement counts.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: str | None = None
    related_agents: bool = False
    related_activities: bool = False

    @property
    def any(self) -> bool:
        """Whether there is a condition at all."""
        return any(value is not None for value in (self.agent, self.verb, self.activity, self.registration))


@dataclass(frozen=True, slots=True, kw_only=True)
class OneStatement:
    """One statement by its id; ``voided`` says which of the two kinds is asked for."""

    id: str
    voided: bool
    form: Form = "exact"
    attachments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementQuery:
    """Statements that match, newest first unless ``ascending``.

    Parameters
    ----------
    filters
        What they must meet.
    since, until
        Stored after ``since``, and not after ``until``.
    limit
        At most so many; 0 leaves it to the store.
    ascending
        Oldest first.
    form
        How each is written.
    attachments
        Whether their attachments come along.
    cursor
        Where an earlier page ended.
    """

    filters: Filters
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    ascending: bool = False
    form: Form = "exact"
    attachments: bool = False
    cursor: int | None = None


def statement_query(given: Mapping[str, Sequence[str]], version: Version) -> OneStatement | StatementQuery:
    """Read the parameters of GET statements.

    Raises
    ------
    RequestError
        With every parameter that is unknown, malformed, or cannot be combined.

    Examples
    --------
    >>> asked = statement_query({"verb": ["http://example.com/did"], "limit": ["5"]}, Version.V1_0_3)
    >>> asked.filters.verb, asked.limit
    ('http://example.com/did', 5)
    """
    parameters = Parameters(given, _ONE | _SHOWN | _FILTERS | {CURSOR}, version)
    query = _one(parameters) if parameters.names() & _ONE else _many(parameters)
    parameters.finish()
    return query


def _form(parameters: Parameters) -> Form:
    value = parameters.one_of("format", ("ids", "exact", "canonical"))
    return "ids" if value == "ids" else "canonical" if value == "canonical" else "exact"


def _one(parameters: Parameters) -> OneStatement:
    kept, voided = parameters.uuid("statementId"), parameters.uuid("voidedStatementId")
    name = "statementId" if kept is not None else "voidedStatementId"
    parameters.refuse_with(name, (_FILTERS | _ONE | {CURSOR}) - {name})
    return OneStatement(
        id=kept or voided or "",
        voided=kept is None,
        form=_form(parameters),
        attachments=parameters.flag("attachments"),
    )


def _many(parameters: Parameters) -> StatementQuery:
    agent = parameters.agent("agent", groups=True)
    cursor = parameters.whole(CURSOR, digits=len("9223372036854775807") - 1) if CURSOR in parameters else None
    return StatementQuery(
        filters=Filters(
            agent=None if agent is None else identifier(agent),
            verb=parameters.iri("verb"),
            activity=parameters.iri("activity"),
            registration=parameters.uuid("registration"),
            related_agents=parameters.flag("related_agents"),
            related_activities=parameters.flag("related_activities"),
        ),
        since=parameters.instant("since"),
        until=parameters.instant("until"),
        limit=parameters.whole("limit"),
        ascending=parameters.flag("ascending"),
        form=_form(parameters),
        attachments=parameters.flag("attachments"),
        cursor=cursor,
    )
