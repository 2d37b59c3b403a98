"""What a trainee tries who wants to fill the disk, or to keep the readers of files busy."""

from __future__ import annotations

import pytest

from dgxblock import lab
from dgxblock.block import uploads as block_uploads
from tests.builders import uploads
from tests.builders.hostile import refused_politely
from tests.builders.uploads import exercise, solved, state, uploaded

pytestmark = pytest.mark.django_db


def test_one_file_under_another_name_is_read_again_so_that_it_counts_towards_the_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = exercise()
    content = solved(made)
    uploaded(made, content, name="1.xlsx")
    before = state(made)

    def busy(*_arguments: object, **_more: object) -> None:
        raise lab.LabError("rate", seconds=3)

    monkeypatch.setattr(lab, "call", busy)
    refused_politely(uploads.send(made, content, name="2.xlsx"), 429, "rate")
    assert state(made) == before
    uploaded(made, content, name="1.xlsx")


def test_the_same_file_again_is_neither_read_nor_stored_again() -> None:
    made = exercise()
    content = solved(made)
    assert len({uploaded(made, content) for _turn in range(10)}) == 1


def test_a_question_takes_so_many_files_and_then_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_uploads, "MOST_FILES", 2)
    made = exercise()
    first, second = (solved(made, share=("", number)) for number in (1.0, 2.0))
    uploaded(made, first)
    kept = uploaded(made, second)
    before = state(made)
    refused_politely(uploads.send(made, first), 409, "too-many")
    assert state(made) == before
    assert uploaded(made, second) == kept, "the latest once more is none more"
