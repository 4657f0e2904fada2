"""How many requests a credential may send: a bucket each, refilled evenly, in every server process for itself."""

import math
import threading
import time

from django.conf import settings

from upshot.web.lrs.principal import Principal

__all__ = ["TooMany", "admit"]

_MOST_BUCKETS = 10_000
_buckets: dict[str, tuple[float, float]] = {}
_lock = threading.Lock()


class TooMany(Exception):  # noqa: N818 - the answer's name in HTTP
    """The credential sent too many requests; ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} seconds.")
        self.seconds = seconds


def admit(principal: Principal) -> None:
    """Let a request in, or say how long its sender is to wait.

    Raises
    ------
    TooMany
        When the credential's minute is used up.
    """
    per_minute = principal.per_minute or settings.LRS_REQUESTS_PER_MINUTE
    if not per_minute:
        return
    now = time.monotonic()
    with _lock:
        if len(_buckets) > _MOST_BUCKETS:
            _buckets.clear()
        left, before = _buckets.get(principal.account, (float(per_minute), now))
        left = min(float(per_minute), left + (now - before) * per_minute / 60)
        admitted = left >= 1
        _buckets[principal.account] = (left - 1 if admitted else left, now)
    if not admitted:
        raise TooMany(max(1, math.ceil((1 - left) * 60 / per_minute)))
