"""Keys fetched from an issuer over HTTP: found, kept, followed when they change, believed while it is away."""

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.web.lrs.local import Sender, a_store

from upshot.errors import InputError
from upshot.web.lrs.models import Issuer
from upshot.web.lrs.services.credentials import forget
from upshot.web.lrs.services.keysets import KEPT, fetched_keys, renewed
from upshot.web.lrs.services.tokens import trust_issuer

pytestmark = pytest.mark.django_db


@dataclass(slots=True)
class Published:
    """An issuer on this machine: what it says of itself, the keys it shows, and how often it was asked for them."""

    url: str = ""
    keys: list[ECKey] = field(default_factory=list)
    away: bool = False
    private: bool = False
    named: str = ""
    moved: bool = False
    garbled: bool = False
    more: list[dict[str, object]] = field(default_factory=list)
    asked: int = 0

    def answer(self, path: str) -> object:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.named or self.url, "jwks_uri": f"{self.url}/keys"}
        self.asked += 1
        return {"keys": [*self.more, *(key.as_dict(private=self.private) for key in self.keys)]}

    def token(self, key: ECKey) -> Sender:
        claims = {"iss": self.url, "aud": "upshot", "exp": int(time.time()) + 60, "scope": "all/read"}
        return Sender(f"Bearer {jwt.encode({'alg': 'ES256', 'kid': key.kid}, claims, key)}")


def a_key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name})


@pytest.fixture
def issuer() -> Iterator[Published]:
    published = Published(keys=[a_key("one")])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if published.garbled:
                self.wfile.write(b"no HTTP\r\n\r\n")
                return
            body = json.dumps(published.answer(self.path)).encode()
            away, led_on = published.away, published.moved and not self.path.startswith("/elsewhere")
            self.send_response(503 if away else 302 if led_on else 200)
            if led_on:
                self.send_header("Location", f"{published.url}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    published.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield published
    server.shutdown()
    thread.join()
    server.server_close()


def trusted(home: Path, issuer: Published) -> Issuer:
    return trust_issuer(a_store(home), issuer=issuer.url, audience="upshot")


def aged(known: Issuer, by: dt.timedelta) -> None:
    """As if the keys had been fetched so long ago."""
    known.refresh_from_db()
    assert known.fetched is not None
    Issuer.objects.filter(pk=known.pk).update(fetched=known.fetched - by)
    forget()


def test_keys_are_found_by_discovery_and_fetched_once(home: Path, issuer: Published) -> None:
    trusted(home, issuer)
    sender = issuer.token(issuer.keys[0])
    assert [sender.send("GET", "statements").status_code for _ in range(3)] == [200] * 3
    forget()
    assert sender.send("GET", "statements").status_code == 200
    assert issuer.asked == 1


def test_a_new_key_is_followed_when_a_token_names_it_but_not_at_every_token(home: Path, issuer: Published) -> None:
    known = trusted(home, issuer)
    new = a_key("two")
    assert issuer.token(new).send("GET", "statements").status_code == 401
    assert issuer.asked == 1
    issuer.keys.append(new)
    aged(known, dt.timedelta(minutes=1))
    assert issuer.token(new).send("GET", "statements").status_code == 200
    assert issuer.asked == 2
    stranger = a_key("three")
    assert [issuer.token(stranger).send("GET", "statements").status_code for _ in range(5)] == [401] * 5
    assert issuer.asked == 2


def test_a_key_that_was_withdrawn_stops_within_the_hour(home: Path, issuer: Published) -> None:
    known, old = trusted(home, issuer), issuer.keys[0]
    issuer.keys[:] = [a_key("two")]
    assert issuer.token(old).send("GET", "statements").status_code == 200
    aged(known, KEPT)
    assert issuer.token(old).send("GET", "statements").status_code == 401
    assert issuer.token(issuer.keys[0]).send("GET", "statements").status_code == 200


def test_while_the_issuer_is_away_the_keys_that_are_kept_count(home: Path, issuer: Published) -> None:
    known = trusted(home, issuer)
    issuer.away = True
    aged(known, KEPT)
    assert issuer.token(issuer.keys[0]).send("GET", "statements").status_code == 200
    known.refresh_from_db()
    assert renewed(known, unknown_key=False) is False
    with pytest.raises(InputError, match="did not answer"):
        trust_issuer(known.organisation, issuer=issuer.url, audience="upshot")


def test_an_issuer_that_names_another_or_shows_private_keys_is_not_trusted(home: Path, issuer: Published) -> None:
    issuer.private = True
    with pytest.raises(InputError, match="public keys only"):
        trusted(home, issuer)
    issuer.named = "https://id.example.com"
    with pytest.raises(InputError, match="names another issuer"):
        trust_issuer(a_store(home, "second"), issuer=issuer.url, audience="upshot")
    with pytest.raises(InputError, match="by https only"):
        trust_issuer(a_store(home, "third"), issuer="http://id.example.com", audience="upshot")
    assert Issuer.objects.count() == 0


def test_an_address_that_leads_elsewhere_is_not_followed(home: Path, issuer: Published) -> None:
    known = trusted(home, issuer)
    old, issuer.keys[:], issuer.moved = issuer.keys[0], [a_key("two")], True
    aged(known, KEPT)
    assert issuer.token(issuer.keys[0]).send("GET", "statements").status_code == 401
    assert issuer.token(old).send("GET", "statements").status_code == 200
    with pytest.raises(InputError, match="HTTP 302"):
        trust_issuer(known.organisation, issuer=issuer.url, audience="upshot")


def test_an_answer_that_is_no_http_changes_nothing(home: Path, issuer: Published) -> None:
    known, issuer.garbled = trusted(home, issuer), True
    aged(known, KEPT)
    assert issuer.token(issuer.keys[0]).send("GET", "statements").status_code == 200
    with pytest.raises(InputError, match="did not answer"):
        trust_issuer(known.organisation, issuer=issuer.url, audience="upshot")
    for address, said in (("https://[id.example.com/keys", "by https only"), ("https://x:y/keys", "did not answer")):
        with pytest.raises(InputError, match=said):
            fetched_keys(address)


def test_a_key_of_a_kind_nobody_here_knows_leaves_the_others(home: Path, issuer: Published) -> None:
    issuer.more = [{"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"}, {"kty": "AKP", "kid": "new"}, {"kty": []}]
    known = trusted(home, issuer)
    assert [entry["kid"] for entry in known.keys["keys"]] == ["one"]
    assert issuer.token(issuer.keys[0]).send("GET", "statements").status_code == 200
    issuer.keys.clear()
    with pytest.raises(InputError, match="public keys only"):
        trust_issuer(known.organisation, issuer=issuer.url, audience="upshot")


def test_of_two_requests_that_find_keys_due_at_once_one_fetches_them(home: Path, issuer: Published) -> None:
    known = trusted(home, issuer)
    aged(known, KEPT)
    first, second = Issuer.objects.get(), Issuer.objects.get()
    issuer.keys[:] = [a_key("two")]
    assert renewed(first, unknown_key=False)
    assert not renewed(second, unknown_key=False)
    assert issuer.asked == 2


def test_an_issuer_s_tokens_for_one_audience_open_one_organisation(home: Path, issuer: Published) -> None:
    known = trusted(home, issuer)
    with pytest.raises(InputError, match="Another organisation"):
        trust_issuer(a_store(home, "second"), issuer=issuer.url, audience="upshot")
    assert Issuer.objects.get().organisation_id == known.organisation_id
