"""Files that staff upload as rosters: whatever somebody sends becomes rows, or one reason, and never a trace."""

from __future__ import annotations

import contextlib
import csv
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.registry.identity import enterprises
from dgxblock.registry.roster import columns, words
from dgxblock.registry.roster.checking import Checked, check, doubles
from dgxblock.registry.roster.reading import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Unreadable, read
from tests.builders import hostile_workbooks
from tests.builders.registry import FIRM, NAME, PHONE, number
from tests.builders.rosters import HEAD, USCC, csv_file, person, xlsx_file

TODAY = date(2026, 11, 23)


def one(data: bytes) -> Checked:
    (row,) = read(data).rows
    return check(row, today=TODAY)


def code_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert words.unreadable(caught.value.code, **caught.value.params)
    return caught.value.code


ENGLISH = ("Username or email", "Full name", "Document type", "Document number", "Phone", "Employer", "USCC")


@pytest.mark.parametrize(
    "data",
    [
        csv_file([person()]),
        csv_file([person()], encoding="utf-8-sig"),
        csv_file([person()], encoding="gb18030"),
        csv_file([person()], encoding="utf-16"),
        csv_file([person()], delimiter=";"),
        csv_file([person()], delimiter="\t"),
        b"sep=;\n" + csv_file([person()], delimiter=";"),
        csv_file([person()], lineterminator="\r"),
        csv_file([person(), ["", " ", "　", "", "", "", ""]]),
        csv_file([HEAD, person()], head=["某某培训班学员名单"]),
        csv_file([person()], head=ENGLISH),
        csv_file([person()], head=[f"*{each}（必填）" for each in HEAD]),
        csv_file([person()[::-1]], head=HEAD[::-1]),
        csv_file([person(id_no=f"'{number()}", phone=f'="{PHONE}"')]),
        xlsx_file([person()]),
        xlsx_file([person()], above=3),
        xlsx_file([[*person(phone="")[:4], int(PHONE), FIRM, ""]]),
    ],
    ids=range(17),
)
def test_every_way_to_write_a_row_says_the_same(data: bytes) -> None:
    row = one(data)
    assert row.faults == {} and row.details is not None
    given = row.details
    assert (row.learner, given.name, given.id_type, given.id_no) == ("zhou", NAME, "CN-RIC", number())
    assert (given.phone, given.enterprise) == (f"+86{PHONE}", FIRM)


def test_rows_are_counted_as_the_spreadsheet_counts() -> None:
    data = [person("a"), [""] * 7, person("b")]
    assert [row.number for row in read(xlsx_file(data, above=2)).rows] == [4, 6]
    assert [row.number for row in read(csv_file(data)).rows] == [2, 4]


def test_columns_that_are_not_ours_are_left_alone() -> None:
    row = one(csv_file([["1", *person(), "备注"]], head=["序号", *HEAD, "备注栏"]))
    assert row.details is not None and row.details.name == NAME


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("", "CN-RIC"), ("身份证", "CN-RIC"), ("居民身份证", "CN-RIC"), ("ID card", "CN-RIC"), ("CN-RIC", "CN-RIC"),
        ("护照", "XX-PASSPORT"), ("Passport", "XX-PASSPORT"), ("港澳居民居住证", "CN-RPHK"), ("军官证", None),
    ],
)  # fmt: skip
def test_types_of_documents_are_known_in_both_languages(word: str, code: str | None) -> None:
    assert columns.id_type_of(word) == code


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"learner": ""}, {"learner": "missing"}),
        ({"learner": "a" * 255}, {"learner": "long"}),
        ({"learner": "zh\u202eou"}, {"learner": "control"}),
        ({"name": ""}, {"name": "missing"}),
        ({"name": "123"}, {"name": "letters"}),
        ({"name": "周\u200b敏"}, {"name": "control"}),
        ({"name": "王" * 65}, {"name": "long"}),
        ({"name": "王" * 301}, {"name": "long"}),
        ({"name": "=1+1"}, {"name": "formula"}),
        ({"name": '=HYPERLINK("http://evil.example")'}, {"name": "formula"}),
        ({"enterprise": "#REF!"}, {"enterprise": "formula"}),
        ({"id_type": "军官证"}, {"id_type": "type"}),
        ({"id_no": ""}, {"id_no": "missing"}),
        ({"id_no": "110105194912310021"}, {"id_no": "check"}),
        ({"id_no": "4.41900199001E+17"}, {"id_no": "digits"}),
        ({"id_no": "110105491231002"}, {"id_no": "old"}),
        ({"id_no": number("11010520101124002")}, {"id_no": "age"}),
        ({"id_type": "护照"}, {"id_no": "kind"}),
        ({"phone": "1380013800"}, {"phone": "phone"}),
        ({"enterprise": "厂" * 101}, {"enterprise": "long"}),
        ({"enterprise_code": "91350100M000100Y44"}, {"enterprise_code": "code"}),
        ({"enterprise_code": "123"}, {"enterprise_code": "code"}),
        ({"name": "", "phone": "x"}, {"name": "missing", "phone": "phone"}),
    ],
)
@pytest.mark.parametrize("made", [csv_file, xlsx_file])
def test_each_cell_at_fault_is_named(cells: dict[str, str], faults: dict[str, str], made: Any) -> None:
    data = made([person(**cells)])
    if made is xlsx_file and cells.get("name", "").startswith("="):
        faults = {"name": "formula"}  # and not what it would give
    row = one(data)
    assert row.faults == faults and row.details is None
    for name, code in row.faults.items():
        at, _column, says = words.fault(name, code, row.number, 4)
        assert at == f"D{row.number}" and says and (len(cells.get(name, "")) < 4 or cells[name] not in says)


def test_a_number_that_a_spreadsheet_has_shortened_is_not_taken() -> None:
    cells: list[Any] = list(person())
    cells[3] = int(number())
    assert one(xlsx_file([cells])).faults == {"id_no": "digits"}


def test_a_row_that_has_slipped_is_refused() -> None:
    assert one(csv_file([[*person(), "slipped"]])).faults == {"": "beyond"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (USCC, USCC), ("9135 0100 M000 100y43", USCC), ("９１３５０１００Ｍ０００１００Ｙ４３", USCC), ("", ""),
        ("91110000600037341L", "91110000600037341L"), ("91350100M000100Y4I", None), (USCC[:17], None),
        ("9135010OM000100Y43", None), ("９" * 18, None),
    ],
)  # fmt: skip
def test_codes_of_enterprises_are_checked(text: str, kept: str | None) -> None:
    assert enterprises.code(text) == kept


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_code_is_found(at: int, other: str) -> None:
    changed = USCC[:at] + other + USCC[at + 1 :]
    assert (enterprises.code(changed) == changed) == (changed == USCC)


def test_who_stands_twice_is_refused_in_every_row() -> None:
    rows = read(csv_file([person("a"), person("A@x.cn", id_no=number("44190019850101123")), person("c")])).rows
    checked = [check(row, today=TODAY) for row in rows]
    found = doubles(zip(checked, ["7", "7", ""], strict=True))
    assert found == {2: {"learner": "twice", "id_no": "twice"}, 3: {"learner": "twice"}, 4: {"id_no": "twice"}}


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "white space": (b"\xef\xbb\xbf \r\n\t", "empty"),
    "zeros": (bytes(100), "empty"),
    "too large": (b"x" * (MOST_BYTES + 1), "too-large"),
    "a text": ("这不是名单".encode(), "head"),
    "a page": (b"<html><body><table><tr><td>x</td></tr></table>", "head"),
    "headings only": (csv_file([]), "nobody"),
    "headings only, in a workbook": (xlsx_file([]), "nobody"),
    "no column of numbers": (csv_file([["a", "b"]], head=["学员用户名", "姓名"]), "missing"),
    "two columns of names": (csv_file([[*person(), "x"]], head=[*HEAD, "name"]), "twice"),
    "too many rows": (csv_file([person()] * (MOST_ROWS + 1)), "rows"),
    "far too many rows": (csv_file([["a"]] * 200_000), "rows"),
    "too many rows of a workbook": (xlsx_file([person()] * (MOST_ROWS + 1)), "rows"),
    "too many columns": (csv_file([["x"] * (MOST_COLUMNS + 1)]), "columns"),
    "too many columns of a workbook": (xlsx_file([["x"] * (MOST_COLUMNS + 1)]), "columns"),
    "an endless cell": (csv_file([person(name="x" * (csv.field_size_limit() + 1))]), "cell"),
    "an open quote": (csv_file([person()]) + b'"' + b"x" * 200_000, "cell"),
    "a broken byte": (csv_file([person()]) + b"\xff\xfe\xff", "encoding"),
    "neither encoding": (b"\xff\xff\xff" * 50, "encoding"),
    "a PDF": (b"%PDF-1.7\n" + bytes(50), "pdf"),
    "an OLE file": (hostile_workbooks.OLE, "not-xlsx"),
    "a program": (b"MZ\x90" + bytes(99), "not-xlsx"),
    "half an archive": (xlsx_file([person()])[:-200], "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_roster_is_refused_with_a_reason(name: str) -> None:
    data, code = HOSTILE[name]
    assert code_of(data) == code


@pytest.mark.parametrize("name", hostile_workbooks.RUNNING)
def test_a_workbook_that_runs_links_or_hides_something_is_refused_by_the_same_guard(name: str) -> None:
    make, code = hostile_workbooks.RUNNING[name]
    assert code_of(make()) == code


@pytest.mark.parametrize("name", hostile_workbooks.WEIGHTS)
def test_a_workbook_that_weighs_more_than_it_shows_is_cut_short(name: str) -> None:
    make, _code = hostile_workbooks.WEIGHTS[name]
    assert code_of(make())


@given(st.binary(max_size=300))
def test_whatever_comes_is_answered_with_rows_or_a_reason(data: bytes) -> None:
    if data[:4] == b"PK\x03\x04" or b"\0" in data:
        return  # goes to the judge of workbooks, which has tests of its own
    with contextlib.suppress(Unreadable):
        assert read(data).rows


@pytest.mark.parametrize("code", ["deadline", "a code that is yet to come", "too-many-cells"])
def test_every_reason_has_a_sentence(code: str) -> None:
    assert "Nothing was saved" in words.unreadable(code)


CELLS = st.text(max_size=30) | st.sampled_from(person())


@given(st.lists(st.lists(CELLS, min_size=7, max_size=9), min_size=1, max_size=4))
def test_whatever_a_cell_holds_has_a_sentence(rows: list[list[str]]) -> None:
    try:
        read_rows = read(csv_file(rows, encoding="utf-8", quoting=csv.QUOTE_ALL)).rows
    except (Unreadable, UnicodeEncodeError):
        return
    for row in read_rows:
        checked = check(row, today=TODAY)
        assert (checked.details is None) == bool(checked.faults)
        assert all(words.fault(name, code, 1, 1)[2] for name, code in checked.faults.items())


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_template_is_read_back_by_ourselves(lang: str) -> None:
    data = columns.template(lang) + csv_file([], head=person())
    assert one(data).faults == {}


def test_nobody_shows_in_a_repr() -> None:
    row = one(csv_file([person(enterprise_code=USCC)]))
    for secret in (NAME, number(), PHONE, USCC, FIRM):
        assert secret not in repr(row) and secret not in repr(read(csv_file([person()])).rows)
