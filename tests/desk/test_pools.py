"""The gate tries every question of a pool, whoever would be drawn it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.content.folder import look
from dgxblock.desk import variants
from tests.builders.content import ASSESSMENT, BI, ITEMS, write_folder

TITLE = f"<title>{BI}</title>"
POOLED = ASSESSMENT.replace(
    ITEMS, f'<section id="first">{TITLE}<pool id="p1" draw="1">\n{ITEMS}\n</pool></section>'
).replace('points="2"', 'points="1"').replace(' depends="q-oee"', "")  # fmt: skip


def tried(folder: Path, pooled: str) -> variants.Tried:
    (folder / "assessment.xml").write_text(pooled, encoding="utf-8")
    found = look(folder)
    assert not [each for each in found.found if each.finding.level == "error"], found.found
    return variants.try_all([found], 3)


def test_all_questions_of_a_pool_are_tried(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    names = {item for path, item in tried(folder, POOLED).keys if path.name == "assessment.xml"}
    assert names == {"q-oee", "q-next", "q-one", "q-many", "q-steps", "q-pareto"}


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("<key>SELECT 'x' UNION ALL SELECT 'y'", "<key>SELECT 'x' UNION ALL SELECT 'z'", "key-steps", "SELECT 'z'"),
        ('ref="planned"><feedback>', 'ref="oee"><feedback>', "misconception-right", 'ref="oee"><feedback>'),
    ],
)  # fmt: skip
def test_a_fault_in_a_pool_is_found_at_its_line(tmp_path: Path, old: str, new: str, code: str, at: str) -> None:
    assert old in POOLED
    bad = POOLED.replace(old, new, 1)
    folder = write_folder(tmp_path)
    found = [each for each in variants.located(tried(folder, bad)) if each.path.name == "assessment.xml"]
    (line,) = [number for number, text in enumerate(bad.splitlines(), 1) if at in text]
    assert [(each.finding.code, each.finding.line) for each in found] == [(code, line)]
