"""What a document's SQL may not do: each hostile statement ends at once, with a LabError, and changes nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dgxblock.lab import LabError, Sheet
from dgxblock.lab.statement import MOST_CHARACTERS, inspect, parameters
from tests.builders.lab import column, dataset, table

HOSTILE: dict[str, tuple[str, str]] = {
    "writes": ("INSERT INTO log VALUES (1, 2)", "statement"),
    "updates": ("UPDATE log SET x = 0", "statement"),
    "drops": ("DROP TABLE log", "statement"),
    "writes behind WITH": ("WITH a AS (SELECT 1) DELETE FROM log", "forbidden"),
    "creates": ("CREATE TABLE evil (x)", "statement"),
    "creates temporarily": ("CREATE TEMP TABLE evil AS SELECT * FROM log", "statement"),
    "attaches": ("ATTACH DATABASE '{path}' AS other", "statement"),
    "vacuums into a file": ("VACUUM INTO '{path}'", "statement"),
    "asks a pragma": ("PRAGMA database_list", "statement"),
    "asks a pragma as a table": ("SELECT * FROM pragma_database_list", "forbidden"),
    "counts a pragma": ("SELECT count(*) FROM pragma_table_info('log')", "forbidden"),
    "begins": ("BEGIN", "statement"),
    "explains": ("EXPLAIN SELECT 1", "statement"),
    "reindexes": ("REINDEX", "statement"),
    "reads the schema": ("SELECT sql FROM sqlite_master", "forbidden"),
    "counts the schema": ("SELECT count(*) FROM sqlite_master", "forbidden"),
    "counts the schema under a false flag": (
        "SELECT 1 AS a, (SELECT count(*) FROM sqlite_schema), 2 AS sqlite_schema, (SELECT 1)",
        "forbidden",
    ),
    "reads json": ("SELECT * FROM json_each('[1]')", "forbidden"),
    "counts json": ("SELECT count(*) FROM json_each('[1]')", "forbidden"),
    "loads an extension": ("SELECT load_extension('{path}')", "forbidden"),
    "points into memory": ("SELECT fts3_tokenizer('simple')", "forbidden"),
    "draws without a seed": ("SELECT random()", "forbidden"),
    "asks the clock": ("SELECT datetime('now')", "forbidden"),
    "makes a large blob": ("SELECT zeroblob(1000000000)", "forbidden"),
    "makes a large text": ("SELECT printf('%.*c', 1000000000, 'x')", "forbidden"),
    "replaces without end": ("SELECT replace('aaaa', 'a', 'aaaa')", "forbidden"),
    "groups json": ("SELECT json_group_array(i) FROM n", "forbidden"),
    "recurses": (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c",
        "forbidden",
    ),
    "recurses with rows": (
        "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x FROM c) SELECT * FROM c",
        "forbidden",
    ),
    "multiplies": ("SELECT count(*) FROM n a, n b, n c, n d, n e, n f", "deadline"),
    "multiplies and sorts": (
        "SELECT a.i FROM n a, n b, n c ORDER BY a.i * b.i * c.i DESC LIMIT 5",
        "deadline",
    ),
    "multiplies and draws": ("SELECT sum(poisson('p' || a.i, b.i, 500)) FROM n a, n b", "deadline"),
    "shuffles anew for each row": ("SELECT sum(shuffle_rank('s' || i, 1, 5000)) FROM n", "deadline"),
    "windows": ("SELECT count(*) OVER () FROM n a, n b, n c LIMIT 1", "deadline"),
    "returns too many rows": ("SELECT a.i FROM n a, n b", "rows"),
    "returns too much text": (
        "WITH a AS (SELECT group_concat(i, ' ') AS t FROM n WHERE i < 5000) SELECT t, t, t, t, t, t, t, t FROM a, n",
        "size",
    ),
    "concatenates": (
        "SELECT group_concat(a.t) FROM (SELECT group_concat(i) AS t FROM n) a, n",
        "size",
    ),
    "doubles at prepare": (
        "WITH a0 AS (SELECT 1 AS x), "
        + ", ".join(f"a{k} AS (SELECT p.x FROM a{k - 1} p, a{k - 1} q)" for k in range(1, 29))
        + " SELECT count(*) FROM a28",
        "size",
    ),
    "multiplies at prepare with few SELECTs": (
        "WITH a0 AS (SELECT 1 AS x), "
        + ", ".join(f"a{k} AS (SELECT 1 AS x FROM {', '.join([f'a{k - 1}'] * 12)})" for k in range(1, 10))
        + " SELECT count(*) FROM a9",
        "size",
    ),
    "hides names from the count in quotes": (
        "WITH [a 0] AS (SELECT 1 AS x), "
        + ", ".join(
            f"[a {k}](x) AS NOT MATERIALIZED (SELECT 1 FROM {', '.join([f'`a {k - 1}`'] * 12)})" for k in range(1, 10)
        )
        + " SELECT count(*) FROM 'a 9'",
        "size",
    ),
    "hides names from the count behind signs": (
        "WITH a$0 AS (SELECT 1 AS x), "
        + ", ".join(f"a${k} AS (SELECT 1 AS x FROM {', '.join([f'a${k - 1}'] * 12)})" for k in range(1, 10))
        + " SELECT count(*) FROM a$9",
        "size",
    ),
    "hides names from the count behind a mark": ("WITH \ufeffa AS (SELECT 1) SELECT * FROM a", "statement"),
    "is long": ("SELECT 1 -- " + "x" * MOST_CHARACTERS, "size"),
    "lists a thousand numbers deep": ("SELECT " + "+".join(["1"] * 2000), "sql"),
    "nests": ("SELECT " + "(" * 300 + "1" + ")" * 300, "sql"),
    "unions": (" UNION ALL ".join(["VALUES (1)"] * 200), "sql"),
    "is two": ("SELECT 1; SELECT 2", "statement"),
    "is none": (" -- nothing", "statement"),
    "is empty": ("", "statement"),
    "holds a NUL": ("SELECT 1\0", "statement"),
    "holds half a character": ("SELECT '\ud800'", "statement"),
    "reads an unknown table": ("SELECT * FROM answers", "sql"),
    "makes infinity": ("SELECT 9e999", "number"),
    "overflows": ("SELECT sum(9223372036854775807) FROM n", "sql"),
    "overflows in exp": ("SELECT exp(10000)", "draw"),
    "takes a root of nothing real": ("SELECT sqrt(-1)", "draw"),
    "gives a blob that is no text": ("SELECT CAST(x'ff' AS TEXT)", "sql"),
    "asks for an unknown value": ("SELECT :secret", "parameter"),
    "asks by place": ("SELECT ?1", "sql"),
    "asks by dollar": ("SELECT $x", "sql"),
    "draws nonsense": ("SELECT uniform('x', 1, 2, 1)", "draw"),
    "likes a long pattern": ("SELECT 'a' LIKE '" + "%a" * 500 + "'", "sql"),
}


@pytest.fixture
def sheet() -> Sheet:
    columns = (column("i", "integer"), column("x"))
    return Sheet(dataset([table("SELECT i, normal('x', i, 0, 1) AS x FROM n WHERE i <= 50", columns)]), "guard")


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_statement_ends_at_once_and_changes_nothing(
    case: str, sheet: Sheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sql, code = HOSTILE[case]
    before = sheet.query("SELECT count(*), sum(x), min(i), max(i) FROM log")
    begun = time.monotonic()
    with pytest.raises(LabError) as caught:
        sheet.query(sql.replace("{path}", str(tmp_path / "stolen.db")))
    assert time.monotonic() - begun < 1.5
    assert caught.value.code == code
    assert str(tmp_path) not in str(caught.value) and "Traceback" not in str(caught.value)
    # in other words, as the same ones would be remembered and not asked again
    assert sheet.query("SELECT count(*), sum(x), min(i), max(i) FROM log WHERE 1") == before
    assert list(tmp_path.iterdir()) == []


HARMLESS = [
    "SELECT count(*) FROM log",
    "SELECT count(*) FROM (SELECT x FROM log)",
    "WITH a AS (SELECT x FROM log) SELECT count(*) FROM a",
    "WITH a(y) AS MATERIALIZED (SELECT x FROM log), b AS (SELECT y FROM a) SELECT count(*), avg(y) FROM b",
    "SELECT i, rank() OVER (ORDER BY x DESC), sum(x) OVER (PARTITION BY i % 2 ORDER BY i) FROM log",
    "SELECT i % 5 AS k, avg(x) FROM log GROUP BY k HAVING count(*) > 2 ORDER BY k;",
    "SELECT a.i FROM log a LEFT JOIN log b ON b.i = a.i + 1 WHERE b.i IS NULL -- the last",
    "VALUES ('a'), ('b') /* ids */",
    "select 'select; it''s all text' as \"order\"",
    "SELECT sqrt(2), floor(1.5), ceil(1.5), ln(2), exp(1), power(2, 10), round(2.5), round(1.25, 1), sqrt(NULL)",
]


@pytest.mark.parametrize("sql", HARMLESS)
def test_what_authors_need_runs(sql: str, sheet: Sheet) -> None:
    assert sheet.query(sql).rows


def test_an_upper_case_name_reaches_the_same_table(sheet: Sheet) -> None:
    assert sheet.query("SELECT COUNT(*) FROM LOG").rows == ((50,),)


def test_rounding_is_our_own_on_every_version_of_sqlite(sheet: Sheet) -> None:
    found = sheet.query("SELECT round(2.5), round(-2.5), round(0.285, 2), round(7), round(NULL)").rows[0]
    assert list(found) == [3.0, -3.0, 0.28, 7.0, None]


def test_parameters_are_found_outside_texts_and_comments() -> None:
    assert parameters("SELECT :a + :b_2 -- :c\n , ':d', [:e] /* :f */, :a") == {"a", "b_2"}


def test_names_of_a_with_clause_are_found_in_every_spelling() -> None:
    sql = 'WITH a AS (SELECT 1), "B b"(x, y) AS NOT MATERIALIZED (SELECT 1, 2), [c] AS MATERIALIZED (SELECT 1) SELECT 1'
    assert inspect(sql) == {"a", "b b", "c"}
