"""A visitor of the demo: goes where people go, presses what people press, and looks closely at every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import looks
from tests.browser.looks import DESK
from tests.browser.stand import Stand


@dataclass
class Walker:
    """One person at one browser. `lang` is ``zh-CN`` or ``en``."""

    stand: Stand
    context: BrowserContext
    page: Page
    lang: str
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def arrive(cls, browser: Browser, stand: Stand, lang: str, **options: Any) -> Walker:
        """Open the first page and switch it to `lang`."""
        context = browser.new_context(viewport=DESK, locale="de-DE", **options)
        walker = cls(stand, context, context.new_page(), lang)
        walker.page.on("request", lambda request: walker._note(request.url))
        walker.page.on("pageerror", lambda error: walker.errors.append(str(error)))
        walker.page.goto(stand.site)
        switch = walker.page.locator("button[name=language]")
        wanted = "en" if lang == "en" else "zh-hans"
        if switch.get_attribute("value") == wanted:
            switch.click()
        expect(walker.page.locator("html")).to_have_attribute("lang", lang)
        return walker

    def _note(self, url: str) -> None:
        if not url.startswith((self.stand.site, self.stand.registry, "data:", "blob:")):
            self.foreign.append(url)

    def leave(self) -> None:
        self.context.close()
        assert self.foreign == [], "pages need nothing from elsewhere"
        assert self.errors == [], "no script failed"

    # -- looking ---------------------------------------------------------------------------------------------------

    def look(self, name: str, /) -> None:
        """Screenshots at phone and desk width, light and dark; no sideways scrolling; nothing grave by axe."""
        looks.look(self.page, name, self.lang)

    # -- going -----------------------------------------------------------------------------------------------------

    def be(self, who: str, /) -> None:
        self.page.goto(self.stand.site)
        self.page.locator(
            f"#who ~ ul form[action='/enter/{who}/'] button, ul form[action='/enter/{who}/'] button"
        ).first.click()
        self.page.wait_for_load_state()

    def open(self, slug: str, /) -> None:
        self.page.goto(f"{self.stand.site}/learn/{slug}/")

    def leave_page_and_return(self, *, typed: str, text: str) -> None:
        """Type, leave before the draft is saved, and find the words on the page that was drawn meanwhile."""
        box = self.page.locator(typed)
        box.fill("1")
        expect(self.page.locator("[data-status]").first).to_contain_text(re.compile(r"\d\d:\d\d"))
        box.fill(text)
        self.page.reload()
        expect(self.page.locator(typed)).to_have_value(text)
        box.fill(text + "1")
        box.blur()
        expect(self.page.locator("[data-status]").first).to_contain_text(re.compile(r"\d\d:\d\d"))
        self.page.reload()
        expect(self.page.locator(typed)).to_have_value(text + "1")

    def submit(self, handler: str, /, button: str = "button[type=submit], button:not([type])") -> None:
        """Press the form's button and wait for the page that comes back."""
        form = self.page.locator(f"form[data-handler={handler}]")
        with self.page.expect_response(lambda answer: f"/{handler}" in answer.url and answer.request.method == "POST"):
            form.locator(button).first.click()
        expect(self.page.locator("form[aria-busy=true]")).to_have_count(0)

    # -- the road --------------------------------------------------------------------------------------------------

    def decide(self, number: int, /) -> None:
        """Take the open decision with its option `number`, counted from 0."""
        form = self.page.locator("form[data-handler=decide]")
        form.locator("input[type=radio]").nth(number).check()
        self.submit("decide")

    def reflect(self, words: str, /) -> None:
        area = self.page.locator("form[data-autosave=save_reflection] textarea").first
        area.fill(words)
        expect(self.page.locator("form[data-autosave=save_reflection] [data-status]")).to_contain_text(
            re.compile(r"\d\d:\d\d")
        )

    def fill(self, answers: dict[str, Any], /) -> None:
        """Answer the items of a form: numbers as ``(value, unit)``, choices as id or list of ids, orders as a tuple,
        tables as cells by row and column."""
        for item, answer in answers.items():
            self.answer(item, answer)

    def answer(self, item: str, answer: Any, /) -> None:
        if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], float):
            self.page.locator(f"[name='a.{item}.value']").fill(repr(answer[0]))
            self.page.locator(f"[name='a.{item}.unit']").select_option(answer[1])
        elif isinstance(answer, tuple):
            self.order(self.page.locator(f"[data-order='a.{item}']"), answer)
        elif isinstance(answer, dict):
            for row, cells in answer.items():
                for column, text in cells.items():
                    self.page.locator(f"[name='a.{item}.{row}.{column}']").fill(text)
        else:
            for each in [answer] if isinstance(answer, str) else answer:
                self.page.locator(f"[name='a.{item}'][value='{each}']").check()

    def upload(self, item: str, fill: Callable[[bytes], bytes], /) -> None:
        """Download the template of a question, fill it in, and upload it."""
        question = self.page.locator(f".dgx-item:has([name='a.{item}.upload'])")
        with self.page.expect_download() as download:
            question.locator("a[download]").click()
        content = fill(download.value.path().read_bytes())
        question.locator("input[type=file]").set_input_files(
            {"name": f"{item}.xlsx", "mimeType": "", "buffer": content}
        )
        expect(question.locator("[data-told]")).to_be_visible()

    def order(self, items: Locator, wanted: tuple[str, ...], /) -> None:
        """With the buttons, as somebody does who cannot drag."""
        for place, each in enumerate(wanted):
            for _ in wanted:
                now = items.locator("[data-id]").evaluate_all("all => all.map(item => item.dataset.id)")
                if now.index(each) <= place:
                    break
                items.locator(f"[data-id='{each}'] [data-move=up]").click()

    def papers(self) -> list[str]:
        """The made-up papers that the demo offers to its trainee: name, number, phone, enterprise."""
        return [text.strip() for text in self.page.locator(".demo-papers dd").all_inner_texts()]
