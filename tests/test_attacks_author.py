"""What a hostile author writes into a document that somebody else imports."""

from __future__ import annotations

import pytest

from dgxblock.content import read
from tests.builders import documents

ORDER = 'id="o-1"'


@pytest.mark.parametrize("name", ["q.1", "__proto__", "题1", "q" * 61, "q" * 5000, "q1é", "q:1", "1q", "-q", ""])
def test_an_id_that_no_form_and_no_ledger_can_hold_is_refused(name: str) -> None:
    with pytest.raises(read.ContentError) as refused:
        read.parse(documents.EXERCISE.replace(ORDER, f'id="{name}"'))
    assert {each.code for each in refused.value.findings} == {"attribute-value"}


@pytest.mark.parametrize("name", ["q_1", "Q7", "o-1", "q" * 60])
def test_other_ids_are_the_authors_own_affair(name: str) -> None:
    assert read.parse(documents.EXERCISE.replace(ORDER, f'id="{name}"')).kind == "exercise"
