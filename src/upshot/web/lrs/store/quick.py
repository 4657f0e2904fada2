"""A few statements about known things, stored by PostgreSQL in one call: one round trip, one commit.

The function does in the database what ``writing.py`` does from here: it takes the organisation's turn, sees to it that
no id is there already, numbers agents that are new, and stores rows. Where this process does not know enough, or what
it knows has aged, the function stores no statement, and the usual way follows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg import Cursor

from upshot.web.lrs.store.definitions import described, named, with_names
from upshot.web.lrs.store.dialect import postgres
from upshot.web.lrs.store.names import Memory, digest, recalled, stamp
from upshot.web.lrs.store.prepared import Prepared, agent_descriptions
from upshot.web.lrs.store.transactions import LONGEST_TURN
from upshot.web.lrs.store.turnstile import ADVISORY
from upshot.xapi.decode import encoded

__all__ = ["CREATE", "DROP", "stored_at_once"]

MOST = 16
"""Statements of a request at most; beyond, COPY is cheaper."""

CREATE = f"""
CREATE OR REPLACE FUNCTION lrs_take(
    tenant bigint, known_names bigint, known_definitions bigint, people bigint[], strangers jsonb,
    ids uuid[], actors integer[], verbs bigint[], objects bigint[], authorities integer[], registrations uuid[],
    offsets smallint[], starts integer[], lengths integer[], tails bytea,
    agent_places integer[], agents integer[], near boolean[], activity_places integer[], activities bigint[]
) RETURNS bigint[] LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    count CONSTANT integer := cardinality(ids);
    began bigint; beginning bigint; names_now bigint; definitions_now bigint;
    one jsonb; number bigint; before text; found_numbers bigint[] := '{{}}';
BEGIN
    PERFORM pg_advisory_xact_lock({ADVISORY}, tenant::integer);
    began := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    UPDATE lrs_clock SET last = greatest(last, began) + count WHERE organisation_id = tenant
        RETURNING last - count + 1, names, definitions INTO beginning, names_now, definitions_now;
    IF beginning IS NULL OR names_now <> known_names OR definitions_now <> known_definitions
        OR EXISTS (SELECT FROM lrs_statement s WHERE s.organisation_id = tenant AND s.statement_id = ANY (ids))
        OR EXISTS (SELECT FROM lrs_tombstone d WHERE d.organisation_id = tenant AND d.statement_id = ANY (ids))
        OR EXISTS (SELECT FROM lrs_reference r WHERE r.organisation_id = tenant AND r.target = ANY (ids) AND r.voids)
    THEN
        RETURN NULL;
    END IF;
    FOR one IN SELECT value FROM jsonb_array_elements(strangers) LOOP
        SELECT a.id, convert_from(a.described, 'UTF8') INTO number, before
            FROM lrs_agent a WHERE a.organisation_id = tenant AND a.key = one->>'key';
        IF number IS NULL THEN
            INSERT INTO lrs_agent (organisation_id, key, identifier, described) VALUES
                (tenant, one->>'key', one->>'identifier', convert_to(one->>'described', 'UTF8'))
                RETURNING id INTO number;
        ELSIF one->>'name' IS NOT NULL THEN
            IF position('\\u0000' IN before) > 0 OR NOT coalesce(before::jsonb->'names' ? (one->>'name'), false) THEN
                RETURN NULL;
            END IF;
        END IF;
        people[(one->>'place')::integer] := number;
        found_numbers := found_numbers || number;
    END LOOP;
    INSERT INTO lrs_statement (organisation_id, stored, statement_id, actor_id, verb_id, activity_id, authority_id,
                               registration, voided, voids, offset_minutes, payload)
        SELECT tenant, beginning + at - 1, ids[at], people[actors[at]], verbs[at], objects[at],
               people[authorities[at]], registrations[at], false, false, offsets[at],
               convert_to('{{"stored":"' || to_char(
                   timestamp '1970-01-01' + (beginning + at - 1) * interval '1 microsecond',
                   'YYYY-MM-DD"T"HH24:MI:SS.US') || 'Z",', 'UTF8') || substring(tails FROM starts[at] FOR lengths[at])
        FROM generate_series(1, count) AS at;
    IF cardinality(agents) > 0 THEN
        INSERT INTO lrs_statement_agent (agent_id, stored, near)
            SELECT people[agents[at]], beginning + agent_places[at], near[at]
            FROM generate_series(1, cardinality(agents)) AS at;
    END IF;
    IF cardinality(activities) > 0 THEN
        INSERT INTO lrs_statement_activity (activity_id, stored)
            SELECT activities[at], beginning + activity_places[at]
            FROM generate_series(1, cardinality(activities)) AS at;
    END IF;
    IF (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - began > {LONGEST_TURN} THEN
        RAISE EXCEPTION 'The turn took too long.' USING ERRCODE = 'lock_not_available';
    END IF;
    RETURN beginning || found_numbers;
END $$
"""
DROP = "DROP FUNCTION IF EXISTS lrs_take"

_CALL = (
    "SELECT unnest(lrs_take(%s::bigint, %s::bigint, %s::bigint, %s::bigint[], %s::jsonb, %s::uuid[], %s::integer[], "
    "%s::bigint[], %s::bigint[], %s::integer[], %s::uuid[], %s::smallint[], %s::integer[], %s::integer[], %b::bytea, "
    "%s::integer[], %s::integer[], %s::boolean[], %s::integer[], %s::bigint[]))"
)


@dataclass(slots=True)
class _People:
    """The agents that statements name: their places in one array, their numbers, and who is not known here."""

    memory: Memory
    sent: Mapping[str, bytes]
    names: Mapping[str, str]
    places: dict[str, int] = field(default_factory=dict)
    numbers: list[int | None] = field(default_factory=list)
    strangers: list[dict[str, object]] = field(default_factory=list)

    def place(self, key: str | None) -> int | None:
        """Where an agent stands in the array, counted from one."""
        if key is None:
            return None
        known = self.places.get(key)
        if known is not None:
            return known
        number = self.memory.numbers.get(("agent", key))
        self.numbers.append(number)
        place = self.places[key] = len(self.numbers)
        if number is None:
            name = self.names.get(key)
            told = self.sent[key] if name is None else with_names(self.sent[key], name)
            one = {"place": place, "key": digest(key), "identifier": key, "described": told.decode()}
            self.strangers.append(one if name is None else {**one, "name": name})
        return place


def stored_at_once(organisation: int, statements: Sequence[Prepared], *, define: bool) -> tuple[int, ...] | None:
    """Store the statements, and say at which instants; None when it cannot be done so, and nothing was stored.

    Raises
    ------
    OperationalError
        When the connection was lost, or the turn took too long; in the first case they may be stored.
    """
    if not postgres() or len(statements) > MOST or connection.in_atomic_block:
        return None
    if any(one.hashes or one.mentions.target is not None for one in statements):
        return None
    memory = recalled(organisation)
    if memory is None:
        return None
    definitions, seen = memory.definitions, memory.seen
    people = _people(memory, seen, statements) if define else _People(memory, _sent(statements), {})
    if people is None or (define and not _describe_nothing_new(memory, seen, statements)):
        return None
    try:
        parameters = _parameters(people, statements)
    except KeyError:
        return None
    if parameters is None:
        return None
    found = _called([str(organisation), str(memory.names), str(definitions), *parameters])
    if not found:
        return None
    first, *numbers = found
    _remember(people, numbers, seen)
    return tuple(first + place for place in range(len(statements)))


def _sent(statements: Sequence[Prepared]) -> dict[str, bytes]:
    return agent_descriptions(agent for one in statements for agent in one.mentions.agents)


def _people(memory: Memory, seen: Mapping[int, bytes], statements: Sequence[Prepared]) -> _People | None:
    """Who is named; None where somebody known is given a name that is new, or a stranger several."""
    names: dict[str, str] = {}
    for key, name, told in named(statements):
        number = memory.numbers.get(("agent", key))
        if number is not None and seen.get(-number) != stamp(told):
            return None
        if names.setdefault(key, name) != name:
            return None
    return _People(memory, _sent(statements), names)


def _describe_nothing_new(memory: Memory, seen: Mapping[int, bytes], statements: Sequence[Prepared]) -> bool:
    for iri, _, told in described(statements):
        number = memory.numbers.get(("activity", iri))
        if number is None or seen.get(number) != stamp(told):
            return False
    return True


def _remember(people: _People, numbers: Sequence[int], seen: dict[int, bytes]) -> None:
    for one, number in zip(people.strangers, numbers, strict=True):
        key = str(one["identifier"])
        people.memory.numbers["agent", key] = number
        if "name" in one:
            seen[-number] = stamp(people.sent[key])


def _called(parameters: Sequence[object]) -> list[int]:
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection.wrap_database_errors, Cursor(raw) as cursor:
        return [int(row[0]) for row in cursor.execute(_CALL, parameters)]


def _parameters(people: _People, statements: Sequence[Prepared]) -> list[object] | None:
    """What the function takes; KeyError when a verb or an activity is not known yet."""
    numbers = people.memory.numbers
    about = [one.mentions for one in statements]
    actors, authorities = [people.place(one.actor) for one in about], [people.place(one.authority) for one in about]
    agents = [
        (place, people.place(key), near)
        for place, one in enumerate(about)
        for keys, near in ((one.near_agents, True), (one.far_agents, False))
        for key in keys
    ]
    activities = [(place, numbers["activity", key]) for place, one in enumerate(about) for key in one.far_activities]
    tails = [one.tail for one in statements]
    starts = [1 + sum(len(tail) for tail in tails[:place]) for place in range(len(tails))]
    strangers = encoded(people.strangers)
    if b"\\u0000" in strangers:
        return None  # PostgreSQL's jsonb knows no such character.
    return [
        _array(people.numbers),
        strangers.decode(),
        _array(one.id for one in statements),
        _array(actors),
        _array(numbers["verb", one.verb] for one in about),
        _array(None if one.activity is None else numbers["activity", one.activity] for one in about),
        _array(authorities),
        _array(one.registration for one in about),
        _array(one.offset_minutes for one in statements),
        _array(starts),
        _array(len(tail) for tail in tails),
        b"".join(tails),
        *(_array(row[place] for row in agents) for place in range(3)),
        *(_array(row[place] for row in activities) for place in range(2)),
    ]


def _array(values: Iterable[object]) -> str:
    """Numbers and UUIDs as PostgreSQL writes an array."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
