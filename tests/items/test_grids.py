"""Tables, pairs, classes, words and decisions on a learner's data: what is taken, how it is marked, what is said."""

# ruff: noqa: E501  tables of answers read better unbroken

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxblock import items, lab
from dgxblock.content import read
from dgxblock.content.model import Assessment, CellsItem, DecideItem, Item, MatchItem
from dgxblock.grading import Verdict
from dgxblock.items.assign import MatchKind, key_of
from dgxblock.items.cells import numbers
from tests.builders import documents, grids
from tests.builders.grading import BIG, HOSTILE, nested

DOCUMENT = read.parse(grids.assessment())
assert isinstance(DOCUMENT, Assessment)
ITEMS = DOCUMENT.items
SHEET = lab.build(DOCUMENT.dataset, "s")
NAMES = [each.id for each in ITEMS]
PAIRS = {"order": "mes", "money": "erp", "signal": "scada"}
RISKS = {"fire": "high", "stop": "mid", "dust": "low"}


def value(name: str, times: float = 1) -> str:
    return f"{float(SHEET.values[name]) * times:.6f}"


CELLS = {
    "one": {"time": value("half"), "part": value("share", 100)},
    "two": {"time": value("quarter"), "part": value("part_two", 100)},
}
KEY: dict[str, Any] = {"c1": CELLS, "ma1": PAIRS, "cl1": RISKS, "sh1": "换线", "de1": {"option": "try"}}


def item(name: str) -> Any:
    return next(each for each in ITEMS if each.id == name)


def grade(name: str, answer: Any) -> Any:
    return items.grade(ITEMS, {name: answer}, SHEET)[name]


def said(name: str, answer: Any, lang: str = "en") -> list[str]:
    mark = grade(name, answer)
    return [
        each.plain(lang, SHEET.values) for each in items.view(item(name), "1", answer, SHEET, lang, mark=mark).feedback
    ]


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_key_earns_everything_and_survives_the_shape_in_which_it_is_stored(name: str) -> None:
    accepted = items.accept({name: KEY[name]}, ITEMS)
    assert json.loads(json.dumps(accepted)) == {name: KEY[name]}
    marks = items.grade(ITEMS, accepted, SHEET)
    assert (marks[name].fraction, marks[name].verdict, marks[name].note) == (1.0, Verdict.RIGHT, "ok")


def test_what_was_left_open_is_not_stored() -> None:
    raw = {
        "c1": {"one": {"time": " ", "part": "3"}, "two": {"time": ""}},
        "ma1": {"order": "", "money": "erp"},
        "cl1": {},
        "sh1": "",
        "de1": {"option": "go", "reason": " \r\n"},
    }
    assert items.accept(raw, ITEMS) == {
        "c1": {"one": {"part": "3"}}, "ma1": {"money": "erp"}, "cl1": {}, "sh1": "", "de1": {"option": "go"}
    }  # fmt: skip


REFUSED: dict[str, list[Any]] = {
    "c1": [
        {"one": "1"}, {"one": ["1"]}, {"one": {"time": 1}}, {"one": {"time": None}}, {"one": {"time": ["1"]}},
        {"one": {"time": {"time": "1"}}}, {"one": {"cost": "1"}}, {"three": {"time": "1"}}, {"all": {"time": "1"}},
        {"one": {"time": "9" * 201}}, {"one": {"time": BIG}}, {"one": {"time": "\ud800"}}, {"one": nested(500)},
        {"one:time": "1"}, {"one": {"time": float("nan")}}, {"one": {"time": 1e400}},
    ],
    "ma1": [
        {"order": "plm"}, {"order": None}, {"order": ["mes"]}, {"order": {"mes": "mes"}}, {"order": 1},
        {"orders": "mes"}, {"mes": "order"}, {"order": BIG}, {"order": "mes\u200f"}, {"order": "\ud800"}, ["mes"],
        {"order": float("nan")}, {"order": nested(500)},
    ],
    "cl1": [
        {"fire": "huge"}, {"fire": True}, {"fire": ["low", "high"]}, {"water": "low"}, {"fire": BIG}, [["fire", "low"]],
        {"fire": 1e400}, {"fire": "\u202elow"},
    ],
    "sh1": ["x" * 41, BIG, ["换线"], {"text": "换线"}, "\ud800", float("nan"), nested(500)],
    "de1": [
        "try", ["try"], {"option": "sell"}, {"option": ["try"]}, {"option": None}, {"option": "try", "credit": "1"},
        {"option": "try", "reason": "x" * 1001}, {"option": "try", "reason": BIG}, {"option": "try", "reason": ["x"]},
        {"option": "try\u200f"}, {"option": "\ud800"},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "raw"),
    [pytest.param(name, raw, id=f"{name}-{at}") for name in REFUSED for at, raw in enumerate(REFUSED[name])],
)
def test_what_our_page_does_not_send_is_refused_and_graded_it_earns_nothing(name: str, raw: Any) -> None:
    with pytest.raises(items.Malformed):
        items.accept({name: raw}, ITEMS)
    assert grade(name, raw).fraction == 0 or (name == "de1" and raw["option"] == "try")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_any_json_is_refused_or_graded_and_never_raises(name: str, raw: Any) -> None:
    mark = grade(name, raw)
    assert mark.fraction == 0
    try:
        accepted = items.accept({name: raw}, ITEMS)
    except items.Malformed:
        return
    assert items.grade(ITEMS, accepted, SHEET)[name].fraction == 0


def test_a_decision_without_a_reason_takes_none() -> None:
    plain = grids.DECIDE.replace(documents.both("reason", "the reason"), "")
    document = read.parse(grids.assessment(plain, grids.MATCH))
    assert isinstance(document, Assessment)
    with pytest.raises(items.Malformed):
        items.accept({"de1": {"option": "try", "reason": "because"}}, document.items)


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_blank_cell_takes_nothing_from_the_others() -> None:
    mark = grade("c1", {"one": CELLS["one"]})
    assert (mark.fraction, mark.verdict, mark.note) == (0.5, Verdict.PARTLY, "incomplete")
    assert [part.note for _name, part in mark.parts] == ["ok", "ok", "blank", "blank"]


def test_a_wrong_cell_is_named_with_its_row_and_its_column() -> None:
    answer = {"one": {**CELLS["one"], "part": value("part_one_wrong", 100)}, "two": CELLS["two"]}
    assert grade("c1", answer).note == "cells:whole"
    shown = f"{float(answer['one']['part'])}%"
    assert said("c1", answer) == [f"Half, Share ({shown}): secret feedback whole in English"]
    assert said("c1", answer, "zh-CN") == [f"一半，占比（{shown}）：中文：secret feedback whole"]


def test_what_leads_astray_in_one_row_says_nothing_in_another() -> None:
    answer = {**CELLS, "two": {**CELLS["two"], "part": value("part_one_wrong", 100)}}
    assert grade("c1", answer).note == "wrong" and said("c1", answer) == []


def test_an_error_carries_forward_within_the_table() -> None:
    answer = {
        "one": {**CELLS["one"], "time": value("total", 0.8)},
        "two": {**CELLS["two"], "time": value("total", 0.4)},
    }
    mark = grade("c1", answer)
    assert [part.note for _name, part in mark.parts] == ["wrong", "ok", "carried", "ok"]
    assert mark.fraction == 0.75
    assert said("c1", answer)[0].startswith("Quarter, Time (2,148 min): The method is right.")


def test_an_error_carries_forward_from_a_question_before_the_table() -> None:
    cells = grids.CELLS.replace('depends="one:time"', 'depends="q1"')
    document = read.parse(grids.assessment(documents.number("q1", "half"), cells, grids.CLASSIFY))
    assert isinstance(document, Assessment)
    answers = {
        "q1": {"value": value("total", 0.8), "unit": "min"},
        "c1": {"two": {"time": value("total", 0.4)}},
    }
    marks = items.grade(document.items, answers, SHEET)
    assert [part.note for _name, part in marks["c1"].parts] == ["blank", "blank", "carried", "blank"]


def test_every_cell_says_how_it_was_read_and_a_typed_sign_counts() -> None:
    answer = {"one": {"time": "1,234", "part": "33.3%"}, "two": {"time": "4,29"}}
    readings = items.readings([item("c1")], {"c1": answer}, "zh-CN")
    assert "1,234 min" in readings["c1.one.time"]
    assert "33.3%" in readings["c1.one.part"] and "4.29" in readings["c1.two.time"] and readings["c1.two.part"] == ""
    marks = items.grade(ITEMS, {"c1": answer}, SHEET)
    assert set(items.unread([item("c1")], {"c1": answer}, marks, "en")) == {"c1.two.time"}


def test_a_kept_mark_decides_and_the_cells_are_read_again() -> None:
    answers = {"c1": {"one": {"time": "1", "part": "2"}}}
    kept = json.loads(json.dumps(items.stored(items.grade(ITEMS, answers, SHEET))))
    kept["c1"]["parts"]["one:time"] |= {"fraction": 1.0, "verdict": "right", "note": "regraded"}
    kept["c1"]["parts"]["gone:time"] = kept["c1"]["parts"]["one:time"]
    mark = items.marks_from(kept, ITEMS, answers)["c1"]
    first = dict(mark.parts)["one:time"]
    assert first.verdict is Verdict.RIGHT and first.reading is not None and first.reading.number == 1.0
    assert "gone:time" not in dict(mark.parts)


def test_each_row_has_a_verdict_of_its_own() -> None:
    answer = {"one": {"time": CELLS["one"]["time"], "part": "99"}, "two": CELLS["two"]}
    view = items.view(item("c1"), "1", answer, SHEET, "en", mark=grade("c1", answer))
    assert view.tag == "3 of 4 cells right"
    assert [(row.tag, row.tone) for row in view.control.rows] == [("", ""), ("Partly", "dgx-part"), ("Right", "dgx-ok")]
    assert [cell.state for cell in view.control.rows[1].cells] == ["full", "half"]
    assert view.control.rows[0].cells[0].shown.endswith(" min")


def test_the_kind_of_a_cell_is_that_of_a_number() -> None:
    cells = item("c1")
    assert isinstance(cells, CellsItem)
    assert list(numbers(cells)) == ["one:time", "one:part", "two:time", "two:part"]
    assert [[each.note for each in cell.misconceptions] for cell in numbers(cells).values()] == [
        ["cells:doubled"], ["cells:whole"], [], ["cells:whole"]
    ]  # fmt: skip


# --- pairs and classes ------------------------------------------------------------------------------------------------


def test_a_wrong_pair_is_told_what_its_author_says_to_it() -> None:
    assert said("ma1", {**PAIRS, "order": "erp"}) == ["Dispatching: secret feedback erp in English"]
    assert said("ma1", {**PAIRS, "order": "crm"}) == ["Dispatching: secret feedback order in English"]
    assert said("ma1", {**PAIRS, "money": "crm"}) == [] and grade("ma1", {**PAIRS, "money": "crm"}).fraction == 2 / 3


def test_options_are_shuffled_alike_for_one_learner_and_otherwise_for_others() -> None:
    match = item("ma1")
    assert isinstance(match, MatchItem) and isinstance(DOCUMENT, Assessment)
    orders = {
        tuple(each.id for each in MatchKind().offered(match, lab.build(DOCUMENT.dataset, str(seed))))
        for seed in range(30)
    }
    assert len(orders) > 5 and MatchKind().offered(match, SHEET) == MatchKind().offered(match, SHEET)


def test_on_a_scale_the_neighbour_earns_half_and_hears_so() -> None:
    answer = {**RISKS, "fire": "mid"}
    assert grade("cl1", answer).fraction == pytest.approx(5 / 6)
    assert said("cl1", answer) == [
        "Fire: secret feedback fire in English", "Fire: One step off on the scale: this earns half."
    ]  # fmt: skip
    assert said("cl1", {**RISKS, "fire": "low"}) == ["Fire: secret feedback low in English"]


def test_a_key_may_come_from_the_data() -> None:
    text = grids.MATCH
    for right in PAIRS.values():
        text = text.replace(f' option="{right}"><label>', "><label>", 1)
    rows = [
        "SELECT 'order', iif(:total &gt; 0, 'crm', 'mes')", "SELECT 'money', 'erp'", "SELECT 'signal', 'scada'"
    ]  # fmt: skip
    text = text.replace("<rationale>", f"<key>{' UNION ALL '.join(rows)}</key><rationale>")
    document = read.parse(grids.assessment(text, grids.CLASSIFY))
    assert isinstance(document, Assessment)
    match = document.items[0]
    assert isinstance(match, MatchItem) and key_of(match, SHEET)["order"] == "crm"
    assert items.grade([match], {"ma1": {**PAIRS, "order": "crm"}}, SHEET)["ma1"].verdict is Verdict.RIGHT


# --- words and decisions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["换线", "Changeover", "set up", "ＣＨＡＮＧＥＯＶＥＲ", "chnageover"])
def test_a_word_counts_in_either_language_whatever_the_page_speaks(answer: str) -> None:
    assert grade("sh1", answer).fraction == 1.0


def test_the_reference_is_in_the_language_of_the_page() -> None:
    shown = {lang: items.view(item("sh1"), "1", None, SHEET, lang, solved=True).reference for lang in ("zh-CN", "en")}
    assert shown == {"zh-CN": "换线", "en": "changeover"}


def test_the_consequence_is_told_to_who_chose_it_right_or_wrong() -> None:
    assert said("de1", {"option": "try"}) == [
        "secret consequence try in English", "secret second consequence in English"
    ]  # fmt: skip
    assert said("de1", {"option": "wait", "reason": "x"}) == ["secret consequence wait in English"]
    assert said("de1", {"reason": "x"}) == []


def test_the_best_option_may_depend_on_the_data() -> None:
    text = grids.DECIDE
    for share in ("0.5", "1", "0"):
        text = text.replace(f' credit="{share}"', "")
    key = "<key>SELECT 'go', iif(:total &gt; 0, 1.0, 0.25) UNION ALL SELECT 'try', iif(:total &gt; 0, 0.25, 1.0)</key>"
    text = text.replace("<reason>", f"{key}<reason>")
    document = read.parse(grids.assessment(text, grids.MATCH))
    assert isinstance(document, Assessment)
    decide = document.items[0]
    assert isinstance(decide, DecideItem)
    got = {
        name: items.grade([decide], {"de1": {"option": name}}, SHEET)["de1"].fraction for name in ("go", "try", "wait")
    }
    assert got == {"go": 1.0, "try": 0.25, "wait": 0.0}
    assert items.view(decide, "1", None, SHEET, "en", solved=True).reference == "Whole plant"


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("each", ITEMS, ids=NAMES)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_view_gives_nothing_away_before_it_is_time(each: Item, lang: str) -> None:
    shown = items.view(each, "1", KEY[each.id], SHEET, lang)
    assert (shown.tag, shown.tone, shown.feedback, shown.hint, shown.own, shown.reference) == ("", "", (), "", "", "")
    assert "secret" not in repr(shown.control)
    solved = items.view(each, "1", KEY[each.id], SHEET, lang, solved=True)
    assert solved.reference and solved.own and "…" not in solved.reference + solved.own


CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "c1": st.dictionaries(st.sampled_from(["one", "two"]), st.dictionaries(st.sampled_from(["time", "part"]), st.sampled_from(["", "1", "12.5%", "4,29", value("half"), value("total")]))),
        "ma1": st.dictionaries(st.sampled_from(sorted(PAIRS)), st.sampled_from(["", "mes", "erp", "scada", "crm"])),
        "cl1": st.dictionaries(st.sampled_from(sorted(RISKS)), st.sampled_from(["", "low", "mid", "high"])),
        "sh1": st.sampled_from(["", "换线", "breakdown", "x", "——"]),
        "de1": st.fixed_dictionaries({}, optional={"option": st.sampled_from(["", "go", "try", "wait"]), "reason": st.text(max_size=5)}),
    },
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(CHOICES)
def test_whatever_a_page_sends_is_marked_kept_and_shown(raw: dict[str, Any]) -> None:
    try:
        answers = items.accept(raw, ITEMS)
    except items.Malformed:  # half a surrogate in a reason
        return
    assert items.accept(answers, ITEMS) == answers
    marks = items.grade(ITEMS, answers, SHEET)
    kept = items.marks_from(json.loads(json.dumps(items.stored(marks))), ITEMS, answers)
    for each in ITEMS:
        mark = marks[each.id]
        assert 0 <= mark.fraction <= 1 and kept[each.id].fraction == pytest.approx(mark.fraction, abs=1e-5)
        assert [name for name, _part in kept[each.id].parts] == [name for name, _part in mark.parts]
        assert items.view(each, "1", answers.get(each.id), SHEET, "en", mark=kept[each.id], solved=True).reference
        mended = items.grade(ITEMS, {**answers, each.id: KEY[each.id]}, SHEET)
        assert mended[each.id].fraction == 1.0
