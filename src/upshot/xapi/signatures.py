"""Signed statements: the JSON web signature beside a statement, its algorithm, payload and, given a chain, its key."""

import base64
import binascii
import re
from collections.abc import Mapping

from upshot.errors import Problem, RequestError
from upshot.xapi.decode import decoded
from upshot.xapi.equality import same

__all__ = ["SIGNATURE", "check_signature"]

#: The usage type of an attachment that signs its statement.
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"

_SECTION = "xAPI 1.0.3 Data 2.6; IEEE 9274.1.1 4.2.6"
_ALGORITHMS = frozenset({"RS256", "RS384", "RS512"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


def _refused(text: str) -> RequestError:
    return RequestError(Problem(code="xapi-signature", text=f"{text} ({_SECTION}).", fix="Sign the statement again."))


def check_signature(statement: Mapping[str, object], content_type: str, content: bytes) -> None:
    """Hold the signature of a statement to the specification.

    The signature is a compact JWS by RS256, RS384 or RS512 whose payload is the statement before it was signed. Where
    its header carries the signer's certificate (``x5c``), the signature is verified with it; whether that certificate
    is to be trusted is for the reader of the statement to say.

    Raises
    ------
    RequestError
        When any of this does not hold.
    """
    if content_type.partition(";")[0].strip().lower() != "application/octet-stream":
        raise _refused("A signature must be of type application/octet-stream")
    header, payload = _parts(content)
    if header.get("alg") not in _ALGORITHMS:
        raise _refused("A signature must use RS256, RS384 or RS512")
    if not isinstance(payload, dict) or not same(payload, statement):
        raise _refused("The signature's payload is not the statement it is attached to")
    chain = header.get("x5c")
    if chain is not None:
        _verify(content, chain)


def _parts(content: bytes) -> tuple[dict[str, object], object]:
    try:
        pieces = content.decode("ascii").split(".")
    except UnicodeDecodeError:
        raise _refused("A signature must be a compact JSON web signature") from None
    if len(pieces) != len(("header", "payload", "signature")) or not all(map(_BASE64URL.fullmatch, pieces)):
        raise _refused("A signature must be a compact JSON web signature")
    try:
        header, payload = (decoded(_bytes(piece), "The signature") for piece in pieces[:2])
    except (RequestError, binascii.Error):
        raise _refused("The header and payload of a signature must be JSON") from None
    if not isinstance(header, dict):
        raise _refused("The header of a signature must be a JSON object")
    return header, payload


def _bytes(piece: str) -> bytes:
    return base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))


def _verify(content: bytes, chain: object) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        raise _refused("The x5c header of a signature must list certificates")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(chain[0], validate=True))
        key = RSAKey.import_key(certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        registry = jws.JWSRegistry(algorithms=sorted(_ALGORITHMS))
        registry.max_header_length = registry.max_payload_length = registry.max_signature_length = len(content)
        jws.deserialize_compact(content.decode("ascii"), key, registry=registry)
    except (ValueError, TypeError, JoseError):
        raise _refused("The signature does not verify with the certificate in its header") from None
