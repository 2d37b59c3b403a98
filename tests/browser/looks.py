"""What a person sees of a page, and what axe and a ruler say of it."""

from __future__ import annotations

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.stand import SCREENSHOTS

PHONE: Final = ViewportSize(width=360, height=740)
DESK: Final = ViewportSize(width=1280, height=900)
_GRAVE: Final = ("serious", "critical")


def look(page: Page, name: str, lang: str, /) -> None:
    """Screenshots at phone and desk width, light and dark; no sideways scrolling; nothing grave by axe."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        for width, size in ((360, PHONE), (1280, DESK)):
            page.set_viewport_size(size)
            path = SCREENSHOTS / f"{name}.{lang}.{width}.{scheme}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
            if width == 360:
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{name} scrolls sideways by {wide} px on a phone ({lang})"
        found = Axe().run(page).response["violations"]
        grave = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in _GRAVE]
        assert grave == [], f"{name}, {lang}, {scheme}"
