"""Read scenarios and one's own attempts; every selector keeps to the viewer's organisation."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from upshot.scenario import Choice, Node, Score
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.practice.assigning import Assignment, assignments
from upshot.web.practice.content import Playable, playable
from upshot.web.practice.models import Attempt, Comment, Picture, Scenario, ScenarioVersion
from upshot.web.practice.playing import score_of, state_of

__all__ = [
    "Offer",
    "Told",
    "attempts_of",
    "comments_of",
    "offers",
    "picture_of",
    "published",
    "scenario_for_ref",
    "scenario_of",
    "scenarios_of",
    "score_lines",
    "transcript",
    "version_of",
]

State = ScenarioVersion.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A scenario on the learner's list, with the viewer's own attempts at it."""

    scenario: Scenario
    version: ScenarioVersion
    summary: str
    assignment: Assignment | None
    under_way: Attempt | None
    finished: int
    last: dt.datetime | None

    @property
    def open(self) -> bool:
        """Whether it can be played today: what waits for the viewer's wave can not, nor what is other people's."""
        return self.under_way is not None or self.finished > 0 or self.assignment is None or (
            self.assignment.mine and not self.assignment.waits
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One answer of an attempt with what was said to it: for the transcript."""

    node: Node
    choice: Choice
    feedback: str


def scenarios_of(viewer: Viewer) -> QuerySet[Scenario]:
    """Every scenario of the organisation."""
    return Scenario.objects.filter(organisation=viewer.organisation)


def scenario_of(viewer: Viewer, slug: str) -> Scenario | None:
    """One scenario by name."""
    return scenarios_of(viewer).filter(slug=slug).first()


def scenario_for_ref(organisation: Organisation, ref: str) -> Scenario | None:
    """The scenario that a step of the plan's path names, by its address or its name."""
    slug = ref.removeprefix("scenarios/").removesuffix(".scenario.md")
    return Scenario.objects.filter(Q(activity=ref) | Q(slug=slug), organisation=organisation).first()


def version_of(viewer: Viewer, slug: str, number: int | None = None) -> ScenarioVersion | None:
    """One version; the newest without a number."""
    found = ScenarioVersion.objects.filter(scenario__organisation=viewer.organisation, scenario__slug=slug)
    if number is not None:
        found = found.filter(number=number)
    return found.select_related("scenario", "author", "reviewer").order_by("-number").first()


def published(viewer: Viewer, slug: str) -> ScenarioVersion | None:
    """The version that learners get now; nothing where the scenario is retired."""
    found = ScenarioVersion.objects.filter(
        scenario__organisation=viewer.organisation, scenario__slug=slug, scenario__retired=None, state=State.PUBLISHED
    )
    return found.select_related("scenario").first()


def attempts_of(viewer: Viewer, slug: str = "") -> QuerySet[Attempt]:
    """The viewer's own attempts, newest first; nobody else's."""
    found = Attempt.objects.filter(scenario__organisation=viewer.organisation, person=viewer.person).exclude(person="")
    if slug:
        found = found.filter(scenario__slug=slug)
    return found.select_related("scenario", "version").order_by("-number")


def offers(viewer: Viewer, *, slug: str = "") -> list[Offer]:
    """Published scenarios, those of the viewer's path first; what is meant for others is not listed."""
    versions = ScenarioVersion.objects.filter(
        scenario__organisation=viewer.organisation, scenario__retired=None, state=State.PUBLISHED
    )
    if slug:
        versions = versions.filter(scenario__slug=slug)
    rows = list(versions.select_related("scenario").order_by("title"))
    given = assignments(viewer, [one.scenario for one in rows])
    own: dict[int, list[Attempt]] = {}
    for attempt in attempts_of(viewer, slug).defer("state"):
        own.setdefault(attempt.scenario_id, []).append(attempt)
    found = [_offer(one, given.get(one.scenario.slug), own.get(one.scenario_id, [])) for one in rows]
    listed = [one for one in found if one.open or (one.assignment is not None and one.assignment.waits)]
    return sorted(listed, key=lambda one: (one.assignment is None or not one.assignment.mine, not one.open))


def _offer(version: ScenarioVersion, assignment: Assignment | None, attempts: Sequence[Attempt]) -> Offer:
    done = [one for one in attempts if one.finished is not None]
    return Offer(
        scenario=version.scenario,
        version=version,
        summary=playable(version.text).scenario.summary,
        assignment=assignment,
        under_way=next((one for one in attempts if one.finished is None), None),
        finished=len(done),
        last=max((one.finished for one in done if one.finished is not None), default=None),
    )


def transcript(attempt: Attempt, content: Playable) -> list[Told]:
    """Every answer so far, with the step it was given to."""
    found = []
    for one in state_of(attempt, content).decisions:
        node = content.compiled.nodes[one.node]
        choice = next(known for known in node.choices if known.id == one.choice)
        found.append(Told(node, choice, choice.feedback))
    return found


def score_lines(attempt: Attempt, content: Playable) -> tuple[Score, list[tuple[str, int, int, int, int]]]:
    """The score of a finished attempt; per competency its label, points, fewest and most possible, share in percent."""
    found = score_of(attempt, content)
    lines = [
        (content.label(one.competency), one.points, one.low, one.high, round(100 * one.scaled))
        for one in found.competencies
        if one.scaled is not None
    ]
    return found, lines


def comments_of(version: ScenarioVersion) -> QuerySet[Comment]:
    """Comments on a version, oldest first."""
    return version.comments.select_related("author").order_by("at")


def picture_of(viewer: Viewer, slug: str, name: str) -> Picture | None:
    """A picture of a scenario."""
    found = Picture.objects.filter(scenario__organisation=viewer.organisation, scenario__slug=slug, name=name)
    return found.select_related("scenario").first()


def counted(viewer: Viewer) -> QuerySet[Scenario]:
    """Every scenario with how many people finished it, for the studio's list."""
    people = Count("attempts__person", distinct=True, filter=~Q(attempts__finished=None))
    return scenarios_of(viewer).annotate(people=people).order_by("slug")
