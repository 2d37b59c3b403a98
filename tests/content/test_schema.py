"""Our own explanation agrees with libxml2 about what is valid, so no fault goes unexplained."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dgxblock.content import check, schema
from dgxblock.content.explain import explain
from dgxblock.content.safe import ROOTS, Tree, children, load, local
from tests.builders.content import DATASET, DOCUMENTS, whole
from tests.builders.grids import with_grids

GOOD = {**{kind: whole(with_grids(text)) for kind, text in DOCUMENTS.items()}, "dataset": DATASET}


def _explained(tree: Tree) -> list[str]:
    return [each.code for each in explain(tree, schema.schema(tree.kind).grammar)]


@pytest.mark.parametrize("kind", sorted(ROOTS))
def test_a_valid_document_needs_no_explanation(kind: str) -> None:
    tree = load(GOOD[kind])
    assert schema.validate(tree) == []
    assert _explained(tree) == []


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_whatever_libxml2_refuses_is_explained_and_nothing_else(kind: str, data: st.DataObject) -> None:
    tree = load(GOOD[kind])
    elements = [each for each in tree.positions if each is not tree.root]
    victim = data.draw(st.sampled_from(elements), label="element")
    parent = victim.getparent()
    assert parent is not None
    change = data.draw(st.sampled_from(["remove", "rename", "twice", "attribute", "no attribute", "value", "text"]))
    if change == "remove":
        parent.remove(victim)
    elif change == "rename":
        victim.tag = data.draw(st.sampled_from(elements)).tag
    elif change == "twice":
        parent.append(etree.fromstring(etree.tostring(victim, with_tail=False)))
    elif change == "attribute":
        victim.set(data.draw(st.sampled_from(["id", "ref", "unit", "style", "src"])), "a1")
    elif change == "text":
        victim.text = data.draw(st.sampled_from(["", "words", "2026-01-01", "pilot", " "]))
    elif victim.attrib:
        name = data.draw(st.sampled_from(sorted(victim.attrib)))
        if change == "value":
            values = ["", "a", "1", "0", "-1", "0.5", "5", "a b", "2%", "2026-02-29", "2028-02-29", "true", "a:b", "é"]
            victim.set(name, data.draw(st.sampled_from(values)))
        else:
            del victim.attrib[name]
    again = load(etree.tostring(tree.root, encoding="unicode"))
    valid = schema.schema(kind).validator.validate(again.root)
    assert (_explained(again) == []) == valid
    assert (schema.validate(again) == []) == valid
    assert "schema" not in [each.code for each in schema.validate(again)]


def test_the_schemas_hold_no_include_when_libxml2_sees_them() -> None:
    for kind in ROOTS:
        assert not [each for each in schema.schema(kind).grammar.iter() if local(each) in ("include", "externalRef")]


def test_no_other_file_passes_for_a_schema() -> None:
    with pytest.raises(ValueError, match="no schema"):
        schema.schema("../../etc/passwd")


def test_a_document_with_ten_thousand_elements_is_explained_in_no_time() -> None:
    row = "<row><c>18 s</c><c>9</c></row>"
    many = GOOD["case"].replace("<row><c>OEE</c>", row * 5000 + "<row><c>OEE</c><x/>", 1)
    tree = load(many)
    assert len(children(tree.root)) > 5
    assert [each.code for each in schema.validate(tree)] == ["element-unexpected"]


def test_the_largest_document_of_nothing_but_faults_is_checked_in_seconds() -> None:
    steps = "".join(f'<step id="s{i}" after="s{i + 1}"><labl/></step>' for i in range(9_000))
    hostile = GOOD["exercise"].replace('<step id="film">', f'{steps}<step id="film">', 1)
    hostile = hostile.replace("SELECT 660", "/*" * 60_000 + "'", 1)
    assert len(hostile) < 1024 * 1024
    begun = time.perf_counter()
    assert {"element-unexpected", "unknown-step"} <= {each.code for each in check.check(hostile)}
    assert time.perf_counter() - begun < 10


def test_the_vocabulary_has_no_colours_and_no_files() -> None:
    names = {
        name.lower()
        for path in (Path(schema.__file__).parent / "schemas").glob("*.rng")
        for name in re.findall(r'<(?:attribute|element) name="([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(names) > 80
    assert not {name for name in names if re.search("colou?r|style|class$|fill|stroke|background|font", name)} - {
        "class"
    }
    assert not names & {"file", "media", "image", "img", "svg", "picture", "video", "audio", "object", "embed"}
