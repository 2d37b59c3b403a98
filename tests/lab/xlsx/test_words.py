"""The sentences of a refused upload."""

from __future__ import annotations

from dgxblock.lab.xlsx.words import refusal, shown


def test_a_refusal_says_what_happened_what_is_kept_and_what_to_do() -> None:
    assert refusal("macro", "一号线.xlsm", kept="一号线v1.xlsx", language="en") == (
        "“一号线.xlsm” contains macros and was not read. Your earlier “一号线v1.xlsx” is still there. "
        "Please save it as XLSX and upload it again."
    )


def test_a_first_upload_that_is_refused_leaves_the_other_answers() -> None:
    assert refusal("sheet-missing", "a.xlsx", where="OEE 表", language="en") == (
        "“a.xlsx” has no sheet “OEE 表” and was not read. Your other answers are still there. "
        "Please rename the sheet as it was in the template, and upload it again."
    )


def test_a_code_that_nobody_foresaw_still_has_its_sentence() -> None:
    assert refusal("?", "a.xlsx", language="en").startswith("“a.xlsx” is damaged or incomplete and was not read.")


def test_a_name_is_shown_without_its_folder_and_without_tricks() -> None:
    assert shown("C:\\Users\\王\\一号线.xlsx") == "一号线.xlsx"
    assert shown("../../etc/a.xlsx") == "a.xlsx"
    assert shown("\u202excod\0.xlsx\n") == "xcod.xlsx"
    assert shown("%(file)s.xlsx") == "%(file)s.xlsx"
    assert shown("长" * 5000 + ".xlsx") == "长" * 28 + "……" + "长" * 5 + ".xlsx"
