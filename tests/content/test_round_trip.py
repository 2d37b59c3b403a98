"""Whatever the vocabulary can say, written and read again, is the same: as a document and as typed values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from lxml import etree

from dgxblock.content import model, read, schema, write
from dgxblock.content.build_case import case
from dgxblock.content.build_items import assessment, exercise
from dgxblock.content.build_text import dataset
from dgxblock.content.compose import compose
from dgxblock.content.folder import inlined
from dgxblock.content.library import case_folders, own_cases
from dgxblock.content.safe import ROOTS, Tree, is_element, load, local
from dgxblock.content.schema import RNG
from dgxblock.content.spacing import is_running
from tests.builders.content import DATASET, DOCUMENTS, whole
from tests.builders.grammar import document

OWN = sorted(path for folder in case_folders(own_cases() or Path()) for path in folder.glob("*.xml"))
calm = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def built(tree: Tree) -> model.Document | model.Dataset:
    """The model of a document whose shape is right, whatever it means."""
    makers: dict[str, Callable[[etree._Element], model.Document | model.Dataset]]
    makers = {"case": case, "exercise": exercise, "assessment": assessment, "dataset": dataset}
    return makers[tree.kind](tree.root)


def skeleton(root: etree._Element) -> Iterator[object]:
    """Elements with their attributes in document order; comments too where they stand between elements."""
    for each in root.iter():
        if is_element(each):
            yield local(each), list(each.attrib.items())
        elif (parent := each.getparent()) is not None and not is_running(parent) and each.text not in ("head", "foot"):
            yield each.text


def remarks(root: etree._Element) -> list[str]:
    around = [*root.itersiblings(etree.Comment, preceding=True), *root.itersiblings(etree.Comment)]
    return sorted(each.text or "" for each in [*around, *root.iter(etree.Comment)])


@pytest.mark.parametrize("kind", sorted(ROOTS))
@calm
@given(st.data())
def test_a_document_is_written_with_all_that_it_holds_in_its_order(kind: str, data: st.DataObject) -> None:
    xml = data.draw(document(kind))
    before = load(xml)
    assert schema.validate(before) == [], "the generator makes what the schema allows"
    after = load(write.canonical(xml))
    assert list(skeleton(after.root)) == list(skeleton(before.root))
    assert remarks(after.root) == remarks(before.root)
    assert built(after) == built(before)
    assert write.canonical(write.canonical(xml)) == write.canonical(xml)


@pytest.mark.parametrize("kind", sorted(ROOTS))
@calm
@given(st.data())
def test_typed_values_are_written_and_read_as_equal_values(kind: str, data: st.DataObject) -> None:
    value = built(load(data.draw(document(kind))))
    written = compose(value)
    again = load(written)
    assert schema.validate(again) == []
    assert built(again) == value
    assert compose(built(again)) == written


@pytest.mark.parametrize("path", OWN, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_documents_of_the_distribution_survive_as_values(path: Path) -> None:
    if path.name == "dataset.xml":
        value: model.Document | model.Dataset = read.parse_dataset(path.read_bytes())
        assert read.parse_dataset(compose(value)) == value
    else:
        value = read.parse(inlined(path))
        assert read.parse(compose(value)) == value


@pytest.mark.parametrize("kind", [*DOCUMENTS, "dataset"])
def test_a_value_written_breaks_no_rule(kind: str) -> None:
    reader = read.parse_dataset if kind == "dataset" else read.parse
    value = reader(DATASET if kind == "dataset" else whole(DOCUMENTS[kind]))
    assert reader(compose(value)) == value


def test_the_generator_knows_every_element_of_the_vocabulary() -> None:
    known = {
        str(each.get("name"))
        for kind in ROOTS
        for each in schema.schema(kind).grammar.iter(f"{RNG}element")
        if each.get("name")
    }
    assert len(known) > 60
    seen: set[str] = set()
    for number in range(30):
        _collect(seen, number)
        if seen >= known:
            break
    assert known - seen == set()


def _collect(seen: set[str], number: int) -> None:
    """Add the names of the elements of some documents."""

    @seed(number)
    @settings(calm, max_examples=40, phases=[Phase.generate], database=None)
    @given(document("exercise"), document("assessment"), document("case") if number % 3 == 0 else st.just(""))
    def look(one: str, two: str, three: str) -> None:
        seen.update(re.findall(r"<(?:\w+:)?(\w+)", one + two + three))

    look()
