"""Harbour's motivation by consent: its switch, what its learner chose, and what colleagues wrote to them."""

from upshot.web.accounts.models import Organisation
from upshot.web.home.demo.parts import part_viewer
from upshot.web.motivation.seeding import Cast, seed

__all__ = ["make_motivation"]


def make_motivation(harbour: Organisation) -> int:
    """Make what is not there yet; how many sentences and badges."""
    leader, administrator, manager, learner = (
        part_viewer(harbour, key) for key in ("leader", "administrator", "manager", "learner")
    )
    if leader is None or administrator is None or manager is None or learner is None:
        return 0
    return seed(harbour, Cast(leader=leader, administrator=administrator, manager=manager, learner=learner))
