"""What a dishonest trainee, or one who only wants to disturb, tries with texts that people judge and share."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from dgxblock.block import sharing
from dgxblock.exercise import ExerciseXBlock
from dgxblock.insight.names import masked_names
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents
from tests.builders.practice import check
from tests.test_exercise_texts import DOCUMENT, OTHER_PLAN, PLAN, exercise, handed_in, judge, staff

pytestmark = pytest.mark.django_db

HINT = documents.both("demandHint", "a hint for the plan", ' cost="40"')
PROMPT = documents.both("prompt", "prompt plan")
HINTED = DOCUMENT.replace(PROMPT, PROMPT + HINT)
FULL = 30.0
"""Points of the text."""


def hinted() -> Any:
    return blocks.block(ExerciseXBlock, HINTED)


def earned(made: Any) -> float | None:
    return ledger.attempts(made.place())[-1].earned


def take_hint(made: Any) -> None:
    blocks.answer(made, "hint", {"item": "plan", "step": 1})


# -- what hints cost -------------------------------------------------------------------------------------------------


def test_a_judgement_does_not_pay_back_what_a_hint_on_a_text_cost() -> None:
    made = hinted()
    take_hint(made)
    check(made, {"plan": PLAN})
    assert judge().status_int == 200
    assert earned(made) == pytest.approx(0.6 * FULL)
    judge()  # a second reading takes it off once, not twice
    assert earned(made) == pytest.approx(0.6 * FULL)


def test_a_text_that_is_carried_on_costs_what_hints_were_taken_by_then() -> None:
    made = hinted()
    check(made, {"plan": PLAN})
    judge()
    assert earned(made) == FULL
    take_hint(made)
    check(made, {"plan": PLAN})
    assert [each.earned for each in ledger.attempts(made.place())] == [FULL, pytest.approx(0.6 * FULL)]
    check(made, {"plan": PLAN})
    assert earned(made) == pytest.approx(0.6 * FULL)


# -- other people's texts --------------------------------------------------------------------------------------------


def shared(learner: str, text: str) -> None:
    blocks.answer(handed_in(learner, text), "share", {"item": "plan", "on": True, "named": False})


def test_who_has_handed_in_everything_but_the_text_does_not_read_those_of_others() -> None:
    shared("8", OTHER_PLAN)
    made = exercise()
    assert OTHER_PLAN not in check(made, {"s1": "x"})
    assert OTHER_PLAN not in check(made, {"s1": "x", "plan": " \n "})
    assert OTHER_PLAN in check(made, {"s1": "x", "plan": PLAN})


@pytest.mark.parametrize(
    "empty", ["\u200b" * 30, "\u2060\ufeff" * 15, "\u202e" * 30, "\u00ad" * 30, " \u3000\u200d" * 10]
)
def test_a_text_of_nothing_that_anybody_sees_is_no_text(empty: str) -> None:
    made = exercise()
    check(made, {"s1": "x", "plan": empty})
    assert ledger.attempts(made.place())[-1].marks["plan"]["verdict"] == "blank"


def test_the_board_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_SHOWN", 2)
    shared("7", PLAN)
    for number in range(3):
        shared(f"3{number}", f"{OTHER_PLAN} {number}")
    page = blocks.inner(exercise())
    assert page.count(OTHER_PLAN) == 2 and f"{OTHER_PLAN} 0" not in page and "Only the newest 2" in page
    assert "is shown without your name" in page  # the own text is found, however old it is


# -- the staff's panel -----------------------------------------------------------------------------------------------


def test_texts_that_wait_are_listed_however_many_were_judged_before() -> None:
    for learner in ("10", "11", "12"):
        handed_in(learner)
        judge(learner=learner)
    made = handed_in("13", OTHER_PLAN)
    place = made.place()
    found = ledger.waiting(place.course_key, place.usage_key, judged=True, most=2)
    assert [each.place.learner_id for each in found] == ["13", "10"]


def test_of_a_learner_who_tried_often_the_list_holds_the_latest_only() -> None:
    made = handed_in("10")
    check(made, {"plan": OTHER_PLAN})
    place = made.place()
    assert [each.number for each in ledger.waiting(place.course_key, place.usage_key, judged=True)] == [2]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202eZhou\u202c Min", "Zhou M*"),
        ("Zhou\u200b\u2066 \x00Min\n", "Zhou M*"),
        ("\u202e\u200b", "somebody"),
        ("周\u3000敏", "周 敏*"),
        ("x" * 255 + " y", "x" * 60),
    ],
)
def test_a_name_cannot_turn_or_hide_what_stands_beside_it(name: str, shown: str) -> None:
    user = get_user_model().objects.create(username="somebody", first_name=name[:150])
    if len(name) > 150:
        assert len(masked_names([str(user.pk)])[str(user.pk)]) <= 64
    elif shown == "somebody":
        assert masked_names([str(user.pk)]) == {str(user.pk): "s**"}
    else:
        assert masked_names([str(user.pk)]) == {str(user.pk): shown}


def test_a_reader_who_is_no_trainee_sees_all_that_is_shared() -> None:
    shared("8", OTHER_PLAN)
    assert OTHER_PLAN in blocks.inner(staff())
