"""The road through the decisions of a case."""

from __future__ import annotations

from datetime import UTC, datetime

from dgxblock import lab
from dgxblock.block.road import Road, walk
from dgxblock.content import read
from dgxblock.content.model import Case
from dgxblock.ledger.api import DecisionView
from tests.builders import documents

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def case() -> Case:
    found = read.parse(documents.CASE)
    assert isinstance(found, Case)
    return found


def road(*choices: tuple[str, str]) -> Road:
    made = [DecisionView(decision, option, "", NOW, False) for decision, option in choices]
    return walk(case().decisions, made, lab.build(case().dataset, "teaching").values)


def test_before_the_first_decision_the_state_is_where_it_starts() -> None:
    start = road()
    total = lab.build(case().dataset, "teaching").values["total"]
    assert dict(start.state) == {"cash": 60.0, "stop": total}
    assert start.current is not None and start.current.id == "d1"
    assert (start.total, start.left, start.finished) == (2, 2, False)


def test_effects_add_set_and_take_values_of_the_data() -> None:
    values = lab.build(case().dataset, "teaching").values
    after = road(("d1", "a"))
    assert dict(after.state) == {"cash": 42.0, "stop": values["half"]}
    assert [(change.name, change.before, change.after) for change in after.steps[0].changes] == [
        ("cash", 60.0, 42.0), ("stop", values["total"], values["half"]),
    ]  # fmt: skip
    assert (after.left, after.total) == (1, 2)


def test_a_short_road_counts_what_was_taken() -> None:
    done = road(("d1", "c"))
    assert done.finished and (done.total, done.left) == (1, 0) and done.steps[0].changes == ()


def test_the_order_of_the_records_does_not_matter_and_strangers_are_ignored() -> None:
    assert road(("d2", "b"), ("d9", "a"), ("d1", "b")).steps == road(("d1", "b"), ("d2", "b")).steps


def test_a_later_decision_alone_leads_nowhere() -> None:
    assert road(("d2", "a")).steps == ()


def test_a_choice_that_the_author_has_taken_out_is_open_again() -> None:
    again = road(("d1", "gone"), ("d2", "a"))
    assert again.steps == () and again.current is not None and again.current.id == "d1"
