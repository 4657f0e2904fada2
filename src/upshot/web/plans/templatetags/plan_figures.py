"""Figures of the plan's pages: as many digits as can be told apart, never more."""

from django import template

from upshot.report.numbers import count

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
