"""Claims from before the registry was part of them: written anew, and nobody who is certified loses theirs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.fixtures import Settings

from dgxblock.registry import gates, models
from tests.builders.registry import COURSE, earn, number, operation, scheme, site

pytestmark = pytest.mark.django_db


def migrate() -> None:
    migration = import_module("dgxblock.registry.migrations.0003_claims")
    migration.rename_claims(apps, SimpleNamespace(connection=connection))


def test_claims_are_written_anew_and_the_certified_keep_theirs(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    earn("other", id_no=number("44190019900101456"))
    earn("waiting")
    second = scheme(slug="second", course_key="course-v1:evening")
    models.Scheme.objects.exclude(pk=second.pk).update(course_key="course-v1:day")
    models.Scheme.objects.filter(pk=second.pk).update(course_key=COURSE)
    earn("certified")
    claimed = {"other": "a" * 64, "waiting": "b" * 64, "certified": "c" * 64}
    for learner, old in claimed.items():
        models.Achievement.objects.filter(learner_id=learner).update(person_key=old)
    models.Achievement.objects.filter(learner_id="certified").update(remote_state="issued")
    migrate()
    for learner in ("other", "certified"):
        row = operation(learner)
        assert row.identity is not None and gates.holds(row.achievement, row.identity)
    assert operation("waiting").achievement.person_key is None
    migrate()
    assert models.Achievement.objects.filter(person_key=None).count() == 1, "it changes nothing twice"


def test_a_claim_without_papers_is_dropped(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    earn("7")
    models.Operation.objects.update(identity=None)
    migrate()
    assert models.Achievement.objects.get().person_key is None
