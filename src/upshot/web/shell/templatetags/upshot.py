"""Tags and filters of the design system: counts, dates, grades, disclosures."""

import datetime as dt
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from upshot.report.numbers import count as counted
from upshot.report.numbers import long_date

register = template.Library()

GRADE_WORDS = {
    "A": "Shown by experiment",
    "B": "Supported by a credible comparison",
    "C": "Suggestive",
    "D": "Cannot tell",
}


@register.filter
def count(value: int | None) -> str:
    """A whole number with thousands set apart; nothing for nothing."""
    return "" if value is None else counted(int(value))


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A date written out: 30 June 2026."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return long_date(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A date and time written out: 30 June 2026, 14:05."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{long_date(local.date())}, {local:%H:%M}"


@register.simple_tag
def grade(letter: str | None, *, words: bool = True) -> SafeString:
    """A grade as a letter with its meaning, never by colour alone; a dash where there is no answer yet."""
    if not letter:
        return format_html('<span class="grade none">{}</span>', _("No answer yet"))
    meaning = _(GRADE_WORDS[letter])
    text = format_html("<span>{}</span>", meaning) if words else format_html('<span class="unseen">{}</span>', meaning)
    return format_html('<span class="grade grade-{}"><b>{}</b> {}</span>', letter.lower(), letter, text)


@register.filter
def field_error_id(field: Any) -> str:
    """The id of a form field's error text, for ``aria-describedby``."""
    return f"{field.id_for_label}-error"


@register.filter
def sheets(names: str) -> list[str]:
    """Addresses of style sheets by name, in their order."""
    return [static(f"upshot/css/{name}.css") for name in names.split()]
