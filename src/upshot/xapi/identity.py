"""Who is meant: the one key of an agent or group, and the keys under which a person may also be known."""

import hashlib
from collections.abc import Mapping

__all__ = ["also_known_as", "identifier", "identifiers", "person"]


def identifier(value: Mapping[str, object]) -> str | None:
    """The key of an identified agent or group; None for an anonymous group.

    Two agents are the same exactly when their keys are equal: same kind of identifier, same value.

    Examples
    --------
    >>> identifier({"account": {"homePage": "https://lms.example.com", "name": "a7"}})
    'account:https://lms.example.com|a7'
    >>> identifier({"mbox": "mailto:a@example.com"})
    'mailto:a@example.com'
    """
    if "mbox" in value:
        return _safe(str(value["mbox"]))
    account = value.get("account")
    if isinstance(account, dict):
        return _safe(f"account:{account.get('homePage')}|{account.get('name')}")
    if "mbox_sha1sum" in value:
        return f"sha1:{str(value['mbox_sha1sum']).lower()}"
    if "openid" in value:
        return _safe(f"openid:{value['openid']}")
    return None


def _safe(key: str) -> str:
    # PostgreSQL keeps no NUL in text, and an account's name may hold one.
    return key.replace("\x00", "\\0") if "\x00" in key else key


def identifiers(value: Mapping[str, object]) -> list[str]:
    """The keys of an actor and, for a group, of its members."""
    members = value.get("member")
    named = [value, *(one for one in members if isinstance(one, dict))] if isinstance(members, list) else [value]
    return [key for one in named if (key := identifier(one)) is not None]


def also_known_as(key: str) -> tuple[str, ...]:
    """Every key that names the same person as ``key`` for certain: a mailbox and its SHA-1 digest.

    Examples
    --------
    >>> also_known_as("mailto:a@example.com")[1]
    'sha1:21ba816e27630363cf0579c5aaec9286f3decb80'
    """
    if key.startswith("mailto:"):
        digest = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
        return key, f"sha1:{digest}"
    return (key,)


def person(agents: list[Mapping[str, object]]) -> dict[str, object]:
    """The Person object of agents that are one person: every name and identifier, each once, in order."""
    found: dict[str, list[object]] = {}
    for agent in agents:
        for key in ("name", "mbox", "mbox_sha1sum", "openid", "account"):
            value = agent.get(key)
            if value is not None and value not in found.setdefault(key, []):
                found[key].append(value)
    return {"objectType": "Person", **found}
