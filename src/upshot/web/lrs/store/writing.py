"""Statements into the database: each id once, in one turn, with all that filters need."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import OperationalError, connection

from upshot.web.lrs.store.definitions import keep_descriptions
from upshot.web.lrs.store.dialect import Value, insert_rows, keep_once, marks, rows, uuid_of, uuid_value, uuid_written
from upshot.web.lrs.store.names import interned
from upshot.web.lrs.store.prepared import Prepared, agent_descriptions
from upshot.web.lrs.store.quick import stored_at_once
from upshot.web.lrs.store.references import Newcomer, link
from upshot.web.lrs.store.transactions import Turn, in_turn
from upshot.xapi.attachments import Attachment
from upshot.xapi.decode import as_object
from upshot.xapi.equality import same

__all__ = ["Written", "write"]

_COLUMNS = (
    "organisation_id",
    "stored",
    "statement_id",
    "actor_id",
    "verb_id",
    "activity_id",
    "authority_id",
    "registration",
    "voided",
    "voids",
    "offset_minutes",
    "payload",
)
_TYPES = ("int8", "int8", "uuid", "int8", "int8", "int8", "int8", "uuid", "bool", "bool", "int2", "bytea")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the statements of one request.

    Parameters
    ----------
    stored
        Instants of the new ones.
    unchanged
        Ids that were there already and say the same, or that were deleted before.
    conflicting
        Ids that were there already and say something else; nothing of theirs was stored.
    """

    stored: tuple[int, ...]
    unchanged: frozenset[UUID] = frozenset()
    conflicting: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class _Known:
    """What was there before: payloads by id, ids that were deleted, and ids that a voiding statement named already."""

    payloads: dict[UUID, bytes] = field(default_factory=dict)
    deleted: set[UUID] = field(default_factory=set)
    voided: set[UUID] = field(default_factory=set)


def write(
    organisation: int,
    statements: Sequence[Prepared],
    attachments: Mapping[str, Attachment],
    *,
    define: bool = True,
    all_or_nothing: bool = True,
) -> Written:
    """Store statements that are not there yet.

    Parameters
    ----------
    organisation
        Whose they are.
    statements
        Ready to be stored; no id twice.
    attachments
        Bytes that came with them, by hash.
    define
        Whether descriptions of activities and names of agents are taken over.
    all_or_nothing
        Whether one conflicting id keeps all from being stored.
    """
    repeats = False

    if not attachments:
        try:
            at_once = stored_at_once(organisation, statements, define=define)
        except OperationalError:
            connection.close_if_unusable_or_obsolete()
            repeats = True
        else:
            if at_once is not None:
                return Written(at_once)

    def work(turn: Turn) -> Written:
        nonlocal repeats
        # An attempt that failed may have been stored all the same, if only its answer was lost.
        known = _known(organisation, [one.id for one in statements if one.given_id or repeats])
        repeats = True
        conflicting = frozenset(one.id for one in statements if _conflicts(one, known))
        if conflicting and all_or_nothing:
            return Written((), conflicting=conflicting)
        fresh = [one for one in statements if one.id not in known.payloads and one.id not in known.deleted]
        unchanged = frozenset((known.payloads.keys() | known.deleted) - conflicting)
        stored = tuple(turn.first + place for place in range(len(fresh)))
        if fresh:
            _store(turn, fresh, stored, attachments, voided=known.voided, define=define)
        return Written(stored, unchanged, conflicting)

    return in_turn(organisation, len(statements), work)


def _conflicts(one: Prepared, known: _Known) -> bool:
    payload = known.payloads.get(one.id)
    return payload is not None and not same(as_object(payload, "The statement stored"), one.statement)


def _known(organisation: int, ids: Sequence[UUID]) -> _Known:
    known = _Known()
    for start in range(0, len(ids), 400):
        part = [uuid_value(one) for one in ids[start : start + 400]]
        within = f"IN ({marks(len(part))})"
        command = (
            "SELECT statement_id, payload, 0 FROM lrs_statement "
            f"WHERE organisation_id = %s AND statement_id {within} UNION ALL "
            f"SELECT statement_id, NULL, 1 FROM lrs_tombstone WHERE organisation_id = %s AND statement_id {within} "
            f"UNION ALL SELECT target, NULL, 2 FROM lrs_reference WHERE organisation_id = %s AND target {within} "
            "AND voids"
        )
        for statement_id, payload, kind in rows(command, [organisation, *part] * 3):
            if kind:
                (known.deleted if kind == 1 else known.voided).add(uuid_of(statement_id))
            else:
                known.payloads[uuid_of(statement_id)] = bytes(payload)
    return known


def _store(
    turn: Turn,
    fresh: Sequence[Prepared],
    stored: Sequence[int],
    attachments: Mapping[str, Attachment],
    *,
    voided: Collection[UUID],
    define: bool,
) -> None:
    named = [one.mentions for one in fresh]
    verbs = interned(turn, "verb", (one.verb for one in named), {})
    activities = interned(turn, "activity", (str(part["id"]) for one in named for part in one.activities), {})
    described = agent_descriptions(agent for one in named for agent in one.agents)
    agents = interned(turn, "agent", described, described)
    fresh_rows: list[tuple[Value, ...]] = []
    for one, instant in zip(fresh, stored, strict=True):
        about = one.mentions
        fresh_rows.append(
            (
                turn.organisation,
                instant,
                uuid_value(one.id),
                agents.get(about.actor) if about.actor is not None else None,
                verbs[about.verb],
                activities[about.activity] if about.activity is not None else None,
                agents.get(about.authority) if about.authority is not None else None,
                uuid_written(about.registration) if about.registration is not None else None,
                one.id in voided and not about.voids,
                about.voids,
                one.offset_minutes,
                one.payload(instant),
            )
        )
    insert_rows("lrs_statement", _COLUMNS, _TYPES, fresh_rows)
    _relate(fresh, stored, agents, activities)
    _refer(turn.organisation, fresh, stored)
    _attach(turn.organisation, fresh, stored, attachments)
    if define:
        keep_descriptions(turn, fresh, activities, agents)


def _relate(
    fresh: Sequence[Prepared], stored: Sequence[int], agents: Mapping[str, int], activities: Mapping[str, int]
) -> None:
    by_agent: list[tuple[int, int, bool]] = []
    by_activity: list[tuple[int, int]] = []
    for one, instant in zip(fresh, stored, strict=True):
        about = one.mentions
        by_agent += [(agents[key], instant, True) for key in about.near_agents]
        by_agent += [(agents[key], instant, False) for key in about.far_agents]
        by_activity += [(activities[key], instant) for key in about.far_activities]
    insert_rows("lrs_statement_agent", ("agent_id", "stored", "near"), ("int8", "int8", "bool"), by_agent)
    insert_rows("lrs_statement_activity", ("activity_id", "stored"), ("int8", "int8"), by_activity)


def _refer(organisation: int, fresh: Sequence[Prepared], stored: Sequence[int]) -> None:
    newcomers = [
        Newcomer(instant, one.id, UUID(one.mentions.target), one.mentions.voids)
        for one, instant in zip(fresh, stored, strict=True)
        if one.mentions.target is not None
    ]
    link(organisation, newcomers)
    targets = sorted({one.target for one in newcomers if one.voids and one.target is not None})
    if not targets:
        return
    yes = [uuid_value(target) for target in targets]
    command = (
        f"UPDATE lrs_statement SET voided = %s WHERE organisation_id = %s AND statement_id IN ({marks(len(yes))}) "
        "AND NOT voids AND NOT voided RETURNING statement_id"
    )
    changed = [(organisation, row[0], "voided") for row in rows(command, [True, organisation, *yes])]
    if changed:
        keep_once("lrs_change", ["organisation_id", "statement_id", "why"], changed)


def _attach(
    organisation: int, fresh: Sequence[Prepared], stored: Sequence[int], attachments: Mapping[str, Attachment]
) -> None:
    if attachments:
        keep_once(
            "lrs_attachment",
            ["organisation_id", "sha2", "content_type", "content"],
            [(organisation, one.sha2, one.content_type[:255], one.content) for one in attachments.values()],
        )
    uses = [
        (organisation, instant, sha2) for one, instant in zip(fresh, stored, strict=True) for sha2 in set(one.hashes)
    ]
    keep_once("lrs_attachment_use", ["organisation_id", "stored", "sha2"], uses)
