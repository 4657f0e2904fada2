"""The fixed cast of every permission test: who they are, and the small firm they belong to."""

from dataclasses import dataclass
from pathlib import Path

from django.test import Client
from tests.web.lakes import brought_on

from upshot.web.accounts.models import Membership, Organisation, RoleGrant, User
from upshot.web.accounts.roles import Role, ScopeKind
from upshot.web.accounts.viewer import Viewer, viewer_of
from upshot.workspace.folder import Workspace

PASSWORD = "correct horse battery staple"

ROLES: dict[str, Role] = {
    "leader": Role.LEADER,
    "analyst": Role.ANALYST,
    "designer": Role.DESIGNER,
    "manager": Role.MANAGER,
    "other_manager": Role.MANAGER,
    "learner": Role.LEARNER,
    "executive": Role.EXECUTIVE,
    "administrator": Role.ADMINISTRATOR,
    "council": Role.COUNCIL,
}
"""Everybody in the firm by part; ``outsider`` belongs to another firm."""

PERSONS = {"manager": "m-1", "other_manager": "m-2", "learner": "p-1"}
"""Who they are on the roster, where they are on it."""


def an_organisation(home: Path, slug: str = "nordvik", **more: object) -> Organisation:
    """An organisation with an empty workspace in ``home/slug``."""
    brought_on(home / slug, slug, lambda: Workspace.create(home / slug, organisation=slug.title()))
    return Organisation.objects.create(slug=slug, name=slug.title(), folder=slug, **more)


def a_user(name: str = "somebody") -> User:
    """A user who can sign in with ``PASSWORD``."""
    return User.objects.create_user(f"{name}@nordvik.example", PASSWORD, name=name.replace("_", " ").title())


def a_member(
    organisation: Organisation,
    role: Role,
    *,
    name: str | None = None,
    person: str = "",
    scope: tuple[ScopeKind, str] = (ScopeKind.EVERYTHING, ""),
) -> User:
    """A user with one role in an organisation."""
    user = a_user(name or role.value)
    membership = Membership.objects.create(organisation=organisation, user=user, person=person)
    RoleGrant.objects.create(membership=membership, role=role, scope_kind=scope[0], scope_value=scope[1])
    return user


@dataclass(frozen=True, slots=True)
class Cast:
    """The firm and everybody in it, by part."""

    organisation: Organisation
    users: dict[str, User]

    def client(self, part: str) -> Client:
        """A signed-in browser of one of them; ``nobody`` is not signed in."""
        client = Client()
        if part != "nobody":
            client.force_login(self.users[part])
        return client

    def viewer(self, part: str) -> Viewer:
        """One of them as selectors know them."""
        viewer = viewer_of(self.users[part], self.organisation.slug)
        assert viewer is not None
        return viewer


def a_cast(home: Path) -> Cast:
    """The firm with one member for each role, a second manager, and an outsider from another firm."""
    organisation = an_organisation(home)
    users = {
        part: a_member(organisation, role, name=part, person=PERSONS.get(part, "")) for part, role in ROLES.items()
    }
    elsewhere = an_organisation(home, "elsewhere")
    users["outsider"] = a_member(elsewhere, Role.LEADER, name="outsider")
    return Cast(organisation, users)
