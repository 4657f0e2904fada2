"""What runs by itself: badges follow a revoked certificate at once, and are offered once a day."""

import datetime as dt
import logging

from django.db.models import Q
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.web.motivation.models import Firm
from upshot.web.motivation.services.awarding import follow_certificates, offer

__all__ = ["due"]

logger = logging.getLogger(__name__)


def due(now: dt.datetime) -> None:
    """A chore: what was offered stays offered once, whoever goes round, so that two workers do no harm."""
    follow_certificates(now)
    today = timezone.localdate(now)
    waiting = Q(offered=None) | Q(offered__lt=today)
    for firm in Firm.objects.filter(waiting, on=True).select_related("organisation"):
        if not Firm.objects.filter(waiting, pk=firm.pk).update(offered=today):
            continue
        try:
            offer(firm.organisation, on=today)
        except UpshotError:
            logger.exception("Badges of organisation %s could not be offered.", firm.organisation_id)
