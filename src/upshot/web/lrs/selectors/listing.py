"""Statements as a person reads them: who, did, what; and why requests were refused, counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Refusal
from upshot.web.lrs.store.prepared import moment_of
from upshot.web.lrs.store.reading import one_statement, page
from upshot.xapi.decode import as_object
from upshot.xapi.identity import identifier
from upshot.xapi.query import Filters, StatementQuery

__all__ = ["Listed", "Listing", "Search", "found", "refusals", "shown"]

PAGE = 50


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; identifiers as statements have them."""

    agent: str = ""
    verb: str = ""
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    id: str
    at: datetime
    actor: str
    verb: str
    object: str
    result: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of lines, and where the next begins; None on the last."""

    lines: tuple[Listed, ...]
    next: int | None


def found(organisation: Organisation, search: Search, *, cursor: int | None = None) -> Listing:
    """Statements that match, newest first."""
    filters = Filters(
        agent=search.agent or None,
        verb=search.verb or None,
        activity=search.activity or None,
        related_agents=True,
        related_activities=True,
    )
    rows = page(organisation.pk, StatementQuery(filters=filters, limit=PAGE, cursor=cursor))
    lines = (_line(as_object(row.payload, "The statement stored"), row.stored) for row in rows.rows)
    return Listing(tuple(lines), rows.next)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _name(value: Mapping[str, object]) -> str:
    """The first text of a language map."""
    return next((str(text) for text in value.values()), "")


def _line(value: Mapping[str, object], stored: int) -> Listed:
    actor, verb, about = (_mapping(value.get(key)) for key in ("actor", "verb", "object"))
    title = _name(_mapping(_mapping(about.get("definition")).get("name")))
    return Listed(
        id=str(value.get("id")),
        at=moment_of(stored),
        actor=str(actor.get("name") or identifier(actor) or "a group"),
        verb=_name(_mapping(verb.get("display"))) or str(verb.get("id")).rpartition("/")[2],
        object=title or str(about.get("id") or identifier(about) or about.get("objectType")),
        result=_result(_mapping(value.get("result"))),
    )


def _result(result: Mapping[str, object]) -> str:
    words = []
    if isinstance(result.get("success"), bool):
        words.append("passed" if result["success"] else "not passed")
    scaled = _mapping(result.get("score")).get("scaled")
    if isinstance(scaled, int | float):
        words.append(f"{scaled:.0%}")
    return ", ".join(words)


def shown(organisation: Organisation, statement_id: str) -> str | None:
    """A statement, voided or not, as indented JSON; None where there is none."""
    for voided in (False, True):
        row = one_statement(organisation.pk, statement_id, voided=voided)
        if row is not None:
            return json.dumps(as_object(row.payload, "The statement stored"), indent=2, ensure_ascii=False)
    return None


def refusals(organisation: Organisation) -> tuple[list[dict[str, object]], list[Refusal]]:
    """Refused requests of the last 30 days: counted by credential and resource, and the newest of them."""
    kept = Refusal.objects.filter(organisation=organisation)
    counted = kept.values("credential", "resource", "status").annotate(times=Count("pk"), newest=Max("at"))
    return [dict(one) for one in counted.order_by("-times")[:50]], list(kept[:100])
