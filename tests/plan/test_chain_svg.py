"""The chain as a picture."""

import re
import xml.etree.ElementTree as ET

import pytest
import vl_convert
from tests.plan.builders import a_plan, an_initiative, as_text, example

from upshot.plan import parse
from upshot.plan.chain_svg import chain_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ET.Element:
    return ET.fromstring(chain_svg(parse(text).plan))  # noqa: S314 - our own text


def test_the_picture_says_in_words_what_it_shows() -> None:
    root = drawn(example())
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Value selling for account executives: cost to path to behaviour to KPI to objective"
    for words in ("EUR 22 × 640 people = EUR 14,080", "Framing value before price", "expected +2 points"):
        assert words in (description.text or "")


def test_the_picture_needs_nothing_from_elsewhere_and_follows_light_and_dark() -> None:
    text = chain_svg(parse(example()).plan)
    assert "prefers-color-scheme:dark" in text
    assert not re.search(r"href|@import|url\(|<script|https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("word", ["<script>alert(1)</script>", "a & b", "\"'", "W" * 200])
def test_any_text_stays_text_and_inside_the_picture(word: str) -> None:
    root = drawn(
        as_text(a_plan(initiatives=[an_initiative(title=word, path=[{"id": "a", "kind": "module", "title": word}])]))
    )
    width = float(root.get("width", "0"))
    assert not list(root.iter(f"{SVG}script"))
    assert all(float(rect.get("x", "0")) + float(rect.get("width", "0")) <= width for rect in root.iter(f"{SVG}rect"))


def test_several_initiatives_stand_one_below_the_other() -> None:
    two = as_text(a_plan(initiatives=[an_initiative(), an_initiative(id="second", title="Second")]))
    one, both = drawn(as_text(a_plan())), drawn(two)
    assert float(both.get("height", "0")) == 2 * float(one.get("height", "0"))


def test_the_picture_can_be_rendered() -> None:
    png = vl_convert.svg_to_png(chain_svg(parse(example()).plan))
    assert png.startswith(b"\x89PNG")
    assert len(png) > 50_000


def relative_luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_the_contrast_wcag_asks_for_in_light_and_dark() -> None:
    light, _, dark = chain_svg(parse(example()).plan).partition("@media")
    for sheet in (light, dark):
        fills = dict(re.findall(r"\.(\w+)\{fill:(#[0-9a-f]{6})", sheet))
        for ground in ("paper", "card"):
            for ink in ("ink", "soft", "accent", "gap"):
                pair = sorted((relative_luminance(fills[ground]), relative_luminance(fills[ink])))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5
