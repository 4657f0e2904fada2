"""The first account of an installation: a signed link that works for an hour and only while there is no account."""

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import transaction
from django.urls import reverse

from upshot.web.accounts.models import Membership, Organisation, RoleGrant, User
from upshot.web.accounts.roles import Role

__all__ = ["first_account_path", "make_first_account", "usable"]

_SALT = "upshot-first-account"
HOUR = 3600
FIRST_ROLES = (Role.ADMINISTRATOR, Role.LEADER, Role.ANALYST)
"""What the first account may do until others are invited: everything but reading as somebody else."""


def first_account_path() -> str:
    """The link's path."""
    return reverse("first-account", kwargs={"token": TimestampSigner(salt=_SALT).sign("first")})


def usable(token: str) -> bool:
    """Whether the link works: signed here, not older than an hour, and nobody has an account yet."""
    try:
        TimestampSigner(salt=_SALT).unsign(token, max_age=HOUR)
    except (BadSignature, SignatureExpired):
        return False
    return not User.objects.exists()


@transaction.atomic
def make_first_account(*, email: str, name: str, password: str) -> User:
    """Make the first account, with the first roles in every organisation there is.

    Raises
    ------
    RuntimeError
        If somebody has an account already.
    """
    if User.objects.exists():
        raise RuntimeError("There is an account already.")
    user = User.objects.create_user(email, password, name=name)
    for organisation in Organisation.objects.all():
        membership = Membership.objects.create(organisation=organisation, user=user)
        for role in FIRST_ROLES:
            RoleGrant.objects.create(membership=membership, role=role)
    return user
