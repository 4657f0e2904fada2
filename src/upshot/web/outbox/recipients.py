"""Who a message is for: somebody on the roster, or a member who is not on it, or a shared channel."""

from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.outbox.models import Channel

__all__ = ["addresses", "channel_of", "of_channel", "of_member", "of_viewer"]

_BESIDE = "@"
"""Before the number of a user who is not on the roster."""


_SHARED = "#"
"""Before the number of a shared channel."""


def of_channel(channel: Channel) -> str:
    """What ``Message.person`` holds for a shared channel."""
    return f"{_SHARED}{channel.pk}"


def channel_of(person: str) -> int | None:
    """The number of the shared channel that a recipient is; ``None`` for people."""
    return int(person[1:]) if person.startswith(_SHARED) and person[1:].isdigit() else None


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
