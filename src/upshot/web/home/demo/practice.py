"""Harbour's practice: its framework and map, its scenarios, simulated people who play them and are asked again."""

import datetime as dt

from django.utils import timezone

from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import Viewer, viewer_of
from upshot.web.competencies import samples
from upshot.web.competencies.evidence import entries_of, keep
from upshot.web.home.demo.parts import DOMAIN, PARTS
from upshot.web.improving.looking import look
from upshot.web.improving.models import WorkItem
from upshot.web.improving.selectors import owners
from upshot.web.improving.services import give
from upshot.web.practice import seeding
from upshot.web.spacing.seeding import seed as ask_again

__all__ = ["PLAYERS", "make_practice"]

PLAYERS = 80
"""People who play each scenario."""


def make_practice(harbour: Organisation, by: User) -> int:
    """Publish, map and play what is not there yet; how many attempts ended."""
    viewer = viewer_of(by, harbour.slug)
    assert viewer is not None, "the learning leader belongs to the demonstration"  # noqa: S101
    samples.seed(viewer=viewer)
    _scenarios, ended = seeding.seed(harbour, players=PLAYERS, first=_parts(harbour))
    keep(entry for one in ended for entry in entries_of(one))
    ask_again(ended, now=timezone.now())
    if ended:
        look(viewer=viewer)
        _give(viewer)
    return len(ended)


def _give(viewer: Viewer) -> None:
    """What people leave at is with the designer already; the rest waits for somebody."""
    designer = owners(viewer).filter(email=f"designer{DOMAIN}").first()
    for item in WorkItem.objects.filter(organisation=viewer.organisation, kind=WorkItem.Kind.DROP, closed=None):
        give(viewer=viewer, item=item, owner=designer, due=timezone.localdate() + dt.timedelta(days=14))


def _parts(harbour: Organisation) -> tuple[str, ...]:
    """The demonstration's own people on the roster, who have played what their role plays."""
    emails = [part.email for part in PARTS]
    found = harbour.memberships.filter(user__email__in=emails).exclude(person="").order_by("user__email")
    return tuple(found.values_list("person", flat=True))
