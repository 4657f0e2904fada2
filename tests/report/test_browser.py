"""The page in a real browser: accessible, silent, reachable by keyboard, printable, at every width."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.report.beside_builders import with_everything
from tests.report.builders import EVERY_KIND, rendered

from upshot.report.html import render

MODES = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
    "phone, dark": {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}},
}
KINDS = (*EVERY_KIND, "everything")
QUICK = {("grade-a", "light"), ("refused", "dark"), ("chicago", "phone"), ("everything", "light")}
LOOKS = [
    pytest.param(kind, mode, marks=() if (kind, mode) in QUICK else pytest.mark.slow)
    for kind in KINDS
    for mode in MODES
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for kind in KINDS:
        text = render(with_everything()) if kind == "everything" else rendered(kind)
        (folder / f"{kind}.html").write_text(text, encoding="utf-8")
    return {kind: folder / f"{kind}.html" for kind in KINDS}


def opened(chromium: Browser, path: Path, mode: str = "light") -> Page:
    page = chromium.new_context(**MODES[mode]).new_page()
    page.goto(path.as_uri())
    return page


def open_every_disclosure(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


@pytest.mark.parametrize(("kind", "mode"), LOOKS)
def test_axe_finds_nothing_with_every_disclosure_open(
    chromium: Browser, pages: dict[str, Path], kind: str, mode: str
) -> None:
    page = opened(chromium, pages[kind], mode)
    open_every_disclosure(page)
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    page.context.close()


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_page_asks_the_network_for_nothing_and_logs_nothing(
    chromium: Browser, pages: dict[str, Path], kind: str
) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(pages[kind].as_uri())
    open_every_disclosure(page)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [pages[kind].as_uri()]
    assert said == []
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_out_of_the_page_at_any_width(chromium: Browser, pages: dict[str, Path], kind: str) -> None:
    page = opened(chromium, pages[kind])
    open_every_disclosure(page)
    for width in (320, 360, 640, 1280, 2200):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_the_keyboard_reaches_and_opens_every_disclosure(chromium: Browser, pages: dict[str, Path]) -> None:
    page = opened(chromium, pages["refused"])
    wanted = page.locator("summary").count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answer"
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('summary') && !document.activeElement.parentElement.open"):
            page.keyboard.press("Enter")
        if page.evaluate("document.activeElement === document.body"):
            break
    assert page.locator("details[open]").count() == wanted
    page.context.close()


def test_disclosures_are_large_enough_to_hit(chromium: Browser, pages: dict[str, Path]) -> None:
    page = opened(chromium, pages["chicago"], "phone")
    heights = page.evaluate("[...document.querySelectorAll('summary')].map(s => s.getBoundingClientRect().height)")
    assert min(heights) >= 44
    page.context.close()


@pytest.mark.parametrize(("mode", "shown", "hidden"), [("light", "wide", "narrow"), ("phone", "narrow", "wide")])
def test_each_width_shows_its_own_drawing(
    chromium: Browser, pages: dict[str, Path], mode: str, shown: str, hidden: str
) -> None:
    page = opened(chromium, pages["chicago"], mode)
    assert page.locator(f"#event-section ~ figure svg.{shown}").is_visible()
    assert not page.locator(f"#event-section ~ figure svg.{hidden}").is_visible()
    page.context.close()


def test_charts_change_their_colours_with_the_page(chromium: Browser, pages: dict[str, Path]) -> None:
    script = "getComputedStyle(document.querySelector('svg.wide text')).fill"
    inks = []
    for mode in ("light", "dark"):
        page = opened(chromium, pages["chicago"], mode)
        inks.append(page.evaluate(script))
        page.context.close()
    assert inks[0] != inks[1]


def test_lines_of_text_stay_within_the_measure(chromium: Browser, pages: dict[str, Path]) -> None:
    page = opened(chromium, pages["chicago"])
    script = """() => {
        const probe = document.createElement('span');
        probe.textContent = 'The quick brown fox jumps over it. '.repeat(2);
        probe.style.whiteSpace = 'pre';
        document.body.append(probe);
        const seventy = probe.getBoundingClientRect().width;
        probe.remove();
        return [...document.querySelectorAll('.body p')].map(p => p.getBoundingClientRect().width / seventy * 70)
    }"""
    assert max(page.evaluate(script)) <= 90
    page.context.close()


def test_printing_opens_the_disclosures_and_lights_the_page(chromium: Browser, pages: dict[str, Path]) -> None:
    page = opened(chromium, pages["refused"], "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    heights = page.evaluate("[...document.querySelectorAll('.inside')].map(e => e.getBoundingClientRect().height)")
    assert min(heights) > 0
    page.context.close()


@pytest.mark.parametrize("kind", ["chicago", "refused"])
def test_the_page_prints_to_a_pdf(chromium: Browser, pages: dict[str, Path], kind: str) -> None:
    page = opened(chromium, pages[kind])
    document = page.pdf(prefer_css_page_size=True)
    assert document.startswith(b"%PDF")
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", document))
    assert 1 <= sheets <= 12
    page.context.close()
