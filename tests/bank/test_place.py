"""Questions that come into a document change nothing else in it."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from dgxblock import bank
from dgxblock.bank.place import place
from dgxblock.content import check, read
from dgxblock.content.findings import ContentError
from dgxblock.content.model import Assessment, NumberItem, Pool
from dgxblock.lab import build
from tests.builders import documents, everything
from tests.builders.documents import NAMESPACE, bi, both

GIFT = b"::s1:: What? {=yes ~no ~perhaps}\n\n::n:: How many? {#42:1}"
HEAD = documents.ASSESSMENT.split(documents.number("q1", "half"))[0]
SECTIONS = (
    HEAD + f'<!-- keep me -->\r\n  <section id="first">{documents.SINGLE}</section>\r\n\r\n'
    f'  <section id="second">\r\n    <pool id="p" draw="1">\r\n      {documents.MULTIPLE}<!-- and me -->\r\n'
    "    </pool>\r\n"
    "  </section>\r\n</assessment>"
)
REFERRING = f"""<assessment xmlns="{NAMESPACE}" id="a" version="1">{both("title", "T")}{both("lead", "L")}
<dataset href="dataset.xml"/><rules passMark="70" attempts="2"/>
<objectives>{both("objective", "O", ' id="o1" bloom="apply"')}</objectives>
{documents.SINGLE}
</assessment>
"""
DATASET = documents.DATASET.replace("<dataset ", f'<dataset xmlns="{NAMESPACE}" ')


def taken(data: bytes = GIFT) -> bank.Taken:
    found = bank.read("x.gift", data, lang="en")
    assert found.refused == ()
    return found


def added(before: str, after: str) -> list[str]:
    """What was put in; that nothing was taken out is asserted."""
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    assert {each[0] for each in steps} <= {"equal", "insert"}
    return [after[each[3] : each[4]] for each in steps if each[0] == "insert"]


@pytest.mark.parametrize("document", [documents.ASSESSMENT, documents.EXERCISE, SECTIONS])
def test_every_letter_of_the_document_stays(document: str) -> None:
    placed = place(document, taken())
    assert check.check(placed.document) == [] or {each.level for each in check.check(placed.document)} == {"warning"}
    assert added(document, placed.document)
    assert placed.document.count("keep me") == document.count("keep me")
    assert ("\r\n" in placed.document) == ("\r\n" in document)


def test_ids_and_names_that_are_there_already_are_left_to_whom_they_belong() -> None:
    once = place(documents.ASSESSMENT, taken())
    assert once.ids == ("s1-2", "n")
    twice = place(once.document, taken())
    assert twice.ids == ("s1-3", "n-2")
    document = read.parse(twice.document)
    numbers = [each for each in document.items if isinstance(each, NumberItem)]  # type: ignore[union-attr]
    assert [each.ref for each in numbers[-2:]] == ["bank_n", "bank_n_2"]
    assert document.dataset.value("bank_n_2").select == "SELECT 42"


def test_the_last_section_takes_what_names_no_pool_and_a_pool_what_names_it() -> None:
    def sections(document: str) -> Any:
        made = read.parse(document)
        assert isinstance(made, Assessment)
        return made.sections

    _first, second = sections(place(SECTIONS, taken()).document)
    assert [part.id for part in second.parts] == ["p", "s1-2", "n"]
    ten = bank.read("x.gift", GIFT, lang="en", points=10)
    _first, second = sections(place(SECTIONS, ten, pool="p").document)
    (pool,) = second.parts
    assert isinstance(pool, Pool)
    assert [each.id for each in pool.items] == ["m1", "s1-2", "n"]


def test_the_value_of_a_number_goes_into_the_data_set_that_the_document_names() -> None:
    placed = place(REFERRING, taken(), dataset=DATASET, objective="o1")
    assert placed.dataset is not None
    assert added(DATASET, placed.dataset) == ['  <value name="bank_n">SELECT 42</value>\n']
    assert '<dataset href="dataset.xml"/>' in placed.document
    assert read.parse_dataset(placed.dataset).value("bank_n").select == "SELECT 42"


def test_what_is_assessed_is_what_the_document_knows() -> None:
    table = b"type,id,question,answer,objectives\nshort,k,q,a,o1 none\nshort,l,q2,a,\n"
    found = bank.read("x.csv", table, lang="en")
    placed = place(documents.ASSESSMENT, found, objective="o2")
    items = read.parse(placed.document).items  # type: ignore[union-attr]
    assert [each.objectives for each in items[-2:]] == [("o1",), ("o2",)]
    assert [(each.place.item, each.code) for each in placed.refused] == [("k", "objective")]


@pytest.mark.parametrize(
    ("document", "options", "code"),
    [
        (documents.CASE, {}, "no-place"),
        (documents.ASSESSMENT, {"pool": "p"}, "no-pool"),
        (SECTIONS, {"pool": "second"}, "no-pool"),
        (documents.ASSESSMENT, {"objective": "o9"}, "no-objective"),
    ],
)
def test_there_is_no_such_place(document: str, options: dict[str, str], code: str) -> None:
    with pytest.raises(bank.Untakable) as refused:
        place(document, taken(), **options)
    assert refused.value.refusal.code == code


@pytest.mark.parametrize("document", ["", "<x/>", "<!DOCTYPE x><x/>", documents.ASSESSMENT[:-9]])
def test_a_document_that_cannot_be_read_stays_as_it_is(document: str) -> None:
    with pytest.raises(ContentError):
        place(document, taken())


def test_a_document_with_a_fault_of_its_own_takes_questions_and_keeps_its_fault() -> None:
    broken = documents.ASSESSMENT.replace('ref="half"', 'ref="hlaf"')
    placed = place(broken, taken())
    assert {each.code for each in check.check(placed.document) if each.level == "error"} == {"unknown-value"}


def test_a_document_that_would_become_too_large_is_left_alone() -> None:
    rows = "".join(f"short,k{n},{'q' * 3000},a\n" for n in range(300))
    found = bank.read("x.csv", ("type,id,question,answer\n" + rows).encode(), lang="en")
    assert len(found.items) == 300
    with pytest.raises(ContentError) as refused:
        place(documents.ASSESSMENT, found)
    assert refused.value.findings[0].code == "size"


def test_hints_on_demand_stay_out_of_an_assessment_and_come_into_an_exercise() -> None:
    document = everything.exercise()
    items, values = bank.variant(document.items[:1], build(document.dataset, "x"))
    assert items[0].demand_hints
    made = bank.write("csv", items, values)
    found = bank.read(made.filename, made.data)
    assert found.items == items
    placed = place(documents.ASSESSMENT, found)
    assert [each.code for each in placed.refused] == ["hints"]
    exercise = read.parse(place(documents.EXERCISE, found).document)
    assert exercise.items[-1].demand_hints == items[0].demand_hints  # type: ignore[union-attr]


def test_nothing_taken_changes_nothing() -> None:
    assert place(documents.ASSESSMENT, bank.Taken()).document == documents.ASSESSMENT


def test_the_other_language_says_todo_and_the_check_names_it() -> None:
    placed = place(documents.ASSESSMENT, taken())
    found = check.check(placed.document)
    assert found and {each.code for each in found} == {"todo"}
    assert bi("TODO What?", "What?") in placed.document.replace("\n", "").replace("  ", "")
