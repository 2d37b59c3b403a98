"""What goes out and comes in again is the same; what somebody changed on the way is theirs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgxblock import bank
from dgxblock.bank import csv_format, own, package
from dgxblock.bank.question import question
from dgxblock.content.build_items import assessment, exercise
from dgxblock.content.model import ChoiceItem, Item, MatchItem, ValueDef
from dgxblock.content.safe import load
from tests.builders.bank import questions
from tests.builders.grammar import document

calm = settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
Made = tuple[Item, tuple[ValueDef, ...]]


@pytest.mark.parametrize("format", ["csv", "qti"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@calm
@given(made=questions(), other=st.sampled_from(["zh-CN", "en"]))
def test_a_question_comes_back_as_it_went(format: str, lang: str, other: str, made: Made) -> None:
    item, values = made
    written = bank.write(format, [item], values, lang=lang)
    taken = bank.read(written.filename, written.data, lang=other)
    if written.written:
        assert (taken.items, taken.refused) == ((item,), ())
        assert sorted(taken.values, key=repr) == sorted(values, key=repr)
    else:
        assert [each.code for each in written.refused] in (["too-long"], ["orders"])


@pytest.mark.parametrize("format", ["csv", "qti"])
@calm
@given(made=questions())
def test_what_other_systems_see_comes_back_as_it_went_too(format: str, made: Made) -> None:
    """Without our own description: the words, the key, the points."""
    item, values = made
    asked = question(item, "en", own.constants_of(values), "")
    module = csv_format if format == "csv" else package
    (again,) = module.read(module.write([asked], "en")).questions
    assert (again.kind, again.points) == (asked.kind, asked.points)
    assert [each.right for each in again.options] == [each.right for each in asked.options]
    assert (again.key, again.unit) == (asked.key, asked.unit)
    if format == "qti":
        assert again.prompt == asked.prompt
        assert [each.text for each in again.options] == [each.text for each in asked.options]
        assert again.targets == asked.targets
        assert [each.target for each in again.options] == [each.target for each in asked.options]


@pytest.mark.parametrize("format", ["csv", "qti"])
@pytest.mark.parametrize("kind", ["assessment", "exercise"])
@calm
@given(st.data())
def test_a_random_document_goes_out_whole_or_says_what_stays(kind: str, format: str, data: st.DataObject) -> None:
    root = load(data.draw(document(kind))).root
    made: Any = assessment(root) if kind == "assessment" else exercise(root)
    written = bank.write(format, made.items, made.dataset.values)
    assert written.written + len(written.refused) == len(made.items)
    taken = bank.read(written.filename, written.data)
    # such documents are nonsense, so few of their questions keep the rules: each is taken, or named
    assert len(taken.items) + len({each.place.item for each in taken.refused}) >= (1 if written.written else 0)
    for each in taken.items:
        assert not own.faults([each], taken.values)


def edited(data: bytes, change: dict[str, str]) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    for heading, text in change.items():
        rows[1][rows[0].index(heading)] = text
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


CHOICE = b"""type,id,question,option A,option B,option C,answer,feedback B,explanation
single,q1,What?,one,two,three,A,not that,because
"""


def bilingual() -> ChoiceItem:
    """The question above with its Chinese written."""
    (item,) = bank.read("x.csv", CHOICE, lang="en").items
    assert isinstance(item, ChoiceItem)
    packed = own.pack(item, (), "en")
    for old, new in (("TODO What?", "什么？"), ("TODO one", "一"), ("TODO two", "二"), ("TODO three", "三"),
                     ("TODO not that", "不是"), ("TODO because", "因为")):  # fmt: skip
        packed = packed.replace(old, new)
    found, _values, _lang = own.unpack(packed)
    assert isinstance(found, ChoiceItem)
    return found


def test_a_corrected_word_is_taken_and_its_translation_marked() -> None:
    item = bilingual()
    data = edited(bank.write("csv", [item], (), lang="en").data, {"option B": "two and a half"})
    taken = bank.read("x.csv", data)
    (again,) = taken.items
    assert isinstance(again, ChoiceItem)
    assert taken.refused == ()
    assert [each.label.plain("en") for each in again.choices] == ["one", "two and a half", "three"]
    assert [each.label.plain("zh-CN") for each in again.choices] == ["一", "TODO 二", "三"]
    assert again.prompt == item.prompt and again.rationale == item.rationale
    assert again.choices[1].feedback == item.choices[1].feedback


def test_another_right_answer_is_taken() -> None:
    data = edited(bank.write("csv", [bilingual()], (), lang="en").data, {"answer": "C"})
    (again,) = bank.read("x.csv", data).items
    assert isinstance(again, ChoiceItem)
    assert [each.correct for each in again.choices] == [False, False, True]
    assert again.prompt.plain("zh-CN") == "什么？"


def test_a_taken_away_choice_tells_that_translations_went() -> None:
    four = CHOICE.replace(b"option C,", b"option C,option D,").replace(b"three,A", b"three,four,A")
    (item,) = bank.read("x.csv", four, lang="en").items
    data = edited(bank.write("csv", [item], (), lang="en").data, {"option D": ""})
    taken = bank.read("x.csv", data)
    assert [each.code for each in taken.refused] == ["own-parts"]
    assert len(taken.items) == 1


def test_a_target_is_renamed_where_it_stands() -> None:
    source = b"type,question,option A,option B,match A,match B,answer\nmatch,Which?,x,y,mes,erp,A-B B-A\n"
    (item,) = bank.read("x.csv", source, lang="en").items
    data = edited(bank.write("csv", [item], (), lang="en").data, {"match B": "ERP system"})
    (again,) = bank.read("x.csv", data).items
    assert isinstance(again, MatchItem)
    assert [each.label.plain("en") for each in again.targets] == ["mes", "ERP system"]
    assert [each.target for each in again.things] == ["t2", "t1"]


@pytest.mark.parametrize("broken", ["", "x", "<assessment/>", '<assessment xmlns="urn:dgx:content:1"/>', "<a" * 99])
def test_a_damaged_description_is_told_and_the_visible_words_are_taken(broken: str) -> None:
    data = edited(bank.write("csv", [bilingual()], (), lang="en").data, {"dgx": broken})
    taken = bank.read("x.csv", data, lang="en")
    assert [each.code for each in taken.refused] == (["own-broken"] if broken else [])
    assert taken.items[0].prompt.plain("en") == "What?"
    assert taken.items[0].prompt.plain("zh-CN") == "TODO What?"


def test_the_same_questions_make_the_same_file() -> None:
    for format in ("csv", "qti"):
        assert bank.write(format, [bilingual()], ()).data == bank.write(format, [bilingual()], ()).data
