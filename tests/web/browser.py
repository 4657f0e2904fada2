"""A real browser on the live server: signed-in pages at every width, and what an accessible page must pass."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from upshot.web.accounts.models import User

MODES = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
}

Opener = Callable[..., Page]
SHOTS = os.environ.get("UPSHOT_SCREENSHOTS")
"""Folder for a picture of every page looked at; none are kept where it is not set."""


@pytest.fixture
def opened(chromium: Browser, live_server: LiveServer) -> Iterator[Opener]:
    """Open a page as a user (or as nobody): ``opened("/o/nordvik/", user, mode="phone")``."""
    contexts = []

    def open_page(path: str, user: User | None = None, *, mode: str = "light", javascript: bool = True) -> Page:
        context = chromium.new_context(**MODES[mode], java_script_enabled=javascript, base_url=live_server.url)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def accessible(page: Page, name: str = "") -> None:
    """Open every disclosure, keep a picture if wanted, and let axe look; also nothing may overflow sideways."""
    if SHOTS and name:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
