"""Forwarding to a real server beside: in order, again after silence, around what it refuses, and from the beginning."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils import timezone
from tests.web.lrs.local import a_sender, a_store
from tests.xapi.builders import a_statement

from upshot.errors import InputError
from upshot.web.lrs.models import Delivery, Target
from upshot.web.lrs.services import forwarding
from upshot.web.lrs.services.forwarding import Sent, add_target, forward, replay

pytestmark = pytest.mark.django_db


@dataclass(slots=True)
class Other:
    """Another store: what it received, what it answers, and one id it refuses."""

    address: str = ""
    answer: int = 200
    refuses: str = ""
    received: list[str] = field(default_factory=list)
    authorization: str = ""


@pytest.fixture
def other() -> Iterator[Other]:
    state = Other()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ids = [one["id"] for one in json.loads(self.rfile.read(int(self.headers["Content-Length"])))]
            state.authorization = self.headers["Authorization"]
            status = 400 if state.refuses in ids else state.answer
            if status == 200:
                state.received += ids
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}/xapi"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def test_statements_arrive_in_order_and_once(home: Path, other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "BATCH", 4)
    firm = a_store(home)
    sender = a_sender(firm)
    sender.post(a_statement())
    target = add_target(firm, name="backup", endpoint=other.address, key="k", secret="s3cret")
    assert "s3cret" not in Target.objects.get().secret
    sent = sender.post([a_statement() for _ in range(10)]).json()
    assert forward(target) == Sent(10, 0)
    assert other.received == sent
    assert other.authorization == "Basic azpzM2NyZXQ="
    assert forward(target) == Sent(0, 0)


def test_a_target_that_does_not_answer_is_asked_again_later(home: Path, other: Other) -> None:
    firm = a_store(home)
    target = add_target(firm, name="backup", endpoint=other.address, key="k", secret="s")
    sent = a_sender(firm).post([a_statement()]).json()
    other.answer = 503
    now = timezone.now()
    assert forward(target, now=now) == Sent(0, 0)
    first = target.next_try - now
    assert forward(target, now=now) == Sent(0, 0)
    assert (target.failures, target.last_error) == (1, "HTTP 503")
    forward(target, now=target.next_try)
    assert target.next_try - now > 2 * first
    other.answer = 200
    assert forward(target, now=now + dt.timedelta(hours=1)) == Sent(1, 0)
    assert (other.received, target.failures) == (sent, 0)


def test_what_a_target_refuses_is_set_aside_and_the_rest_goes_on(home: Path, other: Other) -> None:
    firm = a_store(home)
    target = add_target(firm, name="backup", endpoint=other.address, key="k", secret="s")
    one, two, three = a_sender(firm).post([a_statement() for _ in range(3)]).json()
    other.refuses = two
    assert forward(target) == Sent(2, 1)
    assert other.received == [one, three]
    assert Delivery.objects.get().status == 400
    other.refuses = ""
    replay(target)
    target.refresh_from_db()
    assert forward(target) == Sent(3, 0)
    assert other.received == [one, three, one, two, three]
    assert not Delivery.objects.exists()


def test_an_address_that_is_no_web_address_is_refused(home: Path) -> None:
    firm = a_store(home)
    with pytest.raises(InputError):
        add_target(firm, name="x", endpoint="file:///etc/passwd", key="k", secret="s")
