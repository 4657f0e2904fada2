"""What motivation keeps: switches and choices, goals, sentences of recognition, badges with their keys."""

from upshot.web.motivation.models.badges import Achievement, Badge, SigningKey
from upshot.web.motivation.models.consent import Choice, ChoiceChange, Element, Firm, Programme
from upshot.web.motivation.models.own import Goal, Recognition
from upshot.web.motivation.models.team import TeamGoal

__all__ = [
    "Achievement",
    "Badge",
    "Choice",
    "ChoiceChange",
    "Element",
    "Firm",
    "Goal",
    "Programme",
    "Recognition",
    "SigningKey",
    "TeamGoal",
]
