"""The staff page about files that several sent: who, what was noticed, and the file itself for those who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from dgxblock.insight.staff_page import body, build
from dgxblock.ledger import api as ledger
from tests.builders.ledger import place
from tests.builders.registry import COURSE, site, small_registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registry(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.ROOT_URLCONF = "dgxblock.insight.urls"
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        yield


def user(name: str, full: str = "", **members: Any) -> Any:
    return get_user_model().objects.create(username=name, first_name=full, **members)


def client(**members: Any) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user("visitor", **members))
    return browser


def add(learner: Any, content: bytes, **options: Any) -> int:
    return ledger.add_upload(
        place(str(learner), course=COURSE), "w1", sha256=content.hex().ljust(64, "0"), content=content, reading={},
        **{"name": "一号线.xlsx", "owner": "", "foreign": False, **options},
    ).id  # fmt: skip


def page() -> str:
    with translation.override("en"):
        return unescape(str(body(build(COURSE))))


def test_nothing_is_said_where_nothing_was_noticed() -> None:
    add(1, b"a")
    assert "The same files" not in page() and "another trainee's" not in page()


def test_names_are_masked_and_the_reason_is_told() -> None:
    one, two = user("u1", "周敏"), user("u2", "李强")
    ledger.open_attempt(place(str(one.pk), course=COURSE), kind="exercise", seed="e" * 64, revision="r", limit=None)
    add(one.pk, b"same")
    number = add(two.pk, b"same", owner="e" * 16, foreign=True)
    add(999, b"other", owner="d" * 16, foreign=True)
    html = page()

    assert "made from the template of 周*" in html and "the same file as that of 李*" in html
    assert "made from a template that is not theirs" in html and "Trainee 999" in html
    assert "周敏" not in html and "李强" not in html and f"/courses/{COURSE}/uploads/{number}/" in html
    assert "Uploads that are another trainee's, or the same: 3 (below)" in html


def test_a_hostile_name_of_a_file_does_not_break_the_page() -> None:
    add(1, b"x", foreign=True, owner="f" * 16, name="<script>alert(1)</script>.xlsx")
    with translation.override("en"):
        assert "<script" not in str(body(build(COURSE)))


def test_staff_get_the_file_as_it_came() -> None:
    number = add(1, b"PK\x03\x04 the file")
    response = client(is_staff=True).get(f"/courses/{COURSE}/uploads/{number}/")

    assert response.status_code == 200 and response.content == b"PK\x03\x04 the file"
    assert response["Content-Disposition"] == f'attachment; filename="upload-{number}.xlsx"'
    assert response["X-Content-Type-Options"] == "nosniff" and "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("staff", [False, True])
def test_a_file_is_for_the_staff_of_its_course(staff: bool) -> None:
    number = add(1, b"a")
    browser = client(is_staff=staff)
    assert Client().get(f"/courses/{COURSE}/uploads/{number}/").status_code == 403
    assert browser.get(f"/courses/{COURSE}/uploads/{number}/").status_code == (200 if staff else 403)
    assert browser.get(f"/courses/course-v1:X+Y+Z/uploads/{number}/").status_code == (404 if staff else 403)
    assert browser.get(f"/courses/{COURSE}/uploads/{number + 1}/").status_code == (404 if staff else 403)
    assert browser.post(f"/courses/{COURSE}/uploads/{number}/").status_code == 405
