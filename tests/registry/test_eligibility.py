"""Who earns a credential: everybody who met all requirements, once, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.ledger import api as ledger
from dgxblock.ledger.models import Attempt
from dgxblock.registry import api, models
from tests.builders.registry import ASSESSMENT, COURSE, earn, operation, scheme, site, work

pytestmark = pytest.mark.django_db


def test_whoever_meets_everything_earns_once_however_often_it_is_evaluated() -> None:
    scheme()
    work()
    for _ in range(3):
        api.evaluate("7", COURSE)
    achievement = models.Achievement.objects.get()
    assert (achievement.learner_id, str(achievement.score)) == ("7", "85.00")
    only = models.Operation.objects.get()
    assert (only.seq, only.kind, only.active_for) == (1, "ISSUE", achievement.pk)
    assert (only.state, only.reason, only.owner) == ("HELD", "identity", "trainee")


@pytest.mark.parametrize(
    "short", [{"passed": False, "earned": 65}, {"passed": False, "earned": 100}, {"practice": 59.99}]
)
def test_whoever_falls_short_earns_nothing(short: dict[str, float]) -> None:
    scheme()
    work(**short)  # type: ignore[arg-type]
    api.evaluate("7", COURSE)
    assert not models.Achievement.objects.exists() and not models.Operation.objects.exists()


@pytest.mark.parametrize("least", [None, 0, 60])
def test_nobody_is_certified_by_an_empty_exercise(least: int | None) -> None:
    made = scheme()
    models.Requirement.objects.filter(kind="exercise").update(min_percent=least)
    work(practice=0)
    api.evaluate("7", COURSE)
    assert not models.Achievement.objects.exists()
    found = api.status("7", COURSE)
    assert found is not None and [one.met for one in found.requirements] == [True, False, True]
    named = [sentence for sentence in api.missing_settings() if "exercise" in sentence and made.slug in sentence]
    assert len(named) == (0 if least else 1)


def test_a_percentage_that_nobody_reaches_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    models.Requirement.objects.filter(kind="exercise").update(min_percent=100)
    assert api.missing_settings() == []
    models.Requirement.objects.filter(kind="assessment").update(min_percent="100.01")
    (sentence,) = api.missing_settings()
    assert "assessment" in sentence and "100" in sentence


def test_a_case_that_is_not_finished_is_a_requirement_that_is_open() -> None:
    models.Requirement.objects.create(
        scheme=scheme(), code="c2", kind="case", usage_key="other", title_zh="二", title_en="two", position=9
    )
    work()
    api.evaluate("7", COURSE)
    assert not models.Achievement.objects.exists()


def test_the_better_attempt_counts() -> None:
    scheme()
    work(passed=False, earned=60)
    api.evaluate("7", COURSE)
    place = ledger.Place("7", COURSE, ASSESSMENT)
    ledger.open_attempt(place, kind="assessment", seed="s", revision="r", limit=None)
    ledger.submit_attempt(place, 2, nonce="n2", answers={}, marks={}, earned=72.5, possible=100, passed=True)
    api.evaluate("7", COURSE)
    assert str(models.Achievement.objects.get().score) == "72.50"


@pytest.mark.parametrize("change", [{"mode": "paused"}, {"course_key": "course-v1:other"}])
def test_a_scheme_that_is_not_live_here_certifies_nobody(change: dict[str, str]) -> None:
    scheme(**change)
    work()
    api.evaluate("7", COURSE)
    assert not models.Achievement.objects.exists()


def test_a_scheme_without_an_assessment_certifies_nobody_and_says_so() -> None:
    made = scheme()
    models.Requirement.objects.filter(kind="assessment").delete()
    work()
    api.evaluate("7", COURSE)
    assert not models.Achievement.objects.exists()
    assert any(made.slug in sentence for sentence in api.missing_settings())


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "Has:Colon"}, {"zone": "Mars/Base"}, {"zone": "../etc/passwd"}, {"level_zh": ""},
     {"send_members": ["sex"]}, {"credential_code": "two words"}],
)  # fmt: skip
def test_a_scheme_that_was_mistyped_fails_no_submission_and_is_named(wrong: dict[str, object]) -> None:
    made = scheme(**wrong)
    work()
    api.evaluate("7", COURSE)
    assert any(made.slug in sentence for sentence in api.missing_settings())


def test_a_good_scheme_has_no_faults(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    assert api.missing_settings() == []


def test_a_scheme_without_requirements_certifies_nobody() -> None:
    scheme()
    models.Requirement.objects.all().delete()
    work()
    api.evaluate("7", COURSE)
    assert not models.Achievement.objects.exists()


def test_the_achievement_exists_exactly_if_the_submission_does() -> None:
    scheme()
    work(passed=False, earned=10)
    place = ledger.Place("7", COURSE, ASSESSMENT)
    ledger.open_attempt(place, kind="assessment", seed="s", revision="r", limit=None)

    @transaction.atomic
    def submit() -> None:
        ledger.submit_attempt(place, 2, nonce="n2", answers={}, marks={}, earned=90, possible=100, passed=True)
        api.evaluate("7", COURSE)
        assert models.Operation.objects.count() == 1
        raise RuntimeError("the platform fails after us")

    with pytest.raises(RuntimeError):
        submit()
    assert Attempt.objects.filter(submitted_at=None).count() == 1
    assert not models.Achievement.objects.exists() and not models.Operation.objects.exists()


def test_missing_settings_neither_stop_nor_lose_a_result(settings: Settings) -> None:
    settings.DGXBLOCK = {}
    scheme()
    work()
    api.evaluate("7", COURSE)
    assert operation().state == "HELD"


def test_a_result_has_one_reference_for_ever(settings: Settings) -> None:
    scheme()
    work()
    api.evaluate("7", COURSE)
    first = models.Achievement.objects.get().uuid
    models.Operation.objects.all().delete()
    models.Achievement.objects.all().delete()  # a backup from before
    api.evaluate("7", COURSE)
    assert models.Achievement.objects.get().uuid == first
    assert first.version == 8 and models.Operation.objects.get().op_key.startswith("dg-coach:")


def test_the_sweep_finds_what_no_signal_told() -> None:
    scheme()
    work("7")
    work("8", passed=False, earned=10)
    assert api.sweep() == 1 and api.sweep() == 0
    assert models.Achievement.objects.get().learner_id == "7"


def test_evaluating_asks_few_questions(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    scheme()
    work("8", passed=False, earned=10)
    with django_assert_max_num_queries(6):
        api.evaluate("8", COURSE)
    work("7")
    api.evaluate("7", COURSE)
    with django_assert_max_num_queries(5):
        api.evaluate("7", COURSE)


def test_two_accounts_of_one_person_earn_one_certificate(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    assert earn("7").state == "READY"
    second = earn("8")
    assert (second.state, second.reason, second.owner) == ("HELD", "duplicate-person", "staff")
    found = api.status("8", COURSE)
    assert found is not None and found.stage is api.Stage.STAFF


def test_consent_withdrawn_gives_the_person_free(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    earn("7")
    api.withdraw_consent("7", COURSE)
    assert earn("8").state == "READY"
