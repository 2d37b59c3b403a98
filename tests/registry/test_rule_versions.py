"""What somebody earned is judged by the rules they earned it under; and the kinds of requirement beyond blocks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from django.apps import apps
from django.db import connection
from django.db import models as fields
from django.utils import timezone

from dgxblock.ledger.models import Attempt
from dgxblock.registry import api, host, models, rules
from tests.builders.registry import COURSE, scheme, work

pytestmark = pytest.mark.django_db


def ask(of: models.Scheme, kind: str, **members: object) -> models.Requirement:
    return models.Requirement.objects.create(
        scheme=of, code=kind, kind=kind, title_zh="要求", title_en="One", position=9, **members
    )


def harder() -> None:
    models.Requirement.objects.filter(kind="exercise").update(min_percent=99)


def test_an_achievement_names_the_rules_it_was_earned_under() -> None:
    made = scheme()
    for learner in ("7", "8"):
        work(learner)
        api.evaluate(learner, COURSE)
    version = models.RuleVersion.objects.get()
    assert {one.rule_sha256 for one in models.Achievement.objects.all()} == {version.sha256}
    assert version.sha256 == rules.digest(version.body) == rules.digest(rules.body(made.requirements.all()))
    assert [one["code"] for one in version.body] == ["case", "exercise", "assessment"]
    assert [one.min_percent for one in rules.read(made, version.body)] == [None, 60, None]


def test_harder_rules_take_nothing_back_and_hold_for_whoever_comes_later() -> None:
    scheme()
    work("7")
    api.evaluate("7", COURSE)
    harder()
    work("8")
    for learner in ("7", "8"):
        api.evaluate(learner, COURSE)
    api.sweep()
    assert [(one.learner_id, one.withdrawn) for one in models.Achievement.objects.all()] == [("7", False)]
    assert models.RuleVersion.objects.count() == 1
    work("8", practice=99.5)
    api.evaluate("8", COURSE)
    assert (
        models.Achievement.objects.values("rule_sha256").distinct().count() == models.RuleVersion.objects.count() == 2
    )


def test_results_that_change_are_judged_by_the_old_rules() -> None:
    scheme()
    work("7")
    api.evaluate("7", COURSE)
    harder()
    Attempt.objects.filter(kind="exercise").update(earned=61)
    api.evaluate("7", COURSE)
    assert not models.Achievement.objects.get().withdrawn
    Attempt.objects.filter(kind="exercise").update(earned=59)
    api.sweep()
    assert models.Achievement.objects.get().withdrawn
    Attempt.objects.filter(kind="exercise").update(earned=60)
    api.sweep()
    assert not models.Achievement.objects.get().withdrawn


def test_what_was_taken_back_is_earned_again_by_easier_rules_of_today() -> None:
    scheme()
    work("7")
    api.evaluate("7", COURSE)
    Attempt.objects.filter(kind="exercise").update(earned=40)
    api.evaluate("7", COURSE)
    before = models.Achievement.objects.get()
    models.Requirement.objects.filter(kind="exercise").update(min_percent=30)
    api.evaluate("7", COURSE)
    after = models.Achievement.objects.get()
    assert before.withdrawn and not after.withdrawn and before.rule_sha256 != after.rule_sha256


def test_what_was_earned_before_there_were_versions_is_pinned_by_the_migration() -> None:
    from importlib import import_module

    made = scheme()
    work("7")
    api.evaluate("7", COURSE)
    models.Achievement.objects.update(rule_sha256="")
    models.RuleVersion.objects.all().delete()
    migration = import_module("dgxblock.registry.migrations.0008_schemes")
    for _ in range(2):
        migration.pin_the_rules(apps, None)
    assert models.Achievement.objects.get().rule_sha256 == models.RuleVersion.objects.get(scheme=made).sha256


def test_titles_are_no_rule() -> None:
    made = scheme()
    before = rules.digest(rules.body(made.requirements.all()))
    models.Requirement.objects.update(title_en="Other words")
    assert rules.digest(rules.body(made.requirements.all())) == before


# -- hours -------------------------------------------------------------------------------------------------------------


def attest(hours: str = "20", learner: str = "7", **members: str) -> bool:
    return api.attest_hours(learner, COURSE, **{"hours": hours, "actor": "9", "reason": "attendance book", **members})


def test_hours_are_met_when_their_sum_is_and_earn_at_once() -> None:
    ask(scheme(), "hours", min_hours=40)
    work()
    api.evaluate("7", COURSE)
    assert attest() and not models.Achievement.objects.exists()
    found = api.status("7", COURSE)
    assert found is not None and (found.requirements[3].met, found.requirements[3].hours) == (False, 20.0)
    assert attest("19.99") and not models.Achievement.objects.exists()
    assert attest("0.01") and models.Achievement.objects.count() == 1
    assert attest("-1", reason="counted twice") and models.Achievement.objects.get().withdrawn
    assert api.sweep() == 0 and attest("1") and not models.Achievement.objects.get().withdrawn


@pytest.mark.parametrize(
    "wrong",
    [{"hours": "0"}, {"hours": "-1"}, {"hours": "nan"}, {"hours": "Infinity"}, {"hours": "forty"}, {"hours": ""},
     {"hours": "1.001"}, {"hours": "10000"}, {"hours": "1e99"}, {"actor": ""}, {"actor": "7"}, {"reason": " "},
     {"reason": "x" * 501}, {"learner": ""}],
)  # fmt: skip
def test_hours_that_are_none_are_refused(wrong: dict[str, str]) -> None:
    ask(scheme(), "hours", min_hours=40)
    assert not attest(**wrong)
    assert not models.AttestedHours.objects.exists()


def test_an_import_counts_once_and_rows_are_never_changed() -> None:
    ask(scheme(), "hours", min_hours=40)
    assert attest(reference="book-1") and not attest(reference="book-1") and attest(reference="book-2")
    assert attest(learner="8", reference="book-1")
    row = models.AttestedHours.objects.order_by("pk")[0]
    with pytest.raises(TypeError):
        row.save()
    assert not attest("-41") and models.AttestedHours.objects.count() == 3
    assert not api.attest_hours("7", "course-v1:none", hours="1", actor="9", reason="r")


# -- the grade of the course -------------------------------------------------------------------------------------------


@cache
def table() -> type[fields.Model]:
    """A table with the columns of the platform's."""

    class Grade(fields.Model):
        user_id = fields.IntegerField()
        course_id = fields.CharField(max_length=99)
        percent_grade = fields.FloatField()

        class Meta:
            app_label = "dgx_registry_tests"

    return Grade


@pytest.fixture
def grades(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[type[fields.Model]]:
    """A host that keeps grades of courses."""
    made, find = table(), apps.get_model
    monkeypatch.setattr(
        apps, "get_model", lambda *names: made if names == ("grades", "PersistentCourseGrade") else find(*names)
    )
    with connection.schema_editor() as editor:
        editor.create_model(made)
    yield made
    with connection.schema_editor() as editor:
        editor.delete_model(made)


@pytest.mark.parametrize(("grade", "good"), [(0.70, True), (0.699, False), (1.0, True), (0.0, False), (None, False)])
def test_a_course_grade_is_met_from_its_percentage_on(
    grades: type[fields.Model], grade: float | None, good: bool
) -> None:
    ask(scheme(), "course-grade", min_percent=70)
    work()
    if grade is not None:
        grades._default_manager.create(user_id=7, course_id=COURSE, percent_grade=grade)
    grades._default_manager.create(user_id=8, course_id=COURSE, percent_grade=1)
    grades._default_manager.create(user_id=7, course_id="course-v1:DG+DT2+2026", percent_grade=1)
    assert api.sweep() == int(good) and api.sweep() == 0
    found = api.status("7", COURSE)
    assert found is not None and found.requirements[3].met is good
    assert not any("keeps none" in sentence for sentence in api.missing_settings())
    if good:
        grades._default_manager.filter(user_id=7, course_id=COURSE).update(percent_grade=0.1)
        api.sweep()
        assert models.Achievement.objects.get().withdrawn


def test_where_the_host_keeps_no_grades_nobody_meets_it_and_staff_are_told() -> None:
    made = scheme()
    ask(made, "course-grade", min_percent=1)
    work()
    assert api.sweep() == 0
    assert any(made.slug in sentence and "keeps none" in sentence for sentence in api.missing_settings())
    assert host.course_grades(COURSE) == {} and timezone.now()


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("hours", {}),
        ("hours", {"min_hours": 0}),
        ("course-grade", {}),
        ("course-grade", {"min_percent": 0}),
        ("case", {}),
    ],
)
def test_a_requirement_that_lacks_its_measure_is_named(kind: str, members: dict[str, object]) -> None:
    made = scheme()
    models.Requirement.objects.filter(kind="case").delete()
    ask(made, kind, **members)
    work()
    assert api.sweep() == 0
    assert any(made.slug in sentence and kind in sentence for sentence in api.missing_settings())
