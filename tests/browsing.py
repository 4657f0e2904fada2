"""One Chromium for all tests of a process: a second Playwright in the same thread would refuse to start."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one UPSHOT_TEST_CHROMIUM names."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    binary = os.environ.get("UPSHOT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert binary, "These tests need Debian's chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=binary,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()
