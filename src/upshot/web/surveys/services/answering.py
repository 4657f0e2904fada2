"""Take the answers of a survey: once, and kept apart from who gave them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.people.models import Person
from upshot.web.privacy.scrubbing import scrub
from upshot.web.surveys.models import Ask, Response

__all__ = ["Given", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody answered: question to answer, and open question to words."""

    answers: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def answer(*, viewer: Viewer, ask: Ask, given: Given) -> bool:
    """Keep the answers; whether they were taken (a second sending changes nothing).

    Raises
    ------
    InputError
        If the survey has closed.
    """
    found = Ask.objects.select_for_update(of=("self",)).select_related("use").get(pk=ask.pk, person=viewer.person)
    if found.answered:
        return False
    if found.closes < timezone.localdate():
        text = _("This survey has closed.")
        raise InputError(Problem(code="closed", text=text, fix=_("Nothing needs to be done.")))
    region = Person.objects.filter(organisation=viewer.organisation, key=viewer.person).values_list("region", flat=True)
    words = {name: scrub(text.strip()).text for name, text in given.words.items() if text.strip()}
    Response.objects.create(use=found.use, group=region.first() or "", answers=dict(given.answers), words=words)
    found.answered = True
    found.save(update_fields=["answered"])
    return True
