"""An author brings questions in and takes them out, in the demo's Studio."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dgxblock import bank
from tests.browser.stand import Stand
from tests.browser.walker import Walker

pytestmark = pytest.mark.browser

GIFT = "::extra:: 换线属于哪一类损失？ {=可用率 ~性能 ~质量}\n\nEssay {}\n"


def exported(page: Page, path: Path) -> list[str]:
    """The ids of what the link gives."""
    with page.expect_download() as waiting:
        page.locator("[data-bank]").get_by_role("link", name="CSV", exact=True).click()
    waiting.value.save_as(path)
    return [each.id for each in bank.read(path.name, path.read_bytes()).items]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Stand]:
    """A demo of this test alone: the others' course must not have another question."""
    running = Stand.start(tmp_path / "demo")
    yield running
    running.stop()


def test_an_author_looks_takes_saves_and_exports(browser: Browser, own: Stand, tmp_path: Path) -> None:
    file = tmp_path / "more.gift"
    file.write_text(GIFT, encoding="utf-8")
    author = Walker.arrive(browser, own, "en", accept_downloads=True)
    author.be("demo-author")
    page = author.page
    page.goto(f"{own.site}/author/assessment/edit/")
    before = exported(page, tmp_path / "before.csv")
    part = page.locator("[data-bank]")
    part.locator("[data-bank-file]").set_input_files(file)
    expect(part.locator("[data-bank-taken] li")).to_have_text(["extra — 换线属于哪一类损失？"])
    expect(part.locator("[data-bank-lost] li")).to_have_count(1)
    expect(part.locator("[data-bank-lost]")).to_contain_text("An essay needs a rubric")
    author.look("studio-import")
    part.locator("[data-bank-take]").click()
    expect(part.locator("[data-bank-status]")).to_contain_text("added when you save")
    page.locator("[data-studio] button[type=submit]").click()
    page.wait_for_url("**/author/**saved=**")
    page.goto(f"{own.site}/author/assessment/edit/")
    assert exported(page, tmp_path / "after.csv") == [*before, "extra"]
    author.leave()


def test_a_file_that_gives_nothing_offers_nothing_to_take(browser: Browser, stand: Stand, tmp_path: Path) -> None:
    file = tmp_path / "old.xml"
    file.write_text('<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>', encoding="utf-8")
    author = Walker.arrive(browser, stand, "en")
    author.be("demo-author")
    author.page.goto(f"{stand.site}/author/exercise/edit/")
    part = author.page.locator("[data-bank]")
    part.locator("[data-bank-file]").set_input_files(file)
    expect(part.locator("[data-bank-lost]")).to_contain_text("is QTI 1 or 2")
    expect(part.locator("[data-bank-take]")).to_be_hidden()
    author.leave()
