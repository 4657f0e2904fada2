"""What became of carrying something to somebody, and the ways it can fail."""

from dataclasses import dataclass

__all__ = ["Carried", "Failure"]


@dataclass(frozen=True, slots=True)
class Carried:
    """It was handed over; ``reference`` is what a bounce would name it by."""

    reference: str = ""


class Failure(Exception):  # noqa: N818 - it is what the receiver said, not a mistake of ours
    """It was not handed over.

    Parameters
    ----------
    reason
        In a few words, without an address or a secret: ``HTTP 500``, ``no answer in 10 seconds``.
    lasting
        Trying again is of no use.
    after
        Seconds the receiver asked us to wait.
    silent
        It did not answer at all, so that the next one in the same round need not wait for it again.
    """

    def __init__(self, reason: str, *, lasting: bool = False, after: float | None = None, silent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lasting = lasting
        self.after = after
        self.silent = silent
