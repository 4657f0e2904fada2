"""Keep a survey's text, send it for an initiative, and ask whoever is due."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.paths.models import Enrolment
from upshot.web.people.models import Person
from upshot.web.surveys.models import Ask, SurveyText, Use
from upshot.web.surveys.questionnaire import Survey, parse_survey
from upshot.web.surveys.texts import survey_of

__all__ = ["OPEN_FOR", "ask_due", "begin", "due", "end", "keep_text"]

OPEN_FOR = dt.timedelta(days=21)
"""How long a survey can be answered."""
_KEPT = dt.timedelta(days=365)


@transaction.atomic
def keep_text(*, viewer: Viewer, body: str) -> SurveyText:
    """Keep a text as the newest version of its survey; one that says the same as a kept one is that.

    Raises
    ------
    InputError
        With every problem of the text.
    """
    survey = parse_survey(body)
    digest = hashlib.sha256(body.encode()).hexdigest()
    viewer.organisation.hold()
    own = SurveyText.objects.filter(organisation=viewer.organisation, name=survey.id)
    same = own.filter(hash=digest).first()
    if same is not None:
        return same
    newest = own.order_by("-number").values_list("number", flat=True).first() or 0
    made = SurveyText.objects.create(
        organisation=viewer.organisation, name=survey.id, number=newest + 1, hash=digest, body=body, author=viewer.user
    )
    record(viewer, "survey-kept", survey.id, version=made.number)
    return made


@transaction.atomic
def begin(*, viewer: Viewer, text: SurveyText, initiative: str, since: dt.date) -> Use:
    """Send a survey for an initiative from now on, to whoever did the path since a day; once, however often called.

    Raises
    ------
    InputError
        If the same survey is sent for it in another version: two at once would ask people twice.
    """
    viewer.organisation.hold()
    running = Use.objects.filter(organisation=viewer.organisation, initiative=initiative, ended=None)
    there = running.filter(text__name=text.name).first()
    if there is not None and there.text_id == text.pk:
        return there
    if there is not None:
        said = _("Another version of this survey is being sent for this initiative.")
        raise InputError(Problem(code="sent-already", text=said, fix=_("End it first.")))
    made = Use.objects.create(
        organisation=viewer.organisation, initiative=initiative, text=text, since=since, begun_by=viewer.user
    )
    record(viewer, "survey-begun", f"survey {made.pk}", initiative=initiative)
    return made


@transaction.atomic
def end(*, viewer: Viewer, use: Use) -> None:
    """Ask nobody any more; what was answered stays, what is open can be answered until it closes."""
    if Use.objects.filter(pk=use.pk, ended=None).update(ended=timezone.now()):
        record(viewer, "survey-ended", f"survey {use.pk}", initiative=use.initiative)


def due(now: dt.datetime) -> None:
    """A chore: ask whoever is due, once; forget who was asked a year after it closed."""
    day = timezone.localdate(now)
    for use in Use.objects.filter(ended=None).select_related("organisation", "text"):
        ask_due(use, on=day)
    Ask.objects.filter(closes__lt=day - _KEPT).delete()


def ask_due(use: Use, *, on: dt.date) -> int:
    """Ask those whose day has come and who were not asked; how many."""
    survey = survey_of(use.text)
    wanted = _readers(use, survey, on)
    known = set(use.asks.values_list("person", flat=True))
    new = [Ask(use=use, person=person, opened=on, closes=on + OPEN_FOR) for person in wanted if person not in known]
    if not new:
        return 0
    try:
        with transaction.atomic():
            Ask.objects.bulk_create(new)
            propose_all(use.organisation, [_message(use, survey, one) for one in new])
    except IntegrityError:
        # Another worker asked them at the same moment: nothing of this round is kept, the next finds them asked.
        return 0
    return len(new)


def _readers(use: Use, survey: Survey, on: dt.date) -> Iterable[str]:
    """Whoever did the path so long ago, or their managers; those who were waived did not do it."""
    done = Enrolment.objects.filter(
        organisation=use.organisation, initiative=use.initiative, done__gte=use.since, waived=False
    )
    days = done.values_list("person", "done")
    ready = [person for person, day in days if day is not None and survey.after.after(day) <= on]
    here = Person.objects.filter(organisation=use.organisation, left=None)
    people = list(here.filter(key__in=ready).order_by("key").values_list("key", "manager"))
    if survey.to == "learner":
        return [key for key, _manager in people]
    managers = {manager for _key, manager in people if manager}
    return sorted(here.filter(key__in=managers).values_list("key", flat=True))


def _message(use: Use, survey: Survey, one: Ask) -> Proposal:
    why = _("You did this path.") if survey.to == "learner" else _("People of yours did this path.")
    return Proposal(
        person=one.person, kind="survey", key=f"survey:{one.pk}", why=why, about=f"survey:{use.pk}",
        context={"title": survey.title, "questions": len(survey.questions)},
        link=reverse("survey", kwargs={"org": use.organisation.slug, "number": one.pk}),
        expires=dt.datetime.combine(one.closes, dt.time(), dt.UTC),
    )  # fmt: skip
