"""Put the SCORM runtime into a package's page: before its first script, whatever the page looks like."""

import re
from collections.abc import Iterable

__all__ = ["with_runtime"]

# A doctype must stay first, or the browser falls back to quirks; <head> and <html> may be missing altogether.
_HEAD = re.compile(rb"<head\b[^>]*>", re.IGNORECASE)
_TOP = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype[^>]*>)?\s*(?:<html\b[^>]*>)?",
    re.IGNORECASE | re.DOTALL,
)


def with_runtime(page: bytes, scripts: Iterable[str]) -> bytes:
    """The page with scripts in front of its own.

    Examples
    --------
    >>> with_runtime(b"<!DOCTYPE html><title>x</title>", ["/a.js"])
    b'<!DOCTYPE html><script src="/a.js"></script><title>x</title>'
    """
    tags = b"".join(f'<script src="{address}"></script>'.encode() for address in scripts)
    if page.startswith((b"\xff\xfe", b"\xfe\xff")):
        page = page.decode("utf-16").encode()
        tags = b'<meta charset="utf-8">' + tags
    found = _HEAD.search(page[:65_536]) or _TOP.match(page[:65_536])
    end = 0 if found is None else found.end()
    return page[:end] + tags + page[end:]
