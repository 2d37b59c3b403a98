"""Three ways to answer the same questions: with a mouse, with a finger, and with no pointer at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import FileChooser, FilePayload, Locator, Page

from tests.browser.keyboard import Keyboard

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Hands(Protocol):
    """What somebody does to a page; controls are named by CSS selectors."""

    def press(self, selector: str, /) -> None: ...
    def write(self, selector: str, text: str, /) -> None: ...
    def tick(self, name: str, value: str, /) -> None: ...
    def select(self, name: str, value: str, /) -> None: ...
    def order(self, item: str, wanted: list[str], /) -> None: ...
    def mark(self, item: str, labels: list[str], /) -> None: ...


class Pointer:
    """A mouse. The list of a `select` is drawn by the system, where no test can point: its option is set at once."""

    def __init__(self, page: Page, /) -> None:
        self.page = page

    def at(self, place: Locator, /) -> None:
        place.click()

    def press(self, selector: str, /) -> None:
        self.at(self.page.locator(selector).first)

    def write(self, selector: str, text: str, /) -> None:
        self.press(selector)
        self.page.locator(selector).select_text()
        self.page.keyboard.insert_text(text)

    def tick(self, name: str, value: str, /) -> None:
        """By its words, as people do."""
        self.at(self.page.locator("label").filter(has=self.page.locator(f"[name='{name}'][value='{value}']")))

    def select(self, name: str, value: str, /) -> None:
        self.page.locator(f"select[name='{name}']").select_option(value)

    def order(self, item: str, wanted: list[str], /) -> None:
        """Drag each row to its place."""
        rows = self.page.locator(f"[data-order='a.{item}'] [data-id]")
        for place, each in enumerate(wanted):
            now = rows.evaluate_all("all => all.map((row) => row.dataset.id)")
            if now[place] == each:
                continue
            self.drag(rows.nth(now.index(each)), rows.nth(place))

    def drag(self, row: Locator, place: Locator, /) -> None:
        """By its words, as people do."""
        place.scroll_into_view_if_needed()
        ends = [each.locator("[data-label]").bounding_box() for each in (row, place)]
        (x, y), (_x, goal) = ((box["x"] + 4, box["y"] + box["height"] / 2) for box in ends if box)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 40, goal, steps=8)
        self.page.mouse.up()

    def mark(self, item: str, labels: list[str], /) -> None:
        """In the chart, whose points are in the order of the table's rows."""
        boxes = self.page.locator(f"[name='a.{item}']").evaluate_all("all => all.map((box) => box.value)")
        for each in labels:
            self.at(self.page.locator("[data-points] svg circle").nth(boxes.index(each)))


class Finger(Pointer):
    """One finger on a phone: no dragging, so lists are put in order by their buttons."""

    def at(self, place: Locator, /) -> None:
        place.tap()

    def order(self, item: str, wanted: list[str], /) -> None:
        rows = self.page.locator(f"[data-order='a.{item}'] [data-id]")
        for place, each in enumerate(wanted):
            while rows.evaluate_all("all => all.map((row) => row.dataset.id)").index(each) > place:
                self.press(f"[data-order='a.{item}'] [data-id='{each}'] [data-move=up]")


class Keys:
    """Tab, Space, Enter, arrows and letters only."""

    def __init__(self, page: Page, /) -> None:
        self.page = page
        self.keyboard = Keyboard(page)

    def press(self, selector: str, /) -> None:
        self.keyboard.press(selector, "Space" if selector.startswith("input") else "Enter")

    def write(self, selector: str, text: str, /) -> None:
        self.keyboard.press(selector, "Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Escape")  # or Tab would indent a query

    def tick(self, name: str, value: str, /) -> None:
        box = f"[name='{name}'][value='{value}']"
        if self.page.locator(box).get_attribute("type") == "checkbox":
            self.keyboard.press(box, "Space")
        else:
            self.keyboard.choose(name.removeprefix("a."), value)

    def select(self, name: str, value: str, /) -> None:
        box = f"select[name='{name}']"
        self.keyboard.to(box)
        for _ in range(20):
            if self.page.locator(box).input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name}: {value} cannot be chosen")

    def order(self, item: str, wanted: list[str], /) -> None:
        self.keyboard.order(item, tuple(wanted))

    def mark(self, item: str, labels: list[str], /) -> None:
        """In the table, from its first row on."""
        boxes = self.page.locator(f"[name='a.{item}']").evaluate_all("all => all.map((box) => box.value)")
        for each in sorted(labels, key=boxes.index):
            self.tick(f"a.{item}", each)


def answer(hands: Hands, item: Any, given: Any, /) -> None:
    """Answer one question with what `everything.right` has for it."""
    name = f"a.{item.id}"
    match item.element:
        case "number":
            hands.write(f"[name='{name}.value']", given["value"])
            hands.select(f"{name}.unit", given["unit"])
        case "single":
            hands.tick(name, given)
        case "multiple":
            for each in given:
                hands.tick(name, each)
        case "order":
            hands.order(item.id, given)
        case "cells":
            for row, cells in given.items():
                for column, text in cells.items():
                    hands.write(f"[name='{name}.{row}.{column}']", text)
        case "match":
            for pair, option in given.items():
                hands.select(f"{name}.{pair}", option)
        case "classify":
            for thing, target in given.items():
                hands.tick(f"{name}.{thing}", target)
        case "decide":
            hands.tick(f"{name}.option", given["option"])
            hands.write(f"[name='{name}.reason']", given["reason"])
        case "points":
            hands.mark(item.id, given)
        case "short" | "sql" | "essay":
            hands.write(f"[name='{name}']", given)
        case other:
            raise AssertionError(f"nobody has shown how to answer a question of the kind {other}")


def download(hands: Hands, page: Page, selector: str, /) -> bytes:
    with page.expect_download() as coming:
        hands.press(selector)
    return Path(coming.value.path()).read_bytes()


def upload(hands: Hands, page: Page, name: str, content: bytes, /) -> None:
    with page.expect_file_chooser() as opening:
        hands.press("input[type=file]")
    chooser: FileChooser = opening.value
    chooser.set_files(FilePayload(name=name, mimeType=XLSX, buffer=content))
