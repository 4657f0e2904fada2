"""What accounts hold of a person: their membership with its roles, their sign-in, and invitations."""

from collections.abc import Mapping, Sequence
from typing import Any

from upshot.web.accounts.models import Invitation, Membership, Organisation, User

__all__ = ["AccountStore"]


class AccountStore:
    """Sign-ins and memberships of people on the roster."""

    name = "sign-in"
    models = ("accounts.User", "accounts.Membership", "accounts.RoleGrant", "accounts.Invitation")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """The membership, its roles and the sign-in behind it."""
        found = Membership.objects.filter(organisation=organisation, person=person).exclude(person="")
        return [
            {
                "email": membership.user.email,
                "name": membership.user.name,
                "last sign-in": str(membership.user.last_login or "never"),
                "roles": [f"{grant.role} {grant.scope_value}".strip() for grant in membership.grants.all()],
            }
            for membership in found.select_related("user").prefetch_related("grants")
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Delete the membership, and the sign-in unless it opens other organisations too."""
        if not person:
            return 0
        memberships = Membership.objects.filter(organisation=organisation, person=person)
        users = list(memberships.values_list("user", flat=True))
        addresses = list(User.objects.filter(pk__in=users).values_list("email", flat=True))
        invitations, _ = Invitation.objects.filter(organisation=organisation, email__in=addresses).delete()
        named, _ = Invitation.objects.filter(organisation=organisation, person=person).delete()
        deleted, _ = memberships.delete()
        alone, _ = User.objects.filter(pk__in=users, memberships=None).delete()
        return deleted + alone + invitations + named
