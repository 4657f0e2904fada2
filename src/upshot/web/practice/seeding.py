"""The demonstration's scenarios, and simulated people who play them."""

import random
from importlib.resources import files

from django.db import transaction
from django.utils import timezone

from upshot.scenario import Choice, fingerprint, parse
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import GRANTS, Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.people.models import Person
from upshot.web.practice import playing
from upshot.web.practice.authoring import own_activity
from upshot.web.practice.content import playable
from upshot.web.practice.models import Attempt, Scenario, ScenarioVersion

__all__ = ["SAMPLES", "seed"]

SAMPLES = {"needs-first": "lms:NF-102", "complaint-call": "lms:CL-102", "error-found-late": ""}
"""Scenario to the address under which Harbour's plan names it; empty for its own."""
STAYS = 0.93
"""Chance that a simulated person goes on to the next step."""


def seed(organisation: Organisation, *, players: int = 0, number: int = 7) -> list[Scenario]:
    """Publish the demonstration's scenarios, and let simulated people play them; running it again changes nothing.

    Parameters
    ----------
    players
        How many people of the roster play each scenario once, some of them twice.
    number
        Of the random draw.
    """
    designers = _designers(organisation)
    made = [_published(organisation, slug, activity, designers) for slug, activity in SAMPLES.items()]
    if players and designers:
        for scenario in made:
            _play(organisation, scenario, designers[0], players, random.Random(f"{number} {scenario.slug}"))  # noqa: S311
    return made


def _designers(organisation: Organisation) -> list[User]:
    roles = [role.value for role, granted in GRANTS.items() if Permission.DESIGN in granted]
    found = User.objects.filter(memberships__organisation=organisation, memberships__grants__role__in=roles)
    return list(found.distinct().order_by("pk")[:2])


@transaction.atomic
def _published(organisation: Organisation, slug: str, activity: str, designers: list[User]) -> Scenario:
    text = (files("upshot.web.practice") / "samples" / f"{slug}.scenario.md").read_text(encoding="utf-8")
    content = parse(text)
    scenario, new = Scenario.objects.get_or_create(
        organisation=organisation, slug=slug, defaults={"activity": activity or own_activity(organisation, slug)}
    )
    if new:
        ScenarioVersion.objects.create(
            scenario=scenario, number=1, text=text, title=content.title, fingerprint=fingerprint(content),
            state=ScenarioVersion.State.PUBLISHED, note="Written for the demonstration", published=timezone.now(),
            author=designers[0] if designers else None, reviewer=designers[-1] if len(designers) > 1 else None,
        )  # fmt: skip
    return scenario


def _play(organisation: Organisation, scenario: Scenario, user: User, players: int, draw: random.Random) -> None:
    if Attempt.objects.filter(scenario=scenario).exists():
        return
    version = scenario.versions.get(state=ScenarioVersion.State.PUBLISHED)
    keys = list(
        Person.objects.filter(organisation=organisation, left=None).order_by("key").values_list("key", flat=True)
    )
    for key in draw.sample(keys, min(players, len(keys))):
        viewer = Viewer(user=user, organisation=organisation, grants=(), person=key)
        skill = draw.betavariate(2.2, 1.6)
        finished = _once(viewer, version, skill, draw)
        if finished and draw.random() < 0.3:
            _once(viewer, version, min(1.0, skill + 0.25), draw)


def _once(viewer: Viewer, version: ScenarioVersion, skill: float, draw: random.Random) -> bool:
    """One attempt; whether it was played to its end."""
    content = playable(version.text).compiled
    attempt = playing.begin(viewer=viewer, version=version)
    state = content.begin()
    while not content.finished(state):
        if draw.random() > STAYS:
            return False
        choice = _chosen(content.choices(state), skill, draw)
        playing.answer(
            viewer=viewer, attempt=attempt, number=len(state.decisions) + 1, choice=choice.id,
            seconds=round(draw.lognormvariate(3.1, 0.5), 1),
        )  # fmt: skip
        state = content.choose(state, choice.id).state
    return True


def _chosen(choices: tuple[Choice, ...], skill: float, draw: random.Random) -> Choice:
    best = [one for one in choices if one.best]
    rest = [one for one in choices if not one.best]
    return draw.choice(best) if best and (not rest or draw.random() < skill) else draw.choice(rest)
