"""Before launch: who starts when, drawn by lot under the firm's own limits."""

from upshot.impact.waves.audit import AuditRow, audit_plan
from upshot.impact.waves.balance import BalanceRow, balance_table, matched_blocks
from upshot.impact.waves.plan import plan_waves
from upshot.impact.waves.record import Assigned, PlannedPower, Wave, WavePlan
from upshot.impact.waves.refusal import WaveRefusal
from upshot.impact.waves.rules import Roster, WaveRules
from upshot.impact.waves.starts import propose_starts

__all__ = [
    "Assigned",
    "AuditRow",
    "BalanceRow",
    "PlannedPower",
    "Roster",
    "Wave",
    "WavePlan",
    "WaveRefusal",
    "WaveRules",
    "audit_plan",
    "balance_table",
    "matched_blocks",
    "plan_waves",
    "propose_starts",
]
