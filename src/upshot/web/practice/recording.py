"""Statements of practice into the organisation's record store, in the transaction that stores the answer."""

from collections.abc import Iterable, Mapping

from django.conf import settings

from upshot.web.accounts.models import Organisation
from upshot.web.lrs.services.receiving import receive_own
from upshot.web.practice.content import Playable
from upshot.web.practice.models import Attempt
from upshot.web.practice.statements import Writer

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
    receive_own(organisation.pk, "practice", statements)
