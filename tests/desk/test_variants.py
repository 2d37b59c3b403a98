"""The variant gate names every seed that it should, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.content.folder import look
from dgxblock.desk import variants
from dgxblock.desk.opened import folders, open_all
from dgxblock.lab.draws import Draws
from tests.builders.content import DATASET, EXERCISE, write_folder

SEEDS = range(1, 41)
VARYING = DATASET.replace("SELECT 660", "SELECT integer('p', 1, 601, 606)")


def found(folder: Path, count: int = 40) -> dict[str, str]:
    """Code and seeds of what the gate finds."""
    tried = variants.try_all([look(folder)], count)
    return {
        each.finding.code: dict(each.finding.message_params)["seeds"]
        for each in variants.located(tried)
        if each.path.name != "assessment.xml"
    }


def failing(planned: int) -> str:
    """The seeds for which `planned` has that value, worked out without the gate."""
    draws = {number: Draws(f"variant:{number}").integer("p", 1, 601, 606) for number in SEEDS}
    numbers = [number for number, drawn in draws.items() if drawn == planned]
    assert 0 < len(numbers) < len(SEEDS)
    spans: list[str] = []
    for number in numbers:
        first = next(each for each in range(number, 0, -1) if each - 1 not in numbers)
        if number + 1 not in numbers:
            spans.append(f"variant:{first}" + (f"-{number}" if first != number else ""))
    return ", ".join(spans)


def test_good_documents_pass(tmp_path: Path) -> None:
    assert found(write_folder(tmp_path, dataset=VARYING)) == {}


@pytest.mark.parametrize(
    ("dataset", "exercise", "code"),
    [
        (VARYING.replace('name="planned"', 'name="planned" max="605"'), EXERCISE, "key-range"),
        (
            VARYING.replace("0.5 + :planned / 10000.0", "0.5 + 1 / (606.0 - :planned)"),
            EXERCISE,
            "query-fails",
        ),
        (
            VARYING.replace("0.5 + :planned / 10000.0", "iif(:planned = 606, 606, 0.5 + :planned / 100.0)"),
            EXERCISE,
            "misconception-right",
        ),
        (
            VARYING,
            EXERCISE.replace("ALL SELECT 'y'</key>", "ALL SELECT 'y' WHERE :planned &lt; 606</key>"),
            "key-steps",
        ),
    ],
    ids=["range", "division by zero", "wrong road", "order"],
)  # fmt: skip
def test_exactly_the_seeds_that_break_are_named(tmp_path: Path, dataset: str, exercise: str, code: str) -> None:
    folder = write_folder(tmp_path, dataset=dataset, exercise=exercise)
    assert found(folder) == {code: failing(606)}


def test_one_process_finds_what_many_do(tmp_path: Path) -> None:
    folder = look(write_folder(tmp_path, dataset=VARYING.replace('name="planned"', 'name="planned" max="605"')))
    alone = variants.try_seeds(open_all(folder), [variants.name_of(number) for number in SEEDS])
    together = variants.try_all([folder], len(SEEDS))
    assert together.faults == alone.faults
    assert together.varying == alone.varying


def test_questions_that_are_the_same_for_all_are_not_counted(tmp_path: Path) -> None:
    (fixed,) = folders(write_folder(tmp_path / "fixed"))
    (varying,) = folders(write_folder(tmp_path / "varying", dataset=VARYING))
    assert variants.try_all([fixed], 5).varying == 0
    assert variants.try_all([varying], 5).varying == 4, "two numbers, in the exercise and in the assessment"
