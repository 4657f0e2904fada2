"""Values as the specification writes them: IRIs, UUIDs, mailboxes, hashes and media types, told by one test each."""

import re
from functools import lru_cache

__all__ = ["is_iri", "is_irl", "is_mailbox", "is_media_type", "is_sha1", "is_sha2", "is_uuid"]

# RFC 3987: a scheme, then no space, control, or any of the delimiters RFC 3986 keeps out of identifiers.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x20\x7f<>\"{}|\\^`]+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IRL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?://[^/?#\s]+[^\s]*|[^/\s][^\s]*)")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_MAILBOX = re.compile(r"mailto:[^\s@<>\"(),:;\[\]\\\x00-\x1f]+@[^\s@<>\"(),:;\[\]\\\x00-\x1f]+")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_SHA2 = re.compile(r"(?:[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})")
_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}(?:\s*;\s*{_WORD}=(?:{_WORD}|\"(?:[^\"\\\r\n]|\\.)*\"))*\s*;?")


@lru_cache(maxsize=8192)
def is_iri(text: str) -> bool:
    """Whether ``text`` is an absolute IRI (RFC 3987).

    Examples
    --------
    >>> is_iri("http://example.com/ä"), is_iri("course-v1:A+B"), is_iri("should fail"), is_iri("ab=c://x")
    (True, True, False, False)
    """
    return _IRI.fullmatch(text) is not None and ("%" not in text or _BROKEN_ESCAPE.search(text) is None)


def is_irl(text: str) -> bool:
    """Whether ``text`` is an IRI that says where something is: a scheme with an authority or a path."""
    return is_iri(text) and _IRL.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Whether ``text`` is a UUID in RFC 4122's standard string form, in either case.

    Examples
    --------
    >>> is_uuid("6690e6c9-3ef0-4ed3-8b37-7f3964730bee"), is_uuid("6690e6c93ef04ed38b377f3964730bee")
    (True, False)
    """
    return _UUID.fullmatch(text) is not None


def is_mailbox(text: str) -> bool:
    """Whether ``text`` is ``mailto:`` and one e-mail address."""
    return _MAILBOX.fullmatch(text) is not None


def is_sha1(text: str) -> bool:
    """Whether ``text`` is a SHA-1 digest in hexadecimal."""
    return _SHA1.fullmatch(text) is not None


def is_sha2(text: str) -> bool:
    """Whether ``text`` is a SHA-224, SHA-256, SHA-384 or SHA-512 digest in hexadecimal."""
    return _SHA2.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    """Whether ``text`` is an Internet media type, parameters allowed (RFC 2046)."""
    return _MEDIA_TYPE.fullmatch(text) is not None
