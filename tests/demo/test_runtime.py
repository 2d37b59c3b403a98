"""The demo's runtime keeps what a platform would keep."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from workbench.models import XBlockState
from xblock.exceptions import NoSuchDefinition, NoSuchUsage

from dgxblock.demo import blocks
from dgxblock.demo.course import COURSE_KEY, UNITS
from dgxblock.demo.models import DemoGrade
from dgxblock.demo.runtime import DemoIds, DemoRuntime

pytestmark = pytest.mark.usefixtures("demo")


def block(learner: str | None = "7", *, custom: bool = False) -> Any:
    return SimpleNamespace(scope_ids=SimpleNamespace(user_id=learner, usage_id="u"), has_custom_completion=custom)


def grade(value: float, *, only_if_higher: bool = False, **more: Any) -> dict[str, Any]:
    return {"value": value, "max_value": 10.0, "only_if_higher": only_if_higher, **more}


def kept(learner: str = "7") -> tuple[float | None, float | None, float]:
    row = DemoGrade.objects.get(learner_id=learner, usage_key="u")
    return row.value, row.max_value, row.completion


def test_a_published_score_is_kept_and_completes_the_unit() -> None:
    DemoRuntime("7").publish(block(), "grade", grade(6))
    assert kept() == (6, 10, 1)


def test_a_block_with_completion_of_its_own_is_not_completed_by_a_score() -> None:
    runtime = DemoRuntime("7")
    runtime.publish(block(custom=True), "grade", grade(6))
    assert kept() == (6, 10, 0)
    runtime.publish(block(custom=True), "completion", {"completion": 0.5})
    assert kept() == (6, 10, 0.5)


def test_a_lower_score_replaces_a_higher_one_unless_it_must_not() -> None:
    runtime = DemoRuntime("7")
    runtime.publish(block(), "grade", grade(8))
    runtime.publish(block(), "grade", grade(5, only_if_higher=True))
    assert kept()[0] == 8
    runtime.publish(block(), "grade", grade(5))
    assert kept()[0] == 5


def test_a_score_is_the_scopes_learners_whoever_the_event_names() -> None:
    DemoRuntime("7").publish(block(), "grade", grade(6, user_id="8"))
    assert list(DemoGrade.objects.values_list("learner_id", flat=True)) == ["7"]


def test_authors_and_nobody_have_no_grades() -> None:
    DemoRuntime("7", author=True).publish(block(), "grade", grade(6))
    DemoRuntime(None).publish(block(None), "grade", grade(6))
    DemoRuntime("7").publish(block(), "something.else", {"value": 1})
    assert not DemoGrade.objects.exists()


def test_every_process_knows_the_same_ids() -> None:
    ids = DemoIds()
    for unit in UNITS:
        assert ids.get_block_type(ids.get_definition_id(unit.usage_id)) == unit.block_type
    with pytest.raises(NoSuchUsage):
        ids.get_definition_id("dgx-demo.dgx_case_study.d0.u1")
    with pytest.raises(NoSuchDefinition):
        ids.get_block_type("dgx-demo.dgx_case_study.d1")


def test_reading_fields_makes_no_rows() -> None:
    before = XBlockState.objects.count()
    shown = blocks.load(UNITS[0], "7")
    assert shown.document
    assert not shown.display_name
    assert XBlockState.objects.count() == before


def test_a_field_that_was_set_can_be_set_back() -> None:
    author = blocks.load(UNITS[2], None, author=True)
    author.display_name = "Another title"
    author.save()
    assert blocks.load(UNITS[2], "7").title() == "Another title"
    del author.display_name
    author.save()
    assert blocks.load(UNITS[2], "7").title() != "Another title"


def test_blocks_are_told_their_course() -> None:
    assert {blocks.load(unit, "7").course() for unit in UNITS} == {COURSE_KEY}


def test_there_are_no_handlers_without_a_login() -> None:
    shown = blocks.load(UNITS[0], "7")
    with pytest.raises(NotImplementedError):
        shown.runtime.handler_url(shown, "decide", thirdparty=True)
