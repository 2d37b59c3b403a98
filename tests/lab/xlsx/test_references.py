"""Names of cells and formulas that moved."""

from __future__ import annotations

import pytest

from dgxblock.lab.xlsx.references import Place, area, letters, moved, place, split


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("B5", Place(5, 2)),
        ("$b$5", Place(5, 2)),
        ("XFD1048576", Place(1_048_576, 16_384)),
        ("XFE1", None),
        ("A0", None),
        ("A1048577", None),
        ("5B", None),
        ("B５", None),
        ("", None),
        ("B5:B6", None),
    ],
)
def test_a_cell_is_one_of_a_sheet(text: str, found: Place | None) -> None:
    assert place(text) == found


def test_columns_have_letters() -> None:
    assert [letters(each) for each in (1, 26, 27, 52, 703, 16_384)] == ["A", "Z", "AA", "AZ", "AAA", "XFD"]


def test_an_area_holds_its_cells() -> None:
    found = area("B2:C3")
    assert found is not None and Place(3, 3) in found and Place(1, 2) not in found
    assert area("B2") == (Place(2, 2), Place(2, 2)) and area("nothing") is None


@pytest.mark.parametrize(
    ("at", "sheet", "rest"),
    [
        ("OEE!B5", "OEE", "B5"),
        ("'OEE 表'!$B$5", "OEE 表", "$B$5"),
        ("'it''s'!A1", "it's", "A1"),
        ("损失!C4", "损失", "C4"),
        ("total", "", "total"),
        ("!B5", "", "!B5"),
    ],
)
def test_a_place_names_its_sheet(at: str, sheet: str, rest: str) -> None:
    assert split(at) == (sheet, rest)


@pytest.mark.parametrize(
    ("formula", "there"),
    [
        ("A1*2", "B3*2"),
        ("$A1+A$1+$A$1", "$A3+B$1+$A$1"),
        ("SUM(A1:A3)", "SUM(B3:B5)"),
        ('"A1"&A1', '"A1"&B3'),
        ("'A1'!A1", "'A1'!B3"),
        ("OEE1!A1", "OEE1!B3"),
        ("LOG10(A1)", "LOG10(B3)"),
        ("表[A1]", "表[A1]"),
        ("XFD1", "#REF!"),
    ],
)
def test_a_shared_formula_moves_with_its_cell(formula: str, there: str) -> None:
    assert moved(formula, Place(1, 1), Place(3, 2)) == there
