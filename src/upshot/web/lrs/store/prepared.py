"""A statement made ready before its turn: validated, completed, encoded, and what it names taken out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from upshot.xapi.decode import encoded
from upshot.xapi.identity import identifier
from upshot.xapi.mentions import Mentions, mentions
from upshot.xapi.times import offset_minutes

__all__ = ["Prepared", "agent_descriptions", "moment_of", "prepared", "written_moment"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A statement that only lacks the instant at which it is stored.

    Parameters
    ----------
    id
        Its id.
    given_id
        Whether the sender chose it, so that it may be there already.
    statement
        The statement, completed.
    mentions
        What it names.
    tail
        Its JSON after the opening brace.
    offset_minutes
        Where on the clock face the sender's timestamp was, east of UTC.
    hashes
        Attachments whose bytes belong to it.
    """

    id: UUID
    given_id: bool
    statement: Mapping[str, object]
    mentions: Mentions
    tail: bytes = field(repr=False)
    offset_minutes: int
    hashes: tuple[str, ...] = ()

    def payload(self, stored: int) -> bytes:
        """The statement's JSON once its instant is known."""
        return b'{"stored":"' + written_moment(stored).encode() + b'",' + self.tail


def prepared(
    statement: Mapping[str, object], *, given_id: bool, timestamp: object = None, hashes: tuple[str, ...] = ()
) -> Prepared:
    """Make a completed statement ready to be stored; ``timestamp`` is as it was sent, before it was brought to UTC."""
    return Prepared(
        id=UUID(str(statement["id"])),
        given_id=given_id,
        statement=statement,
        mentions=mentions(statement),
        tail=encoded(statement)[1:],
        offset_minutes=offset_minutes(timestamp) if isinstance(timestamp, str) else 0,
        hashes=hashes,
    )


def moment_of(stored: int) -> datetime:
    """The instant that ``stored`` counts."""
    return _EPOCH + timedelta(microseconds=stored)


def written_moment(stored: int) -> str:
    """The instant as statements write it.

    Examples
    --------
    >>> written_moment(1_764_000_000_000_001)
    '2025-11-24T16:00:00.000001Z'
    """
    return f"{moment_of(stored).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def agent_descriptions(agents: Iterator[Mapping[str, object]] | tuple[Mapping[str, object], ...]) -> dict[str, bytes]:
    """Identified agents as JSON by their key, members left out."""
    described: dict[str, bytes] = {}
    for agent in agents:
        key = identifier(agent)
        if key is not None and (key not in described or "name" in agent):
            described[key] = encoded({name: part for name, part in agent.items() if name != "member"})
    return described
