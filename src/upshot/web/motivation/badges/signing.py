"""Sign a credential as a JSON Web Token (VC-JWT, RS256), and read what a signed one says."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from upshot.web.motivation.badges.keys import private_of
from upshot.web.motivation.models import SigningKey

__all__ = ["claims_of", "signed", "verified"]

ALGORITHM = "RS256"
_CLAIMS = ("exp", "iss", "jti", "nbf", "sub")


def claims_of(credential: Mapping[str, Any]) -> dict[str, Any]:
    """The payload: the credential, and the claims that repeat it for whoever reads tokens only."""
    claims: dict[str, Any] = {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": _seconds(credential["validFrom"]),
        "sub": credential["credentialSubject"]["id"],
    }
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential["validUntil"])
    return claims


def signed(credential: Mapping[str, Any], key: SigningKey) -> str:
    """The credential as a compact token; its header has what the specification allows and nothing else."""
    header = {"alg": ALGORITHM, "kid": key.public["kid"], "typ": "JWT"}
    payload = json.dumps(claims_of(credential), ensure_ascii=False, separators=(",", ":"))
    return jws.serialize_compact(header, payload.encode(), private_of(key), algorithms=[ALGORITHM])


def verified(token: str, keys: Iterable[SigningKey]) -> dict[str, Any] | None:
    """The credential in a token that one of these keys signed, without the token's own claims; else nothing.

    Dates and status are the caller's.
    """
    known = KeySet([RSAKey.import_key(key.public) for key in keys])
    try:
        found = jws.deserialize_compact(token.encode(), known, algorithms=[ALGORITHM])
        claims = json.loads(found.payload)
    except (JoseError, ValueError):
        return None
    return {name: value for name, value in claims.items() if name not in _CLAIMS}


def _seconds(moment: str) -> int:
    return int(dt.datetime.fromisoformat(moment).timestamp())
