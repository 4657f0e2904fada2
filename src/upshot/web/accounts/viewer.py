"""The viewer: who is looking, at which organisation, as what, and how far; every selector takes one."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from upshot.web.accounts.models import Membership, Organisation, User
from upshot.web.accounts.roles import GRANTS, Permission, Role, ScopeKind
from upshot.workspace.folder import Workspace

__all__ = ["MANAGERS_MINIMUM", "MINIMUM", "Scope", "Viewer", "viewer_of", "workspace_of"]

MINIMUM = 5
"""Smallest group that is shown."""
MANAGERS_MINIMUM = 10
"""Smallest group that is shown to managers, who know their people."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the roster: its kind and its name; the whole where the kind is ``everything``."""

    kind: ScopeKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is looking.

    Parameters
    ----------
    user, organisation
        The signed-in user, and the organisation the page belongs to.
    grants
        Roles with their scopes.
    person
        The user's identifier on the roster; empty when they are not on it.
    """

    user: User
    organisation: Organisation
    grants: tuple[tuple[Role, Scope], ...]
    person: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held, whatever its scope."""
        return frozenset(role for role, _ in self.grants)

    def may(self, permission: Permission) -> bool:
        """Whether any role allows it, somewhere."""
        return any(permission in GRANTS[role] for role in self.roles)

    def scopes(self, permission: Permission) -> tuple[Scope, ...]:
        """Where it is allowed: the scopes of the roles that grant it; empty where nowhere."""
        return tuple(dict.fromkeys(scope for role, scope in self.grants if permission in GRANTS[role]))

    def everywhere(self, permission: Permission) -> bool:
        """Whether it is allowed for the whole organisation."""
        return any(scope.kind == ScopeKind.EVERYTHING for scope in self.scopes(permission))

    @property
    def minimum_group(self) -> int:
        """Smallest group this viewer is shown: managers know their people, so theirs is larger."""
        wide = self.roles - {Role.MANAGER, Role.LEARNER}
        return MINIMUM if wide else MANAGERS_MINIMUM

    @property
    def workspace(self) -> Workspace:
        """The organisation's workspace."""
        return workspace_of(self.organisation)


def workspace_of(organisation: Organisation) -> Workspace:
    """Open an organisation's workspace.

    Raises
    ------
    WorkspaceError
        If its folder is not one.
    """
    home: Path = settings.ENVIRONMENT.home
    return Workspace.open(home / organisation.folder)


def viewer_of(user: User, slug: str) -> Viewer | None:
    """The viewer a user is to an organisation; ``None`` for outsiders and unknown organisations alike."""
    membership = (
        Membership.objects.select_related("organisation")
        .prefetch_related("grants")
        .filter(user=user, organisation__slug=slug)
        .first()
    )
    if membership is None:
        return None
    grants = tuple(
        (Role(grant.role), Scope(ScopeKind(grant.scope_kind), grant.scope_value)) for grant in membership.grants.all()
    )
    return Viewer(user=user, organisation=membership.organisation, grants=grants, person=membership.person)
