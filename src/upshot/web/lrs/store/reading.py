"""Statements out of the database: one by its id, or a page of those that match, found by their index alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from upshot.web.lrs.store.dialect import Value, marks, one_index, rows, uuid_value
from upshot.web.lrs.store.names import found
from upshot.xapi.attachments import Attachment
from upshot.xapi.query import Filters, StatementQuery

__all__ = ["MOST", "Page", "Row", "attachments_for", "definitions_for", "one_statement", "page"]

MOST = 500
"""Statements of one page at most."""
USUAL = 100
"""Statements of a page when the query sets no limit."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored statement: its instant and its bytes."""

    stored: int
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Statements in the order asked for, and where the next page starts; None on the last."""

    rows: tuple[Row, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class _Branch:
    """One way to match: tables beside the statement's own, conditions, and their parameters."""

    joins: str
    conditions: tuple[str, ...]
    parameters: tuple[Value, ...]

    @property
    def lead(self) -> str:
        """The alias of the first table beside the statement's own."""
        return self.joins.split()[1]

    def and_also(self, other: "_Branch") -> "_Branch":
        joins = " CROSS JOIN ".join(one for one in (self.joins, other.joins) if one)
        return _Branch(joins, self.conditions + other.conditions, self.parameters + other.parameters)


def one_statement(organisation: int, statement: str, *, voided: bool, authority: str | None = None) -> Row | None:
    """A statement by its id, if it is voided or not as asked; only of one authority where one is given."""
    condition, parameters = _own(organisation, authority)
    stored = rows(
        "SELECT stored, payload FROM lrs_statement s WHERE organisation_id = %s AND statement_id = %s "
        f"AND voided = %s {condition}",
        [organisation, uuid_value(UUID(statement)), voided, *parameters],
    )
    return Row(int(stored[0][0]), bytes(stored[0][1])) if stored else None


def _own(organisation: int, authority: str | None) -> tuple[str, list[Value]]:
    if authority is None:
        return "", []
    return "AND s.authority_id = %s", [found(organisation, "agent", authority) or -1]


def page(organisation: int, query: StatementQuery, *, authority: str | None = None) -> Page:
    """The statements that match, newest first unless asked otherwise.

    Parameters
    ----------
    organisation
        Whose statements.
    query
        What is asked for.
    authority
        Key of the only authority whose statements may be seen, where the caller may not see all.
    """
    limit = min(query.limit or USUAL, MOST)
    own, own_parameters = _own(organisation, authority)
    span, span_parameters = _span(query)
    order = "ASC" if query.ascending else "DESC"
    inner, inner_parameters = _matching(organisation, query.filters, f"{span} {own}", order, limit + 1,
                                        [*span_parameters, *own_parameters])  # fmt: skip
    command = (
        f"SELECT s.stored, s.payload FROM lrs_statement s WHERE s.organisation_id = %s AND s.stored IN ({inner}) "
        f"ORDER BY s.stored {order} LIMIT {limit + 1}"
    )
    matching = tuple(
        Row(int(stored), bytes(payload)) for stored, payload in rows(command, [organisation, *inner_parameters])
    )
    return Page(matching[:limit], matching[limit - 1].stored if len(matching) > limit else None)


def _span(query: StatementQuery) -> tuple[str, list[Value]]:
    conditions: list[str] = []
    parameters: list[Value] = []
    bounds: list[tuple[str, int | None]] = [
        (">", _micros(query.since)),
        ("<=", _micros(query.until)),
        (">" if query.ascending else "<", query.cursor),
    ]
    for sign, bound in bounds:
        if bound is not None:
            conditions.append(f"AND s.stored {sign} %s")
            parameters.append(bound)
    return " ".join(conditions), parameters


def _micros(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _matching(
    organisation: int, filters: Filters, span: str, order: str, limit: int, span_parameters: list[Value]
) -> tuple[str, list[Value]]:
    """SQL for the instants of at most ``limit`` statements that match: directly, or by what they refer to."""
    branches = list(_branches(organisation, filters))
    selects: list[str] = []
    parameters: list[Value] = []
    for branch in branches:
        conditions = " ".join(f"AND {one}" for one in branch.conditions)
        # What a statement names beside its own columns leads: its index is in the order of the page, and short.
        lead = f"{branch.joins} CROSS JOIN lrs_statement s" if branch.joins else "lrs_statement s"
        key = f"{branch.lead}.stored" if branch.joins else "s.stored"
        selects.append(
            f"SELECT * FROM (SELECT s.stored FROM {lead} WHERE s.organisation_id = %s "
            f"AND NOT s.voided {conditions} {span} ORDER BY {key} {order} LIMIT {limit}) b{len(selects)}"
        )
        parameters += [organisation, *branch.parameters, *span_parameters]
    if filters.any:
        for branch in branches:
            # The conditions hold for the target t; the statement s that refers to it is what is returned.
            joins = f", {branch.joins.replace(' CROSS JOIN ', ', ')}" if branch.joins else ""
            conditions = " ".join(f"AND {one}" for one in branch.conditions).replace("s.", "t.")
            selects.append(
                "SELECT * FROM (SELECT s.stored FROM lrs_reference r "
                "JOIN lrs_statement t ON t.organisation_id = r.organisation_id AND t.statement_id = r.target "
                f"JOIN lrs_statement s ON s.organisation_id = r.organisation_id AND s.stored = r.stored{joins} "
                f"WHERE r.organisation_id = %s AND NOT s.voided {conditions} {span} "
                f"ORDER BY s.stored {order} LIMIT {limit}) b{len(selects)}"
            )
            parameters += [organisation, *branch.parameters, *span_parameters]
    return " UNION ".join(selects), parameters


def _branches(organisation: int, filters: Filters) -> Iterator[_Branch]:
    plain = _plain(organisation, filters)
    for by in _agent_branches(organisation, filters):
        for about in _activity_branches(organisation, filters):
            yield by.and_also(about).and_also(plain)


def _plain(organisation: int, filters: Filters) -> _Branch:
    conditions: list[str] = []
    parameters: list[Value] = []
    if filters.registration is not None:
        conditions.append("s.registration = %s")
        parameters.append(uuid_value(UUID(filters.registration)))
    if filters.verb is not None:
        alone = filters.agent is None and filters.activity is None and filters.registration is None
        conditions.append(f"{one_index('s.verb_id', use=alone)} = %s")
        parameters.append(found(organisation, "verb", filters.verb) or -1)
    return _Branch("", tuple(conditions), tuple(parameters))


def _agent_branches(organisation: int, filters: Filters) -> list[_Branch]:
    if filters.agent is None:
        return [_Branch("", (), ())]
    number = found(organisation, "agent", filters.agent) or -1
    column = one_index("s.actor_id", use=filters.registration is None)
    named = ("x.stored = s.stored", "x.agent_id = %s", *(() if filters.related_agents else ("x.near",)))
    branches = [_Branch("", (f"{column} = %s",), (number,)), _Branch("lrs_statement_agent x", named, (number,))]
    if filters.related_agents:
        branches.append(_Branch("", ("s.authority_id = %s",), (number,)))
    return branches


def _activity_branches(organisation: int, filters: Filters) -> list[_Branch]:
    if filters.activity is None:
        return [_Branch("", (), ())]
    number = found(organisation, "activity", filters.activity) or -1
    column = one_index("s.activity_id", use=filters.agent is None and filters.registration is None)
    branches = [_Branch("", (f"{column} = %s",), (number,))]
    if filters.related_activities:
        named = ("y.stored = s.stored", "y.activity_id = %s")
        branches.append(_Branch("lrs_statement_activity y", named, (number,)))
    return branches


def attachments_for(organisation: int, stored: Sequence[int]) -> tuple[Attachment, ...]:
    """The attachments whose bytes are kept for these statements, each once."""
    if not stored:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.sha2, a.content_type, a.content FROM lrs_attachment a WHERE a.organisation_id = %s AND a.sha2 IN "
            "(SELECT u.sha2 FROM lrs_attachment_use u "
            f"WHERE u.organisation_id = %s AND u.stored IN ({marks(len(stored))})) ORDER BY a.id",
            [organisation, organisation, *stored],
        )
        return tuple(Attachment(str(sha2), str(kind), bytes(content)) for sha2, kind, content in cursor.fetchall())


def definitions_for(organisation: int, iris: Sequence[str]) -> dict[str, bytes]:
    """The definitions kept of activities, as JSON, by IRI."""
    known: dict[str, bytes] = {}
    from upshot.web.lrs.store.names import digest

    keys = [digest(iri) for iri in dict.fromkeys(iris)]
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            cursor.execute(
                f"SELECT iri, definition FROM lrs_activity WHERE organisation_id = %s AND key IN ({marks(len(part))})",
                [organisation, *part],
            )
            known.update({str(iri): bytes(kept) for iri, kept in cursor.fetchall() if kept is not None})
    return known
