"""What the store does by itself, beside the web server: follow into the lake, forward, expire, forget old refusals.

It has a thread of its own in the worker, beside the chores of the settings, for two reasons. Those run one after
another, once a minute: a store that statements are forwarded to may hang until its time is up, and a million statements
take minutes to follow into the lake, so messages that are due would wait for them. And statements are to be in the lake
within twenty seconds of arriving. One thread for both would give up one or the other.
"""

import logging
import threading
import time

from django.db import DatabaseError, close_old_connections

from upshot.errors import UpshotError
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import Statement, Target
from upshot.web.lrs.services.forwarding import forward
from upshot.web.lrs.services.lake import follow
from upshot.web.lrs.services.refusals import forget_old_refusals
from upshot.web.lrs.services.retention import expire
from upshot.web.lrs.store.transactions import StoreBusy

__all__ = ["do_chores", "keep_doing_chores", "start_chores"]

PAUSE = 20.0
"""Seconds between rounds."""
_RARELY = 180
"""Rounds between looks for what expired: an hour."""

logger = logging.getLogger(__name__)


def do_chores(*, rare: bool) -> None:
    """One round for every organisation that has statements; ``rare`` also deletes what expired.

    Where one of them fails it is logged, the others go on, and the next round begins where it stopped.
    """
    for organisation in Organisation.objects.all():
        try:
            _serve(organisation, rare=rare)
        except (UpshotError, DatabaseError, StoreBusy, OSError):
            logger.exception("The store's chores failed for organisation %s.", organisation.pk)
    if rare:
        forget_old_refusals()


def _serve(organisation: Organisation, *, rare: bool) -> None:
    if not Statement.objects.filter(organisation=organisation).exists():
        return
    if rare:
        expire(organisation)
    follow(organisation)
    for target in Target.objects.filter(organisation=organisation, active=True):
        forward(target)


def keep_doing_chores() -> None:
    """Round after round, as long as the process lives."""
    turn = 0
    while True:
        try:
            do_chores(rare=turn % _RARELY == 0)
        except DatabaseError:
            logger.exception("A round of the store's chores failed.")
        close_old_connections()
        turn += 1
        time.sleep(PAUSE)


def start_chores() -> threading.Thread:
    """Begin, in a thread of its own that ends with the process."""
    thread = threading.Thread(target=keep_doing_chores, name="lrs-chores", daemon=True)
    thread.start()
    return thread
