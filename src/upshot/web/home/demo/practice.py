"""Harbour's practice: its framework and map, its scenarios, simulated people who play them and are asked again."""

from django.utils import timezone

from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import viewer_of
from upshot.web.competencies import samples
from upshot.web.competencies.evidence import entries_of, keep
from upshot.web.home.demo.parts import PARTS
from upshot.web.practice import seeding
from upshot.web.spacing.seeding import seed as ask_again

__all__ = ["PLAYERS", "make_practice"]

PLAYERS = 120
"""People who play each scenario."""


def make_practice(harbour: Organisation, by: User) -> int:
    """Publish, map and play what is not there yet; how many attempts ended."""
    viewer = viewer_of(by, harbour.slug)
    assert viewer is not None, "the learning leader belongs to the demonstration"  # noqa: S101
    samples.seed(viewer=viewer)
    _scenarios, ended = seeding.seed(harbour, players=PLAYERS, first=_parts(harbour))
    keep(entry for one in ended for entry in entries_of(one))
    ask_again(ended, now=timezone.now())
    return len(ended)


def _parts(harbour: Organisation) -> tuple[str, ...]:
    """The demonstration's own people on the roster, who have played what their role plays."""
    emails = [part.email for part in PARTS]
    found = harbour.memberships.filter(user__email__in=emails).exclude(person="").order_by("user__email")
    return tuple(found.values_list("person", flat=True))
