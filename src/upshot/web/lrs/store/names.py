"""Verbs, activities and agents as numbers: looked up once, remembered for as long as nothing was erased."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from django.db import transaction

from upshot.web.lrs.store.dialect import Value, marks, rows
from upshot.web.lrs.store.transactions import Turn

__all__ = [
    "Kind",
    "Memory",
    "digest",
    "found",
    "interned",
    "recalled",
    "remember_definition",
    "remembered_definition",
    "stamp",
]

Kind: TypeAlias = Literal["verb", "activity", "agent"]

_TEXT_COLUMN: Mapping[Kind, str] = {"verb": "iri", "activity": "iri", "agent": "identifier"}
_MOST = 200_000
_AT_FIRST = 2_000


@dataclass(slots=True)
class Memory:
    """What this process knows of one organisation's names since they last changed their meaning.

    Whoever reads it outside a turn takes ``definitions`` before ``seen``, and lets the database say whether ``names``
    and ``definitions`` still are what they were.
    """

    names: int
    numbers: dict[tuple[Kind, str], int] = field(default_factory=dict)
    definitions: int = 0
    seen: dict[int, bytes] = field(default_factory=dict)


_memories: dict[int, Memory] = {}


def digest(text: str) -> str:
    """The key of a text that may be too long for an index."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def recalled(organisation: int) -> Memory | None:
    """What is remembered without asking the database, unless it is so much that the next turn begins anew.

    It may have aged.
    """
    memory = _memories.get(organisation)
    return memory if memory is not None and max(len(memory.numbers), len(memory.seen)) <= _MOST else None


def stamp(description: bytes) -> bytes:
    """What is remembered of a description."""
    return hashlib.blake2b(description, digest_size=16).digest()


def _memory(turn: Turn) -> Memory:
    memory = _memories.get(turn.organisation)
    if memory is None or memory.names != turn.names or len(memory.numbers) > _MOST:
        memory = _memories[turn.organisation] = _begun(turn)
    if memory.definitions != turn.definitions or len(memory.seen) > _MOST:
        memory.seen = {}
        memory.definitions = turn.definitions
    return memory


def _begun(turn: Turn) -> Memory:
    """A new memory, with the verbs and activities that were named last; agents are too many to ask for beforehand."""
    memory = Memory(turn.names, definitions=turn.definitions)
    newest = f"FROM lrs_{{}} WHERE organisation_id = %s ORDER BY id DESC LIMIT {_AT_FIRST}"
    for iri, number in rows(f"SELECT iri, id {newest.format('verb')}", [turn.organisation]):
        memory.numbers["verb", str(iri)] = int(number)
    for iri, number, definition in rows(f"SELECT iri, id, definition {newest.format('activity')}", [turn.organisation]):
        memory.numbers["activity", str(iri)] = int(number)
        if definition is not None:
            memory.seen[int(number)] = stamp(bytes(definition))
    return memory


def interned(turn: Turn, kind: Kind, texts: Iterable[str], described: Mapping[str, bytes]) -> dict[str, int]:
    """The numbers of texts; those not known yet are stored, in one order for all writers.

    Parameters
    ----------
    turn
        The writer's turn.
    kind
        What the texts are.
    texts
        IRIs, or identifiers of agents.
    described
        For agents: each as JSON, kept with a new one.
    """
    memory = _memory(turn)
    wanted = set(texts)
    numbers = {text: number for text in wanted if (number := memory.numbers.get((kind, text))) is not None}
    unknown = sorted(wanted - numbers.keys())
    if unknown:
        fresh = _stored(turn.organisation, kind, unknown, described)
        numbers.update(fresh)
        transaction.on_commit(lambda: memory.numbers.update({(kind, text): key for text, key in fresh.items()}))
    return numbers


def _stored(organisation: int, kind: Kind, texts: list[str], described: Mapping[str, bytes]) -> dict[str, int]:
    keys = {digest(text): text for text in texts}
    numbers = _numbers(organisation, kind, keys)
    missing = sorted(key for key in keys if keys[key] not in numbers)
    if missing:
        column = _TEXT_COLUMN[kind]
        columns = ["organisation_id", "key", column, *(["described"] if kind == "agent" else [])]
        newcomers: list[list[Value]] = [
            [organisation, key, keys[key], *([described[keys[key]]] if kind == "agent" else [])] for key in missing
        ]
        numbers |= {keys[key]: number for key, number in _inserted(f"lrs_{kind}", columns, newcomers)}
    return numbers


def _inserted(table: str, columns: list[str], newcomers: list[list[Value]]) -> Iterator[tuple[str, int]]:
    """Store names that are not there; their keys and numbers. Writers take turns, so nobody else does so meanwhile."""
    for start in range(0, len(newcomers), 500):
        part = newcomers[start : start + 500]
        values = ", ".join([f"({marks(len(columns))})"] * len(part))
        command = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values} RETURNING key, id"
        for key, number in rows(command, [value for newcomer in part for value in newcomer]):
            yield str(key), int(number)


def _numbers(organisation: int, kind: Kind, keys: Mapping[str, str]) -> dict[str, int]:
    found_numbers: dict[str, int] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        command = f"SELECT key, id FROM lrs_{kind} WHERE organisation_id = %s AND key IN ({marks(len(part))})"
        found_numbers.update({keys[key]: int(number) for key, number in rows(command, [organisation, *part])})
    return found_numbers


def found(organisation: int, kind: Kind, text: str) -> int | None:
    """The number of a text, or None where no statement named it."""
    return _numbers(organisation, kind, {digest(text): text}).get(text)


def remembered_definition(turn: Turn, number: int, new: bytes) -> bool:
    """Whether this description of a thing was merged already, and none after it."""
    return _memory(turn).seen.get(number) == stamp(new)


def remember_definition(turn: Turn, number: int, new: bytes) -> None:
    """Remember that a description was merged, once the transaction is."""
    memory = _memory(turn)
    transaction.on_commit(lambda: memory.seen.__setitem__(number, stamp(new)))
