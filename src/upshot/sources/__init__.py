"""Inbound: a firm's exports to rows and rejects, by mapping profile."""

from upshot.sources.importing import Progress, import_feed
from upshot.sources.profile import FEEDS, VERBS, Feed, Profile
from upshot.sources.profile_yaml import load_profile, parse_profile, preset_names
from upshot.sources.report import ImportReport

__all__ = [
    "FEEDS",
    "VERBS",
    "Feed",
    "ImportReport",
    "Profile",
    "Progress",
    "import_feed",
    "load_profile",
    "parse_profile",
    "preset_names",
]
