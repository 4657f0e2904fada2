"""A badge as an Open Badges 3.0 credential: read and verified by other libraries, by its published documents alone."""

import base64
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import jwt
import pytest
from django.test import Client
from jwt import PyJWKSet
from pytest_django.fixtures import Settings
from tests.web.cast import Cast
from tests.web.challenges.builders import somebody
from tests.web.motivation.builders import a_badge_rule, chose, offered_badge, offering, seen_at_work, taken_badge
from tests.web.plans.builders import a_version

from upshot.errors import InputError
from upshot.web.accounts.viewer import workspace_of
from upshot.web.competencies.models import Framework, Item
from upshot.web.motivation.badges.keys import change_key, private_of
from upshot.web.motivation.badges.signing import verified
from upshot.web.motivation.models import Badge, SigningKey
from upshot.web.motivation.services.awarding import accept, offer, revoke

CONTRACT = json.loads((Path(__file__).parents[2] / "data/openbadges/contract.json").read_text(encoding="utf-8"))
CLAIMS = {"exp", "iss", "jti", "nbf", "sub"}


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return offering(cast, tmp_path)


def fetched(address: str) -> Any:
    """A public document, fetched as a stranger does."""
    reply = Client().get(urlsplit(address).path)
    assert reply.status_code == 200
    return json.loads(reply.content)


def header_of(token: str) -> dict[str, Any]:
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def as_verified(token: str) -> dict[str, Any]:
    """What PyJWT makes of a token, by the key set that its own issuer publishes."""
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    keys = PyJWKSet.from_dict(fetched(f"{issuer}jwks.json"))
    return jwt.decode(token, keys[header_of(token)["kid"]].key, algorithms=["RS256"], issuer=issuer)


def test_another_library_verifies_the_signature_by_the_published_keys(firm: Cast) -> None:
    badge = taken_badge(firm)
    said = as_verified(badge.token)
    assert said["jti"] == said["id"]
    assert said["iss"] == said["issuer"]["id"]
    assert said["sub"] == said["credentialSubject"]["id"]
    assert dt.datetime.fromtimestamp(said["exp"], dt.UTC) == dt.datetime.fromisoformat(said["validUntil"])
    assert said["validUntil"] == "2027-11-03T00:00:00Z"


def test_the_key_behind_the_header_is_the_public_half_alone(firm: Cast) -> None:
    header = header_of(taken_badge(firm).token)
    assert set(header) == {"alg", "kid", "typ"}
    key = fetched(header["kid"])
    assert key["kid"] == header["kid"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}


def test_a_changed_letter_breaks_the_signature_for_both(firm: Cast) -> None:
    badge = taken_badge(firm)
    head, body, seal = badge.token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    said["name"] = "Chief of everything"
    forged_body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    forged = f"{head}.{forged_body}.{seal}"
    with pytest.raises(jwt.InvalidSignatureError):
        as_verified(forged)
    assert verified(forged, SigningKey.objects.all()) is None
    Badge.objects.filter(pk=badge.pk).update(token=forged)
    assert "This badge cannot be confirmed" in Client().get(f"/badges/{badge.pk}/").content.decode()


@pytest.mark.parametrize("named", [False, True])
def test_the_credential_keeps_the_contract(firm: Cast, named: bool) -> None:
    said = as_verified(taken_badge(firm, named=named).token)
    jsonschema.Draft202012Validator(CONTRACT).validate({key: said[key] for key in said if key not in CLAIMS})


def test_a_level_is_a_competency_aligned_with_its_frameworks_item(firm: Cast) -> None:
    plan = (workspace_of(firm.organisation).root / "plan.yaml").read_text(encoding="utf-8")
    a_version(firm, plan + "competencies:\n  - {id: calm, label: Staying calm}\n")
    frame = Framework.objects.create(
        organisation=firm.organisation, identifier="f", title="Bank skills", source="own", body={}
    )
    Item.objects.create(
        organisation=firm.organisation, framework=frame, identifier="i", uri="https://case.example/i", key="calm",
        label="Staying calm", position=1, body={},
    )  # fmt: skip
    a_badge_rule(firm, kind="level", about="calm", level=2, months=24)
    seen_at_work(firm, 2)
    viewer = chose(firm, "badges")
    offer(firm.organisation, on=dt.date(2026, 11, 24))
    said = as_verified(accept(viewer=viewer, number=Badge.objects.get().pk, named=False).token)
    jsonschema.Draft202012Validator(CONTRACT).validate({key: said[key] for key in said if key not in CLAIMS})
    achievement = said["credentialSubject"]["achievement"]
    assert achievement["achievementType"] == "Competency"
    assert achievement["alignment"][0]["targetUrl"] == "https://case.example/i"
    assert said["validUntil"] == "2028-11-03T00:00:00Z"
    assert "On a call" not in json.dumps(said), "the words of whoever saw it stay in the log"


def test_who_knows_the_address_can_tell_whose_it_is_and_nobody_can_read_it(firm: Cast) -> None:
    badge = taken_badge(firm)
    said = as_verified(badge.token)
    (identity,) = said["credentialSubject"]["identifier"]
    known = hashlib.sha256(("learner@nordvik.example" + identity["salt"]).encode()).hexdigest()
    assert identity["identityHash"] == f"sha256${known}"
    written = json.dumps(said)
    assert not [word for word in ("learner@", "Learner", "p-3") if word in written]


def test_the_name_stands_in_it_only_for_whoever_chose_so(firm: Cast) -> None:
    said = as_verified(taken_badge(firm, named=True).token)
    assert [one["identityHash"] for one in said["credentialSubject"]["identifier"] if not one["hashed"]] == ["Learner"]


def test_an_address_never_stands_in_place_of_a_name(firm: Cast) -> None:
    firm.users["learner"].name = ""
    firm.users["learner"].save()
    badge = offered_badge(firm)
    page = firm.client("learner").get(f"/o/nordvik/learning/what-i-see/badges/{badge.pk}/").content.decode()
    assert "Put my name in it" not in page
    taken = accept(viewer=somebody(firm, "p-3"), number=badge.pk, named=True)
    assert not taken.named
    assert "learner@" not in json.dumps(as_verified(taken.token))
    assert "somebody who did not put their name in it" in Client().get(f"/badges/{taken.pk}/").content.decode()


def test_the_status_names_this_badge_alone_once_it_is_revoked(firm: Cast) -> None:
    badge = taken_badge(firm)
    said = as_verified(badge.token)
    assert fetched(said["credentialStatus"]["id"])["revokedCredential"] == []
    revoke(viewer=firm.viewer("administrator"), number=badge.pk, reason="Given for the wrong path")
    listed = fetched(said["credentialStatus"]["id"])
    assert listed["revokedCredential"] == [{"id": said["id"], "revoked": True}]
    assert listed["issuer"] == said["iss"]


def test_what_an_earlier_key_signed_stays_verifiable_after_a_change(firm: Cast) -> None:
    badge = taken_badge(firm)
    fresh = change_key(viewer=firm.viewer("administrator"))
    assert as_verified(badge.token)["jti"].endswith(f"/{badge.pk}/")
    issuer = jwt.decode(badge.token, options={"verify_signature": False})["iss"]
    assert {one["kid"] for one in fetched(f"{issuer}jwks.json")["keys"]} == {
        badge.key.public["kid"],
        fresh.public["kid"],
    }


def test_another_secret_of_the_installation_opens_no_key(firm: Cast, settings: Settings) -> None:
    taken_badge(firm)
    kept = SigningKey.objects.get()
    assert "PRIVATE" not in kept.private
    settings.SECRET_KEY = "another"
    with pytest.raises(InputError) as caught:
        private_of(kept)
    assert caught.value.problems[0].code == "badge-key-sealed"


def test_a_badge_taken_twice_is_signed_once(firm: Cast) -> None:
    badge = taken_badge(firm)
    again = accept(viewer=somebody(firm, "p-3"), number=badge.pk, named=True)
    assert (again.token, again.named) == (badge.token, False)
