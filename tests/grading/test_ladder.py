"""Marking the result of a query: rung by rung, whatever the order of columns, never telling a wanted row."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxblock.grading import Verdict
from dgxblock.grading.ladder import LadderSpec, Result, grade, same
from dgxblock.grading.words import hint

ROWS = (("L1", 10742.2), ("L2", 5016.2), ("L3", 2357.8))
KEY = Result(("line", "minutes"), ROWS)
SPEC = LadderSpec(KEY, ("minutes",))


def result(*rows: tuple[object, ...], columns: tuple[str, ...] = ("line", "minutes")) -> Result:
    return Result(columns, rows)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "own",
    [
        KEY,
        result(*((b, a) for a, b in ROWS), columns=("minutes", "line")),
        result(*ROWS, columns=("LINE", "Minutes")),
        result(*((a, b * (1 + 9e-7)) for a, b in ROWS)),
    ],
    ids=["the key itself", "columns the other way round", "names in capitals", "numbers a millionth off"],
)
def test_what_says_the_same_is_right(own: Result) -> None:
    mark = grade(own, SPEC)
    assert (mark.fraction, mark.verdict, mark.note) == (1.0, Verdict.RIGHT, "ok")


@pytest.mark.parametrize(
    ("own", "note", "fraction"),
    [
        (result(*ROWS, columns=("line", "m")), "sql:columns", 0.9),
        (result(*((*row, 1) for row in ROWS), columns=("line", "minutes", "x")), "sql:columns", 0.1 + 0.4 / 3 + 0.7),
        (result(*((a,) for a, _ in ROWS), columns=("line",)), "sql:columns", 0.1 + 0.1 + 0.2),
        (result(*ROWS, ROWS[0]), "sql:shape", 0.3 + 0.4 * 6 / 7),
        (result(*ROWS[:2]), "sql:shape", 0.3 + 0.4 * 4 / 5),
        (result(), "sql:shape", 0.3),
        (result(("L1", 1), *ROWS[1:]), "sql:rows", 0.5 + 0.4 * 2 / 3),
        (result(("L1", "10742.2"), *ROWS[1:]), "sql:rows", 0.5 + 0.4 * 2 / 3),
        (result(("L1", None), *ROWS[1:]), "sql:rows", 0.5 + 0.4 * 2 / 3),
        (result(*((a, round(b)) for a, b in ROWS)), "sql:rows", 0.5),
        (result(*ROWS[::-1]), "sql:order", 0.9),
    ],
    ids=["a name", "a column too many", "a column too few", "a row twice", "a row missing", "no row", "a value",
         "a number as text", "a hole", "rounded", "backwards"],
)  # fmt: skip
def test_the_first_rung_that_fails_is_named(own: Result, note: str, fraction: float) -> None:
    mark = grade(own, SPEC)
    assert mark.note == note
    assert mark.fraction == pytest.approx(fraction)
    assert mark.verdict in (Verdict.PARTLY, Verdict.AGAIN)
    assert hint(mark, language="en") and hint(mark, language="zh-CN")


def test_a_question_without_an_order_gives_its_points_to_the_other_rungs() -> None:
    assert grade(result(*ROWS[::-1]), LadderSpec(KEY)).fraction == 1.0
    mark = grade(result(*ROWS, columns=("a", "b")), LadderSpec(KEY))
    assert mark.fraction == pytest.approx(0.7 / 0.9)
    assert [name for name, _part in mark.parts] == ["ran", "columns", "shape", "rows"]


def test_rows_that_are_equal_by_the_order_asked_for_may_come_in_any_order() -> None:
    key = result(("a", 2), ("b", 1), ("c", 1))
    spec = LadderSpec(key, ("minutes",))
    assert grade(result(("a", 2), ("c", 1), ("b", 1)), spec).fraction == 1.0
    assert grade(result(("b", 1), ("a", 2), ("c", 1)), spec).note == "sql:order"
    assert grade(result(("a", 2), ("c", 1), ("b", 1)), LadderSpec(key, ("minutes", "line"))).note == "sql:order"


def test_rows_count_as_often_as_they_come() -> None:
    key = LadderSpec(result(("a", 1), ("a", 1), ("b", 1)))
    assert grade(result(("a", 1), ("b", 1), ("b", 1)), key).note == "sql:rows"
    assert grade(result(("b", 1), ("a", 1), ("a", 1)), key).fraction == 1.0


def test_what_holds_on_these_data_only_is_not_right() -> None:
    other = result(("L1", 7), ("L2", 8), ("L3", 9))
    mark = grade(KEY, SPEC, [(KEY, other)])
    assert (mark.note, mark.verdict) == ("sql:only-this-data", Verdict.PARTLY)
    assert mark.fraction == pytest.approx(0.5)
    assert grade(KEY, SPEC, [(None, other)]).fraction == 0.0
    assert grade(KEY, SPEC, [(KEY, KEY), (other, other)]).note == "ok"


def test_a_known_wrong_road_is_named() -> None:
    fan_out = result(("L1", 20000.0), ("L2", 5016.2), ("L3", 2357.8))
    backwards = result(*ROWS[::-1])
    spec = LadderSpec(KEY, ("minutes",), (("sql:fan-out", fan_out), ("sql:ascending", backwards)))
    assert grade(result(*fan_out.rows[::-1], columns=("l", "m")), spec).note == "sql:fan-out"
    assert grade(backwards, spec).note == "sql:ascending"
    assert grade(result(ROWS[1], ROWS[0], ROWS[2]), spec).note == "sql:order"
    assert grade(KEY, spec).note == "ok"


def test_nothing_of_the_wanted_rows_is_in_the_mark_but_their_number() -> None:
    said = repr(grade(result(("L9", 1)), SPEC)) + hint(grade(result(("L9", 1)), SPEC), language="en")
    assert not any(secret in said for secret in ("10742", "5016", "2357", "L1", "L2", "L3"))


@pytest.mark.parametrize("constant", [0, 1])
def test_a_thousand_rows_that_nearly_agree_are_compared_in_no_time(constant: int) -> None:
    def rows(shift: float) -> Result:
        made = [[1.0, 1.0] for _ in range(1000)]
        for number, row in enumerate(made):
            row[1 - constant] = number + shift
        return result(*map(tuple, made))

    begin = time.perf_counter()
    assert grade(rows(0.5), LadderSpec(rows(0))).note == "sql:rows"
    assert grade(result(*[(1.0, 1.0)] * 1000), LadderSpec(rows(0))).note == "sql:rows"
    assert time.perf_counter() - begin < 1


CELLS = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
RESULTS = st.integers(0, 3).flatmap(
    lambda width: st.builds(
        Result,
        st.tuples(*[st.text()] * width),
        st.lists(st.tuples(*[CELLS] * width), max_size=5).map(tuple),
    )
)


@given(RESULTS, RESULTS, st.lists(st.text(), max_size=2).map(tuple))
def test_any_two_results_can_be_compared(own: Result, key: Result, order: tuple[str, ...]) -> None:
    mark = grade(own, LadderSpec(key, order), [(None, key)])
    assert 0.0 <= mark.fraction < 1.0


@given(RESULTS.filter(lambda own: not any(isinstance(cell, float) for row in own.rows for cell in row)))
def test_every_result_is_the_same_as_itself_in_any_order(own: Result) -> None:
    assert same(own, Result(own.columns, own.rows[::-1]), ())
