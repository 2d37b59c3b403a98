"""QTI 3: what is taken of an item, and what is told by its name and line."""

# ruff: noqa: E501  items read better unbroken

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from lxml import etree

from dgxblock import bank
from dgxblock.bank import qti
from dgxblock.content.model import ChoiceItem, DecideItem, MatchItem, NumberItem, OrderItem, ShortItem, Tolerance
from tests.bank.test_formats import said
from tests.bank.test_hostile import MANIFEST, package

MATCH = f'<qti-response-processing template="{qti.TEMPLATES}match_correct.xml"/>'
MAP = f'<qti-response-processing template="{qti.TEMPLATES}map_response.xml"/>'


def response(cardinality: str, base: str, *right: str, more: str = "") -> str:
    values = "".join(f"<qti-value>{each}</qti-value>" for each in right)
    correct = f"<qti-correct-response>{values}</qti-correct-response>" if right else ""
    return (
        f'<qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" base-type="{base}">'
        f"{correct}{more}</qti-response-declaration>"
    )


def mapping(*entries: tuple[str, str], attributes: str = "") -> str:
    made = "".join(f'<qti-map-entry map-key="{key}" mapped-value="{value}"/>' for key, value in entries)
    return f"<qti-mapping{attributes}>{made}</qti-mapping>"


def item(declared: str, body: str, after: str = MATCH, before: str = "", attributes: str = "") -> bytes:
    return (
        f'<qti-assessment-item xmlns="{qti.NAMESPACE}" identifier="i1" title="t"{attributes}>\n{declared}{before}\n'
        f"<qti-item-body>{body}</qti-item-body>\n{after}\n</qti-assessment-item>"
    ).encode()


def choices(*ids: str, element: str = "qti-simple-choice", more: str = "") -> str:
    return "".join(f'<{element} identifier="{each}"{more}>{each.lower()}</{element}>' for each in ids)


def interaction(name: str, inside: str, attributes: str = "") -> str:
    return f'<qti-{name}-interaction response-identifier="RESPONSE"{attributes}>{inside}</qti-{name}-interaction>'


ONE = interaction("choice", "<qti-prompt>What?</qti-prompt>" + choices("A", "B", "C"), ' max-choices="1"')
MANY = interaction("choice", choices("A", "B", "C"), ' max-choices="0" shuffle="true"')
FIELD = '<p>Say <qti-text-entry-interaction response-identifier="RESPONSE" expected-length="9"/> now</p>'
SETS = "".join(
    f"<qti-simple-match-set>{choices(*ids, element='qti-simple-associable-choice', more=' match-max=' + chr(34) + '1' + chr(34))}</qti-simple-match-set>"
    for ids in (("A", "B"), ("X", "Y", "Z"))
)
NEAR = """<qti-response-processing><qti-response-condition><qti-response-if>
<qti-equal tolerance-mode="%s" tolerance="%s"><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-equal>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">3</qti-base-value></qti-set-outcome-value>
</qti-response-if></qti-response-condition></qti-response-processing>"""

TAKEN: list[tuple[bytes, Any]] = [
    (item(response("single", "identifier", "B"), ONE), ("single", ["b"])),
    (item(response("single", "identifier", "B"), "<p>Intro</p>" + ONE, ""), ("single", ["b"])),
    (item(response("multiple", "identifier", "A", "C"), "<p>Q</p>" + MANY), ("multiple", ["a", "c"])),
    (item(response("multiple", "identifier", more=mapping(("A", "1"), ("C", "1"), ("B", "0"))), "<p>Q</p>" + MANY, MAP),
     ("multiple", ["a", "c"])),
    (item(response("single", "string", "SMED"), FIELD), ("short", ["SMED"])),
    (item(response("single", "string", "SMED", more=mapping(("SMED", "2"), ("smed", "2"))), FIELD, MAP),
     ("short", ["SMED", "smed"])),
    (item(response("single", "float", "42"), FIELD), ("number", 1e-06)),
    (item(response("single", "integer", "42"), FIELD), ("number", 1e-06)),
    (item(response("single", "float", "42"), FIELD, NEAR % ("absolute", "0.5 0.5")), ("number", 0.5)),
    (item(response("single", "float", "42"), FIELD, NEAR % ("relative", "5")), ("number", 5)),
    (item(response("multiple", "directedPair", "A Y", "B X"), "<p>Q</p>" + interaction("match", SETS)),
     ("match", [("a", "y"), ("b", "x")])),
    (item(response("multiple", "directedPair", "A Y", "B Y"), "<p>Q</p>" + interaction("match", SETS)),
     ("match", [("a", "y"), ("b", "y")])),
    (item(response("ordered", "identifier", "B", "A", "C"), "<p>Q</p>" + interaction("order", choices("A", "B", "C"))),
     ("order", ["b", "a", "c"])),
]  # fmt: skip


@pytest.mark.parametrize(("data", "right"), TAKEN)
def test_an_item_is_taken_without_a_loss(data: bytes, right: Any) -> None:
    taken = bank.read("x.xml", data, lang="en")
    assert [each.sentence("en") for each in taken.refused] == []
    assert [said(each) for each in taken.items] == [right]


def test_what_an_item_says_is_found_in_the_question() -> None:
    data = item(
        response("single", "identifier", "A"),
        "<div><p>One <strong>two</strong></p><ul><li>x</li><li>y</li></ul></div>"
        + interaction(
            "choice",
            '<qti-simple-choice identifier="A">a<qti-feedback-inline outcome-identifier="FEEDBACK" identifier="A">good'
            "</qti-feedback-inline></qti-simple-choice>" + choices("B", "C"),
            ' max-choices="1" shuffle="false"',
        ),
        MATCH + '<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="g"><qti-content-body><p>because</p>'
        "</qti-content-body></qti-modal-feedback>",
        '<qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float"><qti-default-value>'
        "<qti-value>7</qti-value></qti-default-value></qti-outcome-declaration>",
    )
    taken = bank.read("x.xml", data, lang="en")
    (made,) = taken.items
    assert isinstance(made, ChoiceItem) and taken.refused == ()
    assert (made.id, made.points, made.fixed) == ("i1", 7, True)
    assert made.prompt.plain("en") == "One two\nx\ny"
    assert [each.kind for each in made.prompt.en] == ["text", "em", "br", "text", "br", "text"]
    assert made.choices[0].feedback is not None and made.choices[0].feedback.plain("en") == "good"
    assert made.rationale.plain("en") == "because"


GOOD = response("single", "identifier", "A")
REFUSED = [
    (item(GOOD, "<p>Q</p>" + interaction("hotspot", "")), "interaction", 3),
    (item(GOOD, "<p>Q</p>" + interaction("gap-match", "")), "interaction", 3),
    (item(GOOD, "<p>Q</p>" + interaction("extended-text", "")), "interaction", 3),
    (item(GOOD, ONE + ONE), "interactions", 3),
    (item(GOOD, "<p>Q</p>"), "interactions", 3),
    (item(GOOD + GOOD, ONE), "qti-responses", 1),
    (item("", ONE), "qti-responses", 1),
    (item(GOOD, '<p><img src="x.png" alt="x"/></p>' + ONE), "media", 3),
    (item(GOOD, "<table><tr><td>1</td></tr></table>" + ONE), "media", 3),
    (item(GOOD, '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"/>' + ONE), "media", 3),
    (item(GOOD, "<p><qti-printed-variable identifier='x'/></p>" + ONE), "qti-element", 3),
    (item(GOOD, ONE, attributes=' adaptive="true"'), "adaptive", 1),
    (item(GOOD, ONE, before="<qti-template-declaration identifier='x'/>"), "qti-templates", 2),
    (item(GOOD, ONE, '<qti-response-processing template="http://x/other.xml"/>'), "qti-template", 4),
    (item(GOOD, ONE, "<qti-response-processing><qti-exit-response/></qti-response-processing>"), "qti-element", 4),
    (item(response("single", "identifier", "X"), ONE), "no-answer", 2),
    (item(response("single", "identifier", "A", "B"), ONE), "several-right", 2),
    (item(response("single", "point", "1 2"), FIELD), "base-type", 2),
    (item(response("single", "float", "x"), FIELD), "one-number", 2),
    (item(response("single", "float", "42"), FIELD, NEAR % ("absolute", "1 2")), "qti-tolerance", 5),
    (item(response("multiple", "directedPair", "A Y"), "<p>Q</p>" + interaction("match", SETS)), "qti-pairs", 2),
    (item(response("multiple", "directedPair", "A Y", "A X"), "<p>Q</p>" + interaction("match", SETS)), "qti-pairs", 2),
    (item(response("ordered", "identifier", "A"), "<p>Q</p>" + interaction("order", choices("A", "B"))), "qti-order", 2),
    (item(GOOD, interaction("choice", choices("A", "B", "C"))), "no-prompt", 1),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code", "line"), REFUSED)
def test_an_item_that_cannot_be_ours_is_refused_by_name_and_line(data: bytes, code: str, line: int) -> None:
    taken = bank.read("x.xml", data, lang="en")
    assert taken.items == ()
    assert [(each.code, each.place.line, each.place.item) for each in taken.refused] == [(code, line, "i1")]


TOLD = [
    (item(GOOD, "<p>Q<sub>1</sub></p>" + ONE), "markup"),
    (item(GOOD, "<qti-rubric-block view='scorer'><p>x</p></qti-rubric-block>" + ONE), "element"),
    (item(GOOD, "<qti-feedback-block identifier='x'><p>x</p></qti-feedback-block>" + ONE), "element"),
    (item(GOOD, ONE, before='<qti-outcome-declaration identifier="MOOD"/>'), "outcome"),
    (item(GOOD, ONE, before='<qti-stylesheet href="x.css" type="text/css"/>'), "element"),
    (item(GOOD, ONE, before="<qti-companion-materials-info/>"), "element"),
    (item(GOOD, ONE.replace("max-choices", 'min-choices="1" max-choices')), "attribute"),
    (item(GOOD, ONE.replace('identifier="B"', 'identifier="B" fixed="true"')), "attribute"),
    (item(response("single", "identifier", "A", more=mapping(("A", "1"), ("B", "0.5"))), ONE, MAP), "weights"),
    (item(response("single", "string", "a", more=mapping(("a", "2"), ("b", "1"))), FIELD, MAP), "part-answer"),
    (item(response("single", "string", "a", more=mapping(("a", "2"), attributes=' default-value="-1"')), FIELD, MAP),
     "attribute"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code"), TOLD)
def test_what_an_item_says_beyond_is_told(data: bytes, code: str) -> None:
    taken = bank.read("x.xml", data, lang="en")
    assert len(taken.items) == 1
    assert [each.code for each in taken.refused] == [code]
    assert all(each.place.line for each in taken.refused)


def test_two_choices_become_a_decision() -> None:
    body = "<p>Q</p>" + interaction("choice", choices("A", "B"), ' max-choices="1"')
    (made,) = bank.read("x.xml", item(GOOD, body), lang="en").items
    assert isinstance(made, DecideItem)


TEST = f"""<qti-assessment-test xmlns="{qti.NAMESPACE}" identifier="t" title="T">%s
<qti-test-part identifier="p" navigation-mode="linear" submission-mode="individual">
<qti-assessment-section identifier="s" title="S" visible="true">%s
<qti-assessment-item-ref identifier="b" href="b.xml"><qti-weight identifier="w" value="4"/></qti-assessment-item-ref>
<qti-assessment-item-ref identifier="a" href="a.xml"/></qti-assessment-section></qti-test-part></qti-assessment-test>"""


def of_test(before: str = "", inside: str = "") -> bytes:
    manifest = (MANIFEST % "items/a.xml").replace(
        "</resources>",
        '<resource identifier="b" type="imsqti_item_xmlv3p0" href="items/b.xml"/>'
        '<resource identifier="t" type="imsqti_test_xmlv3p0" href="items/t.xml"/></resources>',
    )
    one = item(GOOD, ONE)
    return package({
        "imsmanifest.xml": manifest.encode(), "items/a.xml": one, "items/b.xml": one.replace(b'"i1"', b'"i2"'),
        "items/t.xml": (TEST % (before, inside)).encode(),
    })  # fmt: skip


def test_a_package_gives_its_items_in_the_order_and_with_the_weights_of_its_test() -> None:
    taken = bank.read("x.zip", of_test())
    assert [(each.id, each.points) for each in taken.items] == [("i2", 4), ("i1", 1)]
    assert taken.refused == ()


@pytest.mark.parametrize(
    ("before", "inside", "codes"),
    [
        ("<qti-time-limits max-time='60'/>", "", ["element"]),
        ("", "<qti-selection select='1'/>", ["element"]),
        ("", "<qti-ordering shuffle='true'/>", ["element"]),
        ("", '<qti-assessment-section identifier="u" title="U"/>', ["sections"]),
        ("<qti-outcome-declaration identifier='x'/>", "", ["element"]),
    ],
)
def test_what_a_test_says_beyond_is_told(before: str, inside: str, codes: list[str]) -> None:
    taken = bank.read("x.zip", of_test(before, inside))
    assert len(taken.items) == 2
    assert [each.code for each in taken.refused] == codes
    assert taken.refused[0].place.file == "items/t.xml" and taken.refused[0].place.line


def test_one_bad_item_does_not_take_the_others_along() -> None:
    manifest = (MANIFEST % "a.xml").replace(
        "</resources>", '<resource identifier="b" type="imsqti_item_xmlv3p0" href="b.xml"/></resources>'
    )
    files = {"imsmanifest.xml": manifest.encode(), "a.xml": b"<broken", "b.xml": item(GOOD, ONE)}
    taken = bank.read("x.zip", package(files))
    assert [each.id for each in taken.items] == ["i1"]
    assert [(each.place.file, each.code) for each in taken.refused] == [("a.xml", "xml")]


def test_a_written_package_names_all_that_is_in_it() -> None:
    items = bank.read("x.csv", bank.template("en"), lang="en")
    made = bank.write("qti", items.items, items.values, lang="en")
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        manifest = etree.fromstring(archive.read("imsmanifest.xml"))
        named = {str(each.get("href")) for each in manifest.iter() if each.get("href")}
        assert set(archive.namelist()) == named | {"imsmanifest.xml"}
        number = etree.fromstring(archive.read("items/q-number.xml"))
        assert [each.get("tolerance") for each in number.iter("{*}qti-equal")] == ["0.5 0.5"]
        for name in archive.namelist():
            assert b"TODO" not in archive.read(name).split(b"data-dgx-item")[0]


def test_each_kind_is_written_as_its_interaction() -> None:
    kinds = {ChoiceItem: "choice", DecideItem: "choice", NumberItem: "text-entry", ShortItem: "text-entry",
             MatchItem: "match", OrderItem: "order"}  # fmt: skip
    taken = bank.read("x.csv", bank.template("en"), lang="en")
    for each in taken.items:
        made = bank.write("qti", [each], taken.values, lang="en")
        with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
            assert f"<qti-{kinds[type(each)]}-interaction" in archive.read(f"items/{each.id}.xml").decode()
    assert Tolerance(0.5, "pp") in [each.tolerance for each in taken.items if isinstance(each, NumberItem)]


def test_ids_that_differ_in_case_only_have_files_of_their_own() -> None:
    table = b"type,id,question,answer\nshort,q1,one,a\nshort,Q1,two,b\nshort,q1-2,three,c\n"
    items = bank.read("x.csv", table, lang="en").items
    taken = bank.read("x.zip", bank.write("qti", items, ()).data)
    assert (taken.items, taken.refused) == (items, ())
