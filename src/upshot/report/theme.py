"""The one chart theme: Vega-Lite configuration, and SVG that takes its colours from the page."""

import json
import re
from typing import Any

import vl_convert
from markupsafe import Markup

__all__ = ["COLOURS", "CONFIG", "svg"]

COLOURS = {
    "ink": "#010a01",
    "soft": "#010a02",
    "rule": "#010a03",
    "treated": "#010a04",
    "comparison": "#010a05",
    "band": "#010a06",
    "page": "#010a07",
    "mark": "#010a08",
}
"""Placeholder colours, each replaced by the page's CSS variable of that name after rendering."""

_FONT = "Inter, sans-serif"
_AXIS: dict[str, Any] = {
    "domainColor": COLOURS["rule"],
    "gridColor": COLOURS["rule"],
    "tickColor": COLOURS["rule"],
    "labelColor": COLOURS["soft"],
    "labelFont": _FONT,
    "labelFontSize": 13,
    "labelPadding": 8,
    "titleColor": COLOURS["soft"],
    "titleFont": _FONT,
    "titleFontSize": 13,
    "titleFontWeight": "normal",
    "titlePadding": 12,
    "ticks": False,
    "domain": False,
}
CONFIG: dict[str, Any] = {
    "background": None,
    "aria": False,
    "font": _FONT,
    "padding": 2,
    "view": {"stroke": None},
    "axis": _AXIS,
    "axisX": {"grid": False, "domain": True, "labelFlush": False},
    "axisY": {"grid": True, "gridOpacity": 1},
    "text": {"font": _FONT, "fontSize": 13, "color": COLOURS["ink"]},
    "rule": {"color": COLOURS["soft"]},
}

_INNER_ROLE = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"(?=[^<>]*>)')
"""Vega's own roles; inside ``role="img"`` they would only be unnamed noise."""

_ID = re.compile(r'(id="|url\(#|href="#)(?=[\w-])')


def svg(spec: dict[str, Any], *, name: str, description: str, css: str) -> Markup:
    """Render a Vega-Lite specification to an accessible inline SVG.

    Parameters
    ----------
    spec
        A complete specification; `CONFIG` is put in place of its own.
    name
        Unique on the page; prefixes every id inside.
    description
        One sentence for those who cannot see the picture.
    css
        Class of the ``svg`` element.
    """
    drawn = vl_convert.vegalite_to_svg(json.dumps({**spec, "config": CONFIG}))
    body = drawn[drawn.index(">") + 1 :]
    for variable, colour in COLOURS.items():
        body = body.replace(colour, f"var(--{variable})")
    body = re.sub(r'font-family="[^"]*"', 'font-family="inherit"', body)
    body = _INNER_ROLE.sub("", body)
    body = _ID.sub(rf"\g<1>{name}-", body)
    width, height = re.findall(r'(?:width|height)="([\d.]+)"', drawn[: drawn.index(">")])[:2]
    opening = Markup('<svg class="{}" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">').format(
        css, description, width, height, width, height
    )
    return opening + Markup(body)  # noqa: S704 - Vega escapes every text it draws
