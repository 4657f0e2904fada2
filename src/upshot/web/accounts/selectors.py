"""Read users, members and organisations."""

from django.db.models import QuerySet
from django.utils import timezone

from upshot.web.accounts.models import Invitation, Membership, Organisation, User
from upshot.web.accounts.viewer import Viewer

__all__ = ["members_of", "open_invitations", "organisations_of"]


def organisations_of(user: User) -> list[Organisation]:
    """The organisations a user is a member of, by name."""
    return list(Organisation.objects.filter(memberships__user=user).order_by("name"))


def members_of(viewer: Viewer) -> QuerySet[Membership]:
    """Members with their roles, by name."""
    found = Membership.objects.filter(organisation=viewer.organisation)
    return found.select_related("user").prefetch_related("grants").order_by("user__name", "user__email")


def open_invitations(viewer: Viewer) -> QuerySet[Invitation]:
    """Invitations whose link works, newest first."""
    return Invitation.objects.filter(
        organisation=viewer.organisation, accepted=None, withdrawn=None, expires__gt=timezone.now()
    ).order_by("-created")
