"""Look at every activity once a day, so that work lists fill by themselves."""

import datetime as dt
import logging

from django.core.cache import cache
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import GRANTS, Permission, Role, ScopeKind
from upshot.web.accounts.viewer import Scope, Viewer
from upshot.web.improving.looking import look
from upshot.web.practice.models import Attempt

__all__ = ["due"]

_TWO_DAYS = 2 * 24 * 3600

logger = logging.getLogger(__name__)


def due(now: dt.datetime) -> None:
    """Look once a day at each organisation where somebody has played; with the eyes of one who designs there.

    Two workers at once put nothing on a list twice: what is open is open once.
    """
    day = timezone.localtime(now).date()
    for organisation in Organisation.objects.filter(pk__in=Attempt.objects.values("scenario__organisation").distinct()):
        designer = _designer(organisation)
        if designer is None or not cache.add(
            f"improving-looked:{organisation.pk}:{day}", value=True, timeout=_TWO_DAYS
        ):
            continue
        grants = ((Role.DESIGNER, Scope(ScopeKind.EVERYTHING)),)
        try:
            look(viewer=Viewer(user=designer, organisation=organisation, grants=grants), now=now)
        except UpshotError:
            logger.exception("The work list of organisation %s could not be brought up to date.", organisation.pk)


def _designer(organisation: Organisation) -> User | None:
    roles = [role.value for role, granted in GRANTS.items() if Permission.DESIGN in granted]
    found = User.objects.filter(memberships__organisation=organisation, memberships__grants__role__in=roles)
    return found.order_by("pk").first()
