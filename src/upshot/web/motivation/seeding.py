"""The demonstration's motivation: what initiatives offer, one learner who chose, colleagues who wrote, two badges."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.competencies.evidence import observe
from upshot.web.competencies.known import known
from upshot.web.motivation.models import Badge, Choice, Element, Firm, Goal, Programme, Recognition, TeamGoal
from upshot.web.motivation.offering import standing_of
from upshot.web.motivation.services.achieving import Words, open_achievement
from upshot.web.motivation.services.awarding import accept, offer
from upshot.web.motivation.services.consenting import choose
from upshot.web.motivation.services.switching import set_programme, switch_firm
from upshot.web.people.models import Person
from upshot.web.people.selectors import managed_teams

__all__ = ["Cast", "seed"]

OFFERS: tuple[tuple[str, tuple[Element, ...], Programme.When], ...] = (
    ("welcome-path", tuple(Element), Programme.When.AT_ONCE),
    ("needs-first", (Element.MISSIONS, Element.RECOGNITION, Element.BADGES), Programme.When.AT_ONCE),
    ("know-your-customer", (Element.BADGES,), Programme.When.AT_ONCE),
    ("faster-wrap-up", (Element.GOALS, Element.BESTS, Element.RECOGNITION, Element.TEAM), Programme.When.WITH_WAVE),
)
"""What each initiative offers; the last follows its waves, so that its answer tells what the offer did."""

CUSTOMER = Words(
    name="Know your customer",
    description="Checks who a customer is before opening an account, and knows when to stop and ask.",
    criteria="Completed the path “Know your customer”: its five questions were answered right within the last year.",
)
LISTENING = Words(
    name="Attentive on a call",
    description="Says back what a caller wants before touching the screen.",
    criteria="A team lead listened to calls at work and saw it done without help.",
)
COMPETENCY, LEVEL = "attentive-call", 2
SEEN = "Took three calls in a row without touching the screen before saying back what the caller wanted."
SENTENCES = (
    "You let the caller with the blocked card finish before you asked for the number. He thanked you twice.",
    "Your notes on Thursday were four lines, and I could take over the case without ringing anybody.",
)
TEAM_GOAL = "Six calls of ours, from the first word to the note, signed by somebody who listened"
GOAL = "Say back what the caller wants before I touch the screen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who acts: leader and administrator, the team's lead, the learner, and the learner's colleagues."""

    leader: Viewer
    administrator: Viewer
    manager: Viewer
    learner: Viewer


def seed(harbour: Organisation, cast: Cast) -> int:
    """Switch it on and let the learner choose, once; how many sentences and badges there are."""
    if Firm.objects.filter(organisation=harbour).exists():
        return 0
    switch_firm(viewer=cast.administrator, on=True, sentences=3)
    for initiative, elements, when in OFFERS:
        set_programme(viewer=cast.leader, initiative=initiative, elements=elements, when=when)
    offered = standing_of(cast.learner, on=timezone.localdate()).offered
    choose(viewer=cast.learner, wanted=offered, quiet=[Element.BESTS])
    _goals(cast.learner)
    _team(cast)
    return _sentences(cast) + _badges(harbour, cast)


def _goals(learner: Viewer) -> None:
    mine = {"organisation": learner.organisation, "person": learner.person}
    Goal.objects.create(**mine, kind=Goal.Kind.PATH, about="welcome-path", text="Finish “Welcome path”")
    Goal.objects.create(**mine, kind=Goal.Kind.OWN, text=GOAL)


def _sentences(cast: Cast) -> int:
    """One from the lead and one from a colleague; every second colleague wants such sentences too."""
    me, near = cast.learner, _colleagues(cast)
    Choice.objects.bulk_create(
        Choice(organisation=me.organisation, person=key, element=Element.RECOGNITION) for key in near[::2]
    )
    writers = (cast.manager.person, *near[:1])
    now = timezone.now()
    rows = [
        Recognition(
            organisation=me.organisation, person=me.person, writer=writer, text=text,
            at=now - dt.timedelta(days=2 + 4 * place),
        )
        for place, (writer, text) in enumerate(zip(writers, SENTENCES, strict=False))
    ]  # fmt: skip
    return len(Recognition.objects.bulk_create(rows))


def _colleagues(cast: Cast) -> Sequence[str]:
    me = cast.learner
    team = Person.objects.filter(organisation=me.organisation, left=None, manager=cast.manager.person)
    return list(team.exclude(key=me.person).order_by("key").values_list("key", flat=True))


def _team(cast: Cast) -> None:
    """A goal of the team, which all of the learner's colleagues but two take part in."""
    me = cast.learner
    Choice.objects.bulk_create(
        Choice(organisation=me.organisation, person=key, element=Element.TEAM) for key in _colleagues(cast)[:-2]
    )
    today = timezone.localdate()
    monday = today - dt.timedelta(days=today.weekday(), weeks=5)
    for team in managed_teams(cast.manager)[:1]:
        TeamGoal.objects.create(
            organisation=me.organisation, team=team, text=TEAM_GOAL, target=6, starts=monday,
            ends=monday + dt.timedelta(weeks=8, days=-1), set_by=cast.manager.user,
        )  # fmt: skip


def _badges(harbour: Organisation, cast: Cast) -> int:
    """One that the learner took, and one that waits for them."""
    open_achievement(viewer=cast.leader, kind="path", about="know-your-customer", level=0, words=CUSTOMER)
    if COMPETENCY in known(harbour):
        open_achievement(
            viewer=cast.leader, kind="level", about=COMPETENCY, level=LEVEL, words=LISTENING, months=24
        )  # fmt: skip
        observe(
            viewer=cast.manager, person=cast.learner.person, competency=COMPETENCY, level=LEVEL, what=SEEN,
            source="motivation-demonstration",
        )  # fmt: skip
    offer(harbour, on=timezone.localdate(), among=[cast.learner.person])
    mine = Badge.objects.filter(organisation=harbour, person=cast.learner.person)
    for row in mine.exclude(certificate=None):
        accept(viewer=cast.learner, number=row.pk, named=False)
    return mine.count()
