"""Harbour, the demonstration firm: an invented bank, two years of readings, and a truth that was planted."""

from upshot.workspace.harbour.exports import display_names
from upshot.workspace.harbour.facts import SEED
from upshot.workspace.harbour.governance import DECISIONS, LOCKED_ON, SIGNATORIES, Decision, Signature, locked
from upshot.workspace.harbour.judging import mistakes
from upshot.workspace.harbour.make import NOTICE, harbour_plan, make_harbour
from upshot.workspace.harbour.truth import GUARDRAIL, PLANTED_GAPS, TRUTH, Planted, narrative

__all__ = [
    "DECISIONS",
    "GUARDRAIL",
    "LOCKED_ON",
    "NOTICE",
    "PLANTED_GAPS",
    "SEED",
    "SIGNATORIES",
    "TRUTH",
    "Decision",
    "Planted",
    "Signature",
    "display_names",
    "harbour_plan",
    "locked",
    "make_harbour",
    "mistakes",
    "narrative",
]
