"""Every kind of question by mouse, by keyboard alone and on a phone, with a network that goes away in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

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
  }).map((each, at) => (each.dataset.stop = at, at));
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
        page, words = self.page, {"en": "Everything else is right", "zh-CN": "其他题都对了"}[self.lang]
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
    page.goto(author.url + author.where(everything.FILE, lang, variant).removeprefix("/"))
    expect(page.locator(CHECK)).to_be_visible()
    yield made
    context.close()
    assert made.errors == []


def tabs_through(page: Page) -> None:
    """Walk through the form by Tab: each control once, in the order of the page, and it is seen to have the focus."""
    stops = page.evaluate(STOPS)
    page.locator("[data-stop='0']").focus()
    page.keyboard.press("Shift+Tab")
    found: list[int] = []
    for _ in range(300):
        page.keyboard.press("Tab")
        stop, seen, what = page.evaluate(FOCUS)
        if stop is None:
            break
        assert seen, f"nobody sees that this has the focus: {what}"
        found.append(stop)
    assert found == stops


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
        tabs_through(page)
        hint = "[data-act=hint]"
        keys.write("[name='a.q1.value']", "1")
        keys.press(hint)
        told = page.locator("[data-told]")
        expect(told).to_be_focused()
        expect(told).to_contain_text("the free hint")
        expect(page.locator("[name='a.q1.value']")).to_have_value("1")
        expect(page.locator(hint)).to_be_visible()

        he.answer_everything(keys)
        keys.write("[name='a.plan']", "Soon.")
        he.check(keys)
        expect(page.locator("[name='a.plan'][aria-invalid=true]")).to_be_focused()
        expect(page.locator("[role=alert][data-error]")).to_be_visible()
        expect(page.locator(FORM)).to_contain_text("3 tries left")
        keys.write("[name='a.plan']", everything.right(he.sheet, "en")["plan"])
        look(page, "kinds-1-answered", he.lang)
        he.check(keys)
        he.earned_everything()
        look(page, "kinds-2-checked", he.lang)

        before = page.locator("[data-view]").inner_text(), page.locator(".dgx-ex .dgx-hint").all_inner_texts()
        keys.press("details:has([data-handler=new_data]) > summary")
        keys.keyboard.send("new_data", "form[data-handler=new_data] button")
        after = page.locator("[data-view]").inner_text(), page.locator(".dgx-ex .dgx-hint").all_inner_texts()
        assert all(old != new for old, new in zip(before, after, strict=True))
        expect(page.locator("[name='a.q1.value']")).to_have_value("")
        expect(page.locator(CHECK)).to_be_visible()


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


def test_what_arrived_unheard_is_no_other_windows_whatever_the_kind(browser: Browser, author: Preview) -> None:
    with trainee(browser, author, "en", 4) as he:
        page = he.page

        def swallow(route: Route) -> None:
            route.fetch()
            route.abort("connectionreset")

        given = everything.right(he.sheet, he.lang)
        he.hand_over(Pointer(page))
        he.saved()
        page.route(re.compile("/save_draft"), swallow, times=1)
        for name in ("s1", "m1", "sh1"):  # the others are left open, or half open
            ways.answer(Pointer(page), next(item for item in he.exercise.items if item.id == name), given[name])
        page.locator("[name='a.c1.one.time']").fill("5")
        page.locator("[name='a.ma1.order']").select_option("mes")
        expect(page.locator("[data-status]")).to_have_class(re.compile("dgx-part"))
        page.locator("[name='a.c1.one.time']").fill("6")
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        he.saved()
        expect(page.locator("[data-conflict]")).to_have_count(0)
        he.reload()
        expect(page.locator("[name='a.c1.one.time']")).to_have_value("6")


@pytest.mark.parametrize("side", ["here", "there"])
def test_of_two_windows_files_the_chosen_one_is_shown_and_kept(browser: Browser, author: Preview, side: str) -> None:
    with trainee(browser, author, "en", 5 + ("here", "there").index(side)) as he:
        other = he.page.context.new_page()
        other.goto(he.page.url)
        he.hand_over(Pointer(he.page))
        he.saved()
        there = Trainee(other, he.lang, he.variant)
        blank = ways.download(Pointer(other), other, "a[download][href*=template]")
        ways.upload(Pointer(other), other, "二号线.xlsx", everything.solved(blank, there.sheet))
        conflict = other.locator("[data-conflict]")
        expect(conflict).to_be_visible()
        conflict.locator(f"[data-pair='a.w1'] [data-side={side}]").click()
        expect(conflict).to_have_count(0)
        chosen = {"here": "二号线.xlsx", "there": "一号线.xlsx"}[side]
        expect(other.locator("[data-told]")).to_contain_text(chosen)
        there.reload()
        expect(other.locator("[data-told]")).to_contain_text(chosen)
