"""GIFT, Aiken and CSV: what is taken of each, and what is told instead."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock import bank
from dgxblock.content.model import ChoiceItem, DecideItem, Item, MatchItem, NumberItem, OrderItem, ShortItem, Tolerance


def codes(taken: bank.Taken) -> list[tuple[str, str]]:
    return [(str(each.place), each.code) for each in taken.refused]


def said(item: Item) -> Any:
    """A question in short: kind and what is right."""
    if isinstance(item, NumberItem):
        return "number", item.tolerance.amount
    if isinstance(item, ShortItem):
        return "short", [each.text for each in item.accepted]
    if isinstance(item, ChoiceItem):
        return item.element, [each.label.plain("en") for each in item.choices if each.correct]
    if isinstance(item, DecideItem):
        return "decide", [each.label.plain("en") for each in item.options if each.credit == 1]
    if isinstance(item, OrderItem):
        return "order", [each.label.plain("en") for each in item.steps]
    assert isinstance(item, MatchItem)
    labels = {each.id: each.label.plain("en") for each in item.targets}
    return "match", [(each.label.plain("en"), labels[each.target]) for each in item.things]


GIFT = [
    ("Q {=right ~wrong ~other}", ("single", ["right"])),
    ("Q {~wrong =right#yes ~other#no}", ("single", ["right"])),
    ("Q {~%50%a ~%50%b ~c}", ("multiple", ["a", "b"])),
    ("Q {T}", ("decide", ["True"])),
    ("Q {FALSE#no#yes}", ("decide", ["False"])),
    ("对吗？ {T}", ("decide", ["对"])),
    ("Q {=SMED =single minute exchange of die}", ("short", ["SMED", "single minute exchange of die"])),
    ("Q {=%100%SMED}", ("short", ["SMED"])),
    ("Q {#42}", ("number", 1e-06)),
    ("Q {#42:0.5}", ("number", 0.5)),
    ("Q {#41..43}", ("number", 1.0)),
    ("Q {#=42:0.5}", ("number", 0.5)),
    ("Q {#-1e2:.5}", ("number", 0.5)),
    ("Q {=a -> x =b -> y}", ("match", [("a", "x"), ("b", "y")])),
    ("Q {=a -> x =b -> x = -> z}", ("match", [("a", "x"), ("b", "x")])),
    (r"Is \{1\} \= 1\: or \#2 \~? {=\=yes\~ ~no ~\#}", ("single", ["=yes~"])),
    ("// a comment\nQ {\n// another\n=right\n~wrong\n~other\n}\n// the last", ("single", ["right"])),
    ("[html]<p>Q <b>x</b> &lt; y</p>{=a ~b ~c}", ("single", ["a"])),
    ("[markdown]Q {=a ~b ~c}", ("single", ["a"])),
    ("[plain]Q <b> {=a ~b ~c}", ("single", ["a"])),
    ("Q {=fills ~takes ~is} the gap.", ("single", ["fills"])),
]


@pytest.mark.parametrize(("text", "right"), GIFT)
def test_gift_is_taken_without_a_loss(text: str, right: Any) -> None:
    taken = bank.read("x.gift", text.encode(), lang="en")
    assert codes(taken) == []
    assert [said(item) for item in taken.items] == [right]


NOT_GIFT = [
    ("Q {}", 0, "essay"), ("Just words", 0, "description"), ("Q {=a", 0, "gift-brace"), ("Q {a =b}", 0, "gift-answer"),
    ("Q {=a ~b} and {=c}", 0, "gift-gaps"), ("Q {=a =b ~c}", 0, "several-right"), ("Q {~a ~b ~c}", 0, "no-answer"),
    ("Q {=a -> =b -> x}", 0, "gift-pair"), ("Q {#forty}", 0, "gift-number"), ("Q {#=1 =2}", 0, "one-number"),
    ("Q {#12345e99}", 0, "number-size"), ("Q {#0.00012}", 0, "decimals"), ("{=a ~b ~c}", 0, "no-prompt"),
    ("Q {=%50%a}", 0, "no-answer"), ("Q {~%50%a ~%50%b}", 0, "choice-count"),
    ("Q {~%100%a ~b ~c}", 0, "multiple-key"), ("Q {=a -> x}", 0, "assign-count"),
    ("[html]Q <img src=x> {=a ~b ~c}", 0, "media"),
    ("$CATEGORY: tom/dick\n\nQ {=a ~b ~c}", 1, "category"), ("Q {=a ~%-50%b ~c}", 1, "weights"),
    ("Q {~%60%a ~%40%b ~c}", 1, "weights"), ("Q {=a =%50%b}", 1, "part-answer"), ("Q {=a#well done}", 1, "feedback"),
    ("Q {#42#well done}", 1, "feedback"), ("Q {#=42:1 =%50%42:5}", 1, "part-answer"),
    ("[markdown]Q *x* {=a ~b ~c}", 1, "markdown"), ("[html]10<sup>2</sup> {=a ~b ~c}", 1, "markup"),
    ("Q\x00 {=a ~b ~c}", 1, "control"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "taken", "code"), NOT_GIFT)
def test_what_gift_says_beyond_is_told(text: str, taken: int, code: str) -> None:
    found = bank.read("x.gift", text.encode(), lang="en")
    assert len(found.items) == taken
    assert code in [each.code for each in found.refused]
    assert all(each.place.line >= 1 for each in found.refused)


def test_feedback_weights_and_names_of_gift_find_their_places() -> None:
    text = "::the name:: Q {=a#right so ~b#not so ~c ####because of this}"
    (item,) = bank.read("x.gift", text.encode(), lang="en").items
    assert isinstance(item, ChoiceItem)
    assert item.id == "the-name"
    assert [each.feedback and each.feedback.plain("en") for each in item.choices] == ["right so", "not so", None]
    assert item.rationale.plain("en") == "because of this"
    assert item.rationale.plain("zh-CN") == "TODO because of this"


def test_a_gap_is_seen_and_html_keeps_its_emphasis() -> None:
    gap, marked = bank.read(
        "x.gift", b"A {=fills ~b ~c} gap.\n\n[html]<p>One <em>two</em></p><p>three</p>{=a ~b ~c}", lang="en"
    ).items
    assert gap.prompt.plain("en") == "A ____ gap."
    assert [each.kind for each in marked.prompt.en] == ["text", "em", "br", "text"]


AIKEN = "What?\nA. one\nB) two\nC、three\nANSWER: B\n"


@pytest.mark.parametrize("text", [AIKEN, "\n\n" + AIKEN.replace("ANSWER: B", "答案：B"), AIKEN.replace("\n", "\r\n")])
def test_aiken_is_taken(text: str) -> None:
    taken = bank.read("x.txt", text.encode(), lang="en")
    assert codes(taken) == []
    assert [said(item) for item in taken.items] == [("single", ["two"])]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (AIKEN.replace("ANSWER: B", "ANSWER: D"), ("5", "aiken-right")),
        (AIKEN.replace("ANSWER: B", "ANSWER: b"), ("5", "aiken-right")),
        (AIKEN.replace("ANSWER: B", "ANSWER: A B"), ("5", "aiken-right")),
        (AIKEN.replace("B) two", "two"), ("3", "aiken-line")),
        (AIKEN.replace("B) two", "C. two"), ("3", "aiken-letter")),
        (AIKEN.replace("What?\n", ""), ("1", "aiken-letter")),
        (AIKEN.replace("C、three\n", "").replace("B) two\n", "").replace("A. one\n", ""), ("1", "no-options")),
        ("ANSWER: A", ("1", "no-options")),
    ],
)
def test_one_wrong_line_of_aiken_is_told_and_the_next_question_is_read(text: str, told: tuple[str, str]) -> None:
    taken = bank.read("x.txt", (text + "\n" + AIKEN).encode(), lang="en")
    assert codes(taken) == [told]
    assert [said(item) for item in taken.items] == [("single", ["two"])]


def test_aiken_that_breaks_off_is_told() -> None:
    assert codes(bank.read("x.txt", (AIKEN + "\nMore?\nA. x\n").encode())) == [("7", "aiken-answer")]


HEAD = "题型,题干,选项A,选项B,选项C,答案\n"
ROWS = [
    (HEAD + "单选题,问,甲,乙,丙,b", ("single", ["乙"])),
    (HEAD + "多选,问,甲,乙,丙,A、C", ("multiple", ["甲", "丙"])),
    (HEAD + "多选,问,甲,乙,丙,AC", ("multiple", ["甲", "丙"])),
    (HEAD + ",问,甲,乙,丙,C", ("single", ["丙"])),
    (HEAD + ",问,甲,乙,丙,A C", ("multiple", ["甲", "丙"])),
    (HEAD + "判断题,问,,,,错", ("decide", ["错"])),
    (HEAD + "判断,问,是,否,,√", ("decide", ["是"])),
    (HEAD + "排序,问,甲,乙,丙,", ("order", ["甲", "乙", "丙"])),
    (HEAD + "排序,问,甲,乙,丙,C A B", ("order", ["丙", "甲", "乙"])),
    ("题型;题干;答案\n填空;问;a|b\\|c", ("short", ["a", "b|c"])),
    ("type\tquestion\tanswer\tunit\ttolerance\nnumber\tQ\t-5\t%\t0.5pp", ("number", 0.5)),
    ("type,question,answer\nnumber,Q,'-5", ("number", 1e-06)),
    ('type,question,answer\nnumber,Q,"12,790"', ("number", 1e-06)),
    ("sep=;\ntype;question;answer\nshort;Q;x", ("short", ["x"])),
    ("type,question,option A,option B,match A,match B\nmatch,Q,a,b,x,y", ("match", [("a", "x"), ("b", "y")])),
    ("type,question,option A,option B,match A,match B,match C,answer\nmatch,Q,a,b,x,y,z,A-C B-A",
     ("match", [("a", "z"), ("b", "x")])),
    ("type,question,option A,option B,match A,match B,match C\nmatch,Q,a,b,x,x,y", ("match", [("a", "x"), ("b", "x")])),
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(("text", "right"), ROWS)
def test_a_row_is_taken_in_every_encoding_that_excel_writes(text: str, right: Any, encoding: str) -> None:
    taken = bank.read("x.csv", text.encode(encoding), lang="en")
    assert codes(taken) == []
    assert [said(item) for item in taken.items] == [right]


@pytest.mark.parametrize(
    ("text", "taken", "told"),
    [
        ("题干x,答案\n问,A", 0, ("1", "csv-head")),
        ("", 0, ("1", "csv-head")),
        (HEAD + "作文,问,,,,", 0, ("2:题型", "csv-type")),
        (HEAD + ",问,,,,", 0, ("2:题型", "csv-no-type")),
        (HEAD + "单选,问,甲,乙,丙,D", 0, ("2:答案", "csv-letters")),
        (HEAD + "单选,问,甲,乙,丙,", 0, ("2:答案", "no-answer")),
        (HEAD + "单选,问,甲,,丙,A", 0, ("2:选项A", "csv-gap")),
        (HEAD + "单选,,甲,乙,丙,A", 0, ("2", "no-prompt")),
        (HEAD + "单选,问,甲,乙,丙,A B", 0, ("2", "single-key")),
        (HEAD + "判断,问,,,,也许", 0, ("2:答案", "csv-true")),
        (HEAD + "排序,问,甲,乙,丙,A B", 0, ("2:答案", "csv-letters")),
        (HEAD + "数值,问,,,,12元", 0, ("2:答案", "csv-number")),
        (HEAD + "数值,问,,,,12%", 0, ("2:答案", "csv-number")),
        (HEAD + "单选,问,甲,乙,丙,A,多出来", 1, ("2", "csv-beyond")),
        (HEAD + "填空,问,甲,,,x", 1, ("2:选项A", "csv-unused")),
        (HEAD.replace("答案", "答案,备注") + "单选,问,甲,乙,丙,A,", 1, ("1:备注", "csv-column")),
        (HEAD.replace("答案", "答案,答案") + "单选,问,甲,乙,丙,A,", 1, ("1:答案", "csv-twice")),
        ("type,question,answer,points\nshort,Q,x,0", 0, ("2:points", "csv-points")),
        ("type,question,answer,points\nshort,Q,x,many", 0, ("2:points", "csv-points")),
        ("type,question,answer,difficulty\nshort,Q,x,so-so", 0, ("2:difficulty", "csv-difficulty")),
        ("type,question,answer,tolerance\nnumber,Q,5,about", 0, ("2:tolerance", "csv-tolerance")),
        ("type,question,answer,unit\nnumber,Q,5,furlong", 0, ("2", "unit")),
        ("type,question,answer,tolerance\nnumber,Q,5,0.5pp", 0, ("2", "points-of-unit")),
        ("type,question,option A,option B,match A\nmatch,Q,a,b,x", 0, ("2:match A", "csv-pairs")),
    ],
)
def test_what_a_table_says_beyond_is_told_with_row_and_column(text: str, taken: int, told: tuple[str, str]) -> None:
    found = bank.read("x.csv", text.encode())
    assert len(found.items) == taken
    assert codes(found) == [told]


def test_lines_are_counted_through_cells_with_line_breaks() -> None:
    text = 'type,question,answer\nshort,"one\ntwo",x\nnonsense,Q,y\n'
    found = bank.read("x.csv", text.encode(), lang="en")
    assert codes(found) == [("4:type", "csv-type")]
    assert found.items[0].prompt.plain("en") == "one\ntwo"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_template_is_taken_whole(lang: str) -> None:
    taken = bank.read("x.csv", bank.template(lang), lang=lang)
    assert taken.refused == ()
    assert [said(item)[0] for item in taken.items] == [
        "single", "multiple", "decide", "number", "short", "match", "order"
    ]  # fmt: skip
    number = next(each for each in taken.items if isinstance(each, NumberItem))
    assert (number.unit, number.tolerance) == ("%", Tolerance(0.5, "pp"))
    assert [each.select for each in taken.values] == ["SELECT 0.875"]


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("x.CSV", b"question", "csv"), ("x.tsv", b"", "csv"), ("a.gift", b"", "gift"), ("x.txt", b"Q {=a}", "gift"),
        ("x.txt", AIKEN.encode(), "aiken"), ("x.txt", AIKEN.replace("ANSWER:", "答案：").encode("gb18030"), "aiken"),
        ("x.xml", b"", "qti"), ("x", b"PK\x03\x04", "qti"), ("x", b"a,b\n", "csv"), ("x", b"words", ""),
    ],
)  # fmt: skip
def test_the_format_is_told_by_name_and_content(name: str, data: bytes, format: str) -> None:
    from dgxblock.bank.take import format_of

    assert format_of(name, data) == format


def test_every_sentence_can_be_said() -> None:
    from dgxblock.bank.words import SENTENCES

    for code, text in SENTENCES.items():
        names = {each.split(")s")[0]: "x" for each in text.split("%(")[1:]}
        assert bank.Refusal.of(bank.Place(), code, **names).sentence("en"), code
