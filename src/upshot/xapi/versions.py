"""Which xAPI a request speaks: the version header negotiated, and the versions a statement may name."""

import re
from enum import Enum

from upshot.errors import Problem, RequestError

__all__ = ["SUPPORTED", "Version", "allowed_in_statement", "negotiate"]

_HEADER_1_0 = re.compile(r"1\.0(?:\.(?:0|[1-9][0-9]*))?")
_HEADER_2_0 = re.compile(r"2\.0(?:\.(?:0|[1-9][0-9]*))?")


class Version(Enum):
    """The two versions of the specification that are served, by the number the answer's header carries."""

    V1_0_3 = "1.0.3"
    V2_0_0 = "2.0.0"


SUPPORTED: tuple[str, ...] = ("1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0")


def negotiate(header: str | None) -> Version:
    """The version a request asks for.

    Parameters
    ----------
    header
        The value of ``X-Experience-API-Version``, or None where the request has none.

    Raises
    ------
    RequestError
        When there is no header, or it names neither 1.0.x nor 2.0.x.

    Examples
    --------
    >>> negotiate("1.0.1").value, negotiate("2.0").value
    ('1.0.3', '2.0.0')
    """
    if header is not None:
        text = header.strip()
        if _HEADER_1_0.fullmatch(text):
            return Version.V1_0_3
        if _HEADER_2_0.fullmatch(text):
            return Version.V2_0_0
    raise RequestError(
        Problem(
            code="xapi-version",
            text="The request does not say which xAPI it speaks (xAPI 1.0.3 Communication 3.3; IEEE 9274.1.1 4.1.1)."
            if header is None
            else "This version of xAPI is not served (xAPI 1.0.3 Communication 3.3; IEEE 9274.1.1 4.1.1).",
            fix="Send the header X-Experience-API-Version with 1.0.3 or 2.0.0.",
            value=None if header is None else header[:20],
        )
    )


def allowed_in_statement(text: str, version: Version) -> bool:
    """Whether a statement sent under ``version`` may carry ``text`` as its own version.

    Examples
    --------
    >>> allowed_in_statement("1.0.9", Version.V2_0_0), allowed_in_statement("2.0.0", Version.V1_0_3)
    (True, False)
    """
    if _HEADER_1_0.fullmatch(text):
        return True
    return version is Version.V2_0_0 and _HEADER_2_0.fullmatch(text) is not None
