"""Bytes to JSON values: strict UTF-8, finite numbers, bounded depth; and one canonical way back to bytes."""

import msgspec

from upshot.errors import Problem, RequestError

__all__ = ["as_object", "decoded", "encoded"]

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
