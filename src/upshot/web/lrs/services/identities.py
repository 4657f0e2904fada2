"""One person under several identifiers: said, undone, and told to the lake."""

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.lrs.models import AgentLink

__all__ = ["lake_account", "link_agents", "unlink_agents"]

_KINDS = ("mailto:", "sha1:", "openid:", "account:")


def lake_account(identifier: str) -> str:
    """How the lake calls an identifier."""
    home, found, name = identifier.removeprefix("account:").partition("|")
    return f"{home}:{name}" if identifier.startswith("account:") and found else identifier


def _checked(identifier: str) -> str:
    if not identifier.startswith(_KINDS):
        text = "The identifier says nothing about its kind."
        fix = "Write mailto:NAME@HOST, sha1:DIGEST, openid:URI or account:HOMEPAGE|NAME."
        raise InputError(Problem(code="lrs-identifier", text=text, fix=fix))
    return identifier


def link_agents(organisation: Organisation, identifier: str, same_as: str, *, reason: str = "") -> AgentLink:
    """Say that two identifiers are one person: a new e-mail address, an account in another system.

    Statements stay as they are; the agents resource names both, and the lake counts both for one.

    Raises
    ------
    InputError
        When an identifier is no identifier.
    """
    link, made = AgentLink.objects.get_or_create(
        organisation=organisation,
        identifier=_checked(identifier),
        same_as=_checked(same_as),
        defaults={"reason": reason[:200]},
    )
    if made:
        lake = workspace_of(organisation).lake()
        lake.merge_accounts(
            lake_account(identifier), lake_account(same_as), reason=reason or "same person", source="xapi"
        )
    return link


def unlink_agents(link: AgentLink) -> None:
    """Take a link back; nothing was changed that would have to be undone beside it."""
    lake = workspace_of(link.organisation).lake()
    lake.unmerge_accounts(lake_account(link.identifier), lake_account(link.same_as), reason="unlinked", source="xapi")
    link.delete()
