"""Signing from a message: GET shows and changes nothing, POST acts once, and every broken link ends in a plain page."""

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.challenges.builders import a_verdict, handed_in, somebody, with_challenge

from upshot.web.accounts.models import Membership
from upshot.web.accounts.roles import Role
from upshot.web.audit.models import Access
from upshot.web.challenges.models import Challenge
from upshot.web.challenges.services.deciding import decide
from upshot.web.outbox import links
from upshot.web.teams import views_signed
from upshot.web.teams.digest import NO_ROOM, SIGN
from upshot.web.teams.models import NoCapacity

SIGNED = {"item-asks": "2", "item-date": "1", "comment": "Calm.", "act": "sign"}


@pytest.fixture
def waiting(cast: Cast, tmp_path: Path) -> Challenge:
    return handed_in(with_challenge(cast, tmp_path))


def a_link(challenge: Challenge, person: str = "m-1", purpose: str = SIGN, **more: float) -> str:
    subject = f"{challenge.pk}:{challenge.revision}"
    token = links.make(purpose, organisation=challenge.organisation, person=person, subject=subject, **more)
    return links.path("team-signed-off", token)


def state(challenge: Challenge) -> str:
    return Challenge.objects.get(pk=challenge.pk).state


def test_opening_the_link_shows_and_changes_nothing(waiting: Challenge) -> None:
    for _look in range(2):
        reply = Client().get(a_link(waiting))
        assert reply.status_code == 200
    assert "they told me about the baby" in reply.content.decode()
    assert state(waiting) == "submitted"
    assert "no-store" in reply["Cache-Control"]
    assert reply["Referrer-Policy"] == "no-referrer"
    assert Access.objects.filter(person="p-3").count() == 2


def test_posting_signs_without_a_sign_in_and_once(waiting: Challenge) -> None:
    url = a_link(waiting)
    reply = Client().post(url, {**SIGNED, "revision": waiting.revision})
    assert "Signed. They are told." in reply.content.decode()
    found = Challenge.objects.get(pk=waiting.pk)
    assert (found.state, found.signed_by, found.signed_as) == ("signed", "m-1", "manager")
    again = Client().post(url, {**SIGNED, "revision": waiting.revision})
    assert again.status_code == 410
    assert "used already" in again.content.decode()


def test_it_returns_with_a_reason_and_a_missing_reason_leaves_the_link_good(waiting: Challenge) -> None:
    url, said = a_link(waiting), {"act": "return", "revision": waiting.revision}
    assert Client().post(url, said).status_code == 422
    assert state(waiting) == "submitted"
    assert Client().post(url, {**said, "reason": "Say what they answered."}).status_code == 200
    assert state(waiting) == "returned"


def test_a_signature_needs_the_checklist_as_everywhere(waiting: Challenge) -> None:
    reply = Client().post(a_link(waiting), {"act": "sign", "revision": waiting.revision})
    assert reply.status_code == 422
    assert "no occasion" in reply.content.decode()
    assert state(waiting) == "submitted"


@pytest.mark.parametrize("bad", ["expired", "forged", "other purpose", "nobody", "not asked"])
def test_a_link_that_is_not_good_acts_on_nothing(waiting: Challenge, bad: str) -> None:
    url = {
        "expired": lambda: a_link(waiting, days=-1),
        "forged": lambda: a_link(waiting)[:-3] + "xyz",
        "other purpose": lambda: a_link(waiting, purpose=NO_ROOM),
        "nobody": lambda: a_link(waiting, person="m-77"),
        "not asked": lambda: a_link(waiting, person="m-2"),
    }[bad]()
    assert Client().get(url).status_code == 410
    assert Client().post(url, {**SIGNED, "revision": waiting.revision}).status_code == 410
    assert state(waiting) == "submitted"


def test_a_link_of_somebody_who_is_no_member_any_more_is_dead(waiting: Challenge) -> None:
    Membership.objects.filter(person="m-1").delete()
    assert "no member any more" in Client().get(a_link(waiting)).content.decode()


def test_what_was_decided_elsewhere_is_said_to_be(cast: Cast, waiting: Challenge) -> None:
    url = a_link(waiting)
    decide(viewer=somebody(cast, "m-1", Role.MANAGER), challenge=waiting, verdict=a_verdict(waiting))
    assert "decided on this already" in Client().get(url).content.decode()


def test_no_capacity_is_said_from_the_message(cast: Cast) -> None:
    week = dt.date(2026, 11, 23)
    token = links.make(NO_ROOM, organisation=cast.organisation, person="m-1", subject=week.isoformat())
    url = links.path("team-no-room", token)
    assert Client().get(url).status_code == 200
    assert not NoCapacity.objects.exists()
    assert Client().post(url).status_code == 200
    assert NoCapacity.objects.get().week == week
    assert Client().post(url).status_code == 410


@pytest.mark.parametrize(("purpose", "route"), [(NO_ROOM, "team-no-room"), (SIGN, "team-signed-off")])
def test_of_two_clicks_at_once_one_acts(
    cast: Cast, waiting: Challenge, monkeypatch: pytest.MonkeyPatch, purpose: str, route: str
) -> None:
    subject = "2026-11-23" if purpose == NO_ROOM else f"{waiting.pk}:{waiting.revision}"
    token = links.make(purpose, organisation=cast.organisation, person="m-1", subject=subject)

    def read_before_the_other(purpose: str, token: str) -> links.Link:
        link = links.read(purpose, token)
        links.use(purpose, token)
        return link

    monkeypatch.setattr(views_signed, "read", read_before_the_other)
    reply = Client().post(links.path(route, token), {**SIGNED, "revision": waiting.revision})
    assert reply.status_code == 410
    assert "used already" in reply.content.decode()
    assert not NoCapacity.objects.exists()
    assert state(waiting) == "submitted"


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_page_behind_the_link_is_accessible(waiting: Challenge, opened: Opener, mode: str) -> None:
    page = opened(a_link(waiting), mode=mode)
    accessible(page, f"signed-link-{mode}")
    assert page.get_by_role("heading", level=1).inner_text() == "What did you see p-3 do?"
