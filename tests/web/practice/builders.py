"""A published scenario in the cast's firm, and learners who play it."""

from tests.web.cast import Cast, a_member

from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import Viewer, viewer_of
from upshot.web.practice import authoring, playing
from upshot.web.practice.models import Attempt, Scenario, ScenarioVersion

TEXT = """---
format: upshot-scenario/1
id: late-parcel
title: The late parcel
summary: A customer's parcel is two days late.
competencies: {calm: {weight: 1, label: Staying calm}, clear: {weight: 2}}
pass: {min_scaled: 0.6, no_critical: true}
start: call
---

# The call {#call}

"Where is my **parcel**?"

![A parcel on a rainy doorstep](door.png)

- [Ask for the number](#number){id=ask calm=1 clear=1 .best}

  > Now you can look it up.

- [Say it is not your fault](#angry){id=fault calm=-1 .critical}

# The number {#number}

She reads out the number.

- [Name the new day](#good){id=day clear=2 .best}
- [Promise "soon"](#angry){id=soon}

# She shouts {#angry}

"That is no help at all."

- [Breathe](#bad){id=go .turn}

# She thanks you {#good .end outcome=success reflect="What did she hear?"}

She writes it down.

# She hangs up {#bad .end outcome=fail}

The line is dead.
"""

BEST = ("ask", "day")
WORST = ("fault", "go")


def a_version(cast: Cast, text: str = TEXT, *, part: str = "designer", base: int = 0) -> ScenarioVersion:
    """A stored draft: the first version, or the next one on ``base``."""
    viewer = cast.viewer(part)
    owner = Scenario.objects.filter(organisation=viewer.organisation, slug="late-parcel").first() if base else None
    return authoring.store(viewer=viewer, text=text, scenario=owner, base=base, note="Written for the test")


def a_published(
    cast: Cast, text: str = TEXT, *, base: int = 0, renamed: dict[str, str] | None = None
) -> ScenarioVersion:
    """A version written by the designer and published by the leader."""
    version = a_version(cast, text, base=base)
    authoring.ask_for_review(viewer=cast.viewer("designer"), version=version)
    authoring.publish(viewer=cast.viewer("leader"), version=version, renamed=renamed)
    version.refresh_from_db()
    return version


def a_learner(cast: Cast, number: int) -> Viewer:
    """Another learner, on the roster as ``l-<number>``."""
    user = a_member(cast.organisation, Role.LEARNER, name=f"learner_{number}", person=f"l-{number}")
    viewer = viewer_of(user, cast.organisation.slug)
    assert viewer is not None
    return viewer


def played(
    viewer: Viewer, version: ScenarioVersion, choices: tuple[str, ...] = BEST, *, seconds: float | None = 10.0
) -> Attempt:
    """An attempt with these answers."""
    attempt = playing.begin(viewer=viewer, version=version)
    for number, choice in enumerate(choices, 1):
        assert playing.answer(viewer=viewer, attempt=attempt, number=number, choice=choice, seconds=seconds)
    attempt.refresh_from_db()
    return attempt
