"""Tables, pairs, classes, words and decisions in a browser: by keyboard, on a phone, and what the navigator says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route

from dgxblock import items, lab
from dgxblock.block import assessment_page
from dgxblock.block.sittings import Rulebook, Sitting
from dgxblock.content import read
from dgxblock.content.model import Assessment, Exercise
from dgxblock.pages.render import render
from dgxblock.papers.timing import Allowed, Window
from tests.browser.looks import DESK, PHONE
from tests.builders import grids

pytestmark = pytest.mark.browser

PUBLIC = Path(__file__).parents[2] / "dgxblock" / "static" / "public"
ADDRESS = "http://page.invalid/"
ANSWERS: dict[str, Any] = {
    "c1": {"one": {"time": "1", "part": "2%"}},
    "ma1": {"order": "erp", "money": "erp"},
    "cl1": {"fire": "mid", "dust": "low"},
    "sh1": "breakdown",
    "de1": {"option": "go", "reason": "less to lose"},
}


def _paper() -> str:
    """The form of the test assessment."""
    document = read.parse(grids.assessment())
    assert isinstance(document, Assessment)
    attempt = SimpleNamespace(number=1, started_at=timezone.now(), seed="s", submitted_at=None)
    book = Rulebook(document.rules, Allowed(), Window(None, None, None), None)
    form = assessment_page.form(
        Sitting(attempt, document, document.items), book, "en", "u", draft=None, nonce="nonce-nonce"
    )
    return _whole(render("assessment.html", {"lang": "en", "sitting": f"{ADDRESS}dgx-sitting.js", **form}), "en")


def _sheet(lang: str, answers: dict[str, Any] | None = None, *, marked: bool = False) -> str:
    """A form with the questions of the test exercise, perhaps answered and checked, that keeps drafts."""
    document = read.parse(grids.exercise())
    assert isinstance(document, Exercise)
    sheet, given = lab.build(document.dataset, "s"), answers or {}
    marks = items.grade(document.items, given, sheet) if marked else {}
    parts = []
    for place, item in enumerate(document.items, 1):
        shown = items.view(item, str(place), given.get(item.id), sheet, lang, mark=marks.get(item.id))
        context = {"q": shown, "uid": "u", "lang": lang, "values": sheet.values}
        inner = render(shown.template.removeprefix("dgxblock/"), context) + render("item_said.html", context)
        title = item.prompt.plain(lang)
        parts.append(f'<div class="dgx-item {shown.tone}"><h4 id="u-{item.id}-p">{title} {shown.tag}</h4>{inner}</div>')
    return _whole(
        f'<section class="dgx" data-dgx lang="{lang}" data-msg-saved="Saved {{time}}"><h2>Exercise</h2><h3>Task</h3>'
        f'<form data-autosave="save_draft" data-version="0">{"".join(parts)}<p data-status role="status"></p></form>'
        "</section>",
        lang,
    )


def _whole(inner: str, lang: str) -> str:
    style, script = ((PUBLIC / name).read_text(encoding="utf-8") for name in ("dgx.css", "dgx.js"))
    return (
        f'<!doctype html><html lang="{lang}"><head><title>Page</title><style>body{{margin:0}}{style}</style>'
        f'<meta name="viewport" content="width=device-width"></head><body><main><h1>Unit</h1><div>{inner}</div></main>'
        f'<script>{script}\nDgxBlock({{handlerUrl: (element, name) => "/handler/" + name}}, '
        'document.querySelector("main > div"), {owner: "o"});</script></body></html>'
    )


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., tuple[Page, list[Any]]]]:
    """Open a page; what it sends is answered like a saved draft and kept."""
    contexts = []

    def _show(html: str, **options: Any) -> tuple[Page, list[Any]]:
        contexts.append(browser.new_context(**options))
        page, sent = contexts[-1].new_page(), []

        def serve(route: Route) -> None:
            if route.request.url.endswith(".js"):
                return route.fulfill(path=PUBLIC / route.request.url.rpartition("/")[2])
            if "/handler/" not in route.request.url:
                return route.fulfill(content_type="text/html; charset=utf-8", body=html)
            sent.append(json.loads(route.request.post_data or "null"))
            readings = {"c1.one.time": "We read 12 min", "c1.one.part": "We read 3%"}
            return route.fulfill(json={"version": len(sent), "saved_at": "14:41", "readings": readings})

        page.route(f"{ADDRESS}**", serve)
        page.goto(ADDRESS)
        return page, sent

    yield _show
    for context in contexts:
        context.close()


def _state(page: Page, place: int) -> str:
    return page.locator(f'.dgx-nav [data-goto="{place}"] .dgx-mark').get_attribute("data-s") or ""


def test_the_navigator_knows_when_a_question_is_answered_in_part(show: Any) -> None:
    page, _sent = show(_paper())
    states: list[str] = []

    def note(place: int) -> None:
        states.append(_state(page, place))

    note(0)
    for name in ("one.time", "one.part", "two.time", "two.part"):
        page.locator(f'[name="a.c1.{name}"]').fill("1")
        note(0)
    pairs, risks = {"order": "mes", "money": "erp", "signal": "scada"}, {"fire": "low", "stop": "low", "dust": "low"}
    for place, (name, options) in enumerate([("ma1", pairs), ("cl1", risks)], 1):
        page.locator(f'.dgx-nav [data-goto="{place}"]').click()
        note(place)
        for thing, target in options.items():
            control = page.locator(f'[name="a.{name}.{thing}"]')
            if name == "ma1":
                control.select_option(target)
            else:
                control.and_(page.locator(f"[value={target}]")).check()
            note(place)
    assert states == ["", "half", "half", "half", "full"] + 2 * ["", "half", "half", "full"]
    page.locator('.dgx-nav [data-goto="3"]').click()
    page.locator('[name="a.sh1"]').fill("x")
    page.locator('.dgx-nav [data-goto="4"]').click()
    page.locator('[name="a.de1.reason"]').fill("because")
    assert (_state(page, 3), _state(page, 4)) == ("full", ""), "a reason alone is no answer"
    page.locator('[name="a.de1.option"][value=go]').check()
    assert _state(page, 4) == "full"


def test_everything_is_answered_by_keyboard_alone_and_sent_in_the_shape_that_is_accepted(show: Any) -> None:
    page, sent = show(_sheet("en"))
    press, write = page.keyboard.press, page.keyboard.type
    page.locator('[name="a.c1.one.time"]').focus()
    for text in ("12", "3", "4", "5"):
        write(text)
        press("Tab")
    for word in ("Exec", "Res", "Data"):
        write(word)
        press("Tab")
    for downs in (0, 1, 2):
        press("Space")
        for _down in range(downs):
            press("ArrowDown")
        press("Tab")
    write("changeover")
    press("Tab")
    press("Space")
    press("ArrowDown")
    press("Tab")
    write("less to lose")
    page.wait_for_function("document.querySelector('[data-status]').textContent.includes('14:41')")
    wanted = {
        "c1": {"one": {"time": "12", "part": "3"}, "two": {"time": "4", "part": "5"}},
        "ma1": {"order": "mes", "money": "erp", "signal": "scada"},
        "cl1": {"fire": "low", "stop": "mid", "dust": "high"},
        "sh1": "changeover",
        "de1": {"option": "try", "reason": "less to lose"},
    }
    document = read.parse(grids.exercise())
    assert isinstance(document, Exercise)
    assert items.accept(sent[-1]["a"], document.items) == wanted


def test_what_was_read_stands_below_its_cell_until_the_cell_is_changed(show: Any) -> None:
    page, _sent = show(_sheet("en"))
    first, second = (page.locator(f'[data-reading="c1.one.{name}"]') for name in ("time", "part"))
    page.locator('[name="a.c1.one.time"]').fill("12")
    page.wait_for_function("document.querySelector('[data-status]').textContent.includes('14:41')")
    assert (first.text_content(), second.text_content()) == ("We read 12 min", "We read 3%")
    page.locator('[name="a.c1.one.time"]').fill("13")
    assert (first.text_content(), second.text_content()) == ("", "We read 3%")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("marked", [False, True], ids=["before", "after"])
def test_nothing_grave_is_wrong_and_nothing_but_a_table_scrolls_sideways(show: Any, lang: str, marked: bool) -> None:
    page, _sent = show(_sheet(lang, ANSWERS, marked=marked))
    for scheme in ("light", "dark"):
        page.evaluate("scheme => { document.querySelector('[data-dgx]').dataset.theme = scheme }", scheme)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{size['width']} px"
        found = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []


def test_a_table_wider_than_the_screen_scrolls_in_its_own_box(show: Any) -> None:
    page, _sent = show(_sheet("en", ANSWERS, marked=True))
    page.set_viewport_size(PHONE)
    page.evaluate("document.querySelectorAll('.dgx-wrap thead th').forEach(head => { head.style.minWidth = '20em' })")
    box, whole = (
        page.evaluate(f"{each}.scrollWidth - {each}.clientWidth")
        for each in ("document.querySelector('.dgx-wrap')", "document.documentElement")
    )
    assert box > 100 and whole <= 0, "words for screen readers alone are inside the box too"
