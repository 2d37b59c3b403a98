"""What else many do at once: begin anew while others begin to write, decide, take hints, earn. Nobody is told of a
failure, and everything is there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from dgxblock.case_study import CaseStudyXBlock
from dgxblock.ledger import models as kept
from dgxblock.registry import api as registry
from dgxblock.registry import models as due
from tests.builders import blocks, documents, sitting
from tests.builders.racing import at_once, sat, warm
from tests.builders.registry import COURSE, scheme, site, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

MANY = 50


def case(learner: str) -> Any:
    return blocks.block(CaseStudyXBlock, documents.CASE, learner=learner)


def decide(learner: str, option: str = "a") -> int:
    return int(blocks.post(case(learner), "decide", {"decision": "d1", "option": option, "reason": ""}).status_int)


def test_who_begins_anew_and_who_begins_to_write_do_not_wait_for_each_other() -> None:
    """A new attempt drops the draft of the one before; where there is none, that locks a gap of the index."""
    anew = [sat(str(2 * learner), attempts=2) for learner in range(100, 100 + MANY // 2)]
    for made in anew:
        blocks.answer(made, "submit", sitting.request(made, {"s1": "y"}))
    fresh = [sat(str(2 * learner + 1)) for learner in range(100, 100 + MANY // 2)]

    def begin(made: Any) -> int:
        own = sitting.assessment(learner=made.place().learner_id, max_attempts=3)
        return int(blocks.post(own, "begin", {"number": 3, "confirm": True}).status_int)

    def write(made: Any) -> int:
        own = sitting.assessment(learner=made.place().learner_id, max_attempts=1)
        return int(blocks.post(own, "save_draft", {"a": {"s1": "x"}, "version": 0}).status_int)

    calls: list[Callable[[], int]] = [
        call for one, other in zip(anew, fresh, strict=True) for call in (partial(begin, one), partial(write, other))
    ]
    assert Counter(at_once(calls)) == {200: len(calls)}
    assert kept.Draft.objects.count() == len(fresh)
    assert kept.Attempt.objects.filter(number=3).count() == len(anew)


def test_a_decision_that_is_sent_fifty_times_is_taken_once() -> None:
    warm(case("7"))
    assert Counter(at_once([partial(decide, "7")] * MANY)) == {200: MANY}
    assert kept.Decision.objects.count() == 1


def test_of_two_choices_that_are_sent_at_once_one_holds() -> None:
    warm(case("7"))
    results = at_once([partial(decide, "7", "ab"[number % 2]) for number in range(MANY)])
    assert set(results) == {200, 409}
    (row,) = kept.Decision.objects.all()
    assert {results[number] for number in range(MANY) if "ab"[number % 2] == row.option_id} == {200}


def test_whoever_is_asked_about_fifty_times_has_earned_once(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    work("7")

    def ask() -> None:
        with transaction.atomic():
            registry.evaluate("7", COURSE)

    at_once([ask] * MANY)
    assert due.Achievement.objects.count() == due.Operation.objects.count() == 1
