"""The sourced micro-cases M1 and M2: what is published is quoted as published, and the questions hold for everyone.

What a report prints is a constant, whoever the learner is. Only the synthetic plant of M1 differs between learners, and
for two hundred of them no wrong road may come near the key or near another one.
"""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from django.utils import translation

from dgxblock.case_study import CaseStudyXBlock
from dgxblock.content.library import Library
from dgxblock.content.model import Assessment, Case, ChoiceItem, Exercise, Item, NumberItem, Tolerance
from dgxblock.content.read import parse
from dgxblock.demo.course import CASE
from dgxblock.lab import Sheet, build, seed
from tests.builders import blocks

M1, M2 = "dg-m1-transparent@1", "dg-m2-headline@1"
LEARNERS = range(200)
ROUNDING_BAND = 2.6
"""Within so many tolerances of the key, a result that was rounded too early is excused; no wrong road may be."""
MARK = {"en": "Draft: sources checked by excerpt only", "zh-hans": "草稿：来源只核对了摘录"}


@cache
def case(ref: str) -> Case:
    document = parse(Library.default().document(ref, "case"))
    assert isinstance(document, Case)
    return document


@cache
def asked(ref: str) -> tuple[Exercise, Assessment]:
    exercise = parse(Library.default().document(ref, "exercise"))
    assessment = parse(Library.default().document(ref, "assessment"))
    assert isinstance(exercise, Exercise) and isinstance(assessment, Assessment)
    return exercise, assessment


def items(ref: str) -> tuple[Item, ...]:
    exercise, assessment = asked(ref)
    return (*exercise.items, *assessment.items)


@cache
def learners(ref: str) -> tuple[Sheet, ...]:
    """The data of two hundred learners; of M2, where nothing is drawn, those of one."""
    return tuple(
        Sheet(case(ref).dataset, seed(b"gate", ref, str(learner))) for learner in LEARNERS[: 1 if ref == M2 else 200]
    )


def value(sheet: Sheet, name: str) -> float:
    found = sheet.values[name]
    assert not isinstance(found, str)
    return found


def width(tolerance: Tolerance, key: float) -> float:
    """The tolerance in the unit in which the data set holds the key."""
    return {"pp": tolerance.amount / 100, "percent": tolerance.amount / 100 * abs(key), "absolute": tolerance.amount}[
        tolerance.kind
    ]


def test_published_figures_are_quoted_as_printed_to_every_learner() -> None:
    for sheet in learners(M1):
        printed = [value(sheet, name) for name in ("paid", "staff", "revenue", "yield_up", "orders_up")]
        assert printed == [8000, 45, 4000, 0.01, 0.51]
    (sheet,) = learners(M2)
    names = ("w0", "w1", "out0", "out1", "ro0", "ro1", "d0", "d1", "j0", "j1", "big0", "big1")
    assert [value(sheet, name) for name in names] == [650, 60, 8599, 21511, 8000, 21000, 0.252, 0.045, 197, 33, 20, 3]


def test_what_we_work_out_from_the_published_figures_is_right() -> None:
    one, two = (build(case(ref).dataset, case(ref).dataset.seed) for ref in (M1, M2))
    assert value(one, "per_head") == pytest.approx(177.78, abs=0.01)
    assert value(one, "share") == pytest.approx(0.0002)
    assert value(two, "out_rise") == pytest.approx(1.5016, abs=1e-4)
    assert value(two, "out_of") == pytest.approx(value(two, "headline"), abs=0.005)  # what the headline has misread
    assert value(two, "ro_rise") == pytest.approx(1.625)
    assert (value(two, "total0"), value(two, "total1")) == (5_589_350, 1_290_660)
    assert value(two, "total_fall") == pytest.approx(0.7691, abs=1e-4)
    assert value(two, "d_points") == pytest.approx(0.207) and value(two, "d_fall") == pytest.approx(0.8214, abs=1e-4)
    assert value(two, "j_fall") == pytest.approx(0.8325, abs=1e-4)


def test_the_synthetic_plant_shows_what_its_text_says() -> None:
    for learner, sheet in zip(LEARNERS, learners(M1), strict=True):
        assert 0.03 < value(sheet, "y_points") < value(sheet, "y_rise") < value(sheet, "bad_fall"), learner
        assert 0.05 < value(sheet, "own") < value(sheet, "grown"), learner
        assert 0.15 < value(sheet, "market") < value(sheet, "grown") < 0.7, learner


@pytest.mark.parametrize("ref", [M1, M2])
def test_no_wrong_road_comes_near_the_key_or_another(ref: str) -> None:
    for learner, sheet in enumerate(learners(ref)):
        for item in items(ref):
            if not isinstance(item, NumberItem):
                continue
            key = value(sheet, item.ref)
            far = width(item.tolerance, key)
            wrong = {each.ref: value(sheet, each.ref) for each in item.misconceptions}
            for name, met in wrong.items():
                assert abs(met - key) > ROUNDING_BAND * far, (learner, item.id, name)
            for (one, first), (other, second) in itertools.combinations(wrong.items(), 2):
                assert abs(first - second) > 2 * far, (learner, item.id, one, other)


@pytest.mark.parametrize("ref", [M1, M2])
def test_the_assessment_is_short_and_complete(ref: str) -> None:
    exercise, assessment = asked(ref)
    assert 4 <= len(assessment.items) <= 8 and sum(item.points for item in assessment.items) == 100
    assert (assessment.rules.pass_mark, assessment.rules.attempts) == (70, 2)
    assert sum(item.points for item in exercise.items) == 100
    assert {type(item) for item in exercise.items} == {NumberItem, ChoiceItem}
    notes = {each.note for item in items(ref) if isinstance(item, NumberItem) for each in item.misconceptions}
    assert {"percent:relative-as-points", "percent:of-versus-up"} <= notes


@pytest.mark.parametrize("ref", [M1, M2])
def test_a_micro_case_is_a_draft_that_claims_no_more_than_it_has(ref: str) -> None:
    told = case(ref)
    assert (told.composite, told.status, told.unverified) == (False, "draft", True)
    assert {source.verified for source in told.sources} == {"excerpt"} and len(told.sources) >= 2
    assert told.meta.size is None and told.meta.maturity is None


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("ref", [M1, M2])
def test_its_page_says_that_it_is_a_draft(ref: str, language: str) -> None:
    with translation.override(language):
        page = blocks.page(blocks.block(CaseStudyXBlock, Library.default().document(ref, "case")))
    assert MARK[language] in page
    assert "Digital level" not in page and "数字化水平" not in page


@pytest.mark.django_db
def test_a_published_case_has_no_such_mark() -> None:
    page = blocks.page(blocks.block(CaseStudyXBlock, Library.default().document(f"{CASE}@1", "case")))
    assert MARK["en"] not in page and "Digital level" in page
    assert CASE == "dg-c1-smt"
