"""Findings as one self-contained HTML page."""

from functools import cache

import jinja2

from upshot.report.findings import Findings
from upshot.report.page import page
from upshot.report.small_numbers import guarded

__all__ = ["render"]


def render(findings: Findings) -> str:
    """Write the report of one initiative as one HTML document.

    The page needs no network, font, image or script; it is light or dark as the reader's device
    is, and its disclosures open when it is printed. Groups under the minimum are withheld.

    Parameters
    ----------
    findings
        Everything the page says; texts in it are escaped.
    """
    template = _environment().get_template("report.html.jinja")
    return template.render(page=page(guarded(findings)))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("upshot.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
