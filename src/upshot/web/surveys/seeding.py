"""The demonstration's surveys: what simulated advisers say they use, and what their leads see."""

import datetime as dt
import hashlib
import random
from collections.abc import Mapping, Sequence

from django.db import transaction

from upshot.web.accounts.models import Organisation, User
from upshot.web.paths.models import Enrolment
from upshot.web.people.models import Person
from upshot.web.surveys.models import Ask, Response, SurveyText, Use
from upshot.web.surveys.questionnaire import Survey
from upshot.web.surveys.services.sending import OPEN_FOR
from upshot.web.surveys.texts import standard_text, survey_of

__all__ = ["seed"]

_INITIATIVE = "needs-first"
_MOST = {"learner": 90, "manager": 40}
_SHARES: Mapping[str, Mapping[str, Sequence[int]]] = {
    "after-path": {
        "use": (3, 5, 7, 4), "effect": (2, 4, 8, 5), "recall": (2, 4, 9, 5), "occasion": (2, 3, 6, 9),
        "support": (2, 7, 7, 3),
    },
    "manager-follow-up": {"use": (3, 5, 4, 3), "effect": (0, 6, 6, 3), "seen": (0, 5, 6, 3)},
}  # fmt: skip
"""Weights of the answers from worst to best: people say more of themselves than their leads see."""
_WORDS = {
    "change": (
        "Twenty minutes more on Thursdays, when everybody comes at once.",
        "The screen wants a product first. I would turn that round.",
        "Somebody who listens in once a month. It helped when she did.",
        "Nothing. I need to do it more often, that is all.",
        "The short appointments should not be booked back to back.",
        "A card with three questions. I made one myself.",
    ),
    "way": (
        "Two of my five people have no appointments of their own.",
        "The queue at noon. Nobody asks about two years then.",
        "I have not listened in as often as I wanted to.",
        "The campaign in October pulled the other way.",
        "Nothing I could not settle myself.",
    ),
}


@transaction.atomic
def seed(organisation: Organisation, by: User, *, number: int = 11) -> int:
    """Send both surveys and let simulated people answer, unless surveys are there; how many answered."""
    if Use.objects.filter(organisation=organisation).exists():
        return 0
    draw = random.Random(f"{number} surveys")  # noqa: S311 - simulated people
    return sum(_send(organisation, by, name, draw) for name in _SHARES)


def _send(organisation: Organisation, by: User, name: str, draw: random.Random) -> int:
    body = standard_text(name)
    text = SurveyText.objects.create(
        organisation=organisation,
        name=name,
        number=1,
        hash=hashlib.sha256(body.encode()).hexdigest(),
        body=body,
        author=by,
    )
    since = dt.date(2025, 6, 2)
    use = Use.objects.create(
        organisation=organisation, initiative=_INITIATIVE, text=text, since=since, begun_by=by, begun=_noon(since)
    )
    survey, people = survey_of(text), _people(organisation, survey_of(text).to)
    asked = draw.sample(people, k=min(len(people), _MOST[survey.to]))
    answered = asked[: round(0.7 * len(asked))]
    Ask.objects.bulk_create(_ask(use, person, at < len(answered)) for at, person in enumerate(asked))
    columns = {name: _spread(survey, name, len(answered), draw) for name in _SHARES[name]}
    Response.objects.bulk_create(
        _response(use, survey, person, {name: column[at] for name, column in columns.items()}, draw)
        for at, person in enumerate(answered)
    )
    return len(answered)


def _people(organisation: Organisation, to: str) -> list[Person]:
    """Those who did the path, or their managers, in a fixed order."""
    here = Person.objects.filter(organisation=organisation, left=None).order_by("key")
    done = Enrolment.objects.filter(organisation=organisation, initiative=_INITIATIVE).exclude(done=None)
    learners = here.filter(key__in=done.values("person"))
    return list(learners if to == "learner" else here.filter(key__in=learners.values("manager")))


def _ask(use: Use, person: Person, answered: bool) -> Ask:
    opened = dt.date(2026, 6, 1)
    return Ask(use=use, person=person.key, opened=opened, closes=opened + OPEN_FOR, answered=answered)


def _spread(survey: Survey, name: str, people: int, draw: random.Random) -> list[str]:
    """So many answers to a question in their shares, in an order drawn by lot."""
    question, weights = survey.question(name), _SHARES[survey.id][name]
    ids = [answer.id for answer in question.answers] if question is not None else []
    edges = [round(people * sum(weights[: at + 1]) / sum(weights)) for at in range(len(weights))]
    found = [ids[at] for at, edge in enumerate(edges) for _ in range(edge - (edges[at - 1] if at else 0))]
    draw.shuffle(found)
    return found


def _response(use: Use, survey: Survey, person: Person, answers: Mapping[str, str], draw: random.Random) -> Response:
    own = {one.id: draw.choice(_WORDS[one.id]) for one in survey.questions if one.open and draw.random() < 0.35}
    return Response(use=use, group=person.region, answers=dict(answers), words=own)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)
