"""What the plan covers, for one reader: spend, hours and people by objective, with the grades of answers there are."""

import datetime as dt
import hashlib

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from upshot.plan import Document
from upshot.web.accounts.viewer import Viewer
from upshot.workspace.coverage import Coverage, coverage_of
from upshot.workspace.disclosing import Disclosure

__all__ = ["coverage_for"]

HOUR = 3600


def coverage_for(viewer: Viewer, document: Document) -> Coverage:
    """The coverage of a plan, counted anew only when the lake, the plan, an answer or the day changes."""
    workspace = viewer.workspace
    grades = import_string(settings.GRADES_OF)(viewer)
    parts = [
        viewer.organisation.pk,
        workspace.lake().state(),
        document.text,
        sorted(grades.items()),
        dt.date.today(),
        viewer.minimum_group,
    ]
    key = f"coverage-{hashlib.sha256(repr(parts).encode()).hexdigest()}"
    found: Coverage | None = cache.get(key)
    if found is None:
        gate = Disclosure(minimum=viewer.minimum_group)
        found = coverage_of(document.plan, workspace, grades=grades, disclosure=gate)
        cache.set(key, found, HOUR)
    return found
