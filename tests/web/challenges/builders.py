"""A firm whose path holds a challenge with a checklist, people of its roster, and shortcuts through a challenge."""

import datetime as dt
from pathlib import Path

from tests.web.cast import Cast, a_member
from tests.web.paths.builders import a_round, with_path

from upshot.web.accounts.models import Membership
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import Viewer, viewer_of, workspace_of
from upshot.web.challenges.models import Challenge
from upshot.web.challenges.services.deciding import Verdict, decide
from upshot.web.challenges.services.handing_in import Handed, hand_in
from upshot.web.challenges.services.planning import Plan, plan
from upshot.web.challenges.steps import Asks, asks_of
from upshot.web.paths.models import Enrolment
from upshot.web.paths.services.recording import enrolment_of

STEPS = """\
      - {id: basics, kind: module, title: Basics, ref: "lms:VS-1", minutes: 30}
      - id: talk
        kind: challenge
        title: One conversation of my own
        due: 30d
        minutes: 20
        evidence: {accepts: [text, link, file], min: 1}
        sign_off: {by: %BY%, checklist: checklists/talk.yaml, min_scaled: 0.5}
      - {id: later, kind: check-in, title: How it goes, at: [30d, 60d, 90d], of: [self, manager]}
"""

CHECKLIST = """format: upshot-checklist/1
id: talk
title: A conversation
about: Rate what you heard.
items:
  - id: asks
    text: Asks about the household first
    weight: 2
    at_least: 1
    anchors: [Opens a product page, Asks one question, Asks and says back]
  - {id: date, text: Ends with a date, anchors: [Without a step, A step, A step and its date]}
"""

GOOD = {"asks": 2, "date": 1}
"""Levels that make 5 of 6 by weight."""


def with_challenge(
    cast: Cast, folder: Path, *, by: str = "manager", count: int = 30, later: str = "of: [self, manager]"
) -> Cast:
    """The cast's firm with the challenge; the learner is p-3 of team Fjord, which m-1 manages and whose turn it is."""
    steps = STEPS.replace("%BY%", by).replace("of: [self, manager]", later)
    with_path(cast, folder, steps=steps, count=count)
    root = workspace_of(cast.organisation).root
    (root / "checklists").mkdir()
    (root / "checklists" / "talk.yaml").write_text(CHECKLIST, encoding="utf-8")
    a_round(cast)
    return cast


def on_path(cast: Cast, person: str = "p-3") -> Enrolment:
    """A person's enrolment."""
    found = enrolment_of(cast.organisation, person=person, initiative="selling")
    assert found is not None
    return found


def the_asks(cast: Cast, person: str = "p-3") -> Asks:
    """What the challenge asks."""
    found = asks_of(on_path(cast, person), "talk")
    assert found is not None
    return found


def somebody(cast: Cast, person: str, role: Role = Role.LEARNER) -> Viewer:
    """Another member who stands on the roster as this person."""
    there = Membership.objects.filter(organisation=cast.organisation, person=person).select_related("user").first()
    user = there.user if there else a_member(cast.organisation, role, name=person.replace("-", "_"), person=person)
    viewer = viewer_of(user, cast.organisation.slug)
    assert viewer is not None
    return viewer


def a_plan(**more: str) -> Plan:
    """A plan as somebody writes it."""
    said = {
        "case": "A couple asks only for a lower rate.",
        "cue": "they ask for the rate before anything else",
        "action": "ask who lives in the flat before I open the page",
    }
    return Plan(**{**said, **more})


def planned(cast: Cast, person: str = "p-3", **more: str) -> Challenge:
    """A challenge that was just planned."""
    viewer = somebody(cast, person)
    return plan(
        viewer=viewer, enrolment=on_path(cast, person), asks=the_asks(cast, person), said=a_plan(**more)
    ).challenge


def handed_in(cast: Cast, person: str = "p-3", **more: str) -> Challenge:
    """A challenge that waits for its sign-off."""
    made = planned(cast, person, **more)
    text = Handed(text="I asked, and they told me about the baby.")
    return hand_in(viewer=somebody(cast, person), challenge=made, asks=the_asks(cast, person), handed=text)


def a_verdict(challenge: Challenge, **more: object) -> Verdict:
    """A signature on what the challenge is now."""
    said = {"sign": True, "revision": challenge.revision, "levels": GOOD, "comment": "Calm, and to the point."}
    return Verdict(**{**said, **more})


def signed(cast: Cast, person: str = "p-3", by: str = "m-1") -> Challenge:
    """A challenge signed by the manager."""
    made = handed_in(cast, person)
    return decide(viewer=somebody(cast, by, Role.MANAGER), challenge=made, verdict=a_verdict(made))


def later(days: int) -> dt.datetime:
    """A moment so many days from now."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
