"""Blueprints: sections, pools and the rules of sitting, as documents, as values and as their authors' mistakes."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from dgxblock.content import check, model, read
from dgxblock.content.compose import compose
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.folder import look
from dgxblock.content.strata import Seats, open_seats, seats
from tests.builders.content import ASSESSMENT, BI, CASE, DATASET, EXERCISE, whole
from tests.builders.paper import PAPER, paper, single

RULES = re.search(r"<rules.*</rules>", PAPER, re.DOTALL)
assert RULES is not None
REVIEW = '<review answers="last" rationale="never"/>'
O2 = f'<objective id="O2" bloom="apply">{BI}</objective>'

# what: (text to replace, replacement, code, the text at whose line the finding is)
ERRORS: dict[str, tuple[str, str, str, str]] = {
    "a draw of more than there is": ('draw="2"', 'draw="5"', "pool-draw", "<pool"),
    "a draw of none": ('draw="2"', 'draw="0"', "attribute-value", "<pool"),
    "a draw that is not said": (' draw="2"', "", "attribute-missing", "<pool"),
    "a pool of nothing": (single("last"), '<pool id="p2" draw="1"></pool>', "element-missing", 'id="p2"'),
    "a pool in no section": ("</assessment>", '<pool id="p2" draw="1"/></assessment>', "element-unexpected", "p2"),
    "a pool in a pool": (single("e1"), f'<pool id="p2" draw="1">{single("e1")}</pool>', "element-unexpected", '"p2"'),
    "a question outside the sections": ("</assessment>", single("x") + "</assessment>", "element-late", '"x"'),
    "a section without questions": (single("last"), "", "element-missing", 'id="rest"'),
    "points that differ within a pool": (
        single("e2"),
        single("e2", points="3"),
        "pool-points",
        'id="e2"',
    ),
    "an answer that not everybody gives": ('depends="anchor"', 'depends="e1"', "unknown-item", 'id="next"'),
    "a pool named like a question": ('id="p1"', 'id="anchor"', "id-twice", "<pool"),
    "a section named like a pool": ('<section id="rest"', '<section id="p1"', "id-twice", '<section id="p1"'),
    "a question in two pools": (single("last"), single("e1"), "id-twice", 'id="e1"'),
    "a difficulty that is none": ('difficulty="hard"', 'difficulty="nasty"', "attribute-value", "nasty"),
    "a title in one language": (f"<title>{BI}</title>\n    <n", "<title/>\n    <n", "language-missing", "<title/>"),
    "something to read in one language": (f'ref="firm">{BI}', 'ref="firm">', "language-missing", "<again"),
    "a limit without minutes": (' minutes="40"', "", "timed-minutes", "<rules"),
    "a mode that is none": ('mode="exam"', 'mode="test"', "attribute-value", "<rules"),
    "a count that is none": ('counts="average"', 'counts="first"', "attribute-value", "<rules"),
    "shares in words": ('shares="100 80"', 'shares="all half"', "attribute-value", "<rules"),
    "a share of nothing": ('shares="100 80"', 'shares="100 0"', "shares-range", "<rules"),
    "a share of more than all": ('shares="100 80"', 'shares="101 80"', "shares-range", "<rules"),
    "shares that rise": ('shares="100 80"', 'shares="80 100"', "shares-rising", "<rules"),
    "more shares than tries": ('shares="100 80"', 'shares="100 80 60 40"', "shares-many", "<rules"),
    "a bonus of a quarter": ('earlyPercent="105"', 'earlyPercent="125"', "credit-early", "<credit"),
    "a fine for haste": ('earlyPercent="105"', 'earlyPercent="95"', "credit-early", "<credit"),
    "a prize for being late": ('latePercent="50"', 'latePercent="101"', "credit-late", "<credit"),
    "a negative part": ('latePercent="50"', 'latePercent="-1"', "attribute-value", "<credit"),
    "negative days": ('lateDays="7"', 'lateDays="-7"', "attribute-value", "<credit"),
    "a bonus without days": ('earlyDays="2" ', "", "credit-days", "<credit"),
    "a part without days": ('lateDays="7"', 'lateDays="0"', "credit-days", "<credit"),
    "a moment that is none": ('rationale="never"', 'rationale="always"', "attribute-value", "<review"),
    "marks during an exam": (REVIEW, '<review marks="during"/>', "review-during", "<review"),
    "reasons before right and wrong": (REVIEW, '<review rationale="try"/>', "review-order", "<review"),
    "solutions before right and wrong": (
        REVIEW,
        '<review correctness="never" rationale="never"/>',
        "review-order",
        "<review",
    ),
}  # fmt: skip
WARNINGS: dict[str, tuple[str, str, str, str]] = {
    "a draw of all": ('draw="2"', 'draw="4"', "pool-whole", "<pool"),
    "a difficulty that is missing": (single("e2"), single("e2", 'objectives="O1"'), "pool-difficulty", 'id="e2"'),
    "a stratum too small for a seat": (single("e1"), "".join(map(single, "fghijk")), "pool-stratum", 'id="e3"'),
    "an objective left to chance": ('draw="2"', 'draw="1"', "objective-chance", 'id="O2"'),
    "an exam that tells between its tries": (REVIEW, '<review correctness="try"/>', "review-exam", "<review"),
}


def test_a_good_blueprint_has_no_finding() -> None:
    assert check.check(PAPER) == []


@pytest.mark.parametrize(("old", "new", "code", "at"), ERRORS.values(), ids=ERRORS)
def test_a_planted_fault_is_found_where_it_is(old: str, new: str, code: str, at: str) -> None:
    findings = _planted(old, new, code, at)
    assert len({each.code for each in findings if each.level == "error"}) <= 2, "one fault should not rain findings"
    with pytest.raises(ContentError) as caught:
        read.parse(PAPER.replace(old, new, 1))
    assert code in [each.code for each in caught.value.findings]


@pytest.mark.parametrize(("old", "new", "code", "at"), WARNINGS.values(), ids=WARNINGS)
def test_what_can_hardly_be_meant_is_told_and_can_be_used(old: str, new: str, code: str, at: str) -> None:
    assert {each.level for each in _planted(old, new, code, at)} == {"warning"}
    assert read.parse(PAPER.replace(old, new, 1))


def _planted(old: str, new: str, code: str, at: str) -> list[Finding]:
    assert old in PAPER
    bad = PAPER.replace(old, new, 1)
    findings = check.check(bad)
    lines = {number for number, line in enumerate(bad.splitlines(), 1) if at in line}
    assert {each.line for each in findings if each.code == code} & lines, findings
    return findings


def test_nothing_carries_forward_out_of_a_pool() -> None:
    drawn = PAPER.replace('<number id="anchor"', '<pool id="p0" draw="1"><number id="anchor"', 1)
    bad = drawn.replace("</number>", f"</number>{single('other', points='1')}</pool>", 1)
    assert [each.code for each in check.check(bad) if each.level == "error"] == ["pool-depends"]


def test_moments_of_review_that_only_practice_knows_are_right_there() -> None:
    practice = PAPER.replace('mode="exam"', 'mode="practice"').replace(REVIEW, '<review correctness="during"/>')
    assert check.check(practice) == []


def test_an_exam_of_one_try_may_tell_after_it() -> None:
    once = PAPER.replace('attempts="3"', 'attempts="1"').replace('shares="100 80" ', "")
    assert check.check(once.replace(REVIEW, '<review correctness="try"/>')) == []


def test_an_objective_is_sure_where_the_others_cannot_fill_the_draw() -> None:
    """Three of four: one stratum has two questions, so that the other gets one at least."""
    assert [each.code for each in check.check(PAPER.replace('draw="2"', 'draw="3"'))] == []


def test_a_document_without_sections_is_one_of_anchors() -> None:
    made = read.parse(whole(ASSESSMENT))
    assert isinstance(made, model.Assessment)
    (section,) = made.sections
    assert (section.id, section.title, section.parts) == ("", None, made.items)
    assert "<section" not in compose(made)


def test_a_document_that_says_nothing_means_what_it_always_meant() -> None:
    made = read.parse(whole(ASSESSMENT))
    assert isinstance(made, model.Assessment)
    assert made.rules == model.Rules(pass_mark=70, attempts=2, minutes=40)
    assert made.rules == model.Rules(
        70, 2, 40, mode="graded", counts="best", cooldown_hours=0, shares=(100,), timed=False, shuffle=False,
        credit=model.Credit(0, 100, 0, 100), review=model.Review("try", "try", "try", "try", "try"),
    )  # fmt: skip
    assert {(each.difficulty, each.fixed) for each in made.items} == {("", False)}
    assert [(each.again, each.again_ref) for each in made.objectives] == [(None, "")]


def test_a_blueprint_is_read_as_it_says() -> None:
    made = paper()
    warm, rest = made.sections
    assert (warm.id, rest.id, rest.title) == ("warm", "rest", None)
    anchor, pool, after = warm.parts
    assert isinstance(pool, model.Pool)
    assert (pool.id, pool.draw, [each.id for each in pool.items]) == ("p1", 2, ["e1", "e2", "e3", "e4"])
    assert [each.id for each in made.items] == ["anchor", "e1", "e2", "e3", "e4", "next", "last"]
    assert [(each.difficulty, each.fixed) for each in pool.items] == [
        ("easy", False), ("easy", False), ("hard", True), ("hard", False)
    ]  # fmt: skip
    assert not isinstance(anchor, model.Pool) and not isinstance(after, model.Pool)
    assert made.rules == model.Rules(
        70, 3, 40, mode="exam", counts="average", cooldown_hours=24, shares=(100, 80), timed=True, shuffle=True,
        credit=model.Credit(2, 105, 7, 50),
        review=model.Review(answers="last", marks="try", correctness="last", rationale="never", solution="close"),
    )  # fmt: skip
    assert [(each.again and each.again.plain("en", {}), each.again_ref) for each in made.objectives] == [
        ("English", "firm"), (None, "")
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["practice", "graded", "exam"])
@pytest.mark.parametrize("name", [each.name for each in fields(model.Review)])
@pytest.mark.parametrize("moment", ["try", "last", "close", "never"])
def test_each_moment_is_written_as_it_is_read(mode: str, name: str, moment: str) -> None:
    said = {"correctness": "try", "rationale": "never", "solution": "never"} | {name: moment}
    review = "".join(f' {each}="{when}"' for each, when in said.items())
    xml = PAPER.replace('mode="exam"', f'mode="{mode}"').replace(REVIEW, f"<review{review}/>")
    made = read.parse(xml)
    assert isinstance(made, model.Assessment)
    assert getattr(made.rules.review, name) == moment
    assert read.parse(compose(made)) == made


def test_what_to_read_again_is_in_the_case(tmp_path: Path) -> None:
    documents = {"case": CASE, "exercise-a": EXERCISE, "dataset": DATASET}
    for name, text in documents.items():
        (tmp_path / f"{name}.xml").write_text(text, encoding="utf-8")
    told = ASSESSMENT.replace(f"{BI}</objective>", f'{BI}\n<again ref="firm">{BI}</again></objective>')
    for name, known in (("firm", True), ("e2", True), ("d1", False), ("O1", False)):
        (tmp_path / "assessment.xml").write_text(told.replace('"firm"', f'"{name}"'), encoding="utf-8")
        found = [each for each in look(tmp_path).found if each.finding.level == "error"]
        assert [(each.path.name, each.finding.line, each.finding.code) for each in found] == (
            [] if known else [("assessment.xml", 8, "again-unknown")]
        )
        assert known or "e1, e2, firm" in found[0].finding.message("en")


@pytest.mark.parametrize(
    ("sizes", "draw", "expected", "spare"),
    [
        ({"a": 4}, 2, {"a": Seats(2, 0)}, 0),
        ({"a": 2, "b": 2}, 2, {"a": Seats(1, 0), "b": Seats(1, 0)}, 0),
        ({"a": 5, "b": 1}, 2, {"a": Seats(1, 4), "b": Seats(0, 2)}, 1),
        ({"a": 1, "b": 1, "c": 1}, 2, {"a": Seats(0, 2), "b": Seats(0, 2), "c": Seats(0, 2)}, 2),
    ],
)
def test_a_stratum_gets_its_share_of_the_seats(
    sizes: dict[str, int], draw: int, expected: dict[str, Seats], spare: int
) -> None:
    assert seats(sizes, draw) == expected
    assert open_seats(expected, draw) == spare
