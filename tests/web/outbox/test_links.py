"""Signed links: bound to purpose, person and subject; shown as often as wanted, used once, never after their time."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.web.cast import Cast, a_cast

from upshot.web.outbox import links
from upshot.web.outbox.models import UsedLink

NOW = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)


def a_token(cast: Cast, **more: Any) -> str:
    said = {"organisation": cast.organisation, "person": "p-1", "subject": "sign-off:7", "now": NOW, **more}
    return links.make("sign-off", **said)


def refused(code: str, purpose: str, token: str, now: dt.datetime = NOW) -> bool:
    with pytest.raises(links.LinkError) as caught:
        links.read(purpose, token, now=now)
    return [problem.code for problem in caught.value.problems] == [code]


def test_a_link_says_whose_it_is_and_for_what(cast: Cast) -> None:
    link = links.read("sign-off", a_token(cast), now=NOW)
    assert (link.person, link.subject, link.organisation) == ("p-1", "sign-off:7", cast.organisation.pk)
    assert link.expires == NOW + dt.timedelta(days=links.DAYS)


def test_showing_uses_nothing_up_and_acting_does(cast: Cast) -> None:
    token = a_token(cast)
    links.read("sign-off", token, now=NOW)
    links.read("sign-off", token, now=NOW)
    assert links.use("sign-off", token, now=NOW).subject == "sign-off:7"
    assert refused("link-used", "sign-off", token)
    with pytest.raises(links.LinkError, match="used already"):
        links.use("sign-off", token, now=NOW)


def test_a_link_is_worth_nothing_for_another_purpose(cast: Cast) -> None:
    assert refused("link-broken", "practice", a_token(cast))


def test_a_forged_shortened_or_endless_link_is_refused(cast: Cast) -> None:
    token = a_token(cast)
    other = "a" if token[-1] != "a" else "b"
    for broken in (token[:-1] + other, token[:20], "", "x" * 5000, "a:b:c", token.replace(":", ".")):
        assert refused("link-broken", "sign-off", broken)


def test_a_link_ends_with_its_time(cast: Cast) -> None:
    token = a_token(cast, days=1)
    links.read("sign-off", token, now=NOW + dt.timedelta(hours=23))
    assert refused("link-expired", "sign-off", token, NOW + dt.timedelta(days=1))


def test_what_is_remembered_of_expired_links_is_deleted(cast: Cast) -> None:
    links.use("sign-off", a_token(cast), now=NOW)
    assert links.forget_expired(now=NOW + dt.timedelta(days=13)) == 0
    assert links.forget_expired(now=NOW + dt.timedelta(days=15)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_act_at_once_one_succeeds(home: Path) -> None:
    token = a_token(a_cast(home))
    ended: list[str] = []

    def act() -> None:
        try:
            links.use("sign-off", token, now=NOW)
            ended.append("acted")
        except links.LinkError:
            ended.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["acted", *["refused"] * 7]
    assert UsedLink.objects.count() == 1
