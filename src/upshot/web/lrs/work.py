"""What the store does as a background job: let go what was kept long enough."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from upshot.web.jobs.services import Running
from upshot.web.lrs.services.retention import expire, expired

__all__ = ["run_retention"]


def run_retention(running: Running) -> Mapping[str, Any]:
    """Delete what the organisation's rules let go; stopped in between, what is gone is gone, and the rest stays."""
    of = sum(one.statements.count() for one in expired(running.organisation))
    running.progress(_("deleting statements"), 0, of)
    deleted = expire(
        running.organisation, progress=lambda done: running.progress(_("deleting statements"), done, max(of, done))
    )
    return {"deleted": deleted}
