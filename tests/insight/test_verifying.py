"""The public page behind a QR code: what it says, and what it never says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.insight.verifying import address
from dgxblock.registry import api, models, pump
from dgxblock.registry.verification import code_of
from tests.builders.registry import COURSE, SmallRegistry, earn, number, operation, scheme, site, small_registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    settings.ROOT_URLCONF = "dgxblock.insight.urls"
    cache.clear()
    with small_registry() as running:
        settings.DGXBLOCK = {**site(tmp_path, running.base_url), "PUBLIC_URL": "https://lms.example/"}
        scheme()
        yield running


def look(code: str) -> Any:
    return Client(headers={"accept-language": "en"}).get(f"/registry/verify/{code}")


def issued() -> models.Achievement:
    earn()
    pump.run()
    return models.Achievement.objects.get()


def test_a_certificate_is_told_without_its_holder(
    registry: SmallRegistry, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = issued()
    with django_assert_num_queries(1):
        answer = look(code_of(found.uuid))
    html = unescape(answer.content.decode())
    full = registry.certificates()[0]
    assert answer.status_code == 200 and "This certificate is valid." in html
    assert "In-house digital coach" in html and "2026-11" in html and f"…{full[-4:]}" in html
    for secret in (full, full[:-4], "周", number(), number()[-4:], str(found.uuid), "2026-11-2", "learner"):
        assert secret not in html
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_revoked_certificate_is_told_to_be_revoked() -> None:
    found = issued()
    models.Achievement.objects.update(remote_state="revoked")
    assert "has been revoked" in look(code_of(found.uuid)).content.decode()


def test_the_code_is_always_the_same_and_tells_nothing() -> None:
    found = issued()
    status = api.status("7", COURSE)
    assert status is not None and status.certificate is not None
    assert status.certificate.code == code_of(found.uuid)
    assert found.uuid.hex[:8] not in status.certificate.code
    assert address(status.certificate.code) == f"https://lms.example/registry/verify/{status.certificate.code}"


def test_without_an_address_of_the_site_there_is_no_link(settings: Settings) -> None:
    settings.DGXBLOCK = {**settings.DGXBLOCK, "PUBLIC_URL": "javascript:alert(1)"}
    assert address("x" * 43) == address("") == ""


def test_codes_that_lead_nowhere_cannot_be_told_apart(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    earn("8")  # earned, and not issued
    waiting, real = code_of(operation("8").achievement.uuid), code_of(uuid.uuid4())
    last = "B" if real[-1] != "B" else "C"
    answers = [look(code) for code in (waiting, real, "A" * 43, real[:-1] + last, "x", "A" * 2000, real[:-1])]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    with django_assert_num_queries(0):
        look("B" * 43)


def test_whoever_guesses_is_slowed_down_and_nobody_else() -> None:
    real = code_of(issued().uuid)
    assert [look("A" * 43).status_code for _ in range(31)] == [404] * 30 + [429]
    assert look(real).status_code == 200
