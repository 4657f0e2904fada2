"""Statements received: decoded, held to the specification, completed, stored; all of a request, or each by itself."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.conf import settings

from upshot.errors import ConflictError, Problem, RequestError, StatementError, XapiError
from upshot.web.lrs.principal import Principal, Scope
from upshot.web.lrs.store.prepared import Prepared, prepared
from upshot.web.lrs.store.writing import write
from upshot.xapi.attachments import Attachment, attachments_of, check_attachments
from upshot.xapi.decode import decoded_once
from upshot.xapi.equality import same
from upshot.xapi.identity import identifier
from upshot.xapi.normal import completed, normalised
from upshot.xapi.statements import problems_of
from upshot.xapi.versions import Version

__all__ = ["Outcome", "account_of", "receive_all", "receive_each", "receive_lines", "receive_one", "receive_own"]

_POST = "xAPI 1.0.3 Communication 2.1; IEEE 9274.1.1 4.1.6.1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one statement of a request: its id, and the problems that kept it from being stored."""

    id: UUID | None
    problems: tuple[Problem, ...] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class _Batch:
    """One request's statements on their way."""

    principal: Principal
    version: Version
    received: datetime
    attachments: Mapping[str, Attachment]

    def ready(self, valid: Mapping[str, object]) -> Prepared:
        """A valid statement, ready to be stored."""
        plain = normalised(valid, self.version)
        own = plain.get("authority")
        keeps = self.principal.trusted and isinstance(own, Mapping)
        whole = completed(
            plain,
            statement_id=None if "id" in plain else uuid4(),
            authority=own if keeps and isinstance(own, Mapping) else self.principal.authority,
            received=self.received,
            version=self.version,
        )
        hashes = tuple(
            hash_ for entry in attachments_of(whole) if (hash_ := str(entry["sha2"]).lower()) in self.attachments
        ) if self.attachments else ()  # fmt: skip
        return prepared(whole, given_id="id" in plain, timestamp=valid.get("timestamp"), hashes=hashes)


def _batch(principal: Principal, version: Version, attachments: Mapping[str, Attachment]) -> _Batch:
    return _Batch(principal, version, datetime.now(UTC), attachments)


def _statements(body: bytes) -> list[object]:
    value = decoded_once(body, "The request")
    return value if isinstance(value, list) else [value]


def receive_own(organisation: int, part: str, statements: Iterable[Mapping[str, object]]) -> None:
    """Store what the pages of one part of the product record, in the transaction under way; the product vouches for it.

    Raises
    ------
    StatementError, ConflictError
        As `receive_all`.
    """
    authority = {"objectType": "Agent", "name": f"Upshot {part}", "account": account_of(part)}
    principal = Principal(
        organisation=organisation,
        name=part.capitalize(),
        scopes=frozenset({Scope.ALL}),
        authority=authority,
        authority_key=identifier(authority) or "",
    )
    receive_all(principal, Version.V1_0_3, json.dumps(list(statements), ensure_ascii=False).encode(), {})


def account_of(part: str) -> Mapping[str, str]:
    """The account under which a part of the product records."""
    return {"homePage": settings.ENVIRONMENT.url, "name": f"upshot-{part}"}


def receive_all(
    principal: Principal, version: Version, body: bytes, attachments: Mapping[str, Attachment]
) -> list[UUID]:
    """Store every statement of a POST, or none.

    Raises
    ------
    StatementError
        When a statement is not valid; the path of each problem begins with the statement's place.
    RequestError
        When the body is no JSON, an id is used twice, or attachments do not fit.
    ConflictError
        When an id is stored with another statement.
    """
    values = _statements(body)
    _refuse_invalid(values, version)
    valid = [value for value in values if isinstance(value, dict)]
    check_attachments(valid, attachments)
    batch = _batch(principal, version, attachments)
    ready = [batch.ready(value) for value in valid]
    _refuse_twice(ready)
    written = write(principal.organisation, ready, attachments, define=principal.defines)
    if written.conflicting:
        raise ConflictError([_conflict(one) for one in sorted(written.conflicting)])
    return [one.id for one in ready]


def receive_one(
    principal: Principal, version: Version, statement_id: str, body: bytes, attachments: Mapping[str, Attachment]
) -> None:
    """Store the statement of a PUT under its id.

    Raises
    ------
    StatementError, RequestError, ConflictError
        As :func:`receive_all`; also when the body is not one statement, or names another id.
    """
    value = decoded_once(body, "The statement")
    if not isinstance(value, dict):
        text = f"A PUT carries exactly one statement ({_POST})."
        raise RequestError(Problem(code="xapi-put", text=text, fix="Send several statements with POST."))
    own = value.get("id", statement_id)
    if isinstance(own, str) and own.lower() != statement_id:
        text = f"The statement's id is not the one in statementId ({_POST})."
        raise RequestError(Problem(code="xapi-put", text=text, column="id"))
    found = problems_of({**value, "id": own}, version)
    if found:
        raise StatementError(found)
    check_attachments([value], attachments)
    ready = _batch(principal, version, attachments).ready({**value, "id": own})
    written = write(principal.organisation, [ready], attachments, define=principal.defines)
    if written.conflicting:
        raise ConflictError(_conflict(ready.id))


def receive_each(
    principal: Principal, version: Version, body: bytes, attachments: Mapping[str, Attachment]
) -> list[Outcome]:
    """Store every statement of a POST that can be stored, and say of each other one why it was not."""
    return _each(_batch(principal, version, attachments), _statements(body))


def receive_lines(principal: Principal, version: Version, lines: Sequence[bytes]) -> list[Outcome]:
    """Store every statement that can be stored, each on a line of its own; say of each other one why it was not."""
    values: list[object] = []
    broken: dict[int, Outcome] = {}
    for place, line in enumerate(lines):
        try:
            values.append(decoded_once(line, "The line"))
        except RequestError as error:
            broken[place] = Outcome(None, error.problems, error.status)
    outcomes = iter(_each(_batch(principal, version, {}), values, bytes_elsewhere=True))
    return [broken[place] if place in broken else next(outcomes) for place in range(len(lines))]


def _each(batch: _Batch, values: Sequence[object], *, bytes_elsewhere: bool = False) -> list[Outcome]:
    outcomes: list[Outcome] = []
    ready: dict[UUID, Prepared] = {}
    for value in values:
        outcome, one = _tried(batch, value, bytes_elsewhere=bytes_elsewhere)
        if one is not None and one.id in ready:
            repeats = same(one.statement, ready[one.id].statement)
            outcome, one = Outcome(one.id) if repeats else Outcome(one.id, (_twice(one.id),), 400), None
        if one is not None:
            ready[one.id] = one
        outcomes.append(outcome)
    principal = batch.principal
    used = {hash_ for one in ready.values() for hash_ in one.hashes}
    kept = {hash_: found for hash_, found in batch.attachments.items() if hash_ in used}
    written = write(principal.organisation, list(ready.values()), kept, define=principal.defines, all_or_nothing=False)
    return [
        Outcome(one.id, (_conflict(one.id),), 409) if one.id in written.conflicting and one.status == 200 else one
        for one in outcomes
    ]


def _tried(batch: _Batch, value: object, *, bytes_elsewhere: bool) -> tuple[Outcome, Prepared | None]:
    found = problems_of(value, batch.version)
    if found or not isinstance(value, dict):
        return Outcome(_own_id(value), tuple(found), 400), None
    own = {hash_ for entry in attachments_of(value) if (hash_ := str(entry["sha2"]).lower()) in batch.attachments}
    try:
        if not bytes_elsewhere:
            check_attachments([value], {hash_: batch.attachments[hash_] for hash_ in own})
    except XapiError as error:
        return Outcome(_own_id(value), error.problems, error.status), None
    one = batch.ready(value)
    return Outcome(one.id), one


def _own_id(value: object) -> UUID | None:
    text = value.get("id") if isinstance(value, dict) else None
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _refuse_invalid(values: Sequence[object], version: Version) -> None:
    problems: list[Problem] = []
    for place, value in enumerate(values):
        found = problems_of(value, version)
        problems += [_placed(problem, place) for problem in found] if len(values) > 1 else found
        if len(problems) > 100:
            break
    if problems:
        raise StatementError(problems)


def _placed(problem: Problem, place: int) -> Problem:
    return replace(problem, column=f"[{place}].{problem.column}")


def _refuse_twice(ready: Sequence[Prepared]) -> None:
    seen: set[UUID] = set()
    for one in ready:
        if one.id in seen:
            raise RequestError(_twice(one.id))
        seen.add(one.id)


def _twice(statement: UUID) -> Problem:
    text = f"Two statements of the request have the same id ({_POST})."
    return Problem(code="xapi-duplicate", text=text, column="id", value=str(statement))


def _conflict(statement: UUID) -> Problem:
    text = f"Another statement is stored under this id, and statements never change ({_POST})."
    return Problem(code="xapi-conflict", text=text, fix="Give it an id of its own.", column="id", value=str(statement))
