"""One writer at a time: a lock on the lake's folder while rows are compared and stored."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without it relies on Delta's own transactions
    fcntl = None  # type: ignore[assignment]

__all__ = ["one_writer"]


@contextlib.contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Wait for other writers of this folder, then hold them off."""
    with (folder / ".lock").open("a") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
