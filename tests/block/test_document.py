"""The document of a block as a field of XBlock."""

from __future__ import annotations

import pytest
from xblock.fields import ModifyingEnforceTypeWarning

from dgxblock.exercise import ExerciseXBlock
from tests.builders import blocks, documents


def test_characters_that_xml_cannot_hold_are_taken_out() -> None:
    dirty = documents.EXERCISE.replace("An introduction", "An \x00intro\x0bduction\ufffe")
    with pytest.warns(ModifyingEnforceTypeWarning):
        made = blocks.block(ExerciseXBlock, dirty)
    assert made.document == documents.EXERCISE
    assert made.content() is not None


def test_a_changed_document_is_seen_at_once() -> None:
    made = blocks.block(ExerciseXBlock, documents.EXERCISE)
    before = made.revision()
    made.document = documents.EXERCISE.replace("An introduction", "Another introduction")
    assert "Another introduction" in made.document and made.revision() != before
    made.document = documents.EXERCISE
    assert made.revision() == before
