"""Agents and groups: exactly one identifier for whoever is identified, and the form every identifier must have."""

from upshot.xapi.report import Path, Report, Section
from upshot.xapi.scalars import is_iri, is_irl, is_mailbox, is_sha1
from upshot.xapi.shapes import Check, ListOf, Shape, Text, kind_of

__all__ = ["IDENTIFIERS", "actor", "agent", "authority", "group"]

#: The inverse functional identifiers; an identified agent or group has exactly one of them.
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")

_AGENT = Section("2.4.2.1", "4.2.2.1")
_GROUP = Section("2.4.2.2", "4.2.2.1")
_IDENTIFIER = Section("2.4.2.3", "4.2.2.1")
_ACCOUNT = Section("2.4.2.4", "4.2.2.1")
_AUTHORITY = Section("2.4.9", "4.2.4.2")
_OAUTH_MEMBERS = 2

_account = Shape(
    name="an account",
    section=_ACCOUNT,
    properties={
        "homePage": Text(section=_ACCOUNT, test=is_irl, expected="an IRL", example="https://lms.example.com"),
        "name": Text(section=_ACCOUNT, personal=True),
    },
    required=("homePage", "name"),
)

_mailbox = Text(
    section=_IDENTIFIER, test=is_mailbox, expected="mailto: and one e-mail address", example="mailto:name@example.com",
    personal=True,
)  # fmt: skip
_digest = Text(section=_IDENTIFIER, test=is_sha1, expected="a SHA-1 digest in hexadecimal", personal=True)
_openid = Text(section=_IDENTIFIER, test=is_iri, expected="a URI", personal=True)

_COMMON: dict[str, Check] = {
    "name": Text(section=_AGENT, personal=True),
    "mbox": _mailbox,
    "mbox_sha1sum": _digest,
    "openid": _openid,
    "account": _account,
}


def _one_identifier(value: dict[str, object], path: Path, report: Report) -> None:
    used = [key for key in IDENTIFIERS if key in value]
    if len(used) != 1:
        text = f"An agent is identified by exactly one of {', '.join(IDENTIFIERS)}, and this one has {len(used)}"
        report.add(path, _IDENTIFIER, "xapi-identifier", text)


def _identified_or_members(value: dict[str, object], path: Path, report: Report) -> None:
    used = [key for key in IDENTIFIERS if key in value]
    if len(used) > 1:
        text = f"A group is identified by at most one of {', '.join(IDENTIFIERS)}, and this one has {len(used)}"
        report.add(path, _IDENTIFIER, "xapi-identifier", text)
    if not used and not value.get("member"):
        text = "A group without an identifier must list its members"
        report.add((path, "member"), _GROUP, "xapi-missing", text)


agent = Shape(
    name="an agent",
    section=_AGENT,
    properties={
        "objectType": Text(section=_AGENT, test=lambda text: text == "Agent", expected="Agent"),
        **_COMMON,
    },
    rules=(_one_identifier,),
)

group = Shape(
    name="a group",
    section=_GROUP,
    properties={
        "objectType": Text(section=_GROUP, test=lambda text: text == "Group", expected="Group"),
        "member": ListOf(_GROUP, agent),
        **_COMMON,
    },
    required=("objectType",),
    rules=(_identified_or_members,),
)


def actor(value: object, path: Path, report: Report) -> None:
    """Report an agent or a group by its object type; without one it is an agent."""
    if type(value) is not dict:
        report.add(path, _AGENT, "xapi-type", f"An actor must be an object, and it is {kind_of(value)}")
        return
    (group if value.get("objectType") == "Group" else agent)(value, path, report)


def authority(value: object, path: Path, report: Report) -> None:
    """Report an authority: an agent, or the anonymous group of two that three-legged OAuth makes."""
    actor(value, path, report)
    if type(value) is not dict or value.get("objectType") != "Group":
        return
    members = value.get("member")
    identified = any(key in value for key in IDENTIFIERS)
    if identified or not isinstance(members, list) or len(members) != _OAUTH_MEMBERS:
        text = "An authority that is a group must be anonymous and have exactly two members"
        report.add(path, _AUTHORITY, "xapi-authority", text)
