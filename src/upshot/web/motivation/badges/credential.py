"""A badge as an Open Badges 3.0 credential: who issues it, what was achieved by which criteria, what shows it."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

__all__ = ["CONTEXT", "SCHEMA", "Content", "Holder", "Issuer", "credential", "identity_hash", "profile"]

CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues a badge: its address, its name, and where it is met."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a badge is about.

    Parameters
    ----------
    email
        Goes in as a salted hash only: whoever knows the address can check it, nobody can read it.
    name
        In plain letters where the holder chose so; empty otherwise.
    subject
        A number made for this badge alone, so that two badges of one person cannot be joined by it.
    """

    email: str
    name: str = ""
    subject: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a badge says.

    Parameters
    ----------
    kind
        A word of the specification's own: ``Certificate`` or ``Competency``.
    aligned
        The framework's item it stands for, as its properties; ``None`` where it has no address.
    evidence
        Name and a sentence: what shows it.
    """

    id: str
    status: str
    achievement: str
    kind: str
    name: str
    description: str
    criteria: str
    evidence: tuple[str, str]
    aligned: Mapping[str, str] | None
    earned: dt.date
    valid_from: dt.datetime
    valid_until: dt.datetime | None


def profile(issuer: Issuer) -> Json:
    """The issuer as the specification's profile."""
    return {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url}


def identity_hash(value: str, salt: str) -> str:
    """The hash by which somebody who knows an address can tell whose badge it is.

    Examples
    --------
    >>> identity_hash("a@b.example", "x") == "sha256$" + hashlib.sha256(b"a@b.examplex").hexdigest()
    True
    """
    return f"sha256${hashlib.sha256(f'{value}{salt}'.encode()).hexdigest()}"


def credential(issuer: Issuer, holder: Holder, content: Content) -> Json:
    """The credential, ready to be signed."""
    made: Json = {
        "@context": list(CONTEXT),
        "id": content.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": content.name,
        "issuer": profile(issuer),
        "validFrom": _moment(content.valid_from),
        "awardedDate": _moment(dt.datetime.combine(content.earned, dt.time(), dt.UTC)),
        "credentialSubject": {
            "id": f"urn:uuid:{holder.subject}",
            "type": ["AchievementSubject"],
            "identifier": _identifiers(holder),
            "achievement": _achievement(issuer, content),
        },
        "evidence": [{"type": ["Evidence"], "name": content.evidence[0], "narrative": content.evidence[1]}],
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {"id": content.status, "type": "1EdTechRevocationList"},
    }
    if content.valid_until is not None:
        made["validUntil"] = _moment(content.valid_until)
    return made


def _achievement(issuer: Issuer, content: Content) -> Json:
    made: Json = {
        "id": content.achievement,
        "type": ["Achievement"],
        "achievementType": content.kind,
        "name": content.name,
        "description": content.description,
        "criteria": {"narrative": content.criteria},
        "creator": profile(issuer),
    }
    if content.aligned is not None:
        made["alignment"] = [{"type": ["Alignment"], "targetType": "CFItem", **content.aligned}]
    return made


def _identifiers(holder: Holder) -> list[Json]:
    salt = secrets.token_hex(16)
    found: list[Json] = [
        {
            "type": "IdentityObject", "identityType": "emailAddress", "hashed": True, "salt": salt,
            "identityHash": identity_hash(holder.email, salt),
        }
    ]  # fmt: skip
    if holder.name:
        found.append({"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": holder.name})
    return found


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
