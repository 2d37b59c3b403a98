"""The learner's own tables, by mouse, by keyboard and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.keyboard import Keyboard
from tests.browser.stand import Stand
from tests.browser.walker import Walker

ROWS = "[data-result] tbody tr"
SAID = "figure [data-said]"
STARTED = "form[data-handler=check]"


@pytest.fixture
def walker(browser: Browser, stand: Stand) -> Iterator[Walker]:
    """Somebody at a fresh exercise, in English."""
    walker = Walker.arrive(browser, stand, "en", accept_downloads=True)
    walker.be("he-qiang")
    walker.page.goto(stand.site)
    walker.page.locator("form[action='/start-over/'] button").click()
    walker.be("he-qiang")
    walker.open("exercise")
    yield walker
    walker.leave()


def column(page: Page, number: int) -> list[float]:
    cells = page.locator(f"{ROWS} > :nth-child({number})").all_inner_texts()
    return [float(text.replace(",", "")) for text in cells]


def focus(page: Page) -> Any:
    return page.evaluate("({...document.activeElement.dataset})")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_trainee_opens_sorts_filters_draws_and_turns_pages(browser: Browser, stand: Stand, lang: str) -> None:
    walker = Walker.arrive(browser, stand, lang)
    walker.be("he-qiang")
    walker.open("exercise")
    page = walker.page
    expect(page.locator("[data-view] tbody tr")).to_have_count(4)
    assert "dgx-data" not in " ".join(page.evaluate("performance.getEntriesByType('resource').map(each => each.name)"))
    page.locator("[data-open]").click()
    expect(page.locator(ROWS)).to_have_count(20)
    expect(page.locator(SAID)).to_contain_text("60")
    walker.look("data-1-open")

    page.locator("[data-sort=changeovers]").click()
    expect(page.locator("th[aria-sort=ascending] [data-sort=changeovers]")).to_have_count(1)
    assert column(page, 4) == sorted(column(page, 4))
    page.locator("[data-sort=changeovers]").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    assert column(page, 4) == sorted(column(page, 4), reverse=True)
    assert focus(page)["sort"] == "changeovers"
    page.locator("[data-way=on]").click()
    expect(page.locator("[data-way=back]")).to_be_enabled()
    page.locator("[data-sort=changeovers]").click()
    expect(page.locator("th[aria-sort]")).to_have_count(0)
    expect(page.locator("[data-way=back]")).to_be_disabled()

    page.locator("[data-wish] summary").click()
    page.locator("[name='filter.shift']").select_option(index=2)
    expect(page.locator(SAID)).to_contain_text("30")
    page.locator("[name='filter.changeover_min']").fill(">200")
    page.locator("[data-wish] button[type=submit]").click()
    expect(page.locator(SAID)).not_to_contain_text("30")
    assert min(column(page, 5)) > 200
    page.locator("[name='filter.changeover_min']").fill("many")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-for='filter.changeover_min']")).to_be_visible()
    assert min(column(page, 5)) > 200, "the table stays as it is"
    walker.look("data-2-refused")
    page.locator("[data-clear]").click()
    expect(page.locator("[data-error-for='filter.changeover_min']")).to_be_hidden()
    expect(page.locator(SAID)).to_contain_text("60")

    page.locator("[name=column]").select_option("changeover_min")
    chart = page.locator("[data-result] svg")
    expect(chart.locator("circle")).to_have_count(60)
    walker.look("data-3-run")
    page.locator("[name=kind]").select_option("by:shift")
    expect(chart.locator("rect[data-c=n]")).to_have_count(2)
    page.locator("[data-result] details summary").click()
    expect(page.locator("[data-result] details tbody tr")).to_have_count(2)
    walker.look("data-4-median")
    page.locator("[name=kind]").select_option("histogram")
    expect(chart.locator("rect[data-c=n]")).not_to_have_count(2)
    walker.look("data-5-histogram")

    page.locator("[name=table]").select_option("spi")
    expect(page.locator("[name='filter.shift']")).to_have_count(0)
    expect(chart).to_have_count(0)
    page.reload()
    expect(page.locator("[name=table]")).to_have_value("spi")
    walker.leave()


def test_the_view_stays_while_answers_are_checked(walker: Walker) -> None:
    page = walker.page
    page.locator("[data-open]").click()
    page.locator("[data-sort=boards_total]").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.locator("[data-wish] summary").click()
    page.locator("[name='filter.shift']").select_option(index=1)
    expect(page.locator(SAID)).to_contain_text("30 of 60 rows")
    before = page.locator("[data-view]").inner_text()
    page.locator("[name='a.a.value']").fill("61.5")
    walker.submit("check")
    expect(page.locator(STARTED)).to_contain_text("2 tries left")
    assert page.locator("[data-view]").inner_text() == before
    page.locator("[data-sort=boards_total]").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)


def test_the_keyboard_alone_sorts_filters_and_turns_pages(walker: Walker) -> None:
    page, hands = walker.page, Keyboard(walker.page)
    hands.press("[data-open]", "Enter")
    expect(page.locator(ROWS)).to_have_count(20)
    assert page.evaluate("document.activeElement.closest('[data-wish]') !== null"), "the focus goes to what was opened"
    hands.press("[data-sort=day]", "Space")
    expect(page.locator("th[aria-sort=ascending] [data-sort=day]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=descending] [data-sort=day]")).to_be_focused()
    hands.press("[data-way=on]", "Enter")
    expect(page.locator(SAID)).to_have_text("60 of 60 rows, page 2 of 3")
    expect(page.locator("[data-way=on]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_have_text("60 of 60 rows, page 3 of 3")
    assert focus(page).get("page") == "1", "where nothing follows the focus stays at the pages"
    page.locator("[data-wish] summary").focus()
    page.keyboard.press("Enter")
    hands.type("[name='filter.day']", "3..5")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_have_text("6 of 60 rows")
    expect(page.locator("[name='filter.day']")).to_be_focused()


def test_without_a_network_the_table_stays_and_says_why(walker: Walker) -> None:
    page = walker.page
    walker.context.set_offline(True)
    page.locator("[data-open]").click()
    expect(page.locator(SAID)).to_contain_text("could not be loaded")
    walker.context.set_offline(False)  # and it is there by itself
    expect(page.locator(ROWS)).to_have_count(20)
    walker.context.set_offline(True)
    page.locator("[data-sort=day]").click()
    expect(page.locator(SAID)).to_contain_text("The network is gone")
    expect(page.locator(ROWS)).to_have_count(20)
    walker.context.set_offline(False)
    page.locator("[data-sort=day]").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)


def test_without_scripts_the_first_rows_and_every_file_are_there(browser: Browser, stand: Stand) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en", accept_downloads=True)
    page = context.new_page()
    page.goto(stand.site)
    page.locator("ul form[action='/enter/he-qiang/'] button").first.click()
    page.goto(f"{stand.site}/learn/exercise/")
    expect(page.locator("[data-open]")).to_be_hidden()
    expect(page.locator("[data-view] tbody tr")).to_have_count(4)
    files = page.locator("figure a[download]")
    expect(files).to_have_count(3)
    for at in range(3):
        with page.expect_download() as download:
            files.nth(at).click()
        assert download.value.path().stat().st_size > 1000
    context.close()
