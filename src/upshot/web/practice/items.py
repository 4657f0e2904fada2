"""Read the answers of a scenario under the ids of today's version, and count them without showing anybody."""

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from upshot.scenario import Scenario as Content
from upshot.web.accounts.viewer import Viewer
from upshot.web.practice.content import playable
from upshot.web.practice.counting import Given, Item, items_of
from upshot.web.practice.models import Attempt, Decision, Scenario, ScenarioVersion
from upshot.web.practice.naming import Name, lineage, translated
from upshot.workspace.disclosing import Disclosure

__all__ = ["LEFT_AFTER", "Counted", "counted_items"]

LEFT_AFTER = dt.timedelta(days=7)
"""How long an attempt must lie untouched before somebody counts as having left it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Everything the page of a scenario's answers shows.

    Parameters
    ----------
    version
        Whose ids and words are used: the version learners have now.
    versions
        Numbers of all versions with attempts, oldest first.
    began, finished
        People with a first attempt, and those who ended it.
    passed
        Share of them who passed, where the scenario says what that takes.
    items
        By step.
    left
        People who left a first attempt at this step.
    ended
        Answers given under ids that were said to be gone.
    """

    version: ScenarioVersion
    content: Content
    versions: tuple[int, ...]
    began: int | None
    finished: int | None
    passed: float | None
    items: dict[str, Item]
    left: dict[str, int | None]
    ended: int


def counted_items(viewer: Viewer, scenario: Scenario, *, now: dt.datetime | None = None) -> Counted | None:
    """Count a scenario's answers; nothing before it was published."""
    versions = lineage_of(viewer, scenario)
    if not versions:
        return None
    disclosure = Disclosure(minimum=viewer.minimum_group)
    names = _Names(versions)
    answers, ended = _answers(scenario, names)
    first = list(Attempt.objects.filter(scenario=scenario, number=1).order_by("pk"))
    done = [one for one in first if one.finished is not None]
    began, finished = disclosure.nested([len(first), len(done)])
    newest = versions[-1]
    return Counted(
        version=newest,
        content=playable(newest.text).scenario,
        versions=tuple(one.number for one in versions),
        began=began,
        finished=finished,
        passed=_passed(done, disclosure),
        items=items_of(answers, disclosure),
        left=_left(first, names, now or timezone.now(), disclosure),
        ended=ended,
    )


def lineage_of(viewer: Viewer, scenario: Scenario) -> list[ScenarioVersion]:
    """Every version learners got, oldest first, of a scenario of the viewer's organisation."""
    if scenario.organisation_id != viewer.organisation.pk:
        return []
    newest = scenario.versions.order_by("-number").first()
    return lineage(newest) if newest is not None else []


class _Names:
    """Old ids to today's, version by version; each looked up once."""

    def __init__(self, versions: list[ScenarioVersion]) -> None:
        self._later = {one.pk: [dict(later.renamed) for later in versions[at + 1 :]] for at, one in enumerate(versions)}
        self._number = {one.pk: one.number for one in versions}
        self._known: dict[tuple[int, str, str], Name | None] = {}

    def number(self, version: int) -> int:
        """The number of a version."""
        return self._number[version]

    def today(self, version: int, step: str, choice: str) -> Name | None:
        """What an answer is called today."""
        key = (version, step, choice)
        if key not in self._known:
            self._known[key] = translated(step, choice, self._later[version])
        return self._known[key]


def _answers(scenario: Scenario, names: _Names) -> tuple[list[Given], int]:
    rows = Decision.objects.filter(attempt__scenario=scenario, turn=False).values_list(
        "attempt__person", "attempt_id", "attempt__number", "attempt__version_id", "step", "choice", "visit", "success",
        "seconds",
    )  # fmt: skip
    found, ended = list[Given](), 0
    for person, attempt, number, version, step, choice, visit, success, seconds in rows.order_by("pk").iterator():
        name = names.today(version, step, choice)
        if name is None:
            ended += 1
            continue
        found.append(
            Given(
                person=person, attempt=attempt, first=number == 1, version=names.number(version), step=name[0],
                choice=name[1], visit=visit, success=success, seconds=seconds,
            )
        )  # fmt: skip
    return found, ended


def _passed(done: list[Attempt], disclosure: Disclosure) -> float | None:
    judged = [one.passed for one in done if one.passed is not None]
    passed = sum(judged)
    if not judged or disclosure.small(passed) or disclosure.small(len(judged) - passed):
        return None
    return None if disclosure.small(len(judged)) else passed / len(judged)


def _left(first: list[Attempt], names: _Names, now: dt.datetime, disclosure: Disclosure) -> dict[str, int | None]:
    counts: dict[str, int] = defaultdict(int)
    for attempt in first:
        if attempt.finished is None and attempt.touched < now - LEFT_AFTER:
            name = names.today(attempt.version_id, str(json.loads(attempt.state)["node"]), "-")
            if name is not None:
                counts[name[0]] += 1
    return {name[0]: shown for name, shown in disclosure.table({(key,): n for key, n in counts.items()}).items()}
