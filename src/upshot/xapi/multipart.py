"""Bodies of multipart/mixed: bytes to parts with their headers, and back (RFC 2046)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from upshot.errors import Problem, RequestError

__all__ = ["Part", "boundary_of", "built", "parsed"]

_SECTION = "xAPI 1.0.3 Communication 1.5.2; IEEE 9274.1.1 4.1.3"
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_MOST_HEADERS = 8192


@dataclass(frozen=True, slots=True)
class Part:
    """One part; header names are in lower case."""

    headers: Mapping[str, str]
    content: bytes = field(repr=False)


def _refused(text: str) -> RequestError:
    return RequestError(Problem(code="xapi-multipart", text=f"{text} ({_SECTION})."))


def boundary_of(content_type: str) -> str:
    """The boundary that a multipart content type names.

    Raises
    ------
    RequestError
        When it names none.

    Examples
    --------
    >>> boundary_of('multipart/mixed; boundary="a b"')
    'a b'
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise _refused("The Content-Type header of a multipart body must name its boundary")
    return str(found[1] or found[2])


def parsed(body: bytes, boundary: str) -> tuple[Part, ...]:
    r"""The parts of ``body``.

    Raises
    ------
    RequestError
        When a boundary is missing, the body does not end with the closing one, or a header is malformed.

    Examples
    --------
    >>> [part.content for part in parsed(b"--x\r\nA: 1\r\n\r\none\r\n--x--\r\n", "x")]
    [b'one']
    """
    marker = b"\r\n--" + boundary.encode("utf-8", "surrogateescape")
    pieces = (b"\r\n" + body).split(marker)
    closing = next((place for place, piece in enumerate(pieces) if place and piece.startswith(b"--")), None)
    if closing is None or closing == 1:
        raise _refused("The body has no part between its boundaries, or no closing boundary")
    if pieces[0].strip():
        raise _refused("The body must begin with its boundary")
    return tuple(_part(piece) for piece in pieces[1:closing])


def _part(piece: bytes) -> Part:
    line, found, rest = piece.partition(b"\r\n")
    if not found or line.strip(b" \t"):
        raise _refused("Each boundary must stand on a line of its own")
    if rest.startswith(b"\r\n"):
        return Part({}, rest[2:])
    head, found, content = rest.partition(b"\r\n\r\n")
    if not found or len(head) > _MOST_HEADERS:
        raise _refused("Each part must have headers, an empty line and its content")
    return Part(dict(_header(line) for line in head.split(b"\r\n")), content)


def _header(line: bytes) -> tuple[str, str]:
    try:
        name, found, value = line.decode("ascii").partition(":")
    except UnicodeDecodeError:
        raise _refused("The headers of a part must be ASCII") from None
    if not found or not name.strip():
        raise _refused("A header of a part has no colon")
    return name.strip().lower(), value.strip()


def built(parts: Iterable[Part], boundary: str) -> bytes:
    """The body of ``parts``."""
    marker = b"--" + boundary.encode()
    pieces: list[bytes] = []
    for part in parts:
        head = "".join(f"{name}: {value}\r\n" for name, value in part.headers.items()).encode()
        pieces += [marker, b"\r\n", head, b"\r\n", part.content, b"\r\n"]
    return b"".join((*pieces, marker, b"--\r\n"))
