"""Ralph beside our own store: its HTTP server with the file back end, in a scratch folder, for the same load generator.

Its other back ends need Elasticsearch, MongoDB or ClickHouse as a service of their own. As published, the file back end
answers 500 to the second request that stores something, because it opens its file anew; here it is told to append.
"""

import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

from lrs_store import Store

__all__ = ["STATEMENTS", "a_peer"]

STATEMENTS = "statements.jsonl"
"""The file, in the peer's home folder, that holds what it stored."""

_SERVED = """
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend

FSLRSBackend.default_operation_type = BaseOperationType.APPEND

from ralph.api import app
"""
_WAITED = 120.0


@contextmanager
def a_peer(ralph: Path) -> Iterator[Store]:
    """Serve Ralph while the block runs.

    Parameters
    ----------
    ralph
        A virtual environment with ``ralph-malph[lrs]``; it is no part of ours.
    """
    with tempfile.TemporaryDirectory(prefix="ralph-") as scratch, socket.socket() as probe:
        home = Path(scratch)
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        environment = {
            **os.environ,
            "RALPH_APP_DIR": scratch,
            "RALPH_AUTH_FILE": str(home / "auth.json"),
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": scratch,
            "RALPH_BACKENDS__LRS__FS__DEFAULT_LRS_FILE": STATEMENTS,
        }
        environment.pop("PYTHONPATH", None)
        (home / "served.py").write_text(_SERVED, encoding="utf-8")
        person = ["-u", "bench", "-p", "secret", "-s", "all", "-M", "mailto:bench@example.com", "-N", "bench", "-w"]
        subprocess.run([ralph / "bin" / "ralph", "auth", *person], env=environment, check=True, capture_output=True)
        probe.close()
        command = [
            str(ralph / "bin" / "python"),
            "-m",
            "uvicorn",
            "served:app",
            "--app-dir",
            scratch,
            "--port",
            str(port),
        ]
        with (home / "server.log").open("ab") as log:
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/__lbheartbeat__")
            yield Store(f"http://127.0.0.1:{port}/xAPI", "bench", "secret", home, server, environment)
        finally:
            server.terminate()
            server.wait(10)


def _wait(url: str) -> None:
    until = time.monotonic() + _WAITED
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
            return
        except HTTPError:
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
