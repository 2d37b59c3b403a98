"""The staff page: what it says, who may see it, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.insight.access import may_look
from dgxblock.insight.names import mask, masked_names
from dgxblock.insight.staff_page import body, build
from dgxblock.ledger import api as ledger
from dgxblock.registry import api, models, pump
from tests.builders.registry import COURSE, SmallRegistry, earn, form, scheme, site, small_registry, time_passes, work

pytestmark = pytest.mark.django_db
ADDRESS = f"/courses/{COURSE}/"


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    settings.ROOT_URLCONF = "dgxblock.insight.urls"
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def user(name: str, **members: Any) -> Any:
    return get_user_model().objects.create(username=name, **members)


def client(**members: Any) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user(f"user{get_user_model().objects.count()}", **members))
    return browser


def page(language: str = "en") -> str:
    with translation.override(language):
        return unescape(str(body(build(COURSE))))


def stages() -> dict[str, str]:
    with translation.override("en"):
        return {words: number for words, number, _share in build(COURSE).stages}


# -- what it says ----------------------------------------------------------------------------------------------------


def test_an_empty_course_says_what_will_be_here(registry: SmallRegistry) -> None:
    html = page()
    assert "No trainee has begun yet." in html
    assert "Nothing has been sent yet." in html
    assert "Nothing waits for anybody." in html
    assert "<svg" not in html


def test_trainees_are_counted_by_stage(registry: SmallRegistry) -> None:
    reader = str(user("reader").pk)
    ledger.decide(ledger.Place(reader, COURSE, "dgx_case_study.u0"), "d", "a", reason="", revision="r", final=True)
    work(str(user("passed").pk))
    earn(str(user("certified").pk))
    pump.run()
    assert stages() == {
        "Begun": "3", "Case read": "3", "Exercise done": "2", "Assessment passed": "2", "Details given": "1",
        "Sent to the registry": "1", "Certificate issued": "1",
    }  # fmt: skip
    html = page()
    assert 'role="img"' in html
    assert "3 · 100%" in html


def test_an_account_that_was_started_over_is_listed_but_not_counted_twice(registry: SmallRegistry) -> None:
    before, fresh = (str(user(name, first_name="周敏").pk) for name in ("before", "fresh"))
    earn(before)
    pump.run()
    for block in ("dgx_case_study.u0", "dgx_exercise.u0", "dgx_assessment.u0"):
        ledger.forget(ledger.Place(before, COURSE, block))
    assert set(stages().values()) == {"0"}
    work(fresh)
    counted = stages()
    assert counted["Begun"] == counted["Assessment passed"] == "1" and counted["Certificate issued"] == "0"
    with translation.override("en"):
        assert sorted(row.name for row in build(COURSE).trainees) == ["周*", "周* …1231"]


def test_each_operation_stands_with_its_state_last_error_and_who_acts_next(registry: SmallRegistry) -> None:
    registry.faults = ["refused=already-certified"]
    earn(str(user("lin").pk))
    pump.run()
    html = page()
    assert "Returned" in html
    assert "The registry already has a certificate for this person" in html
    assert "Waiting for the training staff: 1" in html
    assert "answer 422" in html
    assert "Training staff compare the records" in html
    assert '<td class="dgx-n">once</td>' in html


def test_an_unknown_outcome_says_when_the_registry_is_asked(registry: SmallRegistry) -> None:
    registry.faults = ["drop"]
    earn(str(user("lin").pk))
    pump.run()
    html = page()
    assert "Outcome unknown" in html
    assert "then the registry is asked" in html
    assert "no answer" in html
    time_passes(120)
    pump.run()
    assert stages()["Certificate issued"] == "1"


def test_missing_settings_and_a_stopped_channel_come_first(registry: SmallRegistry, settings: Settings) -> None:
    registry.faults = ["forbidden"]
    earn(str(user("lin").pk))
    pump.run()
    settings.DGXBLOCK = {**settings.DGXBLOCK, "BLIND_INDEX_KEY": ""}
    html = page()
    assert 'DGXBLOCK["BLIND_INDEX_KEY"]' in html
    assert "is stopped" in html


def test_a_course_without_a_scheme_shows_progress_and_says_why_nothing_is_sent(registry: SmallRegistry) -> None:
    models.Requirement.objects.all().delete()
    models.Scheme.objects.all().delete()
    work(str(user("lin").pk))
    html = page()
    assert "This course has no certification scheme" in html
    assert stages()["Assessment passed"] == "1"


def test_details_given_for_another_course_bring_nobody_onto_this_page(registry: SmallRegistry) -> None:
    scheme(slug="other", course_key="course-v1:other")
    api.save_identity(str(user("lin").pk), "course-v1:other", form(action="later"))
    assert build(COURSE).trainees == []


def test_the_page_reads_in_chinese(registry: SmallRegistry) -> None:
    earn(str(user("lin", first_name="林晓").pk))
    html = page("zh-hans")
    assert "企业内部数字化教练" in build_title("zh-hans")
    assert "林*" in html


def build_title(language: str) -> str:
    with translation.override(language):
        return build(COURSE).title


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("周敏", "周*"), ("欧阳小明", "欧**"), ("Zhou Min", "Zhou M*"), ("Anna Maria Berg", "Anna M* B*"),
        ("周", "周*"), ("", "*"), ("  ", "*"), ("阿布都·热合曼", "阿**"),
    ],
)  # fmt: skip
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert mask(name) == masked


def test_names_come_masked_from_the_users_and_never_in_full(registry: SmallRegistry) -> None:
    lin, plain = user("lin-xiao", first_name="林晓"), user("he-qiang")
    assert masked_names([str(lin.pk), str(plain.pk), "999", "anonymous", "-1", "٣", "9" * 40]) == {
        str(lin.pk): "林*", str(plain.pk): "h**",
    }  # fmt: skip
    work(str(lin.pk))
    assert "林晓" not in page()
    assert "林*" in page()


def test_a_learner_who_is_no_user_is_named_by_number(registry: SmallRegistry) -> None:
    work("4711")
    assert "Trainee 4711" in page()


def test_no_name_breaks_the_page(registry: SmallRegistry) -> None:
    work(str(user("x", first_name="<script>alert(1)</script>").pk))
    work("<img src=x>")
    html = str(body(build(COURSE)))
    assert "<script" not in html
    assert "<img" not in html


# -- who may see it, what it costs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "status"),
    [
        (None, 403), ({}, 403), ({"is_staff": True}, 200), ({"is_superuser": True}, 403),
        ({"is_staff": True, "is_active": False}, 403),
    ],
)  # fmt: skip
def test_only_staff_see_it(members: dict[str, Any] | None, status: int, registry: SmallRegistry) -> None:
    work(str(user("lin", first_name="林晓").pk))
    browser = Client() if members is None else client(**members)
    for address in (ADDRESS, "/courses/course-v1:no+such+course/", "/courses/%3Cscript%3E/"):
        answer = browser.get(address)
        assert answer.status_code == status
        assert ("林*" in answer.content.decode()) == (status == 200 and address == ADDRESS)


def test_course_staff_of_the_platform_see_their_course() -> None:
    assert not may_look(user("plain"), COURSE)
    assert may_look(user("staff", is_staff=True), COURSE)


def test_nothing_can_be_posted_to_it(registry: SmallRegistry) -> None:
    assert client(is_staff=True).post(ADDRESS).status_code == 405


def test_an_unknown_course_is_an_empty_page_with_its_name_escaped(registry: SmallRegistry) -> None:
    answer = client(is_staff=True).get("/courses/%3Cscript%3Ealert(1)%3C/script%3E/")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
    assert "No trainee has begun yet." in answer.content.decode()


def test_the_page_brings_its_style_sheets_and_no_other_file(registry: SmallRegistry) -> None:
    browser = client(is_staff=True)
    links = re.findall(r'rel="stylesheet" href="([^"]+)"', browser.get(ADDRESS).content.decode())
    assert links == ["/look/dgx.css", "/look/dgx-desk.css"]
    for link in links:
        answer = browser.get(link)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/css; charset=utf-8")
    for other in ("/look/studio.css", "/look/..%2f..%2fsecrets.css", "/look/dgx.js"):
        assert browser.get(other).status_code == 404


@pytest.mark.parametrize("trainees", [1, 12])
def test_the_page_costs_the_same_for_one_trainee_and_for_many(
    trainees: int, registry: SmallRegistry, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for i in range(trainees):
        earn(str(user(f"trainee{i}", first_name="周敏").pk), id_no=f"44990019900101{i:03d}{check(i)}")
    pump.run()
    with django_assert_num_queries(QUERIES):
        build(COURSE)


QUERIES = 19
"""Scheme 2, ledger 3, registry's learners 3, operations 3, what is no longer earned 1, names 1, settings and channels
4."""


def check(i: int) -> str:
    from dgxblock.registry.identity.numbers import check_character

    return check_character(f"44990019900101{i:03d}")
