"""Nothing that somebody writes is lost: not without a network, not without a login, not between two windows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.stand import Stand
from tests.browser.walker import Walker

WHO = "he-qiang"
SAVED = re.compile(r"\d\d:\d\d")
A, Q, P = (f"[name='a.{item}.value']" for item in ("a", "q", "p"))
DRAFT, CHECK = re.compile("/save_draft"), re.compile("/check/")
FORBIDDEN = """const no = { get() { throw new DOMException("no", "SecurityError") } };
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, no);"""
FORM = "form[data-handler=check]"


def enter(browser: Browser, stand: Stand, lang: str = "en") -> Walker:
    walker = Walker.arrive(browser, stand, lang)
    walker.be(WHO)
    walker.open("exercise")
    return walker


@pytest.fixture
def walker(browser: Browser, stand: Stand) -> Iterator[Walker]:
    """Somebody at a fresh exercise."""
    walker = Walker.arrive(browser, stand, "en")
    walker.be(WHO)
    walker.page.goto(stand.site)
    walker.page.locator("form[action='/start-over/'] button").click()
    walker.be(WHO)
    walker.open("exercise")
    yield walker
    walker.leave()


def status(page: Page) -> Any:
    return expect(page.locator("[data-status]").first)


def drafts(stand: Stand) -> list[dict[str, Any]]:
    """What the server has of this trainee's exercise."""
    rows = stand.rows(
        "site.sqlite3",
        "SELECT answers FROM dgx_ledger_draft d JOIN auth_user u ON u.id = d.learner_id "
        "WHERE usage_key LIKE '%exercise%' AND username LIKE ? || '%'", WHO,
    )  # fmt: skip
    return [json.loads(answers) for (answers,) in rows]


def saved(stand: Stand, item: str) -> str:
    [answers] = drafts(stand)
    return str(answers[item]["value"])


def kept(page: Page) -> int:
    """How many drafts wait in the browser."""
    return int(page.evaluate("Object.values(localStorage).filter((text) => text.includes('unheard')).length"))


def look_again(page: Page) -> None:
    """The window gets the focus, as it does when somebody comes back from another tab."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_what_is_written_without_a_network_is_saved_when_it_is_back(walker: Walker, stand: Stand) -> None:
    page = walker.page
    page.locator(A).fill("61.5")
    status(page).to_contain_text(SAVED)
    walker.context.set_offline(True)
    page.locator(Q).fill("97.1")
    status(page).to_contain_text("1 answer is kept on this device")
    page.locator(P).fill("88.2")
    page.locator("[data-order] [data-move=down]:not(:disabled)").first.click()
    status(page).to_contain_text("3 answers are kept on this device")
    walker.context.set_offline(False)
    status(page).to_contain_text(SAVED)
    [answers] = drafts(stand)
    assert [answers[item]["value"] for item in ("a", "q", "p")] == ["61.5", "97.1", "88.2"]
    assert len(answers["pareto"]) == 5 and kept(page) == 0


@pytest.mark.parametrize("tab", ["same", "new"])
def test_a_page_that_is_opened_again_has_what_was_not_sent(walker: Walker, stand: Stand, tab: str) -> None:
    page = walker.page
    address = page.url
    walker.context.route(DRAFT, lambda route: route.abort("internetdisconnected"))
    page.locator(A).fill("61.5")
    page.locator("[name='a.changeover.unit']").select_option("min")
    page.locator("[data-order] [data-move=down]:not(:disabled)").first.click()
    order = page.locator("[data-order] [data-id]").evaluate_all("all => all.map(item => item.dataset.id)")
    status(page).to_contain_text("kept on this device")
    # a crash, so to say: the page cannot send anything on its way out
    page.evaluate("void (window.fetch = () => Promise.reject(new TypeError('gone')))")
    if tab == "new":
        page.close()
        page = walker.context.new_page()
    page.goto(address)
    expect(page.locator(A)).to_have_value("61.5")
    expect(page.locator("[name='a.changeover.unit']")).to_have_value("min")
    assert page.locator("[data-order] [data-id]").evaluate_all("all => all.map(item => item.dataset.id)") == order
    assert page.locator("[data-order] b").all_inner_texts() == list("12345")
    status(page).to_contain_text("3 answers are kept on this device")
    assert drafts(stand) == []
    walker.context.unroute(DRAFT)
    look_again(page)
    status(page).to_contain_text(SAVED)
    assert saved(stand, "a") == "61.5" and drafts(stand)[0]["pareto"] == order


def test_a_check_without_a_network_costs_nothing_and_counts_once_when_sent_again(walker: Walker, stand: Stand) -> None:
    page = walker.page
    page.locator(A).fill("61.5")
    status(page).to_contain_text(SAVED)
    walker.context.set_offline(True)
    page.locator(Q).fill("97.1")
    button = page.locator(f"{FORM} button[type=submit]")
    button.click()
    expect(page.locator("[data-error]")).to_contain_text("no try was used")
    expect(page.locator(Q)).to_have_value("97.1")
    status(page).to_contain_text("1 answer is kept on this device")
    walker.context.set_offline(False)
    status(page).to_contain_text(SAVED)
    assert saved(stand, "q") == "97.1"
    expect(page.locator(FORM)).to_contain_text("3 tries left")
    walker.submit("check")
    expect(page.locator(FORM)).to_contain_text("2 tries left")
    expect(page.locator(Q)).to_have_value("97.1")


def test_a_check_whose_answer_was_lost_counts_once(walker: Walker) -> None:
    page = walker.page
    page.locator(A).fill("61.5")
    status(page).to_contain_text(SAVED)

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(CHECK, swallow, times=1)
    button = page.locator(f"{FORM} button[type=submit]")
    button.click()
    expect(page.locator("[data-error]")).to_be_visible()
    walker.submit("check")
    expect(page.locator(FORM)).to_contain_text("2 tries left")


def test_words_that_arrived_unheard_are_no_other_windows_words(walker: Walker, stand: Stand) -> None:
    page = walker.page

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(DRAFT, swallow, times=1)
    page.locator(A).fill("61.5")
    status(page).to_contain_text("kept on this device")
    page.locator(A).fill("62.5")
    look_again(page)
    status(page).to_contain_text(SAVED)
    expect(page.locator("[data-conflict]")).to_have_count(0)
    assert saved(stand, "a") == "62.5"


def test_a_server_in_trouble_is_asked_again_and_again_but_not_too_often(walker: Walker, stand: Stand) -> None:
    page = walker.page
    asked: list[str] = []

    def trouble(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    page.route(DRAFT, trouble)
    page.locator(A).fill("61.5")
    status(page).to_contain_text("The server does not answer")
    page.wait_for_timeout(4500)
    assert len(asked) == 2, "at once, after 2 s, and then not before 4 s more"
    page.unroute(DRAFT)
    status(page).to_contain_text(SAVED)
    assert saved(stand, "a") == "61.5"


@pytest.mark.parametrize("way", ["cookie", "page", "redirect"])
def test_an_expired_login_is_named_and_what_was_written_is_saved_after_a_new_one(
    walker: Walker, stand: Stand, way: str
) -> None:
    page = walker.page
    page.locator(A).fill("61.5")
    status(page).to_contain_text(SAVED)
    if way == "cookie":
        walker.context.clear_cookies()
    elif way == "page":
        page.route(DRAFT, lambda route: route.fulfill(content_type="text/html", body="<form>login</form>"))
    else:
        page.route(DRAFT, lambda route: route.fulfill(status=302, headers={"Location": "/login"}))
    page.locator(A).fill("62.5")
    status(page).to_contain_text("your login has expired")
    expect(page.locator("[data-status] a")).to_have_attribute("target", "_blank")
    expect(page.locator(A)).to_have_value("62.5")
    assert saved(stand, "a") == "61.5"
    page.unroute(DRAFT)
    if way == "cookie":
        other = Walker(stand, walker.context, walker.context.new_page(), "en")
        other.be(WHO)
        other.page.close()
    look_again(page)
    status(page).to_contain_text(SAVED)
    assert saved(stand, "a") == "62.5"


def test_one_persons_words_are_never_saved_as_the_next_ones(walker: Walker, stand: Stand) -> None:
    page = walker.page
    page.locator(A).fill("61.5")
    status(page).to_contain_text(SAVED)
    other = Walker(stand, walker.context, walker.context.new_page(), "en")
    other.be("demo-author")
    other.be("lin-xiao")
    page.locator(A).fill("62.5")
    status(page).to_contain_text("Somebody else is logged in here now")
    rows = stand.rows("site.sqlite3", "SELECT answers FROM dgx_ledger_draft WHERE answers LIKE '%62.5%'")
    assert rows == []
    other.be(WHO)
    look_again(page)
    status(page).to_contain_text(SAVED)
    assert saved(stand, "a") == "62.5"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_two_windows_show_both_versions_and_lose_neither(
    walker: Walker, browser: Browser, stand: Stand, lang: str
) -> None:
    other = enter(browser, stand, lang)
    page, there = other.page, walker.page
    there.locator(A).fill("61.5")
    there.locator(Q).fill("97.1")
    status(there).to_contain_text(SAVED)
    page.locator(A).fill("70")
    page.locator(P).fill("88.2")
    conflict = page.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    expect(conflict.locator("[data-pair]")).to_have_count(3)
    for words in ("61.5", "70", "97.1", "88.2"):
        expect(conflict).to_contain_text(words)
    assert saved(stand, "a") == "61.5", "nothing is written over"
    other.look("exercise-4-two-windows")
    page.locator(f"{FORM} button[type=submit]").click()
    expect(page.locator(FORM)).to_contain_text("3")
    assert stand.rows(
        "site.sqlite3",
        "SELECT count(*) FROM dgx_ledger_attempt a JOIN auth_user u ON u.id = a.learner_id "
        "WHERE submitted_at IS NOT NULL AND kind = 'exercise' AND username LIKE ? || '%'", WHO,
    ) == [(0,)]  # fmt: skip
    conflict.locator("[data-pair='a.a'] [data-side=here]").click()
    conflict.locator("[data-pair='a.q'] [data-side=there]").focus()
    page.keyboard.press("Enter")
    conflict.locator("[data-pair='a.p'] [data-side=here]").click()
    expect(conflict).to_have_count(0)
    status(page).to_contain_text(SAVED)
    expect(page.locator(Q)).to_have_value("97.1")
    assert [saved(stand, item) for item in ("a", "q", "p")] == ["70", "97.1", "88.2"]
    there.locator(Q).fill("97.5")
    expect(there.locator("[data-conflict]")).to_be_visible()
    there.locator("[data-all=there]").click()
    status(there).to_contain_text(SAVED)
    expect(there.locator(A)).to_have_value("70")
    other.leave()


def test_a_check_in_a_window_that_fell_behind_asks_first(walker: Walker, browser: Browser, stand: Stand) -> None:
    walker.page.locator(A).fill("61.5")
    status(walker.page).to_contain_text(SAVED)
    other = enter(browser, stand)
    walker.page.locator(A).fill("62.5")
    status(walker.page).to_contain_text(SAVED)
    expect(walker.page.locator("[data-reading=a]")).to_contain_text("62.5")
    other.page.locator(f"{FORM} button[type=submit]").click()
    conflict = other.page.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    conflict.locator("[data-side=there]").click()
    status(other.page).to_contain_text(SAVED)
    other.submit("check")
    expect(other.page.locator(FORM)).to_contain_text("2 tries left")
    expect(other.page.locator(A)).to_have_value("62.5")
    # and the first window, whose try was closed elsewhere, loses nothing either
    walker.page.locator(P).fill("88.2")
    expect(walker.page.locator("[data-conflict]")).to_be_visible()
    with walker.page.expect_navigation():
        walker.page.locator("[data-conflict] [data-side=here]").first.click()
    expect(walker.page.locator(P)).to_have_value("88.2")
    expect(walker.page.locator(FORM)).to_contain_text("2 tries left")
    other.leave()


def test_two_tabs_of_one_device_keep_both_versions(walker: Walker, stand: Stand) -> None:
    first = walker.page
    second = walker.context.new_page()
    second.goto(first.url)
    walker.context.set_offline(True)
    first.locator(A).fill("61.5")
    status(first).to_contain_text("kept on this device")
    second.locator(A).fill("70")
    status(second).to_contain_text("kept on this device")
    assert kept(first) == 2
    second.route(DRAFT, lambda route: route.abort("internetdisconnected"))  # both would send at once
    walker.context.set_offline(False)
    look_again(first)
    status(first).to_contain_text(SAVED)
    second.unroute(DRAFT)
    look_again(second)
    expect(second.locator("[data-conflict]")).to_be_visible()
    second.locator("[data-conflict] [data-side=here]").click()
    status(second).to_contain_text(SAVED)
    assert saved(stand, "a") == "70" and kept(first) == 0


@pytest.mark.parametrize(
    "script",
    [
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
        FORBIDDEN,
    ],
    ids=["full", "forbidden"],
)
def test_a_browser_that_keeps_nothing_breaks_nothing(walker: Walker, stand: Stand, script: str) -> None:
    page = walker.page
    walker.context.add_init_script(script)
    page.reload()
    page.locator(A).fill("61.5")
    status(page).to_contain_text(SAVED)
    walker.context.set_offline(True)
    page.locator(A).fill("62.5")
    status(page).to_contain_text("this browser keeps nothing")
    walker.context.set_offline(False)
    status(page).to_contain_text(SAVED)
    assert saved(stand, "a") == "62.5"
