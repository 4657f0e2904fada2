"""A survey that is sent, people who did the path, and their answers."""

import datetime as dt

from tests.web.cast import Cast

from upshot.web.paths.models import Enrolment
from upshot.web.surveys.models import Ask, Response, Use
from upshot.web.surveys.services.answering import Given, answer
from upshot.web.surveys.services.sending import ask_due, begin, keep_text
from upshot.web.surveys.texts import standard_text

SINCE = dt.date(2026, 1, 1)


def a_use(cast: Cast, name: str = "after-path") -> Use:
    """A standard survey that is sent for the firm's initiative."""
    text = keep_text(viewer=cast.viewer("designer"), body=standard_text(name))
    return begin(viewer=cast.viewer("designer"), text=text, initiative="selling", since=SINCE)


def done(cast: Cast, *people: str, day: dt.date = dt.date(2026, 10, 1)) -> None:
    """These people did the path on a day."""
    Enrolment.objects.filter(organisation=cast.organisation, person__in=people).update(done=day)


def asked(cast: Cast, use: Use, on: dt.date = dt.date(2026, 11, 24)) -> list[str]:
    """Who is asked by a day."""
    ask_due(use, on=on)
    return sorted(use.asks.values_list("person", flat=True))


def responses(use: Use, *choices: tuple[str, int], group: str = "West", question: str = "use") -> None:
    """So many answers of each kind to one question."""
    for choice, count in choices:
        Response.objects.bulk_create(Response(use=use, group=group, answers={question: choice}) for _ in range(count))


def answered(cast: Cast, ask: Ask, viewer_part: str = "learner", **answers: str) -> bool:
    """Answer as somebody of the cast."""
    return answer(viewer=cast.viewer(viewer_part), ask=ask, given=Given(answers=answers))
