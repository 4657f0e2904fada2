"""What every test shares: one browser a process, and properties that are never failed for a slow machine."""

from hypothesis import settings
from tests.browsing import chromium

__all__ = ["chromium"]

settings.register_profile("upshot", deadline=None)
settings.load_profile("upshot")
