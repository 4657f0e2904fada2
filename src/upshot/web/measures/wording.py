"""The few words an answer is listed with: its effect, its interval, and its money or why there is none."""

from django.utils.translation import gettext as _

from upshot.report.beside import money as amount
from upshot.report.facts import ValueFacts
from upshot.report.findings import Findings
from upshot.report.numbers import display_for
from upshot.report.small_numbers import guarded

__all__ = ["money_of", "shown_effect"]


def shown_effect(findings: Findings) -> tuple[str, str]:
    """Effect and interval with the unit; both empty where nothing may be claimed."""
    safe = guarded(findings)
    found = safe.estimate
    if safe.refused or found.estimate is None:
        return "", ""
    display = display_for(safe)
    if found.conf_low is None or found.conf_high is None:
        return display.difference(found.estimate), ""
    between = f"{display.between(found.conf_low, found.conf_high)} {display.unit}".rstrip()
    return display.difference(found.estimate), between


def money_of(value: ValueFacts | None) -> tuple[str, str]:
    """Net value with its interval, or the reason why none is stated."""
    if value is None:
        return "", _("The plan names no cost and no value per unit.")
    if value.withheld or value.net is None:
        return "", value.withheld
    net = value.net
    said = amount(net.estimate, value.currency)
    if net.low is None or net.high is None:
        return said, ""
    low, high = (amount(end, value.currency).removeprefix(value.currency).strip() for end in (net.low, net.high))
    return f"{said} ({low} to {high})", ""
