"""Read users, members and organisations."""

from upshot.web.accounts.models import Organisation, User

__all__ = ["organisations_of"]


def organisations_of(user: User) -> list[Organisation]:
    """The organisations a user is a member of, by name."""
    return list(Organisation.objects.filter(memberships__user=user).order_by("name"))
