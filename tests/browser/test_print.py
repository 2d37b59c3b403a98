"""A case on paper: what the browser's own print makes of it, in both languages, before and after the decisions."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.stand import Stand
from tests.browser.walker import Walker

A4 = (595.0, 842.0)
MARGIN = 51.0
"""18 mm in points."""
FONT = 4.0
"""Points by which the box of a font may be higher than its line."""
TRAINEE = {"zh-CN": "zhou-min", "en": "lin-xiao"}


@pytest.fixture(scope="module")
def own_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A demo where nobody else walks: a decision is made once."""
    running = Stand.start(Path(tmp_path_factory.mktemp("print")))
    yield running
    running.stop()


_HEADS = ".dgx h3, .dgx h4, .dgx legend, .dgx figcaption b, .dgx-kpi dt, .dgx-field > label"


class Line(NamedTuple):
    """A line of print. `right` is where it ends, in points from the left edge of its page."""

    page: int
    text: str
    left: float
    right: float
    bottom: float


def printed(page: Page, path: Path) -> list[Line]:
    """Print the page to A4 as a reader would, and read back what is on the paper."""
    tool = shutil.which("pdftotext")
    assert tool, "This test needs pdftotext: apt-get install poppler-utils, or run `make test`."
    page.pdf(path=path, prefer_css_page_size=True)
    command = [tool, "-bbox-layout", str(path), "-"]
    xhtml = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    space = "{http://www.w3.org/1999/xhtml}"
    lines: list[Line] = []
    for number, sheet in enumerate(ET.fromstring(xhtml).iter(f"{space}page"), 1):
        assert (float(sheet.get("width", 0)), float(sheet.get("height", 0))) == pytest.approx(A4, abs=1)
        for line in sheet.iter(f"{space}line"):
            words = [word.text or "" for word in line.iter(f"{space}word")]
            left, right, bottom = (float(line.get(name, 0)) for name in ("xMin", "xMax", "yMax"))
            lines.append(Line(number, " ".join(words), left, right, bottom))
    return lines


def flat(text: str) -> str:
    """Without white space: where a line is broken is the paper's business."""
    return re.sub(r"\s+", "", text)


def clean(page: Page, lines: list[Line]) -> None:
    """All sections, exhibits and tables in their order, nothing cut off, no controls, no heading left alone."""
    for line in lines:
        assert line.left >= MARGIN - 1 and line.right <= A4[0] - MARGIN + 1 and line.bottom <= A4[1] - MARGIN + FONT, (
            line
        )
    paper = flat("".join(line.text for line in lines))
    place = 0
    wanted = page.locator(".dgx h2, .dgx h3, .dgx-ex figcaption b, .dgx-ex thead th:first-child").all_text_contents()
    assert len(wanted) > 20
    for text in map(flat, wanted):
        found = paper.find(text, place)
        assert found >= 0, f"{text} is not on the paper, or not in its place"
        place = found + len(text)
    for cell in page.locator(".dgx-ex tbody :is(th, td)").all_text_contents():
        assert flat(cell) in paper, cell
    for control in page.locator(".dgx :is(button, .dgx-btn, nav a, .dgx-ex summary)").all_text_contents():
        assert not flat(control) or flat(control) not in {flat(line.text) for line in lines}, control
    headings = {flat(text) for text in page.locator(_HEADS).all_text_contents()}
    last = {line.page: line for line in sorted(lines, key=lambda line: line.bottom)}
    assert [line for line in last.values() if flat(line.text) in headings] == []


def whole_exhibits(page: Page, lines: list[Line]) -> None:
    """An exhibit of fewer than twenty rows stands on one page: its title where the last row is."""
    for exhibit in page.locator(".dgx-ex").all():
        rows = exhibit.locator("tbody tr").all_text_contents()
        if 0 < len(rows) < 20:
            title = flat(exhibit.locator("figcaption b").inner_text())
            pages = [line.page for line in lines if flat(line.text) == title]
            assert pages, title
            last = (exhibit.locator("tbody tr").last.locator("th").text_content() or "").split()[0]
            assert any(line.text.startswith(last) for line in lines if line.page == pages[0]), title


@pytest.mark.parametrize("lang", TRAINEE)
def test_a_case_prints_cleanly_on_a4(browser: Browser, own_stand: Stand, lang: str, tmp_path: Path) -> None:
    walker = Walker.arrive(browser, own_stand, lang)
    walker.be(TRAINEE[lang])
    walker.open("case")
    before = printed(walker.page, tmp_path / "before.pdf")
    clean(walker.page, before)
    whole_exhibits(walker.page, before)
    assert 5 <= before[-1].page <= 9
    for option in walker.page.locator(".dgx-opt b").all_text_contents():
        assert flat(option) in flat("".join(line.text for line in before)), "the class decides on paper"

    walker.decide(0)
    walker.decide(1)
    after = printed(walker.page, tmp_path / "after.pdf")
    clean(walker.page, after)
    assert 6 <= after[-1].page <= 10
    for address in walker.page.locator(".dgx footer a").evaluate_all(
        "all => all.map(link => link.getAttribute('href'))"
    ):
        assert flat(address) in flat("".join(line.text for line in after))
    walker.leave()


def test_a_dark_screen_prints_black_on_white(browser: Browser, own_stand: Stand, tmp_path: Path) -> None:
    walker = Walker.arrive(browser, own_stand, "en")
    walker.be(TRAINEE["en"])
    walker.open("case")
    walker.page.emulate_media(media="print", color_scheme="dark")
    for theme in ("", "dark"):
        walker.page.locator("[data-dgx]").evaluate("(root, theme) => theme && (root.dataset.theme = theme)", theme)
        paper, ink = walker.page.locator("[data-dgx]").evaluate(
            "root => [getComputedStyle(root).backgroundColor, getComputedStyle(root).color]"
        )
        assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(28, 36, 41)")
    walker.leave()
