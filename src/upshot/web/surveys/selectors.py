"""Read surveys: those one is asked to answer, their texts, and where they are sent."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from upshot.web.accounts.viewer import Viewer
from upshot.web.surveys.models import Ask, SurveyText, Use
from upshot.web.surveys.questionnaire import Survey
from upshot.web.surveys.texts import STANDARD, standard_text, survey_of
from upshot.workspace.disclosing import Disclosure

__all__ = ["Kept", "Sent", "ask_of", "asks_waiting", "body_of", "kept_surveys", "use_of", "uses_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A survey that can be sent: its name, its newest version, and what it says."""

    name: str
    version: int
    survey: Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A survey that is, or was, sent for an initiative; counts are withheld where they would tell of a few people."""

    use: Use
    survey: Survey
    asked: int | None
    answered: int | None


def asks_waiting(viewer: Viewer) -> QuerySet[Ask]:
    """Surveys that wait for the viewer's answers."""
    found = Ask.objects.filter(use__organisation=viewer.organisation, person=viewer.person, answered=False)
    return found.exclude(person="").filter(closes__gte=timezone.localdate()).select_related("use__text")


def ask_of(viewer: Viewer, number: UUID) -> Ask | None:
    """One that the viewer is, or was, asked to answer."""
    found = Ask.objects.filter(use__organisation=viewer.organisation, person=viewer.person, pk=number)
    return found.exclude(person="").select_related("use__text").first()


def _newest_texts(viewer: Viewer) -> dict[str, SurveyText]:
    """The newest version of each survey of the organisation's own, by name."""
    found: dict[str, SurveyText] = {}
    for text in SurveyText.objects.filter(organisation=viewer.organisation).order_by("name", "-number"):
        found.setdefault(text.name, text)
    return found


def kept_surveys(viewer: Viewer) -> list[Kept]:
    """Surveys that can be sent: one's own, and those that ship with the product and were not changed."""
    own = _newest_texts(viewer)
    found = [Kept(name=name, version=text.number, survey=survey_of(text)) for name, text in own.items()]
    found += [Kept(name=name, version=0, survey=_standard_survey(name)) for name in STANDARD if name not in own]
    return sorted(found, key=lambda one: one.name)


def _standard_survey(name: str) -> Survey:
    """A survey that ships with the product."""
    return survey_of(SurveyText(body=standard_text(name)))


def body_of(viewer: Viewer, name: str) -> str | None:
    """The text of a survey as it is sent today; ``None`` where there is none of this name."""
    own = _newest_texts(viewer).get(name)
    if own is not None:
        return own.body
    return standard_text(name) if name in STANDARD else None


def uses_of(viewer: Viewer) -> list[Sent]:
    """Where surveys are, or were, sent, with how many were asked and answered."""
    own = Use.objects.filter(organisation=viewer.organisation).select_related("text")
    counted = own.annotate(asked=Count("asks"), said=Count("asks", filter=Q(asks__answered=True)))
    gate, found = Disclosure(minimum=viewer.minimum_group), []
    for use in counted:
        asked, answered = gate.nested([use.asked, use.said])
        found.append(Sent(use=use, survey=survey_of(use.text), asked=asked, answered=answered))
    return found


def use_of(viewer: Viewer, number: int) -> Use | None:
    """One of them."""
    return Use.objects.filter(organisation=viewer.organisation, pk=number).select_related("text").first()
