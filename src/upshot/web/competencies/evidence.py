"""Write the evidence log: from practice as it happens, from work by whoever saw it, and set an entry aside."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.competencies.known import known
from upshot.web.competencies.models import Ask, Evidence
from upshot.web.competencies.told import EndedAttempt
from upshot.web.people.models import Person

__all__ = ["answer", "ask", "entries_of", "from_attempt", "keep", "observe", "remembered"]

Kind = Evidence.Kind
_LONGEST = 500


def entries_of(ended: EndedAttempt) -> list[Evidence]:
    """One entry for each competency that an attempt measured; the first attempt is the measurement."""
    first = ended.number == 1
    why = (
        gettext_noop("First attempt: it counts as the measurement.")
        if first
        else gettext_noop("A later attempt: practice, which changes no level.")
    )
    return [
        Evidence(
            organisation=ended.organisation, person=ended.person, competency=competency, share=round(share, 4),
            kind=Kind.MEASURED if first else Kind.PRACTISED, at=ended.at, about=ended.activity, why=why,
            what=f"{ended.title} ({ended.version})"[:300], source=f"attempt:{ended.registration}",
        )
        for competency, share in ended.competencies
    ]  # fmt: skip


def from_attempt(ended: EndedAttempt) -> None:
    """Enter what an attempt shows; entered once, however often it is told."""
    keep(entries_of(ended))


def keep(entries: Iterable[Evidence]) -> None:
    """Add entries; those that are there are left as they are."""
    Evidence.objects.bulk_create(entries, batch_size=500, ignore_conflicts=True)


def remembered(
    *, organisation: Organisation, person: str, competencies: Sequence[str], about: str, title: str, why: str,
    source: str, at: dt.datetime,
) -> None:  # fmt: skip
    """Enter that decisions of a scenario were remembered days later."""
    keep(
        Evidence(
            organisation=organisation, person=person, competency=one, kind=Kind.REMEMBERED, at=at, what=title[:300],
            why=why[:_LONGEST], about=about, source=source,
        )
        for one in competencies
    )  # fmt: skip


def observe(
    *, viewer: Viewer, person: str, competency: str, level: int, what: str, source: str, at: dt.datetime | None = None
) -> Evidence:
    """Enter what was seen at work; the level follows it.

    Raises
    ------
    InputError
        If there is no such competency or level, it is not said what was seen, or somebody would enter their own.
    """
    one = known(viewer.organisation).get(competency)
    problems = list[Problem]()
    if one is None:
        problems.append(Problem(code="unknown-competency", text=_("There is no such competency."), fix=""))
    elif not 0 <= level < len(one.ladder.levels):
        problems.append(Problem(code="unknown-level", text=_("There is no such level."), fix=_("Choose one.")))
    if not what.strip():
        text = _("It is not said what was seen.")
        problems.append(Problem(code="no-reason", text=text, fix=_("Write what you saw, in a sentence.")))
    if viewer.person and viewer.person == person:
        text = _("Nobody enters what they saw of themselves.")
        problems.append(Problem(code="own-evidence", text=text, fix=_("Ask somebody who sees you at work.")))
    if problems:
        raise InputError(problems)
    entry, new = Evidence.objects.get_or_create(
        organisation=viewer.organisation, person=person, competency=competency, source=source,
        defaults={
            "kind": Kind.OBSERVED, "level": level, "at": at or timezone.now(), "by": viewer.user,
            "what": _("Seen at work"), "why": what.strip()[:_LONGEST],
        },
    )  # fmt: skip
    if new:
        record(viewer, "evidence-entered", competency, level=level)
    return entry


def ask(*, viewer: Viewer, competency: str, level: int) -> Ask:
    """Ask the viewer's manager of today whether they saw a level at work; while it is open it is the same request.

    Raises
    ------
    InputError
        If the viewer is not on the roster, or nobody is their manager.
    """
    me = Person.objects.filter(organisation=viewer.organisation, key=viewer.person).exclude(key="").first()
    if me is None or not me.manager:
        text = _("The roster names nobody as your manager.")
        raise InputError(Problem(code="no-manager", text=text, fix=_("Ask whoever keeps the roster.")))
    made, _new = Ask.objects.get_or_create(
        organisation=viewer.organisation, person=viewer.person, competency=competency, answered=None,
        defaults={"manager": me.manager, "level": level},
    )  # fmt: skip
    if made.manager != me.manager:
        made.manager = me.manager
        made.save(update_fields=["manager"])
    return made


@transaction.atomic
def answer(*, viewer: Viewer, number: int, seen: bool, note: str) -> Ask:
    """Answer somebody who asked; a level that was seen is entered into their log.

    Raises
    ------
    InputError
        If it is another manager's, or it was seen and is not said how.
    """
    mine = Ask.objects.select_for_update().filter(organisation=viewer.organisation, pk=number, manager=viewer.person)
    found = mine.exclude(manager="").first()
    if found is None:
        raise InputError(Problem(code="not-asked", text=_("Nobody asked you this."), fix=_("Look at the list again.")))
    if found.answered is not None:
        return found
    if seen:
        observe(
            viewer=viewer, person=found.person, competency=found.competency, level=found.level, what=note,
            source=f"ask:{found.pk}",
        )  # fmt: skip
    found.answered, found.seen, found.note = timezone.now(), seen, note.strip()[:_LONGEST]
    found.save()
    return found
