"""Whether a writer is at work: told by an advisory lock in PostgreSQL, and by a lock on a file beside SQLite."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from upshot.web.lrs.store.dialect import postgres

__all__ = ["ADVISORY", "nobody_writes", "turnstile"]

ADVISORY = 0x7841
"""First half of the advisory lock of an organisation's writers; the second is the organisation's number."""


def _lock_file() -> Path | None:
    name = str(connection.settings_dict["NAME"])
    return None if postgres() or ":memory:" in name or "mode=memory" in name else Path(f"{name}.writer")


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The file as the system knows it; a Python file would cost six more calls, and nothing is read or written."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def turnstile() -> Iterator[None]:
    """Let one writer of a SQLite file through at a time, first come, first served; the others sleep until it is done.

    PostgreSQL's writers wait for each other in the database.
    """
    path = _lock_file()
    if path is None:
        yield
        return
    with _opened(path) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def nobody_writes() -> bool:
    """Whether no writer of a SQLite file is between its instant and its end."""
    path = _lock_file()
    if path is None:
        return False
    with _opened(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
