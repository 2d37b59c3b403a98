"""Hands that never touch the mouse: Tab to a control, then the key that works it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect


@dataclass
class Keyboard:
    """Works a page by Tab, Space, Enter, arrows and letters only."""

    page: Page

    def to(self, selector: str, /, limit: int = 300) -> None:
        """Tab until a control that matches has the focus."""
        for _ in range(limit):
            if self.page.evaluate("s => !!document.activeElement && document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {selector}")

    def press(self, selector: str, key: str, /) -> None:
        self.to(selector)
        self.page.keyboard.press(key)

    def type(self, selector: str, text: str, /) -> None:
        self.to(selector)
        self.page.keyboard.insert_text(text) if not text.isascii() else self.page.keyboard.type(text)

    def go(self, selector: str, /) -> None:
        """Follow a link or press a button that leads to another page."""
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def send(self, handler: str, selector: str, /) -> None:
        self.to(selector)
        with self.page.expect_response(lambda answer: f"/{handler}" in answer.url):
            self.page.keyboard.press("Enter")
        expect(self.page.locator("form[aria-busy=true]")).to_have_count(0)

    def fill(self, known: dict[str, Any], /) -> None:
        """Answers as `Walker.fill` takes them."""
        for item, answer in known.items():
            if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], float):
                self.type(f"[name='a.{item}.value']", str(answer[0]))
                option = self.page.locator(f"[name='a.{item}.unit'] option[value='{answer[1]}']")
                self.type(f"[name='a.{item}.unit']", option.inner_text())
            elif isinstance(answer, tuple):
                self.order(item, answer)
            elif isinstance(answer, dict):
                for row, cells in answer.items():
                    for column, text in cells.items():
                        self.type(f"[name='a.{item}.{row}.{column}']", text)
            elif isinstance(answer, str):
                self.choose(item, answer)
            else:
                for each in answer:
                    self.press(f"[name='a.{item}'][value='{each}']", "Space")

    def upload(self, item: str, fill: Callable[[bytes], bytes], /) -> None:
        """As `Walker.upload` does; both the link and the field open by Enter."""
        question = f".dgx-item:has([name='a.{item}.upload'])"
        with self.page.expect_download() as download:
            self.press(f"{question} a[download]", "Enter")
        content = fill(download.value.path().read_bytes())
        with self.page.expect_file_chooser() as chooser:
            self.press(f"{question} input[type=file]", "Enter")
        chooser.value.set_files({"name": f"{item}.xlsx", "mimeType": "", "buffer": content})
        expect(self.page.locator(f"{question} [data-told]")).to_be_focused()

    def choose(self, item: str, wanted: str, /) -> None:
        """One radio button: Space takes the one in focus, the arrow goes on to the next."""
        self.press(f"[name='a.{item}']", "Space")
        for _ in range(12):
            if self.page.locator(f"[name='a.{item}'][value='{wanted}']").is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{item}: {wanted} cannot be chosen")

    def order(self, item: str, wanted: tuple[str, ...], /) -> None:
        """With the buttons; focus stays with the item that moves."""
        items = self.page.locator(f"[data-order='a.{item}'] [data-id]")
        for place, each in enumerate(wanted):
            for _ in wanted:
                if items.evaluate_all("all => all.map(item => item.dataset.id)").index(each) <= place:
                    break
                self.press(f"[data-order='a.{item}'] [data-id='{each}'] [data-move=up]", "Enter")
