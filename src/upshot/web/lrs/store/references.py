"""Which statement refers to which, directly or through others, whatever the order they arrive in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from upshot.web.lrs.store.dialect import keep_once, uuid_of, uuid_value

__all__ = ["Newcomer", "link"]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A statement just stored: its instant, id, target if it has one, and whether it voids that."""

    stored: int
    id: UUID
    target: UUID | None
    voids: bool


def link(organisation: int, newcomers: Iterable[Newcomer]) -> None:
    """Keep the references of new statements, closed over chains: who refers to S refers to what S refers to."""
    for one in newcomers:
        if one.target is None:
            continue
        beyond = _targets_of(organisation, one.target)
        reached = {one.target, *beyond} - {one.id}
        sources = _sources_of(organisation, one.id)
        rows = [(organisation, target, one.stored, target == one.target, one.voids and target == one.target)
                for target in reached]  # fmt: skip
        rows += [(organisation, target, source, False, False) for target in reached for source in sources]
        keep_once(
            "lrs_reference",
            ["organisation_id", "target", "stored", "direct", "voids"],
            [(tenant, uuid_value(target), *rest) for tenant, target, *rest in sorted(rows, key=str)],
        )


def _targets_of(organisation: int, statement: UUID) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.target FROM lrs_statement s "
            "JOIN lrs_reference r ON r.organisation_id = s.organisation_id AND r.stored = s.stored "
            "WHERE s.organisation_id = %s AND s.statement_id = %s",
            [organisation, uuid_value(statement)],
        )
        return {uuid_of(row[0]) for row in cursor.fetchall()}


def _sources_of(organisation: int, statement: UUID) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stored FROM lrs_reference WHERE organisation_id = %s AND target = %s",
            [organisation, uuid_value(statement)],
        )
        return {int(row[0]) for row in cursor.fetchall()}
