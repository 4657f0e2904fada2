"""Templates of common KPIs: what each counts, which way is better, and what else must not get worse meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["TEMPLATES", "Template"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A KPI to begin with; ``guardrails`` says in words what to watch beside it."""

    name: str
    label: Any
    type: str
    unit: str
    direction: str
    entity: str
    time: str
    definition: Any
    guardrails: Any
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def initial(self) -> dict[str, Any]:
        """What the form for a new KPI begins with."""
        filled = {
            "key": self.name,
            "label": str(self.label),
            "definition": str(self.definition),
            "type": self.type,
            "unit": self.unit,
            "direction": self.direction,
            "entity": self.entity,
            "time": self.time,
        }
        return {**filled, **dict(self.keys)}


TEMPLATES: Mapping[str, Template] = {
    item.name: item
    for item in (
        Template(
            name="conversion",
            label=_("Conversion"),
            type="ratio",
            unit="proportion",
            direction="up",
            entity="person",
            time="month",
            definition=_("Conversations that end in an accepted offer, of all conversations held in the month."),
            guardrails=_("Discount given, returns and complaints: offers can be bought."),
            keys=(("numerator", "accepted_offers"), ("denominator", "conversations")),
        ),
        Template(
            name="onboarding-days",
            label=_("Days until somebody new works alone"),
            type="duration",
            unit="days",
            direction="down",
            entity="person",
            time="day",
            definition=_("Days from the first day of work to the first case handled without help."),
            guardrails=_("Errors in the first hundred cases: speed can be bought with mistakes."),
            keys=(("event", "worked_alone"),),
        ),
        Template(
            name="satisfaction",
            label=_("Customers who are content"),
            type="ratio",
            unit="proportion",
            direction="up",
            entity="person",
            time="month",
            definition=_("Answers of 9 or 10 out of 10, of all answers given in the month."),
            guardrails=_("Share of customers who are asked and who answer; handling time."),
            keys=(("numerator", "top_answers"), ("denominator", "answers")),
        ),
        Template(
            name="error-rate",
            label=_("Errors in 1,000 cases"),
            type="count",
            unit="errors per 1,000 cases",
            direction="down",
            entity="team",
            time="month",
            definition=_("Errors found in the quality sample of the month, counted over thousands of cases sampled."),
            guardrails=_("Cases handled and cases sampled: fewer looked at is not fewer errors."),
            keys=(("exposure", "cases_in_thousands"),),
        ),
        Template(
            name="compliance",
            label=_("Files that are complete"),
            type="binary",
            unit="proportion",
            direction="up",
            entity="person",
            time="month",
            definition=_("Sampled files that hold everything the rule asks for; one sample a person and month."),
            guardrails=_("Time for one file; customers who leave half-way."),
        ),
        Template(
            name="retention",
            label=_("People who stay a year"),
            type="binary",
            unit="proportion",
            direction="up",
            entity="person",
            time="quarter",
            definition=_("People still employed at the end of the quarter, of those employed twelve months before."),
            guardrails=_("Vacancies filled and absence: people who stay and are away."),
        ),
        Template(
            name="handling-time",
            label=_("Handling time"),
            type="mean",
            unit="seconds",
            direction="down",
            entity="person",
            time="month",
            definition=_("Average time from taking a contact to finishing the work after it, in the month."),
            guardrails=_("Satisfaction and repeat contacts within seven days: short can mean unsolved."),
        ),
    )
}
