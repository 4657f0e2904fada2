"""Harbour's motivation by consent: its switch, what its learner chose, and what colleagues wrote to them."""

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import Viewer, viewer_of
from upshot.web.home.demo.parts import PARTS
from upshot.web.motivation.seeding import Cast, seed

__all__ = ["make_motivation"]


def make_motivation(harbour: Organisation) -> int:
    """Make what is not there yet; how many sentences and badges."""
    leader, administrator, manager, learner = (
        _viewer(harbour, role) for role in (Role.LEADER, Role.ADMINISTRATOR, Role.MANAGER, Role.LEARNER)
    )
    if leader is None or administrator is None or manager is None or learner is None:
        return 0
    return seed(harbour, Cast(leader=leader, administrator=administrator, manager=manager, learner=learner))


def _viewer(harbour: Organisation, role: Role) -> Viewer | None:
    email = next(part.email for part in PARTS if part.role == role)
    found = harbour.memberships.filter(user__email=email).select_related("user").first()
    return viewer_of(found.user, harbour.slug) if found is not None else None
