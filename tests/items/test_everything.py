"""One exercise that holds every kind of question, and the right answer to each."""

from __future__ import annotations

import pytest

from dgxblock import items, lab
from dgxblock.content import check
from dgxblock.content.items import ELEMENTS
from dgxblock.grading import Verdict
from tests.builders import everything


def test_no_kind_of_question_is_forgotten_and_the_checker_finds_nothing() -> None:
    assert sorted(item.element for item in everything.exercise().items) == sorted(ELEMENTS)
    assert check.check(everything.EXERCISE) == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_right_answers_are_right_on_everybodys_data(lang: str) -> None:
    document = everything.exercise()
    for number in range(1, 6):
        sheet = lab.build(document.dataset, f"variant:{number}")
        answers = everything.right(sheet, lang)
        marks = items.grade(document.items, items.accept(answers, document.items), sheet)
        missed = {name: mark.verdict for name, mark in marks.items() if mark.verdict is not Verdict.RIGHT}
        assert missed == {"w1": Verdict.BLANK, "plan": Verdict.WAITING}
