"""Badges by rule: offered, taken or left, expired, revoked; what strangers see; what administrators do."""

import datetime as dt
import json
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string
from tests.web.cast import Cast
from tests.web.challenges.builders import somebody
from tests.web.motivation.builders import (
    GIVEN,
    a_badge_rule,
    a_certificate,
    chose,
    offered_badge,
    offering,
    seen_at_work,
    taken_badge,
)
from tests.web.plans.builders import a_version
from tests.web.practice.builders import BEST, a_published, played

from upshot.errors import InputError
from upshot.web.accounts.models import Membership
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Access, Event
from upshot.web.motivation import chores
from upshot.web.motivation.models import Achievement, Badge, Firm
from upshot.web.motivation.personal import MotivationStore
from upshot.web.motivation.services import awarding
from upshot.web.motivation.services.achieving import close_achievement
from upshot.web.motivation.services.awarding import accept, decline, follow_certificates, offer, revoke
from upshot.web.outbox.kinds import kind_of
from upshot.web.outbox.models import Message
from upshot.web.paths.services.certifying import revoke as revoke_certificate

ON = dt.date(2026, 11, 24)
WHOLE = 'href="/o/'


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return offering(cast, tmp_path)


def shown(badge: Badge) -> str:
    """The public page, as a stranger reads it."""
    reply = Client().get(f"/badges/{badge.pk}/")
    assert reply.status_code == 200
    return reply.content.decode()


def with_competency(cast: Cast) -> None:
    plan = (workspace_of(cast.organisation).root / "plan.yaml").read_text(encoding="utf-8")
    a_version(cast, plan + "competencies:\n  - {id: calm, label: Staying calm}\n")


def test_a_certificate_brings_an_offer_once_with_a_message(firm: Cast) -> None:
    badge = offered_badge(firm)
    assert offer(firm.organisation, on=GIVEN) == 0
    assert (badge.earned, badge.until, badge.accepted, badge.token) == (GIVEN, dt.date(2027, 11, 2), None, "")
    message = Message.objects.get(kind="badge-offered")
    assert message.context == {"name": "Value selling"}
    assert Client().get(f"/badges/{badge.pk}/").status_code == 404, "what nobody took is shown to nobody"


def test_many_are_offered_theirs_in_parts(firm: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awarding, "CHUNK", 2)
    a_badge_rule(firm)
    for person in ("p-3", "p-6", "p-9", "p-12", "p-15"):
        a_certificate(firm, person)
        chose(firm, "badges", person=person)
    assert offer(firm.organisation, on=GIVEN) == 5
    assert Message.objects.filter(kind="badge-offered").count() == 5
    assert offer(firm.organisation, on=GIVEN) == 0


def test_a_renewed_certificate_brings_another_and_an_expired_one_none(firm: Cast) -> None:
    offered_badge(firm)
    certificate = a_certificate(firm, "p-6", expires=dt.date(2026, 11, 3))
    chose(firm, "badges", person="p-6")
    assert offer(firm.organisation, on=dt.date(2026, 11, 4)) == 0
    certificate.pk, certificate.given, certificate.expires = None, dt.date(2026, 11, 5), None
    certificate.save(force_insert=True)
    assert offer(firm.organisation, on=dt.date(2026, 11, 5)) == 1


def test_a_level_counts_once_somebody_saw_it_at_work_and_never_by_practice(firm: Cast) -> None:
    with_competency(firm)
    a_badge_rule(firm, kind="level", about="calm", level=1, months=12)
    viewer = chose(firm, "badges")
    played(viewer, a_published(firm), BEST)
    assert offer(firm.organisation, on=ON) == 0
    seen_at_work(firm, 0)
    assert offer(firm.organisation, on=ON) == 0
    seen_at_work(firm, 2, day=dt.date(2026, 11, 3))
    assert offer(firm.organisation, on=ON) == 1
    assert Badge.objects.get().until == dt.date(2027, 11, 3)
    seen_at_work(firm, 2, day=dt.date(2026, 11, 20))
    assert offer(firm.organisation, on=ON) == 0, "seen again while the badge stands, it brings no second one"
    assert offer(firm.organisation, on=dt.date(2027, 11, 4)) == 1
    assert offer(firm.organisation, on=dt.date(2027, 11, 21)) == 0


def test_a_badge_left_for_now_can_be_taken_later_and_only_by_its_owner(firm: Cast) -> None:
    badge = offered_badge(firm)
    with pytest.raises(InputError):
        accept(viewer=somebody(firm, "p-6"), number=badge.pk, named=False)
    me = somebody(firm, "p-3")
    assert decline(viewer=me, number=badge.pk).declined is not None
    taken = accept(viewer=me, number=badge.pk, named=False)
    assert (taken.declined, bool(taken.token)) == (None, True)


def test_strangers_read_what_the_badge_says_and_no_name(firm: Cast) -> None:
    text = shown(taken_badge(firm))
    assert "Valid." in text
    assert "Asks about the household" in text
    assert "Nordvik" in text
    assert "somebody who did not put their name in it" in text
    assert not [word for word in ("Learner", "p-3", "learner@", WHOLE) if word in text]
    assert 'name="robots" content="noindex' in text


def test_public_documents_are_not_indexed_tell_no_referrer_and_open_to_wallets(firm: Cast) -> None:
    badge = taken_badge(firm)
    issuer = urlsplit(jwt.decode(badge.token, options={"verify_signature": False})["iss"]).path
    for path in (
        f"/badges/{badge.pk}/", f"/badges/{badge.pk}/status", f"/badges/{badge.pk}/credential.jwt", issuer,
        f"/badges/{badge.pk}/credential.json", f"/badges/achievements/{badge.achievement_id}/", f"{issuer}jwks.json",
        f"/badges/keys/{badge.key_id}",
    ):  # fmt: skip
        reply = Client().get(path)
        assert reply.status_code == 200, path
        assert reply["X-Robots-Tag"] == "noindex, nofollow"
        assert reply["Referrer-Policy"] == "no-referrer"
        assert reply["Access-Control-Allow-Origin"] == "*"
        assert Client().post(path).status_code == 405


def test_an_address_that_nobody_was_given_leads_nowhere(firm: Cast) -> None:
    taken_badge(firm)
    nobody = "00000000-0000-0000-0000-000000000000"
    for path in (f"{nobody}/", f"{nobody}/status", f"{nobody}/credential.jwt", f"issuers/{nobody}/",
                 f"issuers/{nobody}/jwks.json", f"keys/{nobody}", f"achievements/{nobody}/"):  # fmt: skip
        assert Client().get(f"/badges/{path}").status_code == 404, path
    assert Client().get(f"/badges/{Badge.objects.get().pk}/credential.exe").status_code == 404


def test_expired_and_revoked_say_so(firm: Cast) -> None:
    badge = taken_badge(firm)
    Badge.objects.update(until=dt.date(2026, 1, 1))
    assert "Expired." in shown(badge)
    with pytest.raises(InputError, match="Say why"):
        revoke(viewer=firm.viewer("administrator"), number=badge.pk, reason=" ")
    revoke(viewer=firm.viewer("administrator"), number=badge.pk, reason="Given for the wrong path")
    text = shown(badge)
    assert "Revoked." in text
    assert "wrong path" not in text, "the reason is the holder's to read"
    assert "wrong path" in firm.client("learner").get(own(badge)).content.decode()
    with pytest.raises(InputError, match="was revoked"):
        accept(viewer=somebody(firm, "p-3"), number=badge.pk, named=True)


def own(badge: Badge) -> str:
    return f"/o/nordvik/learning/what-i-see/badges/{badge.pk}/"


def test_a_badge_falls_with_its_certificate(firm: Cast) -> None:
    badge = taken_badge(firm)
    assert badge.certificate is not None
    revoke_certificate(viewer=firm.viewer("administrator"), certificate=badge.certificate, reason="Copied")
    assert follow_certificates(timezone.now()) == 1
    assert follow_certificates(timezone.now()) == 0
    assert "Revoked." in shown(badge)


def test_the_chore_offers_once_a_day_and_twice_does_no_harm(firm: Cast) -> None:
    a_badge_rule(firm)
    a_certificate(firm)
    chose(firm, "badges")
    now = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    chores.due(now)
    assert Badge.objects.count() == 1
    Badge.objects.all().delete()
    chores.due(now + dt.timedelta(minutes=1))
    assert Badge.objects.count() == 0
    Firm.objects.update(offered=None)
    chores.due(now)
    chores.due(now)
    assert Badge.objects.count() == 1


def test_a_message_need_not_be_said_once_the_badge_was_answered(firm: Cast) -> None:
    badge = offered_badge(firm)
    message = Message.objects.get(kind="badge-offered")
    done = import_string(kind_of("badge-offered").done)
    assert list(done(firm.organisation, [message])) == []
    decline(viewer=somebody(firm, "p-3"), number=badge.pk)
    assert list(done(firm.organisation, [message])) == [message.pk]


def test_a_learner_takes_a_badge_and_its_files_through_the_pages(firm: Cast) -> None:
    a_badge_rule(firm)
    a_certificate(firm)
    chose(firm, "badges")
    client = firm.client("learner")
    assert "Offered to you" in client.get("/o/nordvik/learning/what-i-see/").content.decode()
    badge = Badge.objects.get()
    assert "Do you want this badge?" in client.get(own(badge)).content.decode()
    client.post(f"{own(badge)}take", {"named": "yes"})
    file = client.get(f"{own(badge)}wallet.jwt")
    badge.refresh_from_db()
    assert file.content.decode() == badge.token
    assert file["Content-Disposition"] == 'attachment; filename="value-selling.jwt"'
    said = json.loads(client.get(f"{own(badge)}wallet.json").content)
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert firm.client("leader").get(own(badge)).status_code == 403
    chose(firm)
    assert client.get(own(badge)).status_code == 404


def test_designers_open_and_close_badges_and_what_was_taken_keeps_its_words(firm: Cast) -> None:
    taken = taken_badge(firm)
    a_certificate(firm, "p-6")
    chose(firm, "badges", person="p-6")
    offer(firm.organisation, on=GIVEN)
    with pytest.raises(InputError, match="offered for this already"):
        a_badge_rule(firm)
    client = firm.client("designer")
    assert "Value selling" in client.get("/o/nordvik/motivation/").content.decode()
    client.post(f"/o/nordvik/motivation/badges/{taken.achievement_id}/close")
    assert list(Badge.objects.values_list("pk", flat=True)) == [taken.pk]
    assert close_achievement(viewer=firm.viewer("designer"), number=taken.achievement_id) == 0
    assert "Valid." in shown(taken)
    words = {"what": "path:selling", "name": "Better words", "description": "Newer", "criteria": "More"}
    assert client.post("/o/nordvik/motivation/badges/new", words).status_code == 302
    assert Achievement.objects.get(closed=None).name == "Better words"
    assert "Better words" not in shown(taken)


@pytest.mark.parametrize(
    ("kind", "about", "level", "code"),
    [("path", "nothing", 0, "unknown-path"), ("level", "nothing", 1, "unknown-competency"),
     ("level", "calm", 0, "unknown-level"), ("level", "calm", 4, "unknown-level")],
)  # fmt: skip
def test_a_badge_for_nothing_is_refused(firm: Cast, kind: str, about: str, level: int, code: str) -> None:
    with_competency(firm)
    with pytest.raises(InputError) as caught:
        a_badge_rule(firm, kind=kind, about=about, level=level)
    assert caught.value.problems[0].code == code


def test_administrators_switch_change_the_key_and_revoke_with_every_look_logged(firm: Cast) -> None:
    badge = taken_badge(firm)
    client = firm.client("administrator")
    assert client.post("/o/nordvik/consent/", {"sentences": "99"}).status_code == 422
    client.post("/o/nordvik/consent/", {"on": "on", "sentences": "5"})
    assert Firm.objects.get().sentences == 5
    assert "1 badge" in client.get("/o/nordvik/consent/").content.decode()
    client.post(f"/o/nordvik/consent/badges/{badge.pk}/revoke", {"reason": "Wrong path"})
    client.post("/o/nordvik/consent/key")
    assert firm.organisation.badge_keys.filter(retired=None).count() == 1
    assert firm.organisation.badge_keys.count() == 2
    assert {"badge-revoked", "badge-key-changed", "motivation-set", "badge-taken"} <= set(
        Event.objects.values_list("action", flat=True)
    )
    assert set(Access.objects.values_list("what", flat=True)) == {"badges"}


def test_pages_ask_as_many_questions_for_many_badges_as_for_few(firm: Cast) -> None:
    taken = taken_badge(firm)

    def counted(part: str, path: str) -> int:
        client = firm.client(part)
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            client.get(path)
        return len(caught)

    pages = (
        ("administrator", "/o/nordvik/consent/"), ("learner", "/o/nordvik/learning/what-i-see/"),
        ("designer", "/o/nordvik/motivation/"),
    )  # fmt: skip
    few = [counted(*one) for one in pages]
    Badge.objects.bulk_create(
        Badge(
            organisation=taken.organisation, achievement=taken.achievement, person="p-3", source=f"s{number}",
            earned=GIVEN, accepted=taken.accepted, key=taken.key, token=taken.token,
        )
        for number in range(30)
    )  # fmt: skip
    Achievement.objects.bulk_create(
        Achievement(organisation=taken.organisation, kind="path", about=f"p{number}", name="N", description="D")
        for number in range(30)
    )
    assert [counted(*one) for one in pages] == few


def test_an_erased_person_leaves_no_badge_and_no_sentence(firm: Cast) -> None:
    taken = taken_badge(firm)
    store = MotivationStore()
    held = store.export(firm.organisation, "p-3")
    assert [row["credential"] for row in held if "badge" in row] == [taken.token]
    assert store.export(firm.organisation, "") == []
    assert store.erase(firm.organisation, "p-3") > 0
    assert store.export(firm.organisation, "p-3") == []
    assert Client().get(f"/badges/{taken.pk}/").status_code == 404
    assert store.erase(firm.organisation, "") == 0
    assert Membership.objects.filter(person="p-3").exists()
