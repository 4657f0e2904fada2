"""What the plan's pages show of the plan: figures with the digits that count, and where a gap can be closed."""

from typing import Any

from django import template
from django.urls import reverse

from upshot.errors import Problem
from upshot.report.numbers import count
from upshot.web.plans.sections import INITIATIVE, section_at

register = template.Library()


@register.filter
def figure(value: float | None) -> str:
    """Three digits that count; thousands set apart; nothing for nothing.

    Examples
    --------
    >>> figure(0.89071), figure(0.5), figure(0.00812)
    ('0.891', '0.5', '0.00812')
    """
    if value is None:
        return ""
    if abs(value) >= 1000:
        return count(round(value))
    text = f"{value:.3g}"
    return text.replace("-", "−") if "e" not in text else f"{value:.6f}".rstrip("0")


@register.simple_tag
def place_to_change(problem: Problem, org: str) -> dict[str, Any] | None:
    """The form in which what a problem names is changed: its address and name; ``None`` where there is none."""
    found = section_at(problem.column or "")
    if found is None:
        return None
    section, record = found
    if section.name in INITIATIVE:
        url = reverse("initiative-edit", kwargs={"org": org, "key": record, "section": section.name})
    else:
        url = reverse(f"{section.name}-edit", kwargs={"org": org, "key": record})
    return {"url": url, "title": section.title}
