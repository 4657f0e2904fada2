"""Statements of practice into the organisation's record store, in the transaction that stores the answer."""

import json
from collections.abc import Iterable, Mapping

from django.conf import settings

from upshot.web.accounts.models import Organisation
from upshot.web.lrs.principal import Principal, Scope
from upshot.web.lrs.services.receiving import receive_all
from upshot.web.practice.content import Playable
from upshot.web.practice.models import Attempt
from upshot.web.practice.statements import Writer
from upshot.xapi.identity import identifier
from upshot.xapi.versions import Version

__all__ = ["store", "writer_of"]


def writer_of(attempt: Attempt, content: Playable) -> Writer:
    """Who writes this attempt's statements."""
    scenario = content.scenario
    return Writer(
        home=settings.ENVIRONMENT.url,
        person=attempt.person,
        registration=attempt.registration,
        attempt=attempt.number,
        activity=attempt.scenario.activity,
        title=scenario.title,
        lang=scenario.lang,
        revision=f"{attempt.version.number} {attempt.version.fingerprint}",
        competencies=tuple(one.id for one in scenario.competencies),
    )


def store(organisation: Organisation, statements: Iterable[Mapping[str, object]]) -> None:
    """Store statements; their ids are made from the attempt, so that one that is there already changes nothing."""
    body = json.dumps(list(statements), ensure_ascii=False).encode()
    receive_all(_practice(organisation), Version.V1_0_3, body, {})


def _practice(organisation: Organisation) -> Principal:
    """The product answers for what its own pages record."""
    authority: dict[str, object] = {
        "objectType": "Agent",
        "name": "Upshot practice",
        "account": {"homePage": settings.ENVIRONMENT.url, "name": "upshot-practice"},
    }
    return Principal(
        organisation=organisation.pk,
        name="Practice",
        scopes=frozenset({Scope.ALL}),
        authority=authority,
        authority_key=identifier(authority) or "",
    )
