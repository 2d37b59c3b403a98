"""Every kind of question by mouse, by keyboard alone and on a phone, with a network that goes away in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dgxblock.content.model import Exercise
from dgxblock.lab import Sheet
from tests.browser import hands as ways
from tests.browser.hands import Finger, Hands, Keys, Pointer
from tests.browser.looks import DESK, PHONE, look
from tests.builders import everything
from tests.builders.preview import Preview, preview

pytestmark = pytest.mark.browser

FORM = "form[data-handler=check]"
CHECK = f"{FORM} > .dgx-bar button"
SAVED = re.compile(r"\d\d:\d\d")
NETWORK_LEAVES, NETWORK_RETURNS = "c1", "w1"
"""From the first of these questions on there is no network, until the second, whose file has to be sent."""
WRITTEN = """() => [...document.querySelectorAll('form[data-handler=check] [name]')]
  .filter((each) => each.tagName !== "BUTTON" && each.type !== "hidden")
  .map((each) => [each.name, /radio|checkbox/.test(each.type) ? each.value + each.checked : each.value])
  .concat([...document.querySelectorAll("[data-order] [data-id]")].map((row) => ["order", row.dataset.id]))"""
STOPS = """() => {
  const radios = new Set();
  return [...document.querySelectorAll("form[data-handler=check] :is(a[href], input, select, textarea, button, "
    + "summary, [tabindex='0'])")].filter((each) => {
    if (each.disabled || each.type === "hidden" || !each.checkVisibility()) return false;
    if (each.type !== "radio") return true;
    return !radios.has(each.name) && radios.add(each.name);
  }).map((each, at) => (each.dataset.stop = at));
}"""
FOCUS = """() => {
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return [each.dataset.stop === undefined ? null : Number(each.dataset.stop), seen, each.outerHTML.slice(0, 120)];
}"""


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """The exercise as its author's preview serves it: each variant is another trainee."""
    place = tmp_path_factory.mktemp("everything")
    with preview(everything.write_folder(place / "everything"), place / "tmp") as made:
        yield made


@dataclass
class Trainee:
    """Somebody at the exercise, in a language, with data of their own."""

    page: Page
    lang: str
    variant: int
    errors: list[str] = field(default_factory=list)

    @property
    def exercise(self) -> Exercise:
        return everything.exercise()

    @property
    def sheet(self) -> Sheet:
        return Sheet(self.exercise.dataset, f"variant:{self.variant}")

    def saved(self) -> None:
        expect(self.page.locator("[data-status]")).to_have_class(re.compile("dgx-ok"))
        expect(self.page.locator("[data-status]")).to_contain_text(SAVED)

    def written(self) -> list[list[str]]:
        found: list[list[str]] = self.page.evaluate(WRITTEN)
        return found

    def answer_everything(self, hands: Hands, *, offline: bool = False) -> None:
        """All questions from the first to the last, rightly; `offline` is for whom the network goes away meanwhile."""
        given, context = everything.right(self.sheet, self.lang), self.page.context
        for item in self.exercise.items:
            if offline and item.id == NETWORK_LEAVES:
                self.saved()
                context.set_offline(True)
            if offline and item.id == NETWORK_RETURNS:
                expect(self.page.locator("[data-status]")).to_have_class(re.compile("dgx-part"))
                context.set_offline(False)
                self.saved()
            if item.element == "workbook":
                self.hand_over(hands)
            else:
                ways.answer(hands, item, given[item.id])

    def hand_over(self, hands: Hands) -> None:
        page = self.page
        blank = ways.download(hands, page, "a[download][href*=template]")
        ways.upload(hands, page, "一号线.xlsx", everything.solved(blank, self.sheet))
        expect(page.locator("[data-told]").filter(has_text="一号线.xlsx")).to_be_focused()

    def reload(self) -> None:
        """The server's page has what was written here."""
        self.saved()
        before = self.written()
        self.page.evaluate("localStorage.clear()")
        self.page.reload()
        assert self.written() == before

    def check(self, hands: Hands) -> None:
        with self.page.expect_response(re.compile("/check")):
            hands.press(CHECK)
        expect(self.page.locator("form[aria-busy=true]")).to_have_count(0)

    def earned_everything(self) -> None:
        """Every question is right and says so, but for the text, which waits; the focus is on what was announced."""
        page, words = self.page, {"en": "Everything else is right", "zh-CN": "其余"}[self.lang]
        said = page.locator("[role=status][data-focus]")
        expect(said).to_be_focused()
        expect(said).to_contain_text(words)
        tones = {
            item.id: page.locator(f".dgx-item:has(h4[id$='-{item.id}-p'])").get_attribute("class")
            for item in self.exercise.items
        }
        assert {name: tone for name, tone in tones.items() if tone != "dgx-item dgx-ok"}.keys() == {"plan"}


@contextmanager
def trainee(browser: Browser, author: Preview, lang: str, variant: int, **options: Any) -> Iterator[Trainee]:
    context = browser.new_context(**{"viewport": DESK, "accept_downloads": True, **options})
    page = context.new_page()
    made = Trainee(page, lang, variant)
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    page.goto(author.where(everything.FILE, lang, variant))
    expect(page.locator(CHECK)).to_be_visible()
    yield made
    context.close()
    assert made.errors == []


def test_by_mouse(browser: Browser, author: Preview) -> None:
    with trainee(browser, author, "zh-CN", 1) as she:
        mouse = Pointer(she.page)
        she.answer_everything(mouse)
        she.reload()
        she.check(mouse)
        she.earned_everything()


def test_by_keyboard_alone(browser: Browser, author: Preview) -> None:
    with trainee(browser, author, "en", 2) as he:
        page, keys = he.page, Keys(he.page)
        he.answer_everything(keys)
        look(page, "kinds-1-answered", he.lang)
        he.check(keys)
        he.earned_everything()
        look(page, "kinds-2-checked", he.lang)


def test_on_a_phone_without_a_network_in_the_middle(browser: Browser, author: Preview) -> None:
    with trainee(browser, author, "zh-CN", 3, viewport=PHONE, has_touch=True, is_mobile=True) as she:
        finger = Finger(she.page)
        she.answer_everything(finger, offline=True)
        she.reload()
        look(she.page, "kinds-1-answered", she.lang)
        she.page.set_viewport_size(PHONE)
        she.check(finger)
        she.earned_everything()
        look(she.page, "kinds-2-checked", she.lang)
