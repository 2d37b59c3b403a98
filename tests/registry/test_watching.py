"""Health and metrics: what they say, to whom, and that nobody's data is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.registry import models, pump
from dgxblock.registry.clock import now
from tests.builders.registry import SmallRegistry, earn, number, scheme, site, small_registry, time_passes

pytestmark = pytest.mark.django_db
TOKEN = "watch-over-the-site_0123456789"


@pytest.fixture(autouse=True)
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    settings.ROOT_URLCONF = "dgxblock.registry.urls"
    (tmp_path / "watch.key").write_text(TOKEN, encoding="utf-8")
    with small_registry() as running:
        settings.DGXBLOCK = {**site(tmp_path, running.base_url), "METRICS_TOKEN": f"file:{tmp_path / 'watch.key'}"}
        scheme()
        yield running


def ask(path: str, token: str = TOKEN) -> Any:
    return Client().get(path, headers={"authorization": f"Bearer {token}"} if token else {})


def test_a_site_without_a_pump_is_not_well_and_with_one_is() -> None:
    assert ask("/health").status_code == 503
    earn()
    pump.run()
    answer = ask("/health")
    assert answer.status_code == 200
    assert answer.json()["oldest_due_seconds"] is None and answer.json()["pump_age_seconds"] < 60


def _no_pump() -> None:
    models.Channel.objects.filter(key="pump:").update(last_ok_at=now() - timedelta(hours=1))


def _stuck() -> None:
    earn("8", id_no=number("44190019900101000"), name="林晓")
    time_passes(3600)


def _stopped() -> None:
    models.Channel.objects.create(key="registry:sandbox", blocked=True, until=now())


@pytest.mark.parametrize("wrong", [_no_pump, _stuck, _stopped])
def test_what_is_wrong_makes_it_fail(wrong: Any) -> None:
    pump.run()
    assert ask("/health").status_code == 200
    wrong()
    assert ask("/health").status_code == 503


def test_strangers_are_told_whether_and_not_what(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pump.run()
    _stopped()
    with django_assert_num_queries(3):
        assert ask("/health", "").json() == {"status": "failing"}
    assert ask("/health").json()["stopped"] == ["registry:sandbox"]


def test_site_staff_are_told_what_and_trainees_are_not(settings: Settings) -> None:
    for name, told in (("staff", True), ("trainee", False)):
        browser = Client()
        browser.force_login(get_user_model().objects.create(username=name, is_staff=told))
        assert ("stopped" in browser.get("/health").json()) is told


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "é" * 20, "a" * 5000])
def test_a_wrong_token_sees_no_metrics(token: str) -> None:
    answer = ask("/metrics", token)
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("setting", [None, "", "env:NOT_THERE_AT_ALL", "short"])
def test_without_a_token_there_are_no_metrics(settings: Settings, setting: str | None) -> None:
    settings.DGXBLOCK = {**settings.DGXBLOCK, "METRICS_TOKEN": setting}
    assert ask("/metrics").status_code == ask("/metrics", "").status_code == 404


def test_a_token_in_base64_is_one_too(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "watch.key").write_text("0123456789abcdef0123456789abcdef", encoding="utf-8")
    assert ask("/metrics", "0123456789abcdef0123456789abcdef").status_code == 200


def test_metrics_count_and_name_nobody(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    who = earn()
    pump.run()
    with django_assert_num_queries(6):
        text = ask("/metrics").content.decode()
    assert 'dgx_registry_operations{registry="sandbox",state="DONE"} 1' in text
    assert 'dgx_registry_attempts_total{registry="sandbox",phase="send",verdict="done"} 1' in text
    assert "dgx_registry_oldest_due_seconds 0" in text and "dgx_registry_pump_age_seconds " in text
    for secret in ("周", number(), str(who.uuid), str(who.achievement.uuid), "S00004419"):
        assert secret not in text
    assert text.endswith("\n") and all(line.startswith("#") or " " in line for line in text.splitlines())


@pytest.mark.parametrize("path", ["/health", "/metrics"])
def test_nothing_is_sent_there(path: str) -> None:
    assert Client().post(path, {"x": 1}).status_code == 405
