"""How far an answer has come: its stages in order, told to whoever waits, who may stop the work between two."""

from collections.abc import Callable

from upshot.errors import Cancelled

__all__ = ["STAGES", "Progress", "Stages", "stop_if"]

Progress = Callable[[str, int, int], None]
"""Told what begins, how many stages are done and how many there are; may raise `Cancelled` to stop the work."""

STAGES = (
    "reading the audience",
    "building the panel",
    "scanning the panel",
    "estimating",
    "checks",
    "second opinions",
    "dealing the lot again",
    "event study",
)
"""What happens on the way to an answer, in order."""


class Stages:
    """Counts the stages of one or several answers, and tells `Progress`.

    Parameters
    ----------
    progress
        Who is told; nobody where it is ``None``.
    answers
        How many answers are to come.

    Examples
    --------
    >>> told = []
    >>> begin = Stages(lambda what, done, of: told.append((what, done, of)))
    >>> begin("scanning the panel"), begin.finished()
    (None, None)
    >>> told
    [('scanning the panel', 2, 8), ('done', 8, 8)]
    """

    def __init__(self, progress: Progress | None, answers: int = 1) -> None:
        self._progress = progress
        self._before = 0
        self._of = answers * len(STAGES)

    def __call__(self, what: str) -> None:
        """A stage begins; one that is not listed is not told."""
        if self._progress is not None and what in STAGES:
            self._progress(what, self._before + STAGES.index(what), self._of)

    def finished(self) -> None:
        """One answer is there."""
        self._before += len(STAGES)
        if self._progress is not None and self._before == self._of:
            self._progress("done", self._of, self._of)


def stop_if(wanted: Callable[[], bool]) -> Progress:
    """A `Progress` that stops the work as soon as ``wanted`` says so.

    Examples
    --------
    >>> stop_if(lambda: False)("checks", 4, 8)
    >>> stop_if(lambda: True)("checks", 4, 8)
    Traceback (most recent call last):
        ...
    upshot.errors.Cancelled: Stopped before 'checks', after 4 of 8 stages; nothing was stored.
    """

    def told(what: str, done: int, of: int) -> None:
        if wanted():
            raise Cancelled(f"Stopped before {what!r}, after {done} of {of} stages; nothing was stored.")

    return told
