"""Roles, what each may do, and how far it sees: one table, read by views, selectors and tests alike."""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

__all__ = ["GRANTS", "Permission", "Role", "ScopeKind"]


class Role(TextChoices):
    """What somebody is to an organisation; one person may have several roles."""

    LEADER = "learning-leader", _("Learning leader")
    ANALYST = "analyst", _("Analyst")
    DESIGNER = "designer", _("Designer")
    MANAGER = "manager", _("Manager")
    LEARNER = "learner", _("Learner")
    EXECUTIVE = "executive", _("Executive")
    ADMINISTRATOR = "administrator", _("Administrator")
    COUNCIL = "works-council", _("Works council reader")


class ScopeKind(TextChoices):
    """How far a role reaches: everybody, or a part of the roster."""

    EVERYTHING = "everything", _("the whole organisation")
    REGION = "region", _("a region")
    SITE = "site", _("a site")
    TEAM = "team", _("a team")


class Permission(StrEnum):
    """What a page or an act needs."""

    HOME = "home"
    OBJECTIVES = "see-objectives"
    PLAN = "see-plan"
    EDIT_PLAN = "edit-plan"
    COMMENT = "comment"
    SIGN = "sign-plan"
    LOCK = "lock-plan"
    ANSWERS = "see-answers"
    ESTIMATE = "run-estimates"
    MONEY = "see-money"
    SLICES = "see-slices"
    DATA = "see-data"
    IMPORT = "import-data"
    PEOPLE = "see-people"
    MERGE = "merge-accounts"
    REVIEW = "see-reviews"
    DECIDE = "decide"
    LEDGER = "see-ledger"
    EXECUTIVE = "see-executive-page"
    TEAM = "see-team"
    LEARN = "see-own-learning"
    DESIGN = "design-learning"
    STATEMENTS = "see-statements"
    RULES = "write-rules"
    ACCESS = "manage-access"
    AUDIT = "see-audit"
    PRIVACY = "erase-and-export"


_ALL_ANSWERS = {Permission.OBJECTIVES, Permission.PLAN, Permission.ANSWERS, Permission.COMMENT}

GRANTS: Final[dict[Role, frozenset[Permission]]] = {
    Role.LEADER: frozenset(
        _ALL_ANSWERS
        | {
            Permission.HOME,
            Permission.EDIT_PLAN,
            Permission.SIGN,
            Permission.LOCK,
            Permission.ESTIMATE,
            Permission.MONEY,
            Permission.SLICES,
            Permission.DATA,
            Permission.IMPORT,
            Permission.PEOPLE,
            Permission.REVIEW,
            Permission.DECIDE,
            Permission.LEDGER,
            Permission.EXECUTIVE,
            Permission.DESIGN,
            Permission.RULES,
        }
    ),
    Role.ANALYST: frozenset(
        _ALL_ANSWERS
        | {
            Permission.HOME,
            Permission.EDIT_PLAN,
            Permission.ESTIMATE,
            Permission.MONEY,
            Permission.SLICES,
            Permission.DATA,
            Permission.IMPORT,
            Permission.PEOPLE,
            Permission.MERGE,
            Permission.REVIEW,
            Permission.LEDGER,
            Permission.STATEMENTS,
        }
    ),
    Role.DESIGNER: frozenset(
        _ALL_ANSWERS | {Permission.HOME, Permission.EDIT_PLAN, Permission.DESIGN, Permission.REVIEW}
    ),
    Role.MANAGER: frozenset({Permission.HOME, Permission.TEAM}),
    Role.LEARNER: frozenset({Permission.HOME, Permission.LEARN}),
    Role.EXECUTIVE: frozenset(
        _ALL_ANSWERS
        | {
            Permission.HOME,
            Permission.SIGN,
            Permission.MONEY,
            Permission.REVIEW,
            Permission.DECIDE,
            Permission.LEDGER,
            Permission.EXECUTIVE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.HOME,
            Permission.DATA,
            Permission.IMPORT,
            Permission.PEOPLE,
            Permission.MERGE,
            Permission.ACCESS,
            Permission.AUDIT,
            Permission.PRIVACY,
            Permission.STATEMENTS,
        }
    ),
    Role.COUNCIL: frozenset(
        _ALL_ANSWERS | {Permission.HOME, Permission.SIGN, Permission.DATA, Permission.LEDGER, Permission.AUDIT}
    ),
}
"""What each role may do. Managers and learners see their own pages only; nobody's permission ranks people."""
