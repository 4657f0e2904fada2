"""Who a message is for: somebody on the roster, or a member who is not on it."""

from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.viewer import Viewer

__all__ = ["addresses", "of_member", "of_viewer"]

_BESIDE = "@"
"""Before the number of a user who is not on the roster."""


def of_member(membership: Membership) -> str:
    """What ``Message.person`` holds for a member."""
    return membership.person or f"{_BESIDE}{membership.user_id}"


def of_viewer(viewer: Viewer) -> str:
    """What ``Message.person`` holds for whoever is looking."""
    return viewer.person or f"{_BESIDE}{viewer.user.pk}"


def addresses(organisation: Organisation) -> dict[str, str]:
    """E-mail addresses by recipient, of every active member; who is missing has none."""
    rows = Membership.objects.filter(organisation=organisation, user__is_active=True).exclude(user__email="")
    return {
        person or f"{_BESIDE}{user}": email
        for person, user, email in rows.order_by("-pk").values_list("person", "user_id", "user__email")
    }
