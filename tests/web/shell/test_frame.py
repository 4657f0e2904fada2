"""The frame in a real browser: menu, sign-in, keyboard, phone, dark."""

import pytest
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast


@pytest.mark.parametrize("mode", MODES)
def test_the_frame_passes_axe_at_every_width(cast: Cast, opened: Opener, mode: str) -> None:
    page = opened("/o/nordvik/", cast.users["leader"], mode=mode)
    assert page.locator("h1").inner_text() == "What needs you now?"
    accessible(page, f"home-empty-{mode}")


def test_the_menu_is_open_on_a_wide_screen_and_folded_on_a_phone(cast: Cast, opened: Opener) -> None:
    wide = opened("/o/nordvik/", cast.users["leader"])
    assert wide.get_by_role("link", name="Home").is_visible()
    phone = opened("/o/nordvik/", cast.users["leader"], mode="phone")
    assert not phone.get_by_role("link", name="Home").is_visible()
    phone.get_by_text("Pages", exact=True).click()
    assert phone.get_by_role("link", name="Home").is_visible()


def test_without_javascript_the_menu_can_still_be_opened(cast: Cast, opened: Opener) -> None:
    page = opened("/o/nordvik/", cast.users["leader"], javascript=False)
    assert page.get_by_role("link", name="Home").is_visible()


def test_the_first_thing_the_keyboard_reaches_is_the_way_to_the_page(cast: Cast, opened: Opener) -> None:
    page = opened("/o/nordvik/", cast.users["leader"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
