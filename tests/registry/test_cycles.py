"""Once, once in each run, or anew after some months: and every cycle has one certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.ledger import api as ledger
from dgxblock.ledger.models import Attempt
from dgxblock.registry import api, cycles, models, rules
from dgxblock.registry.cycles import Target
from tests.builders.registry import ASSESSMENT, CASE, COURSE, EXERCISE, earn, form, number, scheme, site, work

NEXT = "course-v1:DG+DT1+2027"
JAN = date(2026, 1, 31)


@dataclass(frozen=True)
class Held:
    withdrawn: bool = False
    assessed_on: date = JAN


@pytest.mark.parametrize(
    ("kind", "months", "run", "held", "today", "expected"),
    [
        ("none", 0, 1, {}, JAN, [Target(1)]),
        ("none", 12, 3, {1: Held()}, date(2030, 1, 1), [Target(1)]),
        ("run", 0, 3, {1: Held(), 2: Held()}, JAN, [Target(3)]),
        ("renewal", 12, 2, {}, JAN, [Target(1)]),
        ("renewal", 12, 1, {1: Held()}, date(2027, 1, 30), [Target(1)]),
        ("renewal", 12, 1, {1: Held()}, date(2027, 1, 31),
         [Target(1, None, date(2027, 1, 31)), Target(2, date(2027, 1, 31))]),
        ("renewal", 1, 1, {1: Held()}, date(2026, 2, 28),
         [Target(1, None, date(2026, 2, 28)), Target(2, date(2026, 2, 28))]),
        ("renewal", 12, 1, {1: Held(withdrawn=True)}, date(2029, 1, 1), [Target(1)]),
        ("renewal", 12, 1, {1: Held(), 2: Held(assessed_on=date(2027, 3, 1))}, date(2027, 6, 1),
         [Target(2, date(2027, 1, 31))]),
        ("renewal", 12, 1, {3: Held(), 4: Held(True, date(2027, 3, 1))}, date(2029, 1, 1),
         [Target(4, date(2027, 1, 31))]),
        ("renewal", 0, 1, {1: Held()}, date(2029, 1, 1), [Target(1)]),
    ],
)  # fmt: skip
def test_which_cycles_work_may_count_for(
    kind: str, months: int, run: int, held: dict[int, Held], today: date, expected: list[Target]
) -> None:
    assert cycles.targets(kind, months, run, held, today) == expected


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [(JAN, 1, date(2026, 2, 28)), (date(2028, 2, 29), 12, date(2029, 2, 28)), (date(2026, 12, 1), 1, date(2027, 1, 1)),
     (date(2026, 11, 30), 13, date(2027, 12, 30)), (date(9999, 12, 1), 1, date.max)],
)  # fmt: skip
def test_months_are_counted_by_the_calendar(day: date, months: int, later: date) -> None:
    assert cycles.after_months(day, months) == later


@pytest.mark.parametrize(
    ("usage", "course", "there"),
    [
        ("block-v1:DG+DT1+2026+type@x+block@y", NEXT, "block-v1:DG+DT1+2027+type@x+block@y"),
        ("block-v1:DG+DT1+2026+type@x+block@y", COURSE, "block-v1:DG+DT1+2026+type@x+block@y"),
        ("block-v1:DG+DT1+20261+type@x+block@y", NEXT, ""), ("dgx_exercise.u0", NEXT, ""), ("", NEXT, ""),
        ("block-v1:DG+DT1+2026+type@x+block@y", "elsewhere", ""),
    ],
)  # fmt: skip
def test_a_rerun_keeps_the_ids_of_its_blocks(usage: str, course: str, there: str) -> None:
    assert rules.usage_in_run(usage, COURSE, course) == there


def again(of: models.Scheme, /) -> None:
    """A further run with blocks of its own."""
    blocks = {"case": CASE, "exercise": EXERCISE, "assessment": "dgx_assessment.next"}
    models.CourseRun.objects.create(scheme=of, course_key=NEXT, number=2, blocks=blocks)


def work_in(course: str, assessment: str, earned: float = 85, learner: str = "7") -> None:
    ledger.decide(ledger.Place(learner, course, CASE), "d1", "a", reason="", revision="r", final=True)
    for usage, kind in ((EXERCISE, "exercise"), (assessment, "assessment")):
        place = ledger.Place(learner, course, usage)
        opened = ledger.open_attempt(place, kind=kind, seed="s", revision="r", limit=None)
        ledger.submit_attempt(
            place, opened.number, nonce=f"{course}-{usage}-{opened.number}", answers={}, marks={}, earned=earned,
            possible=100, passed=earned >= 60,
        )  # fmt: skip


def age(days: int) -> None:
    """Let everything have been handed in, and assessed, so many days earlier."""
    Attempt.objects.update(submitted_at=F("submitted_at") - timedelta(days=days))
    for one in models.Achievement.objects.all():
        one.assessed_on -= timedelta(days=days)
        one.save()


def earned() -> list[tuple[int, str, str, bool]]:
    rows = models.Achievement.objects.order_by("cycle")
    return [(one.cycle, one.course_key, str(one.score), one.withdrawn) for one in rows]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cycle", "expected"),
    [("none", [(1, COURSE, "85.00", False)]), ("run", [(1, COURSE, "85.00", False), (2, NEXT, "91.00", False)])],
)
def test_each_run_earns_anew_only_if_the_scheme_says_so(cycle: str, expected: list[object]) -> None:
    again(scheme(cycle=cycle))
    work()
    work_in(NEXT, "dgx_assessment.next", 91)
    for _ in range(2):
        for course in (COURSE, NEXT):
            api.evaluate("7", course)
        assert api.sweep() == 0
    assert earned() == expected
    assert (
        models.Operation.objects.count() == len({one.uuid for one in models.Achievement.objects.all()}) == len(expected)
    )


@pytest.mark.django_db
def test_whoever_misses_the_first_run_earns_in_the_second() -> None:
    again(scheme())
    work_in(NEXT, "dgx_assessment.next", 91)
    assert api.sweep() == 1 and api.sweep() == 0
    assert earned() == [(1, NEXT, "91.00", False)]


@pytest.mark.django_db
def test_the_page_of_a_run_speaks_of_that_run(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    again(scheme(cycle="run"))
    earn()
    models.Achievement.objects.update(remote_state="issued")
    first, second = api.status("7", COURSE), api.status("7", NEXT)
    assert first is not None and second is not None
    assert [one.met for one in first.requirements] == [True] * 3 and first.stage is not api.Stage.NOT_YET
    assert [one.met for one in second.requirements] == [False] * 3 and second.stage is api.Stage.NOT_YET
    assert second.requirements[2].usage_key == "dgx_assessment.next"
    assert models.Requirement.objects.get(code="assessment").usage_key == ASSESSMENT
    assert api.save_identity("7", NEXT, form()) == {}
    work_in(NEXT, "dgx_assessment.next")
    api.evaluate("7", NEXT)
    assert [one.state for one in models.Operation.objects.order_by("pk")] == ["READY", "READY"]
    assert set(api.learners(NEXT)) == {"7"}


@pytest.mark.django_db
def test_a_renewal_wants_an_assessment_of_its_own_time() -> None:
    scheme(cycle="renewal", renewal_months=12)
    work(earned=85)
    api.evaluate("7", COURSE)
    age(400)
    for _ in range(2):
        api.evaluate("7", COURSE)
        assert api.sweep() == 0
    assert [one[0] for one in earned()] == [1], "what was done once is not done again"
    work(earned=70)
    api.evaluate("7", COURSE)
    api.sweep()
    assert [one[::2] for one in earned()] == [(1, "85.00"), (2, "70.00")]
    work(earned=95)  # a better one in the second cycle; the first keeps its own
    api.evaluate("7", COURSE)
    assert [one[::2] for one in earned()] == [(1, "85.00"), (2, "95.00")]
    assert models.Achievement.objects.values("uuid").distinct().count() == models.Operation.objects.count() == 2


@pytest.mark.django_db
def test_a_renewal_that_falls_short_leaves_the_certificate_there_is() -> None:
    scheme(cycle="renewal", renewal_months=12)
    work()
    api.evaluate("7", COURSE)
    age(400)
    work(passed=False, earned=20)
    api.evaluate("7", COURSE)
    assert [(*one[::2], one[3]) for one in earned()] == [(1, "85.00", False)]


@pytest.mark.django_db
def test_an_award_by_hand_is_of_the_open_cycle() -> None:
    again(scheme(cycle="run"))
    given = {"score": "80", "assessed_on": timezone.localdate(), "actor": "9", "reason": "heard"}
    assert api.award("7", NEXT, **given) and api.award("7", COURSE, **given) and api.award("7", NEXT, **given)  # type: ignore[arg-type]
    assert [one[:2] for one in earned()] == [(1, COURSE), (2, NEXT)]


@pytest.mark.django_db
def test_two_accounts_of_one_person_earn_one_certificate_a_cycle(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    again(scheme(cycle="run"))
    earn("7")
    assert api.save_identity("8", NEXT, form()) == {}
    work_in(NEXT, "dgx_assessment.next", learner="8")
    api.evaluate("8", NEXT)
    work_in(NEXT, "dgx_assessment.next", learner="7")
    api.evaluate("7", NEXT)
    said = models.Operation.objects.order_by("pk").values_list("achievement__learner_id", "state", "reason")
    assert list(said) == [("7", "READY", ""), ("8", "READY", ""), ("7", "HELD", "duplicate-person")]
    assert number()


@pytest.mark.django_db
def test_cycles_cost_no_query_more(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    again(scheme(cycle="renewal", renewal_months=12))
    work()
    api.evaluate("7", COURSE)
    with django_assert_max_num_queries(5):
        api.evaluate("7", COURSE)
    with django_assert_max_num_queries(2):
        api.scheme(NEXT)
