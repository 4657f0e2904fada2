"""Harbour at work: challenges in every state, check-ins of both sides, and what surveys say."""

from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import Role
from upshot.web.challenges import seeding as challenges
from upshot.web.home.demo.parts import PARTS
from upshot.web.surveys import seeding as surveys

__all__ = ["make_work"]


def make_work(harbour: Organisation, by: User) -> tuple[int, int]:
    """Make what is not there yet; how many challenges, and how many answers to surveys."""
    emails = [part.email for part in PARTS if part.role in (Role.LEARNER, Role.MANAGER)]
    found = harbour.memberships.filter(user__email__in=emails).exclude(person="").order_by("user__email")
    first = tuple(found.values_list("person", flat=True))
    return challenges.seed(harbour, first=first), surveys.seed(harbour, by)
