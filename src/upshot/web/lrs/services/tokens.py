"""Bearer tokens: signed by a known issuer, for this store, still valid, with the scopes they carry."""

import time
from typing import Any

from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Issuer
from upshot.web.lrs.principal import Principal, Scope
from upshot.web.lrs.services.credentials import Unauthorised, forget
from upshot.web.lrs.services.keysets import checked_keys, discovered, fetched_keys, renewed
from upshot.xapi.decode import as_object
from upshot.xapi.identity import identifier

__all__ = ["by_token", "trust_issuer"]

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_LEEWAY = 30


def trust_issuer(
    organisation: Organisation, *, issuer: str, audience: str, keys: bytes | None = None, scope_claim: str = "scope"
) -> Issuer:
    """Accept tokens of an issuer, or replace the keys of one that is accepted already.

    Parameters
    ----------
    organisation
        Whose statements its tokens open.
    issuer, audience
        The tokens' ``iss`` and ``aud``.
    keys
        A JSON Web Key Set; without one, the keys are fetched from where the issuer publishes them, and again in time.
    scope_claim
        The claim that lists scopes.

    Raises
    ------
    InputError
        When the keys are no JSON Web Key Set of public keys, or cannot be fetched; or when another organisation takes
        the same tokens, which then would open this one's statements.
    """
    if Issuer.objects.filter(issuer=issuer, audience=audience).exclude(organisation=organisation).exists():
        text = "Another organisation takes this issuer's tokens for this audience."
        raise InputError(Problem(code="lrs-issuer-taken", text=text, fix="Have tokens issued for another audience."))
    url = discovered(issuer) if keys is None else ""
    found = fetched_keys(url) if keys is None else checked_keys(as_object(keys, "The key set"))
    known, _ = Issuer.objects.update_or_create(
        issuer=issuer,
        audience=audience,
        defaults={
            "organisation": organisation,
            "keys": found,
            "scope_claim": scope_claim,
            "keys_url": url,
            "fetched": timezone.now() if url else None,
        },
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
    key, issuers = _issuers(token)
    for issuer in issuers:
        renewed(issuer, unknown_key=False)
        claims = _verified(token, issuer)
        if claims is None and not _names(issuer, key) and renewed(issuer, unknown_key=True):
            claims = _verified(token, issuer)
        if claims is not None:
            return _principal(issuer, claims), float(claims["exp"]) - time.time() + _LEEWAY
    raise Unauthorised


def _issuers(token: str) -> tuple[str, list[Issuer]]:
    """The id of the key a token names, and the issuers of its name; nothing of it is believed yet."""
    from joserfc.jws import extract_compact

    try:
        found = extract_compact(token.encode())
        name = as_object(found.payload, "The token").get("iss")
        key = str(found.headers().get("kid") or "")
    except (JoseError, ValueError):
        raise Unauthorised from None
    return key, list(Issuer.objects.filter(issuer=str(name)))


def _names(issuer: Issuer, key: str) -> bool:
    """Whether the keys that are kept of an issuer hold one of this id."""
    return any(entry.get("kid") == key for entry in issuer.keys.get("keys", ()))


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
