"""What a trainee tries who wants to fill the disk, or to keep the readers of files busy."""

from __future__ import annotations

import pytest

from dgxblock.block import uploads as block_uploads
from dgxblock.ledger import models
from tests.builders import uploads
from tests.builders.hostile import refused_politely
from tests.builders.uploads import exercise, solved, state, uploaded

pytestmark = pytest.mark.django_db


def test_one_file_under_many_names_is_counted_like_many_files() -> None:
    made = exercise()
    content = solved(made)
    answers = [uploads.send(made, content, name=f"{number}.xlsx") for number in range(10)]
    refused_politely(answers[-1], 429, "rate")
    assert models.Upload.objects.filter(**made.place().where()).count() <= 7


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
