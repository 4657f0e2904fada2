"""Tell others that an attempt ended: who, which scenario and version, what it measured, and every answer given."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from upshot.scenario import Score
from upshot.web.accounts.models import Organisation
from upshot.web.practice.content import Playable
from upshot.web.practice.models import Attempt

__all__ = ["Ended", "ended_of", "tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An attempt that ended.

    Parameters
    ----------
    activity, title, version
        The scenario's address and title, and the number of the version played.
    number
        Which attempt of the person it is; 1 is the measurement.
    competencies
        (competency, share of the points it allows), for those it can measure.
    decisions
        (step, whether the best answer was given), the first visit to each step that has one.
    passed
        Whether it met the scenario's ``pass``; absent where the scenario does not say.
    """

    organisation: Organisation
    person: str
    scenario: int
    registration: str
    activity: str
    title: str
    version: int
    number: int
    at: dt.datetime
    competencies: tuple[tuple[str, float], ...]
    decisions: tuple[tuple[str, bool], ...]
    passed: bool | None


def ended_of(attempt: Attempt, content: Playable, result: Score, decisions: tuple[tuple[str, bool], ...]) -> Ended:
    """What is told of an attempt."""
    return Ended(
        organisation=attempt.scenario.organisation,
        person=attempt.person,
        scenario=attempt.scenario_id,
        registration=str(attempt.registration),
        activity=attempt.scenario.activity,
        title=content.scenario.title,
        version=attempt.version.number,
        number=attempt.number,
        at=attempt.finished or attempt.touched,
        competencies=tuple((one.competency, one.scaled) for one in result.competencies if one.scaled is not None),
        decisions=decisions,
        passed=attempt.passed,
    )


def tell(ended: Ended) -> None:
    """Tell everybody whom ``settings.ATTEMPT_ENDED`` names, in the transaction of the last answer."""
    for path in settings.ATTEMPT_ENDED:
        listen: Callable[[Ended], None] = import_string(path)
        listen(ended)
