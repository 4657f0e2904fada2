"""What an effect is worth: benefits, fully loaded costs, and returns with intervals."""

from upshot.impact.value.answer import value_estimate
from upshot.impact.value.costs import Cost, CostItem, load_costs
from upshot.impact.value.path import EffectPath, constant_path, effect_path
from upshot.impact.value.principles import PRINCIPLES, Principles
from upshot.impact.value.returns import Quantity, Value, ValuePerUnit, ValueRefusal, value_of
from upshot.impact.value.self_report import SelfReport, self_estimate
from upshot.impact.value.simulate import simulate_returns

__all__ = [
    "PRINCIPLES",
    "Cost",
    "CostItem",
    "EffectPath",
    "Principles",
    "Quantity",
    "SelfReport",
    "Value",
    "ValuePerUnit",
    "ValueRefusal",
    "constant_path",
    "effect_path",
    "load_costs",
    "self_estimate",
    "simulate_returns",
    "value_estimate",
    "value_of",
]
