"""The demonstration's scenarios, published, and simulated people of their roles who play them."""

import datetime as dt
import random
from collections.abc import Sequence
from importlib.resources import files

from django.db import transaction
from django.utils import timezone

from upshot.scenario import fingerprint, parse
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import GRANTS, Permission
from upshot.web.people.models import Person
from upshot.web.practice.authoring import own_activity
from upshot.web.practice.ended import Ended
from upshot.web.practice.models import Attempt, Scenario, ScenarioVersion
from upshot.web.practice.simulated import Player, play

__all__ = ["SAMPLES", "players_of", "publish", "seed"]

SAMPLES = {
    "needs-first": "lms:NF-102",
    "complaint-call": "lms:CL-102",
    "monthly-talk": "lms:LW-102",
    "note-while-talking": "lms:FW-102",
    "error-found-late": "",
}
"""Scenario to the address under which Harbour's plan names it; empty for its own."""


def seed(
    organisation: Organisation, *, players: int = 0, number: int = 7, first: Sequence[str] = ()
) -> tuple[list[Scenario], list[Ended]]:
    """Publish the demonstration's scenarios, and let simulated people play them; running it again changes nothing.

    Their attempts leave no statements: what Harbour's people learned stands in its lake already, as it was planted.

    Parameters
    ----------
    players
        How many people of a scenario's role play it once, some of them twice.
    number
        Of the random draw.
    first
        People who play before others, where they have the role, and to its end.

    Returns
    -------
    tuple
        The scenarios, and every attempt that was new and ended.
    """
    made = publish(organisation)
    ended = list[Ended]()
    for scenario in made if players else ():
        draw = random.Random(f"{number} {scenario.slug}")  # noqa: S311
        version = scenario.versions.get(state=ScenarioVersion.State.PUBLISHED)
        if not Attempt.objects.filter(scenario=scenario).exists():
            ended += play(version, players_of(organisation, version, players, first, draw), draw)
    return made, ended


def publish(organisation: Organisation) -> list[Scenario]:
    """Publish the demonstration's scenarios; those that are there are kept."""
    designers = _designers(organisation)
    return [_published(organisation, slug, activity, designers) for slug, activity in SAMPLES.items()]


def players_of(
    organisation: Organisation, version: ScenarioVersion, players: int, first: Sequence[str], draw: random.Random
) -> list[Player]:
    """Who plays, and when they begin: people of the scenario's role, or of any where nobody has it."""
    role = parse(version.text).role
    here = Person.objects.filter(organisation=organisation, left=None).order_by("key")
    keys = list(here.filter(role=role).values_list("key", flat=True)) or list(here.values_list("key", flat=True))
    ahead = [key for key in first if key in keys]
    rest = [key for key in keys if key not in ahead]
    now = timezone.now()
    days = [now - dt.timedelta(days=draw.uniform(12, 200)) for _ in range(min(players, len(rest)))]
    others = [Player(key, day) for key, day in zip(draw.sample(rest, len(days)), days, strict=True)]
    return [*(Player(key, now - dt.timedelta(days=20), stays=True) for key in ahead), *others]


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
