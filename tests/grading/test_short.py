"""Marking a word or two: what was meant counts, in either language and however it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict
from dgxblock.grading.short import ShortSpec, fold, grade, words

SPEC = ShortSpec(
    ("换线", "changeover", "set-up time", "5S", "3.4"),
    40,
    typos=True,
    misconceptions=(("loss:breakdown", ("故障", "breakdown", "changeovers")),),
)


@pytest.mark.parametrize(
    "answer",
    [
        "换线", " 换线。", "“换线”", "换 线", "换\u200b线", "\u202e换线\u202c", "changeover", "CHANGEOVER",
        "Changeover!", "change-over", "change over", "ｃｈａｎｇｅｏｖｅｒ",
        "Set-up time", "set up TIME", "setup\ttime", "5s",
        "５Ｓ", "3.4",
        "３．４",
    ],
)  # fmt: skip
def test_spelling_width_case_and_punctuation_do_not_count(answer: str) -> None:
    assert grade(answer, SPEC).note == "ok"


@pytest.mark.parametrize("answer", ["changeovr", "changeoverr", "chnageover", "changeober", "hangeover", "Changevoer"])
def test_one_slip_in_a_long_word_is_forgiven_if_the_author_says_so(answer: str) -> None:
    assert (grade(answer, SPEC).verdict, grade(answer, SPEC).note) == (Verdict.RIGHT, "typo")
    assert grade(answer, ShortSpec(SPEC.accepted, 40)).note == "wrong"


@pytest.mark.parametrize("answer", ["chngeovr", "cahngeovr", "换钱", "换", "4s", "34", "3,4", "set up tine", "over"])
def test_more_than_a_slip_is_another_word(answer: str) -> None:
    assert grade(answer, SPEC).note == "wrong"


@pytest.mark.parametrize("answer", ["故障", "Breakdown.", "故 障", "changeovers"])
def test_a_known_wrong_word_keeps_its_name_even_beside_a_right_one(answer: str) -> None:
    assert grade(answer, SPEC).note == "loss:breakdown"


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (None, "blank"),
        ("", "blank"),
        ("  \n", "blank"),
        ("……", "unread:text-empty"),
        ("\u200b\u202e", "unread:text-empty"),
        ("x" * 41, "unread:text-long"),
        ("x" * 10_000_000, "unread:text-long"),
        (["换线"], "unread:type"),
        ({"text": "换线"}, "unread:type"),
        (True, "unread:type"),
        (float("nan"), "unread:type"),
        ("\ud800", "unread:text-empty"),
        ("ﷺ" * 40, "wrong"),
    ],
)
def test_what_cannot_be_read_earns_nothing(answer: object, note: str) -> None:
    mark = grade(answer, SPEC)

    assert (mark.note, mark.fraction) == (note, 0.0)


def test_marks_between_digits_keep_numbers_apart() -> None:
    assert fold("1.5") != fold("15") and fold("A.5.") == fold("a5") and words("Set-up: 3.4%") == ["set", "up", "3.4%"]


@given(st.text(max_size=60))
def test_any_text_gets_a_mark_and_is_like_itself(text: str) -> None:
    mark = grade(text, SPEC)

    assert mark.fraction in (0.0, 1.0)
    if len(fold(text)) > 0 and len(text) <= 40 and text.strip():
        assert grade(text, ShortSpec((text,), 40)).note == "ok"


@given(st.sampled_from(SPEC.accepted), st.sampled_from(["{}", " {} ", "「{}」", "{}!", "\u200e{}"]))
def test_every_accepted_text_earns_everything(text: str, around: str) -> None:
    assert grade(around.format(text), SPEC).fraction == 1
