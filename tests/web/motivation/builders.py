"""A firm that offers everything to the audience of its path, people who choose, and what they earn."""

import datetime as dt
from functools import cache
from pathlib import Path

from joserfc.jwk import RSAKey
from tests.web.cast import Cast
from tests.web.challenges.builders import on_path, somebody, with_challenge

from upshot.web.accounts.viewer import Viewer
from upshot.web.competencies.models import Evidence
from upshot.web.motivation.badges.keys import keep_key
from upshot.web.motivation.models import Achievement, Badge, Element, Firm, Programme
from upshot.web.motivation.services.achieving import Words, open_achievement
from upshot.web.motivation.services.awarding import accept, offer
from upshot.web.motivation.services.consenting import choose
from upshot.web.paths.models import Certificate

GIVEN = dt.date(2026, 11, 2)
WORDS = Words(
    name="Value selling",
    description="Asks about the household before offering anything.",
    criteria="Completed every step of the path; one conversation was seen and signed by the manager.",
)


def offering(
    cast: Cast, folder: Path, *, elements: tuple[str, ...] = tuple(Element.values), when: str = "at-once"
) -> Cast:
    """The firm with its switch on and a programme that offers these; the learner is p-3 of the wave that has begun."""
    with_challenge(cast, folder)
    Firm.objects.create(organisation=cast.organisation, on=True)
    Programme.objects.create(organisation=cast.organisation, initiative="selling", elements=list(elements), when=when)
    return cast


def chose(cast: Cast, *elements: str, person: str = "p-3") -> Viewer:
    """A learner who chose these elements and nothing else."""
    viewer = somebody(cast, person)
    choose(viewer=viewer, wanted=elements)
    return viewer


@cache
def a_key() -> RSAKey:
    """One key for all tests: making one takes half a second."""
    return RSAKey.generate_key(2048, private=True, auto_kid=False)


def a_badge_rule(
    cast: Cast, *, kind: str = "path", about: str = "selling", level: int = 0, months: int | None = None
) -> Achievement:
    """A badge for the path's certificate, unless said; the key is there."""
    if not cast.organisation.badge_keys.exists():
        keep_key(cast.organisation, a_key())
    return open_achievement(
        viewer=cast.viewer("designer"), kind=kind, about=about, level=level, words=WORDS, months=months
    )


def a_certificate(cast: Cast, person: str = "p-3", *, expires: dt.date | None = dt.date(2027, 11, 2)) -> Certificate:
    """A certificate of the path."""
    enrolment = on_path(cast, person)
    return Certificate.objects.create(
        enrolment=enrolment, version=enrolment.version, given=GIVEN, expires=expires, opens=expires, grace=expires
    )


def seen_at_work(cast: Cast, level: int, *, person: str = "p-3", day: dt.date = GIVEN) -> Evidence:
    """An entry of the log: somebody saw a level at work."""
    return Evidence.objects.create(
        organisation=cast.organisation, person=person, competency="calm", kind="observed", level=level, what="Seen",
        why="On a call", about="", at=dt.datetime.combine(day, dt.time(9), dt.UTC), source=f"seen:{day}",
    )  # fmt: skip


def offered_badge(cast: Cast, *, on: dt.date = GIVEN) -> Badge:
    """The badge that the learner is offered for their certificate."""
    a_badge_rule(cast)
    a_certificate(cast)
    chose(cast, "badges")
    offer(cast.organisation, on=on)
    return Badge.objects.get()


def taken_badge(cast: Cast, *, named: bool = False) -> Badge:
    """The badge that the learner took."""
    return accept(viewer=somebody(cast, "p-3"), number=offered_badge(cast).pk, named=named)
