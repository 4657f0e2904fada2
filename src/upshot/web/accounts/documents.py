"""Plan texts parsed, each once for all processes of an installation."""

import hashlib
from functools import lru_cache

from django.core.cache import cache

from upshot.plan import Document, parse

__all__ = ["parsed"]

_DAY = 24 * 3600


@lru_cache(maxsize=32)
def parsed(text: str) -> Document:
    """The document of a text that loads.

    Reading YAML with its line numbers costs a tenth of a second or more: what one process has read, such as the
    worker that warms the pages, the others take from the cache.

    Raises
    ------
    PlanError
        If it does not.
    """
    key = f"plan-{hashlib.sha256(text.encode()).hexdigest()}"
    found: Document | None = cache.get(key)
    if found is None:
        found = parse(text)
        cache.set(key, found, _DAY)
    return found
