"""Certificates in the browser: listed within reach, given and revoked with a reason, logged, never ranked."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import Cast
from tests.web.paths.builders import a_round, enrolled, records, with_path

from upshot.errors import InputError
from upshot.web.accounts.models import RoleGrant
from upshot.web.accounts.roles import ScopeKind
from upshot.web.audit.models import Access, Event
from upshot.web.paths.models import Certificate, Enrolment, PathVersion
from upshot.web.paths.selectors import initiative_of, walks_of
from upshot.web.paths.selectors_certificates import listed
from upshot.web.paths.services.certifying import grant, revoke
from upshot.web.paths.services.recording import record_step

URL = "/o/nordvik/certificates/"
TODAY = timezone.localdate()


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    with_path(cast, tmp_path)
    a_round(cast)
    return cast


def by_hand(firm: Cast, person: str = "p-3", day: dt.date = TODAY - dt.timedelta(days=30)) -> Certificate:
    viewer = firm.viewer("administrator")
    course = initiative_of(viewer, "selling")
    assert course is not None
    return grant(viewer=viewer, initiative=course, person=person, given=day, reason="Seen on paper", on=TODAY)


def test_one_given_by_hand_finishes_the_path_and_is_logged(firm: Cast) -> None:
    made = by_hand(firm)
    assert by_hand(firm).pk == made.pk
    assert enrolled(firm).state == Enrolment.State.DONE
    assert Event.objects.filter(action="certificate-given").count() == 1


def test_it_needs_somebody_a_day_that_was_and_a_reason(firm: Cast) -> None:
    reply = firm.client("administrator").post(
        f"{URL}give", {"initiative": "selling", "person": "nobody", "given": "2099-01-01", "reason": "Seen"}
    )
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Nobody within your reach has this identifier." in page
    assert "This day lies ahead." in page
    assert 'value="nobody"' in page


def test_a_revoked_one_keeps_its_reason_and_the_path_opens_again(firm: Cast) -> None:
    made = by_hand(firm)
    client = firm.client("administrator")
    assert client.post(f"{URL}{made.pk}/revoke", {"reason": ""}).status_code == 422
    client.post(f"{URL}{made.pk}/revoke", {"reason": "The paper was forged"})
    revoke(viewer=firm.viewer("administrator"), certificate=made, reason="Once more")
    made.refresh_from_db()
    assert made.revoked_reason == "The paper was forged"
    assert enrolled(firm).state == Enrolment.State.ACTIVE
    assert "The paper was forged" in firm.client("learner").get("/o/nordvik/learning/").content.decode()
    with pytest.raises(InputError, match="Say why"):
        revoke(viewer=firm.viewer("administrator"), certificate=made, reason=" ")


def test_what_is_done_in_the_window_renews_it_on_the_learners_page(firm: Cast) -> None:
    by_hand(firm, day=TODAY - dt.timedelta(days=340))
    client = firm.client("learner")
    page = client.get("/o/nordvik/learning/").content.decode()
    assert "Time to renew it" in page
    assert "Next: Basics" in page
    client.post(f"/o/nordvik/learning/paths/{enrolled(firm).pk}/basics/done")
    assert list(Certificate.objects.values_list("given", flat=True)) == [TODAY, TODAY - dt.timedelta(days=340)]
    after = client.get("/o/nordvik/learning/").content.decode()
    assert "Time to renew it" not in after
    assert after.count("given by hand") == 0


@pytest.mark.parametrize(
    ("standing", "days", "shown"), [("valid", 30, True), ("window-open", 340, True), ("overdue", 340, False)]
)
def test_the_list_is_filtered_by_standing(firm: Cast, standing: str, days: int, shown: bool) -> None:
    by_hand(firm, day=TODAY - dt.timedelta(days=days))
    page = firm.client("administrator").get(URL, {"standing": standing}).content.decode()
    assert ("Seen on paper" in page) is shown


def test_learner_and_administrator_read_the_same_standing_after_the_path_changed(firm: Cast) -> None:
    by_hand(firm, day=TODAY - dt.timedelta(days=400))
    old = PathVersion.objects.get()
    body = old.body.replace('"every":"12m"', '"every":"12m","on_expiry":"expired"')
    assert body != old.body
    newer = PathVersion.objects.create(
        organisation=firm.organisation, initiative="selling", number=2, hash="0" * 64, body=body
    )
    Enrolment.objects.filter(person="p-3").update(version=newer)
    own = walks_of(firm.viewer("learner"), on=TODAY)[0].newest
    seen = listed(firm.viewer("administrator"), list(Certificate.objects.all()), on=TODAY)[0]
    assert own is not None
    assert (own.standing, seen.standing) == ("overdue", "overdue")


def test_somebody_out_of_reach_is_not_certified_nor_found(firm: Cast) -> None:
    RoleGrant.objects.filter(membership__user=firm.users["administrator"]).update(
        scope_kind=ScopeKind.TEAM, scope_value="Dal"
    )
    with pytest.raises(InputError, match="Nobody within your reach"):
        by_hand(firm)
    assert not Certificate.objects.exists()


def test_a_renewed_one_is_listed_once_and_the_look_is_logged(firm: Cast) -> None:
    by_hand(firm, day=TODAY - dt.timedelta(days=340))
    record_step(enrolment=enrolled(firm), step="basics")
    page = firm.client("administrator").get(URL, {"q": "p-3", "team": "Fjord", "path": "selling"}).content.decode()
    assert "1 certificate " in page
    assert Access.objects.filter(what="certificates").count() == 1


def test_only_who_manages_access_changes_them(firm: Cast) -> None:
    made = by_hand(firm)
    assert f"{made.pk}/revoke" in firm.client("administrator").get(URL).content.decode()
    assert f"{made.pk}/revoke" not in firm.client("analyst").get(URL).content.decode()
    assert firm.client("analyst").post(f"{URL}{made.pk}/revoke", {"reason": "No"}).status_code == 403


def test_the_list_needs_no_more_queries_for_more_people(
    firm: Cast, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    done = [(f"p-{n}", f"selling/{step}", "completed", "2026-11-05")
            for n in range(1, 31) for step in ("basics", "openings", "mine")]  # fmt: skip
    records(firm, tmp_path, *done)
    a_round(firm)
    client = firm.client("administrator")
    client.get(URL)
    with django_assert_max_num_queries(16):
        assert "30 certificates" in client.get(URL).content.decode()
