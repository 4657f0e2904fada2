"""Who may do what: keys, scopes, bearer tokens, tenants, limits, other origins."""

import base64
import datetime as dt
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from joserfc import jwt
from joserfc.jwk import ECKey
from pytest_django.fixtures import Settings
from tests.web.lrs.local import Sender, a_sender, a_store
from tests.xapi.builders import ACTIVITY, a_statement, an_agent

from upshot.errors import InputError
from upshot.web.lrs.models import Credential
from upshot.web.lrs.services import limits
from upshot.web.lrs.services.credentials import forget
from upshot.web.lrs.services.keys import make_key, revoke_key, rotate_key
from upshot.web.lrs.services.tokens import trust_issuer
from upshot.xapi.decode import encoded

pytestmark = pytest.mark.django_db

AGENT = encoded(an_agent()).decode()
STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "x"}
PROFILE = {"activityId": ACTIVITY, "profileId": "x"}
DOORS: dict[str, tuple[str, str, Any, dict[str, str]]] = {
    "send": ("POST", "statements", a_statement(), {}),
    "read": ("GET", "statements", b"", {}),
    "state": ("GET", "activities/state", b"", {"activityId": ACTIVITY, "agent": AGENT}),
    "put state": ("PUT", "activities/state", {}, STATE),
    "profile": ("GET", "activities/profile", b"", {"activityId": ACTIVITY}),
    "put profile": ("POST", "activities/profile", {}, PROFILE),
    "person": ("GET", "agents", b"", {"agent": AGENT}),
}


@pytest.mark.parametrize(
    ("scope", "opens"),
    [
        ("all", set(DOORS)),
        ("all/read", {"read", "state", "profile", "person"}),
        ("statements/write", {"send"}),
        ("statements/read", {"read", "person"}),
        ("statements/read/mine", {"read"}),
        ("state", {"state", "put state"}),
        ("profile", {"profile", "put profile", "person"}),
        ("define", set()),
    ],
)
def test_a_scope_opens_its_doors_and_no_other(scope: str, opens: set[str], home: Path) -> None:
    sender = a_sender(a_store(home), scope)
    statuses = {
        door: sender.send(method, resource, body, **parameters).status_code
        for door, (method, resource, body, parameters) in DOORS.items()
    }
    assert {door for door, status in statuses.items() if status in (200, 204)} == opens
    assert {status for door, status in statuses.items() if door not in opens} <= {403}


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!", "Basic Zm9vOmJhcg==", "Bearer a.b.c", "Digest x"])
def test_whoever_is_not_known_is_told_how_to_be(header: str, home: Path) -> None:
    a_store(home)
    response = Sender(header).send("GET", "statements")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic")


def test_a_secret_is_kept_as_a_hash_and_looked_at_once(home: Path) -> None:
    organisation = a_store(home)
    sender = a_sender(organisation)
    secret = base64.b64decode(sender.authorization.removeprefix("Basic ")).decode().partition(":")[2]
    assert secret not in str(Credential.objects.values().get())
    assert sender.send("GET", "about").status_code == 200
    sender.get()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        sender.get()
    assert not any("lrs_credential" in query["sql"] for query in asked.captured_queries)


def test_a_rotated_secret_overlaps_and_a_revoked_key_ends(home: Path) -> None:
    organisation = a_store(home)
    old = a_sender(organisation)
    credential = Credential.objects.get()
    new = rotate_key(credential, overlap=dt.timedelta(hours=1))
    assert old.send("GET", "statements").status_code == 200
    Credential.objects.update(previous_until=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    forget()
    assert old.send("GET", "statements").status_code == 401
    sender = Sender(f"Basic {base64.b64encode(new.text.encode()).decode()}")
    assert sender.send("GET", "statements").status_code == 200
    revoke_key(credential)
    assert sender.send("GET", "statements").status_code == 401


def test_a_key_needs_a_name_and_scopes_that_exist(home: Path) -> None:
    organisation = a_store(home)
    for name, scopes in (("", ["all"]), ("x", []), ("x", ["everything"])):
        with pytest.raises(InputError):
            make_key(organisation, name=name, scopes=scopes)


def test_organisations_are_kept_apart(home: Path) -> None:
    ours, theirs = a_sender(a_store(home)), a_sender(a_store(home, "elsewhere"))
    (sent,) = ours.post(a_statement()).json()
    assert theirs.ids() == []
    assert theirs.send("GET", "statements", statementId=sent).status_code == 404
    assert theirs.post(a_statement(id=sent, actor=an_agent("bo"))).status_code == 200
    assert len(ours.ids()) == len(theirs.ids()) == 1


def test_mine_are_the_statements_my_credential_sent(home: Path) -> None:
    organisation = a_store(home)
    mine = a_sender(organisation, "statements/write", "statements/read/mine")
    other = a_sender(organisation)
    (own,), (others,) = mine.post(a_statement()).json(), other.post(a_statement()).json()
    assert mine.ids() == [own]
    assert mine.send("GET", "statements", statementId=others).status_code == 404
    assert set(other.ids()) == {own, others}


def test_the_authority_is_the_credential_unless_it_is_trusted(home: Path) -> None:
    organisation = a_store(home)
    claimed = an_agent("boss")
    (one,) = a_sender(organisation).post(a_statement(authority=claimed)).json()
    (two,) = a_sender(organisation, trusted=True).post(a_statement(authority=claimed)).json()
    reader = a_sender(organisation)
    assert reader.get(statementId=one)["authority"]["name"] == "system"
    assert reader.get(statementId=two)["authority"] == claimed


KEY = ECKey.generate_key("P-256", {"kid": "k1"})


def a_token(key: ECKey = KEY, **more: Any) -> str:
    claims = {
        "iss": "https://id.example.com",
        "aud": "upshot",
        "exp": int(time.time()) + 60,
        "scope": "all/read",
        **more,
    }
    return f"Bearer {jwt.encode({'alg': 'ES256', 'kid': 'k1'}, claims, key)}"


def test_a_token_of_a_trusted_issuer_opens_what_its_scopes_say(home: Path) -> None:
    keys = encoded({"keys": [KEY.as_dict(private=False)]})
    trust_issuer(a_store(home), issuer="https://id.example.com", audience="upshot", keys=keys)
    sender = Sender(a_token(client_id="lms"))
    assert sender.send("GET", "statements").status_code == 200
    assert sender.post(a_statement()).status_code == 403
    writer = Sender(a_token(scope="statements/write statements/read/mine", client_id="lms"))
    (sent,) = writer.post(a_statement()).json()
    assert writer.get(statementId=sent)["authority"]["account"] == {"homePage": "https://id.example.com", "name": "lms"}


@pytest.mark.parametrize(
    "token",
    [
        a_token(aud="other"),
        a_token(iss="https://evil.example"),
        a_token(exp=int(time.time()) - 3600),
        a_token(ECKey.generate_key("P-256", {"kid": "k1"})),
        "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIn0.",
    ],
)
def test_a_token_that_is_not_for_us_or_not_signed_is_refused(token: str, home: Path) -> None:
    keys = encoded({"keys": [KEY.as_dict(private=False)]})
    trust_issuer(a_store(home), issuer="https://id.example.com", audience="upshot", keys=keys)
    assert Sender(token).send("GET", "statements").status_code == 401


def test_private_keys_are_not_taken(home: Path) -> None:
    organisation = a_store(home)
    with pytest.raises(InputError):
        trust_issuer(organisation, issuer="x", audience="y", keys=encoded({"keys": [KEY.as_dict(private=True)]}))


def test_a_credential_that_asks_too_often_is_told_how_long_to_wait(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_buckets", {})
    sender = a_sender(a_store(home), per_minute=2)
    assert [sender.send("GET", "statements").status_code for _ in range(3)] == [200, 200, 429]
    assert 1 <= int(sender.send("GET", "statements")["Retry-After"]) <= 30


def test_other_origins_are_let_in_by_list(home: Path, settings: Settings) -> None:
    settings.LRS_ORIGINS = ["https://course.example.com"]
    sender = a_sender(a_store(home))
    asked = sender.send("OPTIONS", "statements", headers={"Origin": "https://course.example.com"})
    assert asked["Access-Control-Allow-Origin"] == "https://course.example.com"
    assert "If-Match" in asked["Access-Control-Allow-Headers"]
    answer = sender.send("GET", "statements", headers={"Origin": "https://course.example.com"})
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    other = sender.send("OPTIONS", "statements", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other
