"""The clock of an assessment in a browser: counted by what the server said, and handed in when it is over."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from dgxblock.block import assessment_page
from dgxblock.block.sittings import Rulebook, Sitting
from dgxblock.content import read
from dgxblock.content.model import Assessment
from dgxblock.pages.render import render
from dgxblock.papers.timing import Allowed, Window
from tests.builders import documents

pytestmark = pytest.mark.browser

PUBLIC: Final = Path(__file__).parents[2] / "dgxblock" / "static" / "public"
ADDRESS: Final = "http://page.invalid/"
CLOCK: Final = "[data-clock]"
Answers = dict[str, Any]


def paper(left: int) -> str:
    """The page of the test assessment with `left` seconds to go."""
    text = documents.ASSESSMENT.replace('attempts="2"', 'attempts="2" minutes="60" timed="true"')
    document = read.parse(text)
    assert isinstance(document, Assessment)
    attempt = SimpleNamespace(number=1, started_at=timezone.now(), seed="s", submitted_at=None, values={})
    book = Rulebook(document.rules, Allowed(), Window(None, None, None), None)
    form = assessment_page.form(Sitting(attempt, document, document.items), book, "en", "u", draft=None, nonce="n" * 16)
    inner = render("assessment.html", {**form, "lang": "en", "sitting": f"{ADDRESS}dgx-sitting.js", "left": left})
    style, script = ((PUBLIC / name).read_text(encoding="utf-8") for name in ("dgx.css", "dgx.js"))
    return (
        f'<!doctype html><html lang="en"><head><title>Page</title><style>{style}</style></head><body><main><div>{inner}'
        f'</div></main><script>{script}\nDgxBlock({{handlerUrl: (element, name) => "/handler/" + name}}, '
        'document.querySelector("main > div"), {owner: "o"});</script></body></html>'
    )


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[[int, Answers], tuple[Page, list[str]]]]:
    """Open the page; what it asks for is answered by handler, and noted."""
    contexts = []

    def _show(left: int, answers: Answers) -> tuple[Page, list[str]]:
        contexts.append(browser.new_context(viewport={"width": 360, "height": 740}))
        page, asked = contexts[-1].new_page(), []

        def serve(route: Route) -> None:
            name = route.request.url.rpartition("/")[2]
            if name.endswith(".js"):
                return route.fulfill(path=PUBLIC / name)
            if "/handler/" not in route.request.url:
                return route.fulfill(content_type="text/html; charset=utf-8", body=paper(left))
            asked.append(name)
            status, body = answers.get(name, (200, {}))
            return route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

        page.route(f"{ADDRESS}**", serve)
        page.goto(ADDRESS)
        expect(page.locator("[data-next]:visible")).to_have_count(1)
        return page, asked

    yield _show
    for context in contexts:
        context.close()


SAVED: Answers = {"save_draft": (200, {"version": 1, "saved_at": "14:41", "readings": {}, "left": 601})}


def seconds(page: Page) -> int:
    minutes, rest = page.locator(CLOCK).inner_text().split(":")
    return 60 * int(minutes) + int(rest)


def test_the_clock_runs_by_what_has_passed_and_not_by_the_time_of_day(
    show: Callable[[int, Answers], tuple[Page, list[str]]],
) -> None:
    page, _asked = show(300, {})
    before = seconds(page)
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 86400000; }")
    page.wait_for_timeout(2200)
    assert 1 <= before - seconds(page) <= 4
    expect(page.locator("[data-timer]")).to_have_class(re.compile("dgx-part"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_save_sets_the_clock_right_and_a_device_that_slept_asks(
    show: Callable[[int, Answers], tuple[Page, list[str]]],
) -> None:
    page, asked = show(4000, {**SAVED, "time_left": (200, {"left": 120})})
    assert page.locator(CLOCK).inner_text().startswith("1:06:")
    page.locator("[data-step]:not([hidden]) input[type=text], [data-step]:not([hidden]) input:not([type])").first.fill(
        "12"
    )
    expect(page.locator(CLOCK)).to_have_text(re.compile(r"^(10:0\d|9:5\d)$"))
    expect(page.locator("[data-tell]")).to_have_text("10 minutes left")
    page.evaluate("() => window.dispatchEvent(new Event('pageshow'))")
    expect(page.locator(CLOCK)).to_have_text(re.compile(r"^(2:00|1:5\d)$"))
    assert "time_left" in asked
    page.locator("[data-hide]").click()
    expect(page.locator(CLOCK)).to_be_hidden()


def test_when_time_is_up_the_page_hands_in_by_itself(show: Callable[[int, Answers], tuple[Page, list[str]]]) -> None:
    result = '<section class="dgx" data-dgx lang="en"><h2 data-focus>Time was up</h2></section>'
    page, asked = show(2, {"submit": (200, {"html": result})})
    expect(page.get_by_role("heading", name="Time was up")).to_be_visible(timeout=8000)
    assert asked.count("submit") == 1


def test_without_a_network_at_the_end_the_page_says_so_and_hands_in_when_it_is_back(
    show: Callable[[int, Answers], tuple[Page, list[str]]],
) -> None:
    result = '<section class="dgx" data-dgx lang="en"><h2 data-focus>Time was up</h2></section>'
    page, _asked = show(3, {"submit": (200, {"html": result}), "time_left": (409, {"error": {"code": "time-up"}})})
    page.context.set_offline(True)
    expect(page.locator(CLOCK)).to_contain_text("the network is gone", timeout=8000)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Time was up")).to_be_visible(timeout=12000)


def test_what_was_handed_in_elsewhere_is_told_with_the_way_to_the_result(
    show: Callable[[int, Answers], tuple[Page, list[str]]],
) -> None:
    refusal = {"error": {"code": "not-open", "message": "This try is closed already."}}
    page, _asked = show(900, {"save_draft": (409, refusal)})
    expect(page.locator("[data-gone]")).to_be_hidden()
    page.locator("[data-step]:not([hidden]) input:not([type=checkbox])").first.fill("12")
    expect(page.locator("[data-gone]")).to_be_visible()
    expect(page.locator("[data-reload]")).to_be_enabled()
