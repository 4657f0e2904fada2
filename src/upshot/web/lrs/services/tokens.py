"""Bearer tokens: signed by a known issuer, for this store, still valid, with the scopes they carry."""

import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Issuer
from upshot.web.lrs.principal import Principal, Scope
from upshot.web.lrs.services.credentials import Unauthorised, forget
from upshot.xapi.decode import as_object
from upshot.xapi.identity import identifier

__all__ = ["by_token", "trust_issuer"]

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_LEEWAY = 30
_SECRET_FIELDS = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


def trust_issuer(
    organisation: Organisation, *, issuer: str, audience: str, keys: bytes, scope_claim: str = "scope"
) -> Issuer:
    """Accept tokens of an issuer, or replace the keys of one that is accepted already.

    Raises
    ------
    InputError
        When the keys are no JSON Web Key Set of public keys.
    """
    found = as_object(keys, "The key set")
    entries = found.get("keys")
    if not isinstance(entries, list) or not entries or any(_SECRET_FIELDS & set(entry) for entry in entries):
        text = "The file must be a JSON Web Key Set with public keys only."
        raise InputError(Problem(code="lrs-keys", text=text, fix="Download it from the issuer's jwks_uri."))
    known, _ = Issuer.objects.update_or_create(
        issuer=issuer,
        audience=audience,
        defaults={"organisation": organisation, "keys": found, "scope_claim": scope_claim},
    )
    forget()
    return known


def by_token(token: str) -> tuple[Principal, float]:
    """Who sends this token, and for how many seconds it may be believed.

    Raises
    ------
    Unauthorised
        When no known issuer signed it for this store, or it is not valid now.
    """
    for issuer in _issuers(token):
        claims = _verified(token, issuer)
        if claims is not None:
            return _principal(issuer, claims), float(claims["exp"]) - time.time() + _LEEWAY
    raise Unauthorised


def _issuers(token: str) -> list[Issuer]:
    from joserfc.jws import extract_compact

    try:
        payload = extract_compact(token.encode()).payload
        name = as_object(payload, "The token").get("iss")
    except (JoseError, ValueError):
        raise Unauthorised from None
    return list(Issuer.objects.filter(issuer=str(name)))


def _verified(token: str, issuer: Issuer) -> dict[str, Any] | None:
    registry = jwt.JWTClaimsRegistry(
        leeway=_LEEWAY,
        iss={"essential": True, "value": issuer.issuer},
        aud={"essential": True, "value": issuer.audience},
        exp={"essential": True},
    )
    try:
        found = jwt.decode(token, KeySet.import_key_set(issuer.keys), algorithms=_ALGORITHMS)
        registry.validate(found.claims)
    except (JoseError, ValueError):
        return None
    return dict(found.claims)


def _principal(issuer: Issuer, claims: dict[str, Any]) -> Principal:
    given = claims.get(issuer.scope_claim, "")
    names = given.split() if isinstance(given, str) else [str(one) for one in given]
    client = str(claims.get("azp") or claims.get("client_id") or claims.get("sub") or "")
    authority: dict[str, object] = {
        "objectType": "Agent",
        "account": {"homePage": issuer.issuer, "name": client},
    }
    return Principal(
        organisation=issuer.organisation_id,
        name=f"{issuer.issuer} client",
        scopes=frozenset(Scope(name) for name in names if name in {scope.value for scope in Scope}),
        authority=authority,
        authority_key=identifier(authority) or "",
        per_minute=issuer.per_minute,
        account=f"{issuer.pk}:{client}",
    )
