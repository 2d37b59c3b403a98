"""OLX: the document travels as readable XML inside the component's element."""

from __future__ import annotations

import pytest
from lxml import etree

from dgxblock.case_study import CaseStudyXBlock
from dgxblock.exercise import ExerciseXBlock
from tests.builders import blocks, documents

pytestmark = pytest.mark.django_db


def exported(made: object) -> str:
    node = etree.Element("unknown")
    made.add_xml_to_node(node)  # type: ignore[attr-defined]
    return etree.tostring(node, encoding="unicode", pretty_print=True)


def test_the_document_is_a_child_and_not_an_escaped_string() -> None:
    text = exported(blocks.block(CaseStudyXBlock, documents.CASE, display_name="案例"))
    assert "<case " in text and "&lt;" not in text.replace("i &lt;= 12", "") and 'display_name="案例"' in text
    assert ' document="' not in text


def test_a_component_without_content_has_no_child() -> None:
    node = etree.fromstring(exported(blocks.block(CaseStudyXBlock)))
    assert len(node) == 0 and node.tag == "dgx_case"


@pytest.mark.parametrize("document", ["not XML at all", "<case", "  <p>other</p>  ", "<a>&lt;b></a>"])
def test_a_document_that_cannot_be_read_is_kept_as_it_is(document: str) -> None:
    again = blocks.through_olx(blocks.block(CaseStudyXBlock, document))
    assert again.document.strip() == document.strip()


def test_two_rounds_are_one() -> None:
    once = blocks.through_olx(blocks.block(ExerciseXBlock, documents.EXERCISE, weight=2.0))
    twice = blocks.through_olx(once)
    assert twice.document == once.document and twice.revision() == once.revision()
