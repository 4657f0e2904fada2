"""The page's light colours for formats without a style sheet, and charts that stand on their own."""

import html
import re
from functools import cache
from importlib.resources import files

from markupsafe import Markup

__all__ = ["light_colours", "standalone_svg"]

_VARIABLE = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6})")
_TEXT = re.compile(r'(<text text-anchor="(\w+)" transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>)([^<]*)(?=</text>)')
_LETTER, _ASCENT, _LINE = 6.0, 12.0, 15.0
"""Mean width of a letter, height over the line and height of a line, in the 13 px the charts write in."""


@cache
def light_colours() -> dict[str, str]:
    """Colours by name, as the style sheet of the HTML page gives them first: ``{"ink": "#1c1917", …}``.

    The sheet's background is white here: paper and slides have no other.
    """
    sheet = (files("upshot.report") / "templates" / "report.css").read_text(encoding="utf-8")
    first = sheet[: sheet.index("}")]
    return {**dict(_VARIABLE.findall(first)), "page": "#ffffff"}


def standalone_svg(chart: Markup, *, font: str) -> str:
    """A page's chart as a document of its own: colours and font written in, a light ground behind words.

    Parameters
    ----------
    chart
        An inline drawing, as `upshot.report.theme.svg` makes it.
    font
        Font family, or several with commas.
    """
    drawn = str(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    drawn = _TEXT.sub(_on_ground, drawn)
    for name, colour in light_colours().items():
        drawn = drawn.replace(f"var(--{name})", colour)
    return drawn.replace('font-family="inherit"', f'font-family="{font}"')


def _on_ground(found: re.Match[str]) -> str:
    """A word with a plain rectangle behind it, so that no rule crosses its letters."""
    whole, anchor, x, y, text = found[0], found[2], float(found[3]), float(found[4]), found[5]
    width = _LETTER * len(html.unescape(text))
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor] - 2
    box = f'x="{left:.1f}" y="{y - _ASCENT:.1f}" width="{width + 4:.1f}" height="{_LINE:g}"'
    return f'<rect {box} fill="var(--page)"/>{whole}'
