"""What an author may get wrong in a question that a person judges, and that a good one reads and writes."""

from __future__ import annotations

import pytest

from dgxblock.content import check, read, write
from dgxblock.content.model import EssayItem
from tests.builders.content import BI, EXERCISE, bi, whole

EN = '<t xml:lang="en">English</t>'


def essay(attributes: str = "", levels: str = "0 1 3", /, words: str = bi("清楚", "Clear")) -> str:
    steps = "".join(f'<level id="l{n}" points="{worth}">{words}</level>' for n, worth in enumerate(levels.split()))
    return (
        f'<essay id="plan" points="4" objectives="O1"{attributes}><prompt>{BI}</prompt>'
        f'\n<criterion id="aim"><label>{BI}</label>{steps}</criterion><rationale>{BI}</rationale></essay>'
    )


def document(inner: str, /) -> str:
    return whole(EXERCISE.replace("</task>", f"\n{inner}\n</task>", 1))


FAULTS = {
    "no rubric": (
        essay("", "").replace(f'<criterion id="aim"><label>{BI}</label></criterion>', ""),
        "element-early",
    ),
    "no levels": (essay("", ""), "element-missing"),
    "longer than anybody reads": (essay(' longest="4001"'), "essay-longest"),
    "of no length": (essay(' shortest="300" longest="200"'), "essay-length"),
    "longer at least than at most": (essay(' shortest="2001"'), "essay-length"),
    "a length in words": (essay(' longest="many"'), "attribute-value"),
    "one level": (essay("", "1"), "essay-levels"),
    "two levels of one worth": (essay("", "0 1 1"), "essay-levels"),
    "a level below nothing": (essay("", "-1 1"), "essay-levels"),
    "a level in words": (essay("", "good 1"), "attribute-value"),
    "a level in one language": (essay(words=EN), "language-missing"),
    "a level twice": (essay().replace('id="l1"', 'id="l0"'), "id-twice"),
    "a key": (essay().replace("<rationale>", "<key>SELECT 1</key><rationale>"), "element-unexpected"),
    "shared perhaps": (essay(' share="perhaps"'), "attribute-value"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_planted_fault_is_found_where_it_is(what: str) -> None:
    inner, code = FAULTS[what]
    bad = document(inner)
    findings = check.check(bad)
    assert {each.code for each in findings} == {code}, findings
    first = next(number for number, line in enumerate(bad.splitlines(), 1) if "<essay" in line)
    assert all(first <= each.line <= first + 1 for each in findings)


def test_a_good_question_is_read_and_written_back() -> None:
    good = document(essay(' shortest="50" longest="800" share="true"'))
    assert check.check(good) == []
    item = read.parse(good).items[-1]  # type: ignore[union-attr]
    assert isinstance(item, EssayItem)
    assert (item.shortest, item.longest, item.share) == (50, 800, True)
    assert [(level.id, level.points) for level in item.criteria[0].levels] == [("l0", 0), ("l1", 1), ("l2", 3)]
    assert item.criteria[0].most == 3
    assert read.parse(write.canonical(good)) == read.parse(good)


def test_lengths_have_defaults() -> None:
    item = read.parse(document(essay())).items[-1]  # type: ignore[union-attr]
    assert isinstance(item, EssayItem) and (item.shortest, item.longest, item.share) == (1, 2000, False)
