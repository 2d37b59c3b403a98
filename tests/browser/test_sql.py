"""A trainee writes queries and marks points: in the browser, by keyboard alone, on a phone, where SQLite cannot run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from dgxblock.lab import Sheet
from tests.browser.keyboard import Keyboard
from tests.builders import queries
from tests.builders.preview import Preview, preview

BOX, RUN, OUT = "textarea", "[data-run]", "[data-out]"
CHECK = "form[data-handler=check] > .dgx-bar button"
LINES: Final = "SELECT line, sum(changeover_min) AS minutes\nFROM shift_log\nGROUP BY line\nORDER BY minutes DESC"
SLOW: Final = "SELECT count(*) FROM shift_log AS a, shift_log AS b, shift_log AS c, shift_log AS d, shift_log AS e"
_variants = count(1)


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """The documents of the tests as an author's preview serves them: each variant is another trainee."""
    place = tmp_path_factory.mktemp("queries")
    folder = place / "queries"
    folder.mkdir()
    (folder / "exercise-queries.xml").write_text(queries.EXERCISE, encoding="utf-8")
    (folder / "assessment.xml").write_text(queries.ASSESSMENT, encoding="utf-8")
    with preview(folder, place / "tmp") as made:
        yield made


@dataclass
class Trainee:
    """Somebody at the exercise. `asked` are the addresses that the page asked for."""

    page: Page
    variant: int
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def points(self) -> list[str]:
        return queries.right_points(Sheet(queries.exercise().dataset, f"variant:{self.variant}"))

    def loaded(self) -> set[str]:
        """What of SQLite has been loaded, and what was asked of the server."""
        words = ("sql-wasm.js", "sql-wasm.wasm", "dgx-sql-worker.js", "data_sqlite", "run_sql")
        return {word for word in words if any(word in url for url in self.asked)}

    def run(self, sql: str) -> None:
        self.page.locator(BOX).fill(sql)
        self.page.locator(RUN).click()
        expect(self.page.locator(RUN)).to_be_enabled()

    def check(self) -> None:
        with self.page.expect_response(re.compile("/check")):
            self.page.locator(CHECK).click()
        expect(self.page.locator("form[aria-busy=true]")).to_have_count(0)


@contextmanager
def trainee(
    browser: Browser, author: Preview, lang: str = "en", *, script: str = "", width: int = 1280, **options: Any
) -> Iterator[Trainee]:
    context = browser.new_context(viewport=ViewportSize(width=width, height=800), **options)
    page = context.new_page()
    made = Trainee(page, next(_variants))
    page.on("request", lambda request: made.asked.append(request.url))
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    if script:
        page.add_init_script(script)
    page.goto(f"{author.url}{lang}/{made.variant}/")
    page.locator("a", has_text=re.compile("exercise-queries|Queries|中文：Queries")).first.click()
    expect(page.locator(BOX)).to_be_visible()
    expect(page.locator(RUN).first).to_be_enabled()  # its script is there
    yield made
    context.close()
    assert made.errors == []
    assert [url for url in made.asked if not url.startswith((author.url, "data:"))] == []


def test_a_query_runs_in_the_browser_and_is_checked_on_other_data_too(browser: Browser, author: Preview) -> None:
    with trainee(browser, author) as she:
        page = she.page
        expect(page.locator(RUN)).to_be_visible()
        assert she.loaded() == set(), "SQLite is loaded when somebody enters the box, not before"
        page.locator(BOX).focus()
        she.run(LINES)
        expect(page.locator(f"{OUT} tbody tr")).to_have_count(3)
        expect(page.locator(".dgx-item [data-said]").first).to_contain_text(re.compile(r"3 rows, in \d+ ms"))
        assert she.loaded() == {"sql-wasm.js", "sql-wasm.wasm", "dgx-sql-worker.js", "data_sqlite"}

        she.run("SELECT changeover_mins FROM shift_log")
        expect(page.locator("[data-refused]")).to_contain_text("The nearest is “changeover_min”.")
        expect(page.locator(f"{OUT} tbody tr")).to_have_count(3)  # the last result is still there
        she.run("SELECT * FROM shift_log WHERE line = 'Line 1'")
        expect(page.locator(OUT)).to_contain_text("the data say L1, not “Line 1”")
        expect(page.locator("[data-refused]")).to_be_hidden()
        she.run(SLOW)
        expect(page.locator("[data-refused].dgx-note")).to_contain_text("longer than one second")
        she.run("SELECT count(*) FROM crew")
        expect(page.locator(f"{OUT} td")).to_have_text("3")  # by a new worker

        she.run(queries.EVERY_SHIFT)
        page.locator("svg circle").nth(int(she.points[0]) - 1).click()
        expect(page.locator("[data-points] input:checked")).to_have_count(1)
        she.check()
        rungs = page.locator("ol.dgx-list .dgx-mark").evaluate_all("all => all.map((mark) => mark.dataset.s || '-')")
        assert " ".join(rungs) == "full full half - - -"
        expect(page.locator("ol.dgx-list")).to_contain_text("you have 90, it should be 3")
        expect(page.locator(".dgx-item").first).to_contain_text("secret feedback shifts")
        expect(page.locator(f"{OUT} tbody tr")).to_have_count(10)  # the result of what was checked is still shown
        assert "sum(" not in page.content()

        page.locator(BOX).fill(LINES)
        for label in she.points[1:]:
            page.locator(f"[name='a.p-out'][value='{label}']").check()
        she.check()
        expect(page.locator("ol.dgx-list")).to_contain_text("right on 2 other data sets too")
        expect(page.locator(".dgx-note.dgx-ok").first).to_contain_text("Everything is right.")
        expect(page.locator("svg.dgx-chart")).to_contain_text("UCL 107")
        expect(page.locator("[data-points] [data-c=x]")).to_have_count(len(she.points))


def test_everything_works_by_keyboard_and_tab_never_traps(browser: Browser, author: Preview) -> None:
    with trainee(browser, author) as she:
        page, keyboard = she.page, Keyboard(she.page)
        keyboard.to(BOX)
        page.keyboard.press("Tab")
        expect(page.locator(BOX)).not_to_be_focused()  # who has written nothing walks on
        page.keyboard.press("Shift+Tab")
        expect(page.locator(BOX)).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type("SELECT")
        page.keyboard.press("Tab")
        page.keyboard.type("count(*) FROM crew")
        expect(page.locator(BOX)).to_have_value("SELECT  count(*) FROM crew")
        page.keyboard.press("Control+Enter")
        expect(page.locator(f"{OUT} td")).to_have_text("3")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.locator(RUN)).to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(LINES)
        page.keyboard.press("Escape")
        for label in she.points:
            keyboard.press(f"[name='a.p-out'][value='{label}']", "Space")
        keyboard.send("check", CHECK)
        expect(page.locator(".dgx-note.dgx-ok").first).to_contain_text("Everything is right.")


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_on_a_phone_nothing_scrolls_sideways_and_nothing_grave_is_found(
    browser: Browser, author: Preview, lang: str
) -> None:
    with trainee(browser, author, lang, width=360, has_touch=True) as she:
        she.run(queries.EVERY_SHIFT)
        expect(she.page.locator(f"{OUT} tbody tr")).to_have_count(10)
        she.page.locator("svg circle").nth(4).tap()
        expect(she.page.locator("[data-points] input:checked")).to_have_count(1)
        for _again in range(2):
            for scheme in ("light", "dark"):
                she.page.emulate_media(color_scheme=scheme)
                wide = she.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0
                found = Axe().run(she.page, context=".dgx").response["violations"]
                assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
            she.check()


WITHOUT: Final = {
    "WebAssembly": "delete globalThis.WebAssembly",
    "workers": "delete globalThis.Worker",
    "a worker of the same origin": "globalThis.Worker = function () { throw new DOMException('x', 'SecurityError') }",
}


@pytest.mark.parametrize("script", WITHOUT.values(), ids=WITHOUT)
def test_without_sqlite_in_the_browser_the_server_runs_the_queries(
    browser: Browser, author: Preview, script: str
) -> None:
    with trainee(browser, author, script=script) as she:
        she.run(LINES)
        expect(she.page.locator(f"{OUT} tbody tr")).to_have_count(3, timeout=20_000)
        she.run("SELECT lin FROM shift_log")
        expect(she.page.locator("[data-refused]")).to_contain_text("The nearest is “line”.")
        assert she.loaded() - {"data_sqlite"} == {"run_sql"}


def test_without_a_network_the_query_stays_and_the_page_says_so(browser: Browser, author: Preview) -> None:
    with trainee(browser, author, script=WITHOUT["WebAssembly"]) as she:
        she.page.context.set_offline(True)
        she.run(LINES)
        expect(she.page.locator("[data-refused]")).to_contain_text("no answer came")
        expect(she.page.locator(BOX)).to_have_value(LINES)
        she.page.context.set_offline(False)
        she.run(LINES)
        expect(she.page.locator(f"{OUT} tbody tr")).to_have_count(3)


BOTH: Final = {
    "statistics": """SELECT percentile(changeover_min, 90) AS a, percentile(changeover_min, 0) AS b,
      median(changeover_min) AS c, stddev(changeover_min) AS d, stddev_samp(changeovers) AS e,
      variance(changeover_min) AS f, var_samp(day) AS g, stddev_pop(changeover_min) AS h, var_pop(changeover_min) AS i,
      regr_slope(changeover_min, day) AS j, regr_intercept(changeover_min, day) AS k,
      corr(changeover_min, changeovers) AS l FROM shift_log GROUP BY line""",
    "statistics of little": """SELECT median(x) AS a, stddev(x) AS b, stddev_pop(x) AS c, corr(x, x) AS d,
      regr_slope(x, 1) AS e, percentile(x, 50) AS f
      FROM (SELECT iif(day = 1 AND line = 'L1', 3, NULL) AS x, line FROM shift_log) GROUP BY line""",
    "arithmetic": """SELECT round(x) AS a, round(x, 1) AS b, round(x, 2) AS c, round(-x, 1) AS d, floor(x) AS e,
      ceil(-x) AS f, trunc(-x) AS g, sqrt(x) AS h, power(x, 3) AS i, mod(x, 0.3) AS j, ln(x) AS k, log10(x) AS l,
      exp(x) AS m, round(NULL) AS n, 7 / 2 AS o, round(7) / 2 AS p
      FROM (SELECT column1 AS x FROM (VALUES (0.5), (1.5), (2.5), (0.25), (0.35), (1.005), (2.675), (0.125), (0.375),
      (12.345), (300)))""",
    "the rest": """SELECT line, rank() OVER (ORDER BY total(changeover_min)) AS r,
      group_concat(DISTINCT changeovers > 4) AS g, substr(line, 2) || '二' AS s, typeof(sum(day)) AS t
      FROM shift_log GROUP BY line""",
}
"""What the browser and the server must agree on: our own functions, halves, NULL, whole numbers, windows, texts."""
ASK_BOTH = """async (sql) => {
  const box = document.querySelector("[data-worker]"), links = box.dataset;
  const full = (path) => new URL(path, document.baseURI).href;
  const bytes = await (await fetch(links.source + "?item=q-min")).arrayBuffer();
  const worker = new Worker(full(links.worker));
  const ask = (message) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => data.failed ? reject(new Error(data.failed)) : resolve(data.done);
    worker.postMessage(message);
  });
  await ask({ bytes, script: full(links.script), wasm: full(links.wasm) });
  const here = await ask({ sql, show: 100 });
  const there = await (await fetch(links.source.replace("data_sqlite", "run_sql"), {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ item: "q-min", sql }),
  })).json();
  return [here, there];
}"""


@pytest.mark.parametrize("sql", BOTH.values(), ids=BOTH)
def test_browser_and_server_agree(browser: Browser, author: Preview, sql: str) -> None:
    with trainee(browser, author) as she:
        here, there = she.page.evaluate(ASK_BOTH, sql)
        assert "rows" in there, there
        assert here["columns"] == there["columns"] and len(here["rows"]) == len(there["rows"]) == there["count"]
        for mine, theirs in zip(here["rows"], there["rows"], strict=True):
            for name, a, b in zip(here["columns"], mine, theirs, strict=True):
                same = math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12) if isinstance(b, float) else a == b
                assert same, (name, a, b)
