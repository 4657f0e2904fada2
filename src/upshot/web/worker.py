"""The process that does background jobs: ``python -m upshot.web.worker``; it ends when its parent does."""

import datetime as dt
import logging
import os
import threading
import time

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

INTERVAL = 0.5
"""Seconds between looks for new jobs."""
SWEEP = 20.0
"""Seconds between looks for jobs whose worker was killed."""
ROUND = 60.0
"""Seconds between two rounds of the chores."""

__all__ = ["do_chores", "main"]


def main() -> None:
    """Work until stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upshot.web.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from upshot.web.lrs.chores import start_chores

    threading.Thread(target=_sweep, daemon=True).start()
    start_chores()
    threading.Thread(target=_rounds, daemon=True).start()
    threading.Thread(target=_follow_parent, args=(os.getppid(),), daemon=True).start()
    call_command("db_worker", interval=INTERVAL, startup_delay=False, verbosity=0, reload=False)


def _sweep() -> None:
    """Queue killed jobs again, now and then."""
    from upshot.web.jobs.services import clear_lost

    while True:
        clear_lost()
        close_old_connections()
        time.sleep(SWEEP)


def do_chores(now: dt.datetime) -> None:
    """Every chore of the settings once; one that fails is logged and keeps no other from being done.

    They are short, for they wait for each other. What may take long has a thread of its own: see ``lrs/chores.py``.
    """
    for path in settings.CHORES:
        try:
            import_string(path)(now)
        except Exception:
            logger.exception("The chore %s failed; it is tried again in the next round.", path)


def _rounds() -> None:
    while True:
        do_chores(timezone.now())
        close_old_connections()
        time.sleep(ROUND)


def _follow_parent(parent: int) -> None:
    """End when the server that started this process is gone, so that none is left behind."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    main()
