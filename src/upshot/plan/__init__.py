"""The promise: a plan document parsed to frozen types, checked for alignment, and hashed for the lock."""

from upshot.plan.canonical import canonical_json, differences, plan_hash
from upshot.plan.document import Document, check, examine, parse
from upshot.plan.edit import edit
from upshot.plan.lock import Amendment, Lock, amend, lock, registration
from upshot.plan.part import part_of
from upshot.plan.promise import SCHEMA, Plan
from upshot.plan.write import render

__all__ = [
    "SCHEMA",
    "Amendment",
    "Document",
    "Lock",
    "Plan",
    "amend",
    "canonical_json",
    "check",
    "differences",
    "edit",
    "examine",
    "lock",
    "parse",
    "part_of",
    "plan_hash",
    "registration",
    "render",
]
