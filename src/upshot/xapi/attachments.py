"""Attachments: which parts of a request belong to which statement, held to their hash; and the parts of an answer."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from upshot.errors import Problem, RequestError
from upshot.xapi.multipart import Part, boundary_of, parsed
from upshot.xapi.signatures import SIGNATURE, check_signature

__all__ = ["Attachment", "answer_parts", "attachments_of", "check_attachments", "split_request"]

_ATTACHMENTS = "xAPI 1.0.3 Data 2.4.11 and Communication 1.5.2; IEEE 9274.1.1 4.1.3"
_DIGESTS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """The bytes of one attachment and what they are."""

    sha2: str
    content_type: str
    content: bytes = field(repr=False)


def _refused(text: str, fix: str = "") -> RequestError:
    return RequestError(Problem(code="xapi-attachment", text=f"{text} ({_ATTACHMENTS}).", fix=fix))


def split_request(content_type: str, body: bytes) -> tuple[bytes, dict[str, Attachment]]:
    """The JSON of a request for statements, and its attachments by hash.

    Raises
    ------
    RequestError
        When the content type is neither JSON nor multipart/mixed, or the parts are not as the specification asks.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return body, {}
    if kind != "multipart/mixed":
        fix = "Send application/json, or multipart/mixed with attachments."
        raise _refused("Statements cannot be sent with this content type", fix)
    first, *rest = parsed(body, boundary_of(content_type))
    if first.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _refused("The first part must hold the statements as application/json")
    found = [_attachment(part) for part in rest]
    return first.content, {one.sha2: one for one in found}


def _attachment(part: Part) -> Attachment:
    stated = part.headers.get("x-experience-api-hash", "").lower()
    if not stated:
        raise _refused("Each attachment's part must have the header X-Experience-API-Hash")
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise _refused("Each attachment's part must have the header Content-Transfer-Encoding: binary")
    algorithm = _DIGESTS.get(len(stated))
    if algorithm is None or hashlib.new(algorithm, part.content).hexdigest() != stated:
        raise _refused("An attachment's bytes do not have the hash its part states", "Send the bytes unchanged.")
    return Attachment(stated, part.headers.get("content-type", "application/octet-stream"), part.content)


def attachments_of(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Every attachment that a statement or its sub-statement describes."""
    entries = statement.get("attachments")
    if isinstance(entries, list):
        yield from (entry for entry in entries if isinstance(entry, dict))
    about = statement.get("object")
    if isinstance(about, dict) and about.get("objectType") == "SubStatement":
        yield from attachments_of(about)


def check_attachments(
    statements: Sequence[Mapping[str, object]], sent: Mapping[str, Attachment], *, known: frozenset[str] = frozenset()
) -> None:
    """Hold valid statements to the attachments that came with them.

    Parameters
    ----------
    statements
        The statements of the request.
    sent
        What came with them, by hash.
    known
        Hashes that need not come, since their bytes are kept already.

    Raises
    ------
    RequestError
        When bytes are missing that no fileUrl gives, when bytes came that no statement describes, or when a signature
        is not one.
    """
    described = {str(entry["sha2"]).lower() for one in statements for entry in attachments_of(one)}
    if any(hash_ not in described for hash_ in sent):
        raise _refused("The request has a part that no statement describes")
    for statement in statements:
        for entry in attachments_of(statement):
            hash_ = str(entry["sha2"]).lower()
            if hash_ not in sent and hash_ not in known and "fileUrl" not in entry:
                raise _refused("An attachment has neither a fileUrl nor a part with its bytes")
            if entry.get("usageType") == SIGNATURE and hash_ in sent:
                check_signature(statement, str(entry["contentType"]), sent[hash_].content)


def answer_parts(body: bytes, attachments: Iterable[Attachment]) -> tuple[Part, ...]:
    """The parts of an answer that carries attachments: the statements first, then each attachment once."""
    first = Part({"Content-Type": "application/json"}, body)
    rest = (
        Part(
            {
                "Content-Type": one.content_type,
                "Content-Transfer-Encoding": "binary",
                "X-Experience-API-Hash": one.sha2,
            },
            one.content,
        )
        for one in attachments
    )
    return (first, *rest)
