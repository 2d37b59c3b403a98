"""What a trainee may send to the SQL console: every attack ends in time and memory, leaves nothing, and tells nothing.

Each runs as trainees' SQL does, behind the broker. Time and memory are those that the broker measured of the child.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgxblock import lab
from dgxblock.lab import LabError, Rows, Sheet, Table
from tests.builders.lab import column, dataset, table, text

MOST_SECONDS = 1.1
NOISE = 2.0
"""A busy machine may take so many times longer to schedule a kill; never to the point where somebody would notice."""
MOST_KB = 80 * 1024


def chain(depth: int, uses: int = 2) -> str:
    """WITH names that double (or more) at each step, while SQLite prepares."""
    steps = ", ".join(f"a{k} AS (SELECT p0.x FROM {_from(k - 1, uses)})" for k in range(1, depth + 1))
    return f"WITH a0 AS (SELECT 1 AS x), {steps} SELECT count(*) FROM a{depth}"


def _from(k: int, uses: int) -> str:
    return ", ".join(f"a{k} AS p{use}" for use in range(uses))


BIG = "SELECT i FROM n"
ANY = {"deadline", "size", "rows", "killed"}
"""It runs, and what it takes is bounded: which bound it meets first may differ between versions of SQLite."""
STATEMENT, FORBIDDEN, SQL = {"statement"}, {"forbidden"}, {"sql"}
NOT_SQL = {"sql", "size", "statement", "forbidden"}

HOSTILE: dict[str, tuple[str, set[str]]] = {
    # without end
    "recurses without end": (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c",
        ANY,
    ),
    "recurses without end and returns it": (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
        ANY,
    ),
    "recurses without end and sorts it": (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c ORDER BY -x",
        ANY,
    ),
    "recurses and keeps every row": (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) SELECT count(*) FROM c",
        ANY,
    ),
    "recurses with a growing queue": (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x * 2 + b.i FROM c, n AS b) SELECT count(*) FROM c",
        ANY,
    ),
    "recurses with a growing text": (
        "WITH RECURSIVE c(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c",
        ANY,
    ),
    "recurses twice": (
        (
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c), "
            "d(y) AS (SELECT 1 UNION ALL SELECT y + 1 FROM d) "
            "SELECT count(*) FROM c, d"
        ),
        ANY,
    ),
    "joins all with all": ("SELECT count(*) FROM " + ", ".join(f"n AS a{k}" for k in range(14)), ANY),
    "joins all with all and sorts": ("SELECT a.i FROM n a, n b, n c ORDER BY a.i * b.i * c.i DESC LIMIT 5", ANY),
    "joins all with all and groups": (
        "SELECT a.i * b.i * c.i AS k, count(*) FROM n a, n b, n c GROUP BY k LIMIT 5",
        ANY,
    ),
    "joins all with all, distinct": ("SELECT count(*) FROM (SELECT DISTINCT a.i, b.i, c.i FROM n a, n b, n c)", ANY),
    "a window over all with all": ("SELECT count(*) OVER () FROM n a, n b, n c LIMIT 1", ANY),
    "many windows": (
        "SELECT "
        + ", ".join(f"sum(a.i) OVER (ORDER BY b.i * {k} ROWS 900 PRECEDING)" for k in range(1, 9))
        + " FROM n a, n b LIMIT 1",
        ANY,
    ),
    "keeps texts in a window": (
        (
            "SELECT lag(t, 900) OVER (ORDER BY t) FROM "
            "(SELECT x.t || b.i || '-' || c.i AS t FROM (SELECT group_concat(i) AS t FROM n) x, n b, n c)"
        ),
        ANY,
    ),
    "a median of all with all": ("SELECT median(a.i * b.i) FROM n a, n b", {*ANY, "draw"}),
    "many percentiles of all with all": (
        "SELECT " + ", ".join(f"percentile(a.i * {k}, 10)" for k in range(1, 60)) + " FROM n a, n b",
        {*ANY, "draw"},
    ),
    "a median in a window without end": (
        "SELECT max(m) FROM (SELECT median(a.i) OVER (ORDER BY b.i) AS m FROM n a, n b)",
        {*ANY, "draw"},
    ),
    "correlates a subquery": (
        "SELECT count(*) FROM n a WHERE (SELECT sum(b.i * c.i) FROM n b, n c WHERE b.i > a.i) > 0",
        ANY,
    ),
    # large texts and blobs
    "zeroblob": ("SELECT zeroblob(1000000000)", FORBIDDEN),
    "randomblob": ("SELECT randomblob(1000000000)", FORBIDDEN),
    "hex": ("SELECT hex(zeroblob(500000000))", FORBIDDEN),
    "printf with a width": ("SELECT printf('%.*c', 1000000000, 'x')", FORBIDDEN),
    "printf with zeros": ("SELECT printf('%0999999990d', 1)", FORBIDDEN),
    "format": ("SELECT format('%.*c', 1000000000, 'x')", FORBIDDEN),
    "quote and char": ("SELECT quote(char(1, 2, 3))", FORBIDDEN),
    "replaces and multiplies": (
        "SELECT length(" + "replace(" * 20 + "'aaaaaaaaaa'" + ", 'a', 'aaaaaaaaaa')" * 20 + ")",
        {"size", "sql"},
    ),
    "replaces in quadratic time": (
        (
            "WITH t AS (SELECT substr(group_concat(a.i), 1, 49000) AS x FROM n a, n b WHERE b.i < 4) "
            "SELECT sum(length(replace(t.x, substr(t.x, 1, 24000) || 'z', 'y'))) FROM t, n a, n b"
        ),
        ANY,
    ),
    "searches in quadratic time": (
        (
            "WITH t AS (SELECT substr(group_concat(a.i), 1, 49000) AS x FROM n a, n b WHERE b.i < 4) "
            "SELECT sum(instr(t.x, substr(t.x, 2, 24000) || 'z')) FROM t, n a, n b"
        ),
        ANY,
    ),
    "json as a group": ("SELECT json_group_array(a.i) FROM n a, n b", FORBIDDEN),
    "json as an object": ("SELECT json_object('a', 1)", {*FORBIDDEN, *SQL}),
    "json as a table": ("SELECT * FROM json_each('[1]')", FORBIDDEN),
    "json as a tree, counted": ("SELECT count(*) FROM json_tree('[1]')", FORBIDDEN),
    "likes a long pattern": ("SELECT 'a' LIKE '" + "%a" * 3000 + "'", NOT_SQL),
    "likes many": ("SELECT count(*) FROM n a, n b, n c WHERE (a.i || b.i || c.i) LIKE '%1%2%3%4%5%6%7%8%9%0%'", ANY),
    "globs": ("SELECT 'aaaa' GLOB '*a*a*a*b'", {*FORBIDDEN}),
    "a regular expression": ("SELECT 'aaaaaaaaaaaaaaaaaaaa' REGEXP '(a+)+$'", {*FORBIDDEN, *SQL}),
    "matches": ("SELECT i FROM n WHERE i MATCH 'a'", {*FORBIDDEN, *SQL}),
    "joins texts into one": ("SELECT group_concat(t) FROM (SELECT group_concat(a.i) AS t FROM n a), n", ANY),
    "joins texts with a long separator": ("SELECT group_concat(i, (SELECT group_concat(i) FROM n)) FROM n", ANY),
    "returns wide and long rows": (
        "WITH t AS (SELECT substr(group_concat(a.i), 1, 49000) AS x FROM n a, n b WHERE b.i < 9) SELECT "
        + ", ".join(["x"] * 60)
        + " FROM t, n",
        ANY,
    ),
    "returns wide and long rows of wide characters": (
        "WITH t AS (SELECT substr(replace(group_concat(a.i), '1', '𝄞'), 1, 12000) AS x FROM n a, n b WHERE b.i < 3) "
        "SELECT " + ", ".join(["x"] * 60) + " FROM t, n",
        ANY,
    ),
    "returns many rows": ("SELECT a.i FROM n a, n b", ANY),
    # large statements
    "doubles at prepare, 20 levels": (chain(20), ANY),
    "doubles at prepare, 28 levels": (chain(28), ANY),
    "multiplies at prepare": (chain(9, 12), ANY | SQL),
    "ten million characters": ("SELECT 1 -- " + "x" * 10_000_000, {"size"}),
    "ten million characters of text": ("SELECT '" + "x" * 10_000_000 + "'", {"size"}),
    "a list of a million": ("SELECT 1 WHERE 1 IN (" + ",".join(map(str, range(1_000_000))) + ")", {"size"}),
    "deep nesting": ("SELECT " + "(" * 3000 + "1" + ")" * 3000, NOT_SQL),
    "deep subqueries": ("SELECT * FROM " + "(SELECT * FROM " * 60 + "n" + ")" * 60, NOT_SQL | ANY),
    "a deep case": ("SELECT " + "CASE WHEN 1 THEN " * 100 + "1" + " END" * 100, NOT_SQL),
    "long sums": ("SELECT " + "+".join(["1"] * 2000), NOT_SQL),
    "compounds": (" UNION ALL ".join(["SELECT 1"] * 400), NOT_SQL),
    "values without end": ("VALUES " + ",".join(["(1)"] * 1500), ANY | SQL),
    "many joins": ("SELECT 1 FROM " + ", ".join(f"n a{k}" for k in range(80)), NOT_SQL),
    "many columns": ("SELECT " + ", ".join(["1"] * 200), NOT_SQL),
    "many parameters": ("SELECT " + ", ".join(f"?{k}" for k in range(1, 60)), NOT_SQL | {"parameter"}),
    "a large parameter": ("SELECT ?99999999", NOT_SQL),
    "a named parameter": ("SELECT :key", {"parameter"}),
    # files
    "attaches": ("ATTACH DATABASE '{path}' AS other", STATEMENT),
    "vacuums into a file": ("VACUUM INTO '{path}'", STATEMENT),
    "attaches behind a comment": ("/* SELECT */ -- SELECT\n ATTACH '{path}' AS x", STATEMENT),
    "reads a file": ("SELECT readfile('/etc/passwd')", {*FORBIDDEN, *SQL}),
    "writes a file": ("SELECT writefile('{path}', 'x')", {*FORBIDDEN, *SQL}),
    "edits": ("SELECT edit('x', 'vi {path}')", {*FORBIDDEN, *SQL}),
    "loads an extension": ("SELECT load_extension('{path}')", FORBIDDEN),
    "lists a folder": ("SELECT * FROM fsdir('/')", {*FORBIDDEN, *SQL}),
    # the schema and other tables
    "reads the schema": ("SELECT sql FROM sqlite_master", FORBIDDEN),
    "reads the schema in capitals": ('SELECT SQL FROM "main"."SQLITE_SCHEMA"', FORBIDDEN),
    "counts the schema": ("SELECT count(*) FROM sqlite_temp_master", FORBIDDEN),
    "counts the schema under a false flag": (
        "WITH sqlite_schema AS (SELECT 1) SELECT (SELECT count(*) FROM main.sqlite_schema) FROM sqlite_schema",
        FORBIDDEN,
    ),
    "counts a pragma under a false flag": (
        "WITH pragma_database_list AS (SELECT 1) SELECT (SELECT count(*) FROM main.pragma_database_list)",
        {*FORBIDDEN, *SQL},
    ),
    "reads where the database is": ("SELECT file FROM pragma_database_list", FORBIDDEN),
    "asks a pragma": ("PRAGMA database_list", STATEMENT),
    "asks for compile options": ("SELECT sqlite_compileoption_get(1)", FORBIDDEN),
    "asks for the version": ("SELECT sqlite_version(), sqlite_source_id()", FORBIDDEN),
    "reads the key": ("SELECT * FROM answer_key", SQL),
    "reads another table of the image": ("SELECT count(*) FROM n2", SQL),
    "reads pages": ("SELECT * FROM dbstat", {*FORBIDDEN, *SQL}),
    "reads statements": ("SELECT * FROM sqlite_stmt", {*FORBIDDEN, *SQL}),
    "points into memory": ("SELECT fts3_tokenizer('simple')", {*FORBIDDEN, *SQL}),
    "makes a search table": ("CREATE VIRTUAL TABLE x USING fts5(a)", STATEMENT),
    "reads a series": ("SELECT * FROM generate_series(1, 1000000000)", {*FORBIDDEN, *SQL}),
    "calls a draw": ("SELECT normal('x', 1, 0, 1)", SQL),
    "asks for chance": ("SELECT random()", FORBIDDEN),
    # other statements
    "writes": ("INSERT INTO n VALUES (1)", STATEMENT),
    "deletes behind WITH": ("WITH a AS (SELECT 1) DELETE FROM n", FORBIDDEN),
    "updates behind WITH": ("WITH a AS (SELECT 1) UPDATE n SET i = 0", FORBIDDEN),
    "creates": ("CREATE TEMP TABLE x AS SELECT 1", STATEMENT),
    "explains": ("EXPLAIN QUERY PLAN SELECT 1", STATEMENT),
    "begins": ("BEGIN IMMEDIATE", STATEMENT),
    "is two": ("SELECT 1; DROP TABLE n", STATEMENT),
    "is two behind a comment": ("SELECT 1 /* ; */ ; /* */ SELECT 2 -- ;", STATEMENT),
    "is none": ("-- nothing\n/* at all", STATEMENT),
    "is empty": ("", STATEMENT),
    # characters
    "holds a NUL": ("SELECT 'a\0b'", STATEMENT),
    "holds half a character": ("SELECT '\ud800'", STATEMENT),
    "begins with a mark": ("\ufeffPRAGMA database_list", STATEMENT),
    "holds full-width words": ("ＳＥＬＥＣＴ 1", STATEMENT),
    "gives bytes": ("SELECT x'00ff'", {"binary"}),
    "gives bytes as text": ("SELECT CAST(x'c3280041' AS TEXT)", SQL),
    "gives half a character as text": ("SELECT CAST(x'eda080' AS TEXT)", SQL),
    "gives infinity": ("SELECT 9e999", {"number"}),
    "gives no number": ("SELECT 9e999 - 9e999, sqrt(-1)", {"draw", "number"}),
    "overflows": ("SELECT sum(9223372036854775807) FROM n", SQL),
    "overflows in a power": ("SELECT power(10, 400)", {"draw"}),
    "measures a text": ("SELECT median('x')", {"draw"}),
    "asks the hundred and first percentile": ("SELECT percentile(i, 101) FROM n", {"draw"}),
}


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    """A trainee's data: a thousand numbers."""
    made = dataset([table("SELECT i FROM n WHERE i <= 1000", (column("i", "integer"),), name="log")])
    rows = Sheet(made, "hostile").tables["log"].rows
    return [Table("n", text("n"), (column("i", "integer"),), rows, True)]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stands in an empty folder; nothing appears there, in the broker's folder or beside the temporary files."""
    monkeypatch.chdir(tmp_path)
    lab.start()
    own = Path(os.environ["DGXBLOCK_LAB_DIR"])
    before = {path for folder in (own, Path(tempfile.gettempdir()), Path.home()) for path in folder.iterdir()}
    yield tmp_path
    after = {path for folder in (own, Path(tempfile.gettempdir()), Path.home()) for path in folder.iterdir()}
    ours = {path for path in after - before if "stolen" in path.name and path.stat().st_uid == os.getuid()}
    assert not ours and not list(tmp_path.iterdir())
    assert {path.name for path in own.iterdir()} == {"socket", "lock", "log"}
    assert (own / "log").read_bytes() == b""


def latest() -> dict[str, object]:
    """What the broker measured of the job that ended last."""
    for _ in range(200):
        told = lab.status()
        if not told["working"]:
            break
    recent: dict[str, object] = told["recent"][-1]
    return recent


@pytest.mark.parametrize("case", HOSTILE)
def test_an_attack_ends_in_time_and_memory_and_tells_nothing(case: str, tables: list[Table], watched: Path) -> None:
    sql, codes = HOSTILE[case]
    before = lab.status()["served"]
    with pytest.raises(LabError) as caught:
        lab.run(sql.replace("{path}", str(watched / "stolen.db")), tables)
    error = caught.value
    assert error.code in codes, error.as_json()
    told = " ".join(map(str, error.as_json().values()))
    assert str(watched) not in told and "/" + "tmp" not in told and "Traceback" not in told and len(told) < 600
    if error.code == "size" and lab.status()["served"] == before:
        return  # refused before anybody was asked
    measured = latest()
    assert float(str(measured["ms"])) <= MOST_SECONDS * NOISE * 1000, measured
    assert int(str(measured["kb"])) <= MOST_KB, measured


def test_after_all_of_them_a_usual_query_still_works(tables: list[Table]) -> None:
    assert lab.run("SELECT count(*), sum(i) FROM n", tables).rows == ((1000, 500_500),)
    until = time.monotonic() + 5  # who has just answered may not have ended yet
    while lab.status()["working"] and time.monotonic() < until:
        time.sleep(0.02)
    assert lab.status()["working"] == 0


USUAL: dict[str, tuple[str, tuple[tuple[object, ...], ...]]] = {
    "groups": (
        "SELECT line, count(*) AS n, sum(min) FROM stops GROUP BY line ORDER BY line",
        (("L1", 3, 60), ("L2", 2, 30)),
    ),
    "joins": (
        "SELECT s.line, l.name, max(s.min) FROM stops s JOIN lines l ON l.line = s.line GROUP BY s.line ORDER BY 1",
        (("L1", "一号线", 30), ("L2", "二号线", 20)),
    ),
    "finds what is missing": (
        "SELECT l.line FROM lines l LEFT JOIN stops s ON s.line = l.line WHERE s.line IS NULL",
        (("L3",),),
    ),
    "has groups": (
        "SELECT cause FROM stops GROUP BY cause HAVING sum(min) >= 20 ORDER BY sum(min) DESC",
        (("换线",), ("故障",)),
    ),
    "cumulates": (
        (
            "WITH t AS (SELECT cause, sum(min) AS m FROM stops GROUP BY cause) "
            "SELECT cause, round(100.0 * sum(m) OVER (ORDER BY m DESC) / sum(m) OVER (), 1) FROM t ORDER BY m DESC"
        ),
        (("换线", 66.7), ("故障", 88.9), ("缺料", 100.0)),
    ),
    "ranks": (
        (
            "SELECT line, min FROM (SELECT line, min, row_number() OVER (PARTITION BY line ORDER BY min DESC) AS k "
            "FROM stops) WHERE k = 1 ORDER BY line"
        ),
        (("L1", 30), ("L2", 20)),
    ),
    "recurses with an end": (
        (
            "WITH RECURSIVE d(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM d WHERE k < 4) "
            "SELECT k, (SELECT count(*) FROM stops WHERE day = k) FROM d"
        ),
        ((1, 2), (2, 2), (3, 1), (4, 0)),
    ),
    "chooses": (
        "SELECT sum(CASE WHEN cause = '换线' THEN min ELSE 0 END), sum(iif(line = 'L2', 1, 0)) FROM stops",
        ((60, 2),),
    ),
    "works with texts": (
        (
            "SELECT upper(substr(line, 1, 1)) || '-' || replace(cause, '换', '转'), instr(cause, '线') "
            "FROM stops WHERE day = 3"
        ),
        (("L-转线", 2),),
    ),
    "compares neighbours": (
        "SELECT min - lag(min) OVER (ORDER BY day, min) FROM stops WHERE line = 'L1'",
        ((None,), (10,), (10,)),
    ),
    "measures": (
        "SELECT median(min), percentile(min, 75), round(stddev(min), 3), round(regr_slope(min, day), 2) FROM stops",
        ((20.0, 20.0, 8.367, 10.0),),
    ),
    "knows dates": (
        "SELECT julianday('2024-03-01') - julianday('2024-02-28'), strftime('%m', '2024-03-01')",
        ((2.0, "03"),),
    ),
}


@pytest.fixture(scope="module")
def plant() -> list[Table]:
    stops = (
        (1, "L1", "换线", 10),
        (1, "L2", "缺料", 10),
        (2, "L1", "故障", 20),
        (2, "L2", "换线", 20),
        (3, "L1", "换线", 30),
    )
    kinds = (column("day", "integer"), column("line", "text"), column("cause", "text"), column("min", "integer"))
    lines = (("L1", "一号线"), ("L2", "二号线"), ("L3", "三号线"))
    return [
        Table("stops", text("stops"), kinds, stops, True),
        Table("lines", text("lines"), (column("line", "text"), column("name", "text")), lines, True),
    ]


@pytest.mark.parametrize("case", USUAL)
def test_what_trainees_write_runs(case: str, plant: list[Table]) -> None:
    sql, rows = USUAL[case]
    assert lab.run(sql, plant).rows == rows


WRONG: dict[str, tuple[str, dict[str, object]]] = {
    "a column": (
        "SELECT line,\n lines FROM stops",
        {"reason": "column", "name": "lines", "nearest": "line", "line": 2},
    ),
    "a column of a table": (
        "SELECT s.dey FROM stops s",
        {"reason": "column", "name": "dey", "nearest": "day", "line": 1},
    ),
    "a column like nothing": ("SELECT xyzzy FROM stops", {"reason": "column", "name": "xyzzy", "line": 1}),
    "a Chinese column": ("SELECT 原因 FROM stops", {"reason": "column", "name": "原因", "line": 1}),
    "a table": ("SELECT *\nFROM stop", {"reason": "table", "name": "stop", "nearest": "stops", "line": 2}),
    "a function": ("SELECT averag(min) FROM stops", {"reason": "function", "name": "averag", "line": 1}),
    "a function, nearly": ("SELECT rounds(min) FROM stops", {"reason": "function", "nearest": "round"}),
    "a forbidden function": ("SELECT printf('%d', 1)", {"code": "forbidden", "reason": "function", "name": "printf"}),
    "the grammar": ("SELECT *\nFRM stops", {"reason": "syntax", "name": "FRM", "line": 2}),
    "the end": ("SELECT *\nFROM (\nSELECT 1", {"reason": "syntax", "line": 3}),
    "a quote": ("SELECT 'abc", {"reason": "syntax"}),
    "a full-width comma": ("SELECT '，',\nline， min FROM stops", {"reason": "width", "name": "，", "line": 2}),
    "full-width brackets": ("SELECT sum（min） FROM stops", {"reason": "width", "name": "（", "line": 1}),
    "curly quotes": ("SELECT count(*) FROM stops WHERE line = ‘A’", {"reason": "width", "name": "‘", "line": 1}),
    "two tables": ("SELECT line FROM stops, lines", {"reason": "ambiguous", "name": "line"}),
    "arguments": ("SELECT substr() FROM stops", {"reason": "arguments", "name": "substr"}),
    "an aggregate": ("SELECT line FROM stops WHERE sum(min) > 1", {"reason": "aggregate", "name": "sum"}),
    "a text for a number": ("SELECT median(line) FROM stops", {"code": "draw", "name": "median"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_slip_is_named_with_its_line_and_what_was_perhaps_meant(case: str, plant: list[Table]) -> None:
    sql, expected = WRONG[case]
    with pytest.raises(LabError) as caught:
        lab.run(sql, plant)
    told = {"code": "sql"} | {"nearest": ""} | caught.value.as_json()
    assert expected.items() <= told.items(), told
    assert "nearest" in expected or told["nearest"] == "" or case.startswith("a function")


def test_a_statement_runs_on_several_sets_in_one_turn(plant: list[Table]) -> None:
    other = Table(plant[0].name, plant[0].label, plant[0].columns, plant[0].rows[:2], True)
    empty = Table("other", text("other"), plant[0].columns, (), True)
    first, second, third = lab.run_each("SELECT count(*) FROM stops", [plant, [other], [empty]])
    assert isinstance(first, Rows) and first.rows == ((5,),)
    assert isinstance(second, Rows) and second.rows == ((2,),)
    assert isinstance(third, LabError) and third.reason == "table"


def test_a_trainee_may_be_allowed_fewer_rows(plant: list[Table]) -> None:
    assert len(lab.run("SELECT * FROM stops", plant, most_rows=5).rows) == 5
    with pytest.raises(LabError, match="rows"):
        lab.run("SELECT * FROM stops", plant, most_rows=4)
