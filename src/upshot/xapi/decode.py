"""Bytes to JSON values: strict UTF-8, finite numbers, bounded depth; and one canonical way back to bytes."""

import json
from collections import Counter

import msgspec

from upshot.errors import Problem, RequestError

__all__ = ["as_object", "decoded", "decoded_once", "encoded"]

_encoder = msgspec.json.Encoder()
_ordered = msgspec.json.Encoder(order="deterministic")


def decoded(body: bytes | str, what: str = "The body") -> object:
    """The JSON value of ``body``.

    Raises
    ------
    RequestError
        When it is not JSON in UTF-8, holds a number beyond 64-bit floats, or nests too deep.

    Examples
    --------
    >>> decoded(b'{"a": 1.50}')
    {'a': 1.5}
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
        why = "it nests too deep" if isinstance(fault, RecursionError) else _why(fault)
        text = f"{what} is not valid JSON: {why} (xAPI 1.0.3 Data 2.2; IEEE 9274.1.1 4.2.1)."
        raise RequestError(Problem(code="xapi-json", text=text, fix="Send JSON, encoded as UTF-8.")) from None


class _Twice(Exception):  # noqa: N818 - carries a key out of the parser
    """An object holds a key twice."""


def _counted(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _Twice(Counter(key for key, _ in pairs).most_common(1)[0][0])


_keys = json.JSONDecoder(object_pairs_hook=_counted)


def decoded_once(body: bytes | str, what: str) -> object:
    """As :func:`decoded`, where no object may hold a key twice: of two meanings, nobody could say which was stored.

    Raises
    ------
    RequestError
        Also when an object holds a key twice; the message names the key.

    Examples
    --------
    >>> decoded_once(b'{"a": 1, "b": {"a": 2}}', "The statement")
    {'a': 1, 'b': {'a': 2}}
    """
    value = decoded(body, what)
    if _written_so(body, value):
        return value
    try:
        _keys.decode(body if isinstance(body, str) else body.decode("utf-8"))
    except _Twice as found:
        key = str(found)[:200]
        text = f"{what} holds the key {key!r} twice in one object (xAPI 1.0.3 Data 2.2; IEEE 9274.1.1 4.2.1)."
        raise RequestError(Problem(code="xapi-key-twice", text=text, fix="Send each key once.", column=key)) from None
    except RecursionError:
        text = f"{what} is not valid JSON: it nests too deep (xAPI 1.0.3 Data 2.2; IEEE 9274.1.1 4.2.1)."
        raise RequestError(Problem(code="xapi-json", text=text, fix="Nest it less deep.")) from None
    return value


def _written_so(body: bytes | str, value: object) -> bool:
    """Whether the body without its blanks is how the value is written; then it holds no key that the value has not.

    It costs a tenth of looking at every key, and is true of most bodies; of others, with an escape or a number written
    in its own way, it says nothing.
    """
    try:
        return bytes(msgspec.json.format(body if isinstance(body, bytes) else body.encode(), indent=-1)) == encoded(
            value
        )
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False


def _why(fault: Exception) -> str:
    if isinstance(fault, UnicodeError):
        return "it is not UTF-8"
    return str(fault).removeprefix("JSON is malformed: ").split(" - at")[0]


def as_object(body: bytes | str, what: str) -> dict[str, object]:
    """The JSON object of ``body``.

    Raises
    ------
    RequestError
        When it is not JSON, or not an object.
    """
    value = decoded(body, what)
    if not isinstance(value, dict):
        text = f"{what} must be a JSON object (xAPI 1.0.3 Communication 2.2; IEEE 9274.1.1 4.1.6)."
        raise RequestError(Problem(code="xapi-json", text=text))
    return value


def encoded(value: object, *, ordered: bool = False) -> bytes:
    """``value`` as JSON; with its keys sorted when ``ordered``."""
    return (_ordered if ordered else _encoder).encode(value)
