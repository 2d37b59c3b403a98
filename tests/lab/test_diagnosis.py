"""The self-diagnosis: what its text quotes of Plant G, and what must be true of every learner's plant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from dgxblock.content.library import Library
from dgxblock.content.model import Assessment, Case, ChoiceItem, Exercise, Item, NumberItem, texts
from dgxblock.content.read import parse
from dgxblock.formats import format_value
from dgxblock.lab import Sheet, build, seed
from tests.builders import cases

REF = "dg-diagnosis@1"
LEARNERS = range(200)
FULL = {"found": 50, "manage": 30, "effect": 20}


@cache
def case() -> Case:
    document = parse(Library.default().document(REF, "case"))
    assert isinstance(document, Case)
    return document


@cache
def exercise() -> Exercise:
    document = parse(Library.default().document(REF, "exercise", "dg-diagnosis-score"))
    assert isinstance(document, Exercise)
    return document


@cache
def assessment() -> Assessment:
    document = parse(Library.default().document(REF, "assessment"))
    assert isinstance(document, Assessment)
    return document


@cache
def learners() -> tuple[Sheet, ...]:
    """The plants of two hundred learners; a failing one is named by its seed."""
    return tuple(Sheet(case().dataset, seed(b"gate", REF, str(learner))) for learner in LEARNERS)


def numbers(sheet: Sheet) -> dict[str, float]:
    return {name: value for name, value in sheet.values.items() if not isinstance(value, str)}


def items() -> tuple[Item, ...]:
    return (*exercise().items, *assessment().items)


NUMBERS = pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, NumberItem)], ids=lambda item: str(item.id)
)

TEACHING: Mapping[str, tuple[str, str]] = {
    "found": ("dec2", "21.75"),
    "manage": ("dec2", "8.25"),
    "effect": ("dec2", "17.00"),
    "total": ("dec1", "47.0"),
    "n2": ("int", "5"),
    "s2": ("int", "3"),
    "level": ("int", "1"),
    "level_mean": ("dec2", "1.56"),
    "missing": ("text", "scenes"),
    "lift_en": ("text", "office collaboration"),
    "lift_cost": ("wan", "CNY 20,000"),
    "lift_weeks": ("int", "3"),
}


@pytest.mark.parametrize("name", TEACHING)
def test_plant_g_is_the_one_that_the_case_was_written_for(name: str) -> None:
    fmt, shown = TEACHING[name]
    assert format_value(build(case().dataset, case().dataset.seed).values[name], fmt, "en") == shown


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_figure_of_every_text_is_computed(lang: str) -> None:
    values = build(case().dataset, case().dataset.seed).values
    for document in (case(), exercise(), assessment()):
        assert document.dataset == case().dataset
        for text in texts(document):
            assert text.plain(lang, values).strip()


def test_points_are_those_of_the_blueprint() -> None:
    assert sum(item.points for item in exercise().items) == 100
    assert [item.points for item in assessment().items] == [10, 15, 10, 15, 15, 15, 10, 10]
    assert (assessment().rules.pass_mark, assessment().rules.attempts) == (70, 2)


def test_scores_stay_within_their_full_marks_and_every_plant_passes_forty_but_not_sixty() -> None:
    for sheet in learners():
        scored = dict.fromkeys(FULL, 0.0)
        for _, part, step, most, seen, planned in sheet.tables["answers"].rows:
            assert 0 <= float(seen) <= float(most) and float(planned) >= 0, sheet.seed
            scored[str(part)] += float(step) * float(seen)
            assert float(seen) + float(planned) <= float(most), sheet.seed
        values = numbers(sheet)
        for part, full in FULL.items():
            assert values[part] == pytest.approx(scored[part]) and values[part] <= full, sheet.seed
        assert 40 <= values["total"] < 60, sheet.seed


def test_levels_follow_the_rule() -> None:
    for sheet in learners():
        rows = [(int(star), int(level)) for _, star, level, _ in sheet.tables["scenes"].rows]
        values = numbers(sheet)
        assert len(rows) == 16 and sum(star for star, _ in rows) == 10
        grade = 0
        for level, score, scenes, binding in ((1, 20, 6, 3), (2, 40, 6, 3), (3, 60, 8, 5), (4, 80, 10, 6)):
            at = [star for star, own in rows if own >= level]
            if values["total"] >= score and len(at) >= scenes and sum(at) >= binding:
                grade = level
        assert values["level"] == grade == 1, sheet.seed
        assert 1.5 < values["level_mean"] < 2, sheet.seed  # an average would round up to level 2


def test_the_cheapest_lift_really_lifts_in_time_and_nothing_cheaper_does() -> None:
    kinds: Counter[object] = Counter()
    for sheet in learners():
        values = sheet.values
        fit = []
        for scene, star, cost, weeks in sheet.tables["offers"].rows:
            lifted = int(values["n2"]) + 1 >= 6 and int(values["s2"]) + int(star) >= 3
            if lifted and int(weeks) <= int(values["weeks_left"]):
                fit.append((float(cost), str(scene)))
        fit.sort()
        assert fit[0][1] == values["lift"] and fit[0][0] < fit[1][0], sheet.seed
        assert fit[0][0] <= numbers(sheet)["budget"], sheet.seed
        assert values["missing"] in {"scenes", "stars", "both"}
        assert (values["missing"] == "scenes") == (values["lift"] == "S15"), sheet.seed
        kinds[(values["missing"], values["lift"])] += 1
    assert len(kinds) == 5 and min(kinds.values()) >= 15


@NUMBERS
def test_each_wrong_road_is_recognised_and_the_right_one_too(item: NumberItem) -> None:
    cases.recognises_roads(item, learners())


@NUMBERS
def test_no_wrong_road_ends_near_the_key_or_near_another(item: NumberItem) -> None:
    assert item.misconceptions
    cases.keeps_roads_apart(item, learners())


@pytest.mark.parametrize(
    "item", [item for item in items() if isinstance(item, ChoiceItem) and item.key], ids=lambda item: str(item.id)
)
def test_a_key_is_one_choice_of_its_question(item: ChoiceItem) -> None:
    for sheet in learners():
        [[key]] = sheet.query(item.key).rows
        assert key in {choice.id for choice in item.choices}, sheet.seed


def test_own_parts_carry_forward_into_the_total() -> None:
    assert learners()[0].solve("total", {"found": 20, "manage": 10, "effect": 15}) == 45


def test_the_story_tells_of_plant_g_what_its_form_says() -> None:
    levels = {str(scene): int(level) for scene, _, level, _ in _plant_g().tables["scenes"].rows}
    assert {levels[scene] for scene in ("S03", "S08", "S10")} == {3}  # sales, equipment and energy have systems
    assert {levels[scene] for scene in ("S05", "S06", "S07", "S12", "S15")} == {1}
    values = numbers(_plant_g())
    assert values["left_s15"] >= values["cost_s12"]  # after A there is money for B
    assert values["weeks_s15"] + values["weeks_s12"] <= values["weeks_left"]  # and time
    assert values["weeks_s07"] > values["weeks_left"]


def _plant_g() -> Sheet:
    return build(case().dataset, case().dataset.seed)
