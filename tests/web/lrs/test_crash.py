"""Killed in the middle of its work, the store keeps every statement it acknowledged, and no half of a batch."""

import http.client
import os
import signal
import subprocess
import threading
import uuid
from pathlib import Path

from benchmarks.lrs_store import a_store
from tests.web.lrs.http import Caller
from tests.xapi.builders import a_statement

BATCH = 5


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """Processes that a server started."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(number) for number in listed.split()]


def test_what_was_acknowledged_survives_kill_9(database: str, scratch: Path) -> None:
    verb = f"https://example.com/verbs/{uuid.uuid4()}"
    acknowledged: list[str] = []
    sent: list[list[str]] = []

    with a_store(workers=1, database=database, home=scratch) as store:
        caller = Caller(store.endpoint, store.key, store.secret)

        def write() -> None:
            while True:
                ids = [str(uuid.uuid4()) for _ in range(BATCH)]
                sent.append(ids)
                try:
                    answer = caller.post([a_statement(id=one, verb={"id": verb}) for one in ids])
                except (OSError, http.client.HTTPException):
                    return
                assert answer.status == 200
                acknowledged.extend(ids)

        writers = [threading.Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        while len(acknowledged) < 100:
            threading.Event().wait(0.01)
        for number in [*children(store.server), store.server.pid]:
            os.kill(number, signal.SIGKILL)
        for writer in writers:
            writer.join()

    with a_store(workers=1, database=database, home=scratch) as store:
        again = Caller(store.endpoint, store.key, store.secret)
        stored = set(again.ids(verb=verb))
        assert set(acknowledged) <= stored
        for batch in sent:
            assert len(stored & set(batch)) in (0, BATCH)
        repeated = again.post([a_statement(id=one, verb={"id": verb}) for one in sent[-1]])
        assert repeated.status == 200
        assert set(sent[-1]) <= set(again.ids(verb=verb))
