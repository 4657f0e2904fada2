"""Serve the product from one command: the web server, the worker for background jobs, and a clean end of both."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from upshot.errors import Problem, WorkspaceError

__all__ = ["free", "serve"]


def free(host: str, port: int) -> None:
    """Make sure nothing else listens there.

    Raises
    ------
    WorkspaceError
        If something does.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            text = f"Port {port} is in use on {host}."
            fix = f"Stop what uses it, or choose another: --port {port + 1}"
            raise WorkspaceError(str(Problem(code="port", text=text, fix=fix))) from error


def serve(home: Path, *, host: str, port: int, workers: int = 1) -> NoReturn:
    """Serve until interrupted; ``upshot.web.boot.setup`` must have run, so that the database is up to date.

    This process becomes the server and does not come back. It begins anew, because granian forks its web
    processes and the lake's library cannot be used after a fork in which it was used before: whoever has
    opened a lake (the demonstration does) could otherwise serve no page that needs one.

    Parameters
    ----------
    home
        Home folder; told to the child processes through ``UPSHOT_HOME``.
    workers
        Web server processes. Background jobs always have one process of their own.
    """
    free(host, port)
    os.environ["UPSHOT_HOME"] = str(home.resolve())
    sys.stdout.flush()
    command = [sys.executable, "-m", "upshot.web.serving", host, str(port), str(workers)]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter


def _run(host: str, port: int, workers: int) -> None:
    """Serve, in a process that has done nothing else."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with _worker():
        Granian(
            "upshot.web.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
        ).serve()


@contextmanager
def _worker() -> Iterator[None]:
    """Keep one worker for background jobs running; a crashed one is started again."""
    stop = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stop.is_set():
            child = subprocess.Popen([sys.executable, "-m", "upshot.web.worker"])
            running[:] = [child]
            child.wait()
            stop.wait(1)

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        for child in running:
            child.terminate()
        thread.join(timeout=10)
        for child in running:
            if child.poll() is None:
                child.kill()


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
