"""A thousand trainees of known ability: the statistics find what was planted, and only that."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable

import pytest

from dgxblock.psychometrics import MOST_PRIVATE, Flag, Response, Sitting, TestStatistics, analyse

GOOD = [f"g{number}" for number in range(15)]
POOL = [f"p{number}" for number in range(6)]
PLANTED = {"bad", "key", "easy", "unfair"}


def uniform(*parts: object) -> float:
    """A draw that is the same on every machine."""
    text = "\0".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:7]) / 2**56


def normal(*parts: object) -> float:
    u, v = uniform(*parts, "u"), uniform(*parts, "v")
    return math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v)


def right(ability: float, difficulty: float, slope: float = 1.3) -> float:
    """The two-parameter logistic model."""
    return 1 / (1 + math.exp(-1.7 * slope * (ability - difficulty)))


def sitting(seed: int, person: int) -> Sitting:
    ability = normal(seed, person)

    def asked(name: str, chance: float, variant: float | None = None) -> Response:
        got = uniform(seed, person, name) < chance
        wrong = "bc"[uniform(seed, person, name, "which") < 0.4]
        return Response(float(got), 5, "ok" if got else "wrong", ("a" if got else wrong,), variant)

    answers = {name: asked(name, right(ability, -1.2 + 0.13 * number)) for number, name in enumerate(GOOD)}
    drawn = sorted(POOL, key=lambda name: uniform(seed, person, "draw", name))[:3]
    answers |= {name: asked(name, right(ability, 0.1 * int(name[1]))) for name in drawn}
    answers["bad"] = asked("bad", 0.5)
    answers["key"] = asked("key", 1 - right(ability, -0.5))
    answers["easy"] = asked("easy", right(ability, -2.4))
    own = normal(seed, person, "own")
    answers["unfair"] = asked("unfair", right(ability, 1.2 if own > 0 else -1.2), own)
    answers["g0"] = asked("g0", right(ability, -1.2), normal(seed, person, "g0's"))
    return Sitting(str(person), answers, 600 + 900 * uniform(seed, person, "time"), ability > 0)


def run(seed: int, people: int = 1000) -> TestStatistics:
    return analyse(sitting(seed, person) for person in range(people))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_planted_questions_are_found_and_no_good_one_is_blamed(seed: int) -> None:
    found = run(seed)
    flagged = {name: set(item.flags) for name, item in found.items.items() if item.flags}
    assert flagged == {"bad": {Flag.WEAK}, "key": {Flag.CHECK_KEY}, "easy": {Flag.EASY}, "unfair": {Flag.UNFAIR}}, {
        name: (item.facility, item.discrimination) for name, item in found.items.items() if name in flagged
    }


def test_estimates_are_within_their_standard_error_of_the_truth() -> None:
    found = run(1)
    for number, name in enumerate(GOOD):
        truth = sum(right(normal(1, person), -1.2 + 0.13 * number) for person in range(1000)) / 1000
        item = found.items[name]
        assert abs(item.facility - truth) < 4 * math.sqrt(truth * (1 - truth) / 1000)
        assert item.n == 1000 and 0.2 < (item.discrimination or 0) < 0.8


def test_a_question_of_a_pool_is_judged_by_those_who_were_asked_it() -> None:
    found = run(2)
    for name in POOL:
        asked = sum(name in sitting(2, person).responses for person in range(1000))
        assert found.items[name].n == asked < 600
        assert found.items[name].alpha_without is None
    assert found.alpha is not None and found.alpha.items == len(GOOD) + len(PLANTED) and found.alpha.n == 1000


def test_alpha_would_be_better_without_the_wrong_key() -> None:
    found = run(3)
    assert found.alpha is not None and found.alpha.low < found.alpha.value < found.alpha.high
    gains = {name: (item.alpha_without or 0) - found.alpha.value for name, item in found.items.items()}
    assert max(gains, key=lambda name: gains[name]) == "key" and gains["g7"] < 0 < gains["bad"]


def test_of_a_wrong_key_the_better_people_choose_another_option() -> None:
    key, good = run(1).items["key"], run(1).items["g7"]
    rest = {option.id: option.rest or 0 for option in key.options}
    assert rest["a"] < rest["b"] and rest["a"] < rest["c"]
    sound = {option.id: option.rest or 0 for option in good.options}
    assert sound["a"] > sound["b"] and sum(option.count for option in good.options) == 1000
    assert dict(good.notes)["ok"] == next(option.count for option in good.options if option.id == "a")


@pytest.mark.parametrize("people", [0, 1, MOST_PRIVATE - 1])
def test_of_too_few_people_nothing_is_told(people: int) -> None:
    found = run(1, people)
    assert (
        found.few and found.n == people and not found.items and (found.mean, found.alpha, found.passed) == (None,) * 3
    )


def test_a_question_that_too_few_were_asked_tells_only_how_many() -> None:
    people = [sitting(1, person) for person in range(30)]
    rare = [*people[:9], *(_without(each, "g5") for each in people[9:])]
    found = analyse(rare)
    assert "g5" not in found.items and found.too_few["g5"] == 9


def _without(each: Sitting, name: str) -> Sitting:
    return Sitting(each.learner, {key: value for key, value in each.responses.items() if key != name}, each.seconds)


def _unjudged(each: Sitting) -> Sitting:
    return Sitting(each.learner, {**each.responses, "essay": Response(None, 30)}, each.seconds)


def _same(each: Sitting) -> Sitting:
    return each


@pytest.mark.parametrize("change", [_unjudged, _same])
def test_what_nobody_has_judged_yet_changes_nothing(change: Callable[[Sitting], Sitting]) -> None:
    plain, changed = run(1, 60), analyse(change(sitting(1, person)) for person in range(60))
    assert changed.items == plain.items and changed.mean == plain.mean
