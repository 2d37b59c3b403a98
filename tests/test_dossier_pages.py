"""A dossier from the trainee's form over the reviewer's page to the certificate, and what nobody can do with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django.fixtures import Settings

from dgxblock.block import dossier_page
from dgxblock.certification import CertificationXBlock
from dgxblock.registry import api, models, pump
from tests.builders import blocks
from tests.builders.registry import COURSE, SmallRegistry, form, scheme, site, small_registry

pytestmark = pytest.mark.django_db
HERE = f"/courses/{COURSE}/registry/dossiers/"
GIVEN = {
    "title-1": "产线改造方案", "url-1": "https://example.org/plan", "text-1": "数据采集由我负责。",
    "title-3": "<b>操作手册</b>", "text-3": "第二章",
}  # fmt: skip


@pytest.fixture(autouse=True)
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    settings.ROOT_URLCONF = "dgxblock.insight.urls"
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme(kind="dossier").requirements.all().delete()
        yield running


def block(learner: str | None = "7", /) -> Any:
    made = blocks.block(CertificationXBlock, learner=learner)
    made.runtime.dgx_course_key = COURSE
    return made


def hand_in(given: dict[str, Any], learner: str | None = "7", /) -> Any:
    return blocks.post(block(learner), "hand_in", given)


def page(learner: str = "7", /) -> str:
    return unescape(blocks.inner(block(learner)))


def staff(name: str = "lead", /, **client: Any) -> tuple[Client, str]:
    user = get_user_model().objects.create(username=name, is_staff=True)
    browser = Client(headers={"accept-language": "en"}, **client)
    browser.force_login(user)
    return browser, str(user.pk)


def only() -> str:
    (one,) = api.dossier_queue(COURSE)
    return one.id


def state() -> str:
    return models.Dossier.objects.get().state


def test_it_goes_from_the_form_to_the_certificate(registry: SmallRegistry) -> None:
    assert "Hand in the dossier" in page()
    assert hand_in(GIVEN).status_int == 200
    assert [piece["title"] for piece in api.dossier_queue(COURSE)[0].evidence] == ["产线改造方案", "<b>操作手册</b>"]
    assert 'value="产线改造方案"' in page() and "until somebody has taken it" in page()
    reviewer, _who = staff()
    shown = reviewer.get(HERE).content.decode()
    assert "&lt;b&gt;操作手册" in shown and "Take for review" in shown and "Return to be completed" not in shown
    assert reviewer.post(f"{HERE}{only()}/", {"decide": "take"}).status_code == 302
    assert "hand_in" not in page() and "What you handed in" in page()
    assert "Return to be completed" in reviewer.get(HERE).content.decode()
    reviewer.post(f"{HERE}{only()}/", {"decide": "return", "reason": "缺少验收记录"})
    assert "缺少验收记录" in page() and "Hand in again" in page()
    assert hand_in({**GIVEN, "title-2": "验收记录", "url-2": "https://example.org/acceptance"}).status_int == 200
    reviewer.post(f"{HERE}{only()}/", {"decide": "take"})
    reviewer.post(f"{HERE}{only()}/", {"decide": "approve", "score": "88"})
    assert state() == "approved"
    assert not api.save_identity("7", COURSE, form())
    pump.run()
    assert len(registry.certificates()) == 1
    status = api.status("7", COURSE)
    assert status is not None and status.stage == "issued" and "hand_in" not in page()


@pytest.mark.parametrize(
    "given",
    [
        {}, {"title-1": "x"}, {"text-1": "no title"}, {"title-1": "x", "url-1": "javascript:alert(1)"},
        {"title-1": "x", "url-1": "ftp://example.org"}, {"title-1": "x" * 201, "text-1": "y"},
        {"title-1": "x", "text-1": "y" * 4001}, {"title-1": ["x"], "text-1": {"y": 1}},
        {"title-1": "\x00", "text-1": "y"},
        {"title-21": "x", "text-21": "y"}, {"evidence": [{"title": "x", "text": "y"}]},
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_said_and_not_kept(given: dict[str, Any]) -> None:
    answer = hand_in(given)
    assert answer.status_int == 400 and "Not handed in yet" in answer.json_body["error"]["message"]
    assert not models.Dossier.objects.exists()


def test_a_course_without_dossiers_takes_none(registry: SmallRegistry) -> None:
    models.Scheme.objects.update(kind="course")
    assert hand_in(GIVEN).status_int == 400 and not models.Dossier.objects.exists()
    assert "hand_in" not in page()
    assert "dossiers" not in staff()[0].get(f"/courses/{COURSE}/registry/").content.decode()


def test_places_left_empty_do_not_count() -> None:
    assert dossier_page.pieces({"title-2": " ", "title-5": "a", "url-5": "b", "more": "c"}) == [
        {"title": "a", "url": "b", "text": ""}
    ]


def test_only_staff_of_the_course_see_and_decide() -> None:
    hand_in(GIVEN)
    user = get_user_model().objects.create(username="trainee")
    nobody, trainee = Client(), Client()
    trainee.force_login(user)
    for client in (nobody, trainee):
        assert client.get(HERE).status_code == 403
        assert client.post(f"{HERE}{only()}/", {"decide": "take"}).status_code == 403
    strict, _who = staff("strict", enforce_csrf_checks=True)
    assert strict.post(f"{HERE}{only()}/", {"decide": "take"}).status_code == 403
    assert state() == "submitted"


def test_what_a_reviewer_sends_wrongly_changes_nothing() -> None:
    hand_in(GIVEN)
    one, _one = staff("one")
    two, _two = staff("two")
    there = f"{HERE}{only()}/"
    assert one.get(there).status_code == 405
    assert one.post(f"{HERE}{uuid.uuid4()}/", {"decide": "take"}).status_code == 404
    assert one.post(f"/courses/course-v1:other+1+1/registry/dossiers/{only()}/", {"decide": "take"}).status_code == 404
    for wrong in ({}, {"decide": "burn"}):
        assert one.post(there, wrong).status_code == 400
    assert one.post(there, {"decide": "approve", "score": "90"}).status_code == 409, "not taken yet"
    assert one.post(there, {"decide": "take", "reason": "x" * 70_000}).status_code == 413
    one.post(there, {"decide": "take"})
    for wrong in (
        {"decide": "return"}, {"decide": "reject", "reason": "x" * 501}, {"decide": "approve"},
        {"decide": "approve", "score": "101"}, {"decide": "approve", "score": "NaN"},
    ):  # fmt: skip
        assert one.post(there, wrong).status_code == 400
    assert two.post(there, {"decide": "approve", "score": "90"}).status_code == 409, "somebody else's"
    assert state() == "under-review" and not models.Achievement.objects.exists()


def test_nobody_reviews_their_own() -> None:
    reviewer, who = staff()
    hand_in(GIVEN, who)
    assert "Take for review" not in reviewer.get(HERE).content.decode()
    answer = reviewer.post(f"{HERE}{only()}/", {"decide": "take"})
    assert answer.status_code == 409 and "your own" in answer.content.decode() and state() == "submitted"


def test_the_queue_takes_as_many_queries_for_one_as_for_many(django_assert_num_queries: Any) -> None:
    reviewer, _who = staff()
    reviewer.get(HERE)
    hand_in(GIVEN)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        reviewer.get(HERE)
    for learner in ("8", "9", "10"):
        hand_in(GIVEN, learner)
    with django_assert_num_queries(len(few)):
        reviewer.get(HERE)
