"""The learner's own tables: every one that the data set gives away, a page at a time, and as files."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dgxblock import lab
from dgxblock.content import read
from dgxblock.exercise import ExerciseXBlock
from dgxblock.lab.workbook import OWNER_SHEET
from tests.builders import blocks, documents
from tests.builders.documents import bi, both
from tests.builders.hostile import RAW, refused_politely
from tests.builders.practice import state

pytestmark = pytest.mark.django_db

DOCUMENT = documents.EXERCISE.replace(
    "</table>\n<value",
    f"""</table>
<table name="runs" download="true">{both("label", "The runs")}
<column name="run" type="integer" format="int">{bi("序号", "Run")}</column>
<column name="shift" type="text">{bi("班", "Shift")}</column>
<column name="yield" type="decimal" format="percent1">{bi("合格率", "Yield")}</column>
<select>SELECT i AS run, iif(i % 3, 'a', 'n') AS shift, uniform('y', i, 0.8, 1) AS yield
FROM n WHERE i &lt;= 45</select></table>
<table name="keys">{both("label", "secret table")}<column name="k" type="text">{bi("密", "Key")}</column>
<select>SELECT 'secret cell' AS k</select></table>
<value""",
    1,
).replace("<category", f'<category code="n">{bi("夜班", "Night shift")}</category><category', 1)


def made(**options: Any) -> Any:
    return blocks.block(ExerciseXBlock, DOCUMENT, **options)


def asked(block: Any, **wish: Any) -> dict[str, Any]:
    return blocks.answer(block, "data_page", wish)


def body(html: str) -> list[list[str]]:
    """The cells of the table."""
    table = html[html.index("data-result") :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[table.rindex("<tbody>") :], re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]


# -- looking -----------------------------------------------------------------------------------------------------------


def test_the_document_of_these_tests_holds() -> None:
    assert [table.name for table in read.parse(DOCUMENT).dataset.tables] == ["log", "runs", "keys"]


def test_a_page_holds_twenty_rows_and_says_how_many_there_are() -> None:
    block = made()
    answer = asked(block, table="runs", page=2)
    assert [row[0] for row in body(answer["html"])] == [str(n) for n in range(21, 41)]
    assert answer["said"] == "45 of 45 rows, page 2 of 3"
    assert asked(block, table="runs", page=99)["said"] == "45 of 45 rows, page 3 of 3"
    assert asked(block)["said"] == "12 of 12 rows"


def test_rows_are_sorted_filtered_and_drawn() -> None:
    block = made()
    answer = asked(
        block, table="runs", sort="yield", direction="descending", filter={"shift": "night", "run": "<=30"},
        chart={"column": "yield", "kind": "run"},
    )  # fmt: skip
    html, rows = answer["html"], body(answer["html"])
    assert answer["said"] == "10 of 45 rows"
    shares = [float(row[2].rstrip("%")) for row in rows]
    assert shares == sorted(shares, reverse=True)
    assert {row[1] for row in rows} == {"Night shift"}
    assert '<th scope="col" class="dgx-n" aria-sort="descending"' in html and html.count("<circle") == 10
    assert "10 rows, from " in html and "Show the data table" in html


def test_labels_match_as_they_are_shown_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        answer = asked(made(), table="runs", filter={"shift": "夜"})
    assert "15" in answer["said"] and len(body(answer["html"])) == 15


@pytest.mark.parametrize(("kind", "bars"), [("by:shift", 2), ("histogram", None)])
def test_bars_are_drawn_with_their_table(kind: str, bars: int | None) -> None:
    html = asked(made(), table="runs", chart={"column": "yield", "kind": kind})["html"]
    drawn = html.count('<rect data-c="n"')
    assert drawn == (bars or drawn) and drawn >= 2 and "<desc" in html


def test_a_filter_that_nothing_passes_says_so_and_draws_nothing() -> None:
    answer = asked(made(), filter={"minutes": ">1e6"}, chart={"column": "minutes", "kind": "run"})
    assert answer["said"] == "0 of 12 rows" and "No row passes" in answer["html"] and "<svg" not in answer["html"]


def test_a_filter_without_a_number_is_refused_beside_its_field() -> None:
    response = blocks.post(made(), "data_page", {"filter": {"minutes": "many"}})
    refused_politely(response, 400, "filter")
    assert set(response.json["error"]["fields"]) == {"filter.minutes"}


def test_what_was_typed_comes_back_as_text_never_as_markup() -> None:
    html = asked(made(), filter={"line": '"><script>alert(1)</script>'})["html"]
    assert "<script" not in html and "alert(1)" in html


def test_every_id_is_there_once_and_every_reference_leads_somewhere() -> None:
    html = asked(made(), table="runs", chart={"column": "yield", "kind": "histogram"})["html"]
    assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []


def test_looking_opens_no_attempt_and_costs_one_ledger_query() -> None:
    block = made()
    before = state(block)
    with CaptureQueriesContext(connection) as captured:
        asked(block, table="runs", sort="yield")
    assert len([each for each in captured if "dgx_" in each["sql"]]) == 1
    assert state(block) == before


# -- nobody else's, and nothing secret -------------------------------------------------------------------------------


def test_a_learner_sees_the_own_rows_and_nobody_elses() -> None:
    mine, again, other = (asked(made(learner=who), table="runs")["html"] for who in ("7", "7", "8"))
    assert mine == again and body(mine) != body(other)


WISHES: list[tuple[str, Any]] = [
    ("a table that is not given away", {"table": "keys"}), ("no such table", {"table": "sqlite_master"}),
    ("SQL for a table", {"table": "log; DROP TABLE log"}), ("a list of tables", {"table": ["log"]}),
    ("no table", {"table": None}), ("an object", {"table": {"log": 1}}),
    ("a page 0", {"page": 0}), ("a page below", {"page": -1}), ("half a page", {"page": 1.5}),
    ("a true page", {"page": True}),
    ("a page in words", {"page": "1"}), ("a huge page", {"page": 10**7}), ("a page without end", {"page": 10**400}),
    ("a column that is not there", {"sort": "nothing"}), ("another table's column", {"sort": "yield"}),
    ("SQL for a column", {"sort": "minutes; --"}), ("two columns", {"sort": ["minutes"]}),
    ("no column", {"sort": None}),
    ("sideways", {"direction": "sideways"}), ("a true direction", {"direction": True}),
    ("a filter of nothing", {"filter": {"nothing": "1"}}), ("a list of filters", {"filter": [">5"]}),
    ("a text of filters", {"filter": ">5"}), ("no filters", {"filter": None}),
    ("a filter that is a number", {"filter": {"minutes": 5}}),
    ("a filter too long", {"filter": {"line": "x" * 101}}), ("a surrogate", {"filter": {"line": "\ud800"}}),
    ("a filter within a filter", {"filter": {"line": {"a": "b"}}}),
    ("a chart of nothing", {"chart": {}}), ("a chart that is a text", {"chart": "run"}),
    ("a chart of words", {"chart": {"column": "line", "kind": "run"}}),
    ("a chart of another kind", {"chart": {"column": "minutes", "kind": "pie"}}),
    ("a chart by numbers", {"chart": {"column": "minutes", "kind": "by:minutes"}}),
    ("a chart by another table", {"chart": {"column": "minutes", "kind": "by:shift"}}),
    ("a chart with more", {"chart": {"column": "minutes", "kind": "run", "limits": True}}),
    ("somebody else's", {"learner": "8"}), ("another seed", {"seed": "teaching"}), ("a query", {"query": "SELECT 1"}),
]  # fmt: skip


@pytest.mark.parametrize("wish", [row[1] for row in WISHES], ids=[row[0] for row in WISHES])
def test_a_wish_for_what_the_page_does_not_have_is_refused(wish: Any) -> None:
    block = made()
    before = state(block)
    response = blocks.post(block, "data_page", wish)
    refused_politely(response, 400, "malformed")
    assert state(block) == before


@pytest.mark.parametrize(("raw", "status", "code"), RAW)
def test_a_body_that_is_no_wish_is_refused(raw: bytes, status: int, code: str) -> None:
    if raw == b'{"version": NaN}':
        raw = b'{"page": NaN}'
    refused_politely(blocks.post(made(), "data_page", raw=raw), status, code)


def test_data_are_for_learners_only() -> None:
    refused_politely(blocks.post(made(learner=None), "data_page", {}), 403, "nobody")
    refused_politely(blocks.post(made(), "data_page", method="GET"), 405, "method")
    refused_politely(blocks.post(blocks.block(ExerciseXBlock), "data_page", {}), 409, "no-content")


# -- files -----------------------------------------------------------------------------------------------------------


def file(block: Any, handler: str, suffix: str = "") -> Any:
    from webob import Request

    return block.runtime.handle(block, handler, Request.blank("/", method="GET"), suffix)


def test_each_table_is_a_csv_file_of_its_own_and_linked() -> None:
    block = made()
    html = blocks.inner(block)
    for name, rows in (("", 12), ("runs", 45)):
        assert f'data_csv{"/" * bool(name)}{name}"' in html
        response = file(block, "data_csv", name)
        assert response.body.startswith(b"\xef\xbb\xbf")
        assert len(response.body.decode("utf-8-sig").strip().split("\r\n")) == rows + 1
        assert f'filename="data{"-" * bool(name)}{name}.csv"' in response.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["keys", "../log", "log%00", "sqlite_master", "runs/x", "n"])
def test_a_table_that_is_not_given_away_is_no_file(name: str) -> None:
    refused_politely(file(made(), "data_csv", name), 404, "no-table")


def test_the_workbook_holds_all_tables_a_dictionary_and_whose_it_is() -> None:
    block = made()
    book = openpyxl.load_workbook(io.BytesIO(file(block, "data_xlsx").body))
    assert [sheet.max_row for sheet in book.worksheets] == [13, 46, 6, 1]
    assert book[OWNER_SHEET].sheet_state == "veryHidden"
    seed = block.own_data()[1].seed
    assert book[OWNER_SHEET]["A1"].value == seed[:16]
    cells = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [text for text in cells if "secret" in text]


def test_nothing_secret_is_in_any_view() -> None:
    block = made()
    everything = blocks.page(block) + "".join(asked(block, table=name)["html"] for name in ("log", "runs"))
    assert "secret" not in everything


def test_the_view_goes_by_the_seed_of_the_first_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    block = made()
    blocks.answer(block, "save_draft", {"a": {"q1": {"value": "1", "unit": "min"}}, "version": 0})
    before = asked(block, table="runs")["html"]
    monkeypatch.setattr(lab, "seed", lambda *_parts: "0" * 64)
    assert asked(block, table="runs")["html"] == before
