"""The words of cmi5: verbs, categories, extensions, modes, and what makes a unit count as done."""

from enum import StrEnum
from typing import Final

__all__ = [
    "ABANDONED",
    "ALLOWED_REASONS",
    "BLOCK_TYPE",
    "CMI5_CATEGORY",
    "COMPLETED",
    "COURSE_TYPE",
    "EXTENSION",
    "FAILED",
    "INITIALIZED",
    "LAUNCHED",
    "LAUNCH_DATA",
    "LMS_VERBS",
    "MOVE_ON_CATEGORY",
    "PASSED",
    "PREFERENCES",
    "REASON",
    "SATISFIED",
    "TERMINATED",
    "VOIDED",
    "WAIVED",
    "LaunchMode",
    "MoveOn",
]

_ADL = "http://adlnet.gov/expapi/verbs"
_PROFILE = "https://w3id.org/xapi/adl/verbs"
_CMI5 = "https://w3id.org/xapi/cmi5"

LAUNCHED: Final = f"{_ADL}/launched"
INITIALIZED: Final = f"{_ADL}/initialized"
COMPLETED: Final = f"{_ADL}/completed"
PASSED: Final = f"{_ADL}/passed"
FAILED: Final = f"{_ADL}/failed"
TERMINATED: Final = f"{_ADL}/terminated"
VOIDED: Final = f"{_ADL}/voided"
ABANDONED: Final = f"{_PROFILE}/abandoned"
WAIVED: Final = f"{_PROFILE}/waived"
SATISFIED: Final = f"{_PROFILE}/satisfied"

LMS_VERBS: Final = frozenset({LAUNCHED, ABANDONED, WAIVED, SATISFIED})
"""Verbs that only the launching system may use."""

CMI5_CATEGORY: Final = f"{_CMI5}/context/categories/cmi5"
MOVE_ON_CATEGORY: Final = f"{_CMI5}/context/categories/moveon"
EXTENSION: Final = f"{_CMI5}/context/extensions"
REASON: Final = f"{_CMI5}/result/extensions/reason"
BLOCK_TYPE: Final = f"{_CMI5}/activitytype/block"
COURSE_TYPE: Final = f"{_CMI5}/activitytype/course"

LAUNCH_DATA: Final = "LMS.LaunchData"
"""The state document a unit reads when it starts; it may not change it."""
PREFERENCES: Final = "cmi5LearnerPreferences"
"""The agent profile document with the learner's language and sound."""

ALLOWED_REASONS: Final = ("Tested Out", "Equivalent AU", "Equivalent Outside Activity", "Administrative")
"""Why a unit may be waived."""


class MoveOn(StrEnum):
    """What a unit asks before it counts as done."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    BOTH = "CompletedAndPassed"
    EITHER = "CompletedOrPassed"
    NOTHING = "NotApplicable"


class LaunchMode(StrEnum):
    """How a unit is opened: for the record, to look around, or to look back."""

    NORMAL = "Normal"
    BROWSE = "Browse"
    REVIEW = "Review"
