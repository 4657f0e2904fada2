"""What the learning record store costs: ``python benchmarks/lrs_speed.py --database postgresql --sizes 1000 100000``.

CPU milliseconds a statement are those of the server's processes, and PostgreSQL's apart, read from /proc before and
after; latencies are measured by one client on a kept connection. The load generator makes its statements before the
clock starts. With ``--peer FOLDER``, a virtual environment with Ralph, the same requests go to Ralph beside it, and the
ratios are printed; what takes it long is asked less often.
"""

import argparse
import base64
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from lrs_peer import STATEMENTS, a_peer
from lrs_store import Store, a_store, postgres

__all__ = ["main"]

PEOPLE, ACTIVITIES, VERBS, REGISTRATIONS = 5_000, 200, 8, 20_000
_TICK = os.sysconf("SC_CLK_TCK")

_FILL = """
import sys
from pathlib import Path
from upshot.web import boot
boot.setup(Path(sys.argv[1]))
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.services.bulk import load_file
print(load_file(Organisation.objects.get(), Path(sys.argv[2])).stored)
"""


_CLONE = """
import sys
from pathlib import Path
from upshot.web import boot
boot.setup(Path(sys.argv[1]))
from django.db import connection, transaction
wanted = int(sys.argv[2])
columns = "organisation_id, statement_id, actor_id, verb_id, activity_id, authority_id, registration, voided, voids, "
columns += "offset_minutes, payload"
postgres = connection.vendor == "postgresql"
fresh = columns.replace("statement_id", "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))")
with connection.cursor() as cursor:
    cursor.execute("SELECT min(stored), max(stored), count(*) FROM lrs_statement")
    first, last, count = cursor.fetchone()
    span = last - first + 1
    for copy in range(1, wanted // count):
        with transaction.atomic():
            cursor.execute(f"INSERT INTO lrs_statement (stored, {columns}) "
                           f"SELECT stored - {copy * span}, {fresh} FROM lrs_statement WHERE stored >= {first}")
            cursor.execute(f"INSERT INTO lrs_statement_activity (activity_id, stored) SELECT activity_id, "
                           f"stored - {copy * span} FROM lrs_statement_activity WHERE stored >= {first}")
    cursor.execute("ANALYZE")
    cursor.execute("SELECT count(*) FROM lrs_statement")
    print(cursor.fetchone()[0])
"""
_LOADED = 50_000
"""Statements loaded as senders send them; a larger store is filled up with copies of their rows, by SQL."""


_WARMED = 40
"""Statements sent before the clock starts: each thread of the server opens its connection, and imports are done."""


@dataclass(slots=True)
class Client:
    """One kept connection."""

    store: Store
    connection: http.client.HTTPConnection
    headers: dict[str, str]
    root: str

    @classmethod
    def of(cls, store: Store) -> "Client":
        """Connect with the store's key."""
        parts = urlsplit(store.endpoint)
        token = base64.b64encode(f"{store.key}:{store.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": "1.0.3"}
        return cls(store, http.client.HTTPConnection(parts.hostname or "", parts.port), headers, parts.path)

    def send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Send and read; anything but success is an error."""
        headers = {**self.headers, "Content-Type": "application/json"} if body else self.headers
        self.connection.request(method, f"{self.root}/{path}", body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 204):
            raise RuntimeError(f"{answer.status}: {content[:300]!r}")
        return content


def made(draw: random.Random, count: int) -> Iterator[bytes]:
    """Statements of about 1.2 kB, with people, activities, verbs and registrations that repeat."""
    for _ in range(count):
        activity = draw.randrange(ACTIVITIES)
        account = {"homePage": "https://lms.example.com", "name": f"p{draw.randrange(PEOPLE)}"}
        notes = {"https://example.com/session": str(draw.getrandbits(128)), "https://example.com/note": "x" * 400}
        statement = {
            "id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
            "actor": {"objectType": "Agent", "account": account},
            "verb": {"id": f"https://example.com/verbs/v{draw.randrange(VERBS)}", "display": {"en": "did something"}},
            "object": {
                "id": f"https://example.com/activities/{activity}",
                "definition": {"name": {"en": f"Activity {activity}"}, "type": "http://adlnet.gov/expapi/activities/course"},
            },
            "result": {"score": {"scaled": draw.random()}, "success": True, "duration": "PT1M30S"},
            "context": {
                "registration": str(uuid.UUID(int=draw.randrange(REGISTRATIONS), version=4)),
                "contextActivities": {"parent": [{"id": f"https://example.com/courses/{activity % 20}"}]},
                "extensions": notes,
            },
            "timestamp": "2026-11-24T08:30:00.123Z",
        }  # fmt: skip
        yield json.dumps(statement).encode()


def cpu_of(root: int) -> float:
    """CPU seconds of a process and everything it started."""
    seconds = 0.0
    for number in _family(root):
        try:
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        seconds += (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / _TICK
    return seconds


def _family(root: int) -> Iterator[int]:
    yield root
    try:
        started = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    except FileNotFoundError:
        return
    for number in started:
        yield from _family(int(number))


def postgres_process(address: str) -> int:
    """The process of the scratch PostgreSQL, from the file in its data folder, where its socket is too."""
    folder = parse_qs(urlsplit(address).query)["host"][0]
    return int((Path(folder) / "postmaster.pid").read_text(encoding="ascii").split()[0])


def writes(client: Client, draw: random.Random, database: int | None, patience: float) -> dict[str, float]:
    """Print CPU and wall time a statement, single and in batches of 100; the CPU milliseconds by what was sent."""
    found: dict[str, float] = {}
    _timed([partial(client.send, "POST", "statements", body) for body in made(draw, _WARMED)], patience)
    for label, count, size in (("single", 400, 1), ("batch of 100", 4_000, 100)):
        bodies = list(made(draw, count))
        packed = [b"[" + b",".join(bodies[start : start + size]) + b"]" for start in range(0, count, size)]
        server, stored = cpu_of(client.store.server.pid), cpu_of(database) if database else 0.0
        started = time.perf_counter()
        times = _timed([partial(client.send, "POST", "statements", body) for body in packed], patience)
        wall, sent = time.perf_counter() - started, len(times) * size
        cpu = found[f"POST {label}"] = (cpu_of(client.store.server.pid) - server) * 1000 / sent
        apart = (cpu_of(database) - stored) * 1000 / sent if database else 0.0
        middle, late = statistics.median(times) * 1000, _p95(times) * 1000
        print(
            f"  POST {label:<13} server {cpu:6.3f} CPU ms/statement, database {apart:6.3f}; "
            f"{sent / wall:7.1f} statements/s; p50 {middle:6.1f} ms, p95 {late:6.1f} ms",
            flush=True,
        )
    return found


def _timed(requests: Sequence[Callable[[], object]], patience: float) -> list[float]:
    """Seconds of each request; no further one is sent once they took longer than ``patience`` together."""
    times: list[float] = []
    for request in requests:
        before = time.perf_counter()
        request()
        times.append(time.perf_counter() - before)
        if sum(times) > patience:
            break
    return times


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def reads(client: Client, draw: random.Random, patience: float) -> dict[str, float]:
    """Print the latency of the usual questions, newest 25 each; the median milliseconds by question."""

    def agent() -> str:
        account = {"homePage": "https://lms.example.com", "name": f"p{draw.randrange(PEOPLE)}"}
        return "agent=" + quote(json.dumps({"account": account}))

    def verb() -> str:
        return "verb=" + quote(f"https://example.com/verbs/v{draw.randrange(VERBS)}")

    def activity() -> str:
        return "activity=" + quote(f"https://example.com/activities/{draw.randrange(ACTIVITIES)}")

    questions = {
        "newest": lambda: "",
        "agent": agent,
        "verb": verb,
        "activity": activity,
        "verb+activity": lambda: f"{verb()}&{activity()}",
        "agent+verb": lambda: f"{agent()}&{verb()}",
        "related activity": lambda: f"related_activities=true&activity={quote('https://example.com/courses/7')}",
        "since, ascending": lambda: "ascending=true&since=2026-01-01T00:00:00Z",
        "registration": lambda: f"registration={uuid.UUID(int=draw.randrange(REGISTRATIONS), version=4)}",
    }
    asked: Mapping[str, Callable[[], str]] = questions
    found: dict[str, float] = {}
    for name, question in asked.items():
        paths = [f"statements?limit=25&{question()}".rstrip("&") for _ in range(40)]
        times = _timed([partial(client.send, "GET", path) for path in paths], patience)
        middle = found[f"GET {name}"] = statistics.median(times) * 1000
        empty = "" if json.loads(client.send("GET", paths[0]))["statements"] else "; it found nothing"
        print(f"  GET  {name:<18} p50 {middle:8.2f} ms, p95 {_p95(times) * 1000:8.2f} ms{empty}", flush=True)
    return found


def compared(ours: Mapping[str, float], theirs: Mapping[str, float]) -> None:
    """Print how many times as much the peer takes: CPU where something is stored, the median where it is read."""
    ratios = ", ".join(f"{name} {theirs[name] / value:.1f}" for name, value in ours.items() if name in theirs and value)
    print(f"  Ralph takes, times ours: {ratios}", flush=True)


def filled(store: Store, draw: random.Random, size: int, stored: int) -> str:
    """Bring a store to ``size`` statements; how that was done."""
    cloned = size > 2 * _LOADED and not stored
    file = store.home / "fill.jsonl"
    file.write_bytes(b"\n".join(made(draw, _LOADED if cloned else size - stored)) + b"\n")
    for code, argument in ((_FILL, str(file)), *(((_CLONE, str(size)),) if cloned else ())):
        command = [sys.executable, "-c", code, str(store.home), argument]
        subprocess.run(command, env=store.environment, check=True, capture_output=True)
    return f"{_LOADED:,} loaded, the rest copied by SQL" if cloned else f"{size - stored:,} loaded"


def peer_filled(peer: Store, draw: random.Random, size: int) -> None:
    """Bring the peer's file to ``size`` statements, without its server."""
    with (peer.home / STATEMENTS).open("wb") as out:
        for statement in made(draw, size):
            out.write(statement + b"\n")


def main() -> int:
    """Fill to each size and measure there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--peer", type=Path, help="virtual environment with Ralph, to measure beside")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds for all requests of one kind")
    asked = parser.parse_args()
    draw = random.Random(7)  # noqa: S311 - repeatable, and guards nothing
    with ExitStack() as stack:
        address = stack.enter_context(postgres()) if asked.database == "postgresql" else ""
        store = stack.enter_context(a_store(workers=1, database=address))
        peer = stack.enter_context(a_peer(asked.peer)) if asked.peer else None
        database = postgres_process(address) if address else None
        stored = 0
        for size in sorted(asked.sizes):
            before = time.perf_counter()
            how = filled(store, draw, size, stored)
            load = os.getloadavg()[0]
            took = time.perf_counter() - before
            print(f"{asked.database}, {size:,} statements ({how}, {took:.0f} s; load {load:.1f}):", flush=True)
            client = Client.of(store)
            client.send("GET", "statements?limit=25")
            ours = {**writes(client, draw, database, asked.patience), **reads(client, draw, asked.patience)}
            stored = size + 4_400
            if peer is not None:
                peer_filled(peer, draw, size)
                print(f"Ralph, file back end, {size:,} statements:", flush=True)
                other = Client.of(peer)
                theirs = {**writes(other, draw, None, asked.patience), **reads(other, draw, asked.patience)}
                compared(ours, theirs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
