"""Claims: who is in one, that nobody is in two, and who may make one or read it."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from openpyxl import load_workbook
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from dgxblock.registry.claims import due
from tests.builders.registry import COURSE, SmallRegistry, earn, number, scheme, site, small_registry

pytestmark = pytest.mark.django_db
HERE = f"/courses/{COURSE}/registry/claims/"
SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 30)
OTHER = number("44190019900101000")


@pytest.fixture(autouse=True)
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    settings.ROOT_URLCONF = "dgxblock.insight.urls"
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def staff(name: str = "lead", *, may: bool = True, **client: Any) -> Client:
    user = get_user_model().objects.create(username=name, is_staff=True)
    if may:
        user.user_permissions.add(Permission.objects.get(codename="reveal_numbers"))
    browser = Client(headers={"accept-language": "en"}, **client)
    browser.force_login(user)
    return browser


def issued(learner: str = "7", **members: object) -> None:
    earn(learner, **members)
    pump.run()


def claim(since: date = SINCE, until: date = UNTIL) -> str:
    return api.make_claim(COURSE, since, until, actor="1", reason="November")


def rows(kind: str = "csv") -> list[list[Any]]:
    made = api.claim_rounds(COURSE)[0]
    content = api.claim_file(COURSE, made.id, kind, actor="1", reason="for the office")
    assert content is not None
    if kind == "xlsx":
        return [list(row) for row in load_workbook(io.BytesIO(content))["claim"].iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_claim_holds_what_was_issued_and_nobody_twice() -> None:
    issued("7")
    issued("8", id_no=OTHER, name="林晓")
    earn("9", id_no=number("44190019900101999"), name="何强")  # not issued yet
    assert claim() and not claim()
    assert [one.count for one in api.claim_rounds(COURSE)] == [2]
    pump.run()
    assert claim()
    assert [one.count for one in api.claim_rounds(COURSE)] == [1, 2]
    assert models.Decision.objects.filter(what="claimed").count() == 3


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_its_file_holds_what_an_office_asks_for_and_runs_no_formula(kind: str) -> None:
    issued(enterprise="=HYPERLINK(1)")
    claim()
    head, line = rows(kind)
    assert dict(zip(head, line, strict=True)) == {
        "certificate": "S00004419000001", "name": "周敏", "id_type": "CN-RIC", "id_no": number(),
        "phone": "'+8613800138000" if str(line[4]).startswith("'") else line[4], "enterprise": "'=HYPERLINK(1)",
        "credential": "企业内部数字化教练", "level": "中级", "issued_on": "2026-11-23", "deadline": line[9],
        "status": "valid",
    }  # fmt: skip
    assert models.Decision.objects.filter(what="claim-read", reason="for the office").count() == 1


def test_a_certificate_revoked_since_is_to_be_recovered() -> None:
    issued()
    claim()
    models.Achievement.objects.update(remote_state="revoked")
    assert [one.recover for one in api.claim_rounds(COURSE)] == [1]
    assert rows()[1][-1] == "recover"
    assert "1 of them was revoked since" in staff().get(HERE).content.decode()


def test_what_may_be_taken_back_is_claimed_once_it_is_decided() -> None:
    issued()
    which = str(models.Operation.objects.get().uuid)
    item = api.request_revocation(which, code="fraud", actor="1", reason="somebody else sat it")
    assert not claim()
    assert api.refuse(item, actor="2", reason="it was them")
    models.Achievement.objects.update(withdrawn=True)
    assert not claim()
    models.Achievement.objects.update(verdict="keep")
    assert claim()


def test_a_person_is_claimed_once_even_by_another_scheme_of_the_credential() -> None:
    issued()
    claim()
    line = models.ClaimLine.objects.get()
    second = scheme(slug="second", course_key="course-v1:DG+DT2+2026")
    achievement = models.Achievement.objects.get()
    achievement.pk, achievement.uuid, achievement.scheme = None, uuid.uuid4(), second
    achievement.certificate_bidx = achievement.person_key = None
    achievement._state.adding = True
    achievement.save()
    sent = models.Operation.objects.get()
    sent.pk, sent.uuid, sent.op_key, sent.achievement, sent.scheme = None, uuid.uuid4(), "k", achievement, second
    sent._state.adding = True
    sent.save()
    assert not api.make_claim(second.course_key, SINCE, UNTIL, actor="1", reason="r")
    assert list(models.ClaimLine.objects.all()) == [line]


def test_details_that_were_corrected_do_not_make_a_second_claim() -> None:
    issued()
    claim()
    models.ClaimLine.objects.update(person="another")
    assert not claim()


def test_rounds_and_lines_are_never_changed() -> None:
    issued()
    claim()
    for row in (models.ClaimRound.objects.get(), models.ClaimLine.objects.get()):
        with pytest.raises(TypeError, match="append-only"):
            row.save()


@pytest.mark.parametrize(
    ("day", "months", "ends"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)), (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)), (date(2026, 11, 23), None, None),
    ],
)  # fmt: skip
def test_a_deadline_is_months_after_the_issue(day: date, months: int | None, ends: date | None) -> None:
    assert due(day, months) == ends


@pytest.mark.parametrize("months", [0, -1, True, "12", 1.5, 121, {"other": 1}, None])
def test_a_rule_that_is_none_sets_no_deadline(settings: Settings, months: object) -> None:
    settings.DGXBLOCK = {**settings.DGXBLOCK, "CLAIM_MONTHS": months}
    issued()
    claim()
    assert models.ClaimLine.objects.get().deadline is None


def test_what_is_too_late_is_counted_and_not_claimed(settings: Settings) -> None:
    settings.DGXBLOCK = {**settings.DGXBLOCK, "CLAIM_MONTHS": {"dg-coach": 1}}
    issued()
    old = date(2020, 1, 1)
    models.Achievement.objects.update(issued_on=old)
    found = api.open_claims(COURSE, old, old + timedelta(days=1))
    assert found is not None and (found.count, found.late, found.deadline) == (1, 1, None)
    assert not claim(old, old)


HOSTILE: dict[str, tuple[dict[str, Any], int]] = {
    "no reason": ({"reason": ""}, 400),
    "too long a reason": ({"reason": "x" * 501}, 400),
    "an oversized body": ({"reason": "x" * 70_000}, 413),
    "no day": ({"since": ""}, 400),
    "a day that is none": ({"until": "2026-02-30"}, 400),
    "backwards": ({"since": "2026-12-01", "until": "2026-01-01"}, 400),
    "a week": ({"since": "2026-W01-1"}, 400),
    "nobody then": ({"since": "2001-01-01", "until": "2001-01-02"}, 409),
}


@pytest.mark.parametrize(("change", "status"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_request_claims_nobody(change: dict[str, Any], status: int) -> None:
    issued()
    sent = {"since": "2026-11-01", "until": "2026-11-30", "reason": "r", **change}
    assert staff().post(f"{HERE}make/", sent).status_code == status
    assert not models.ClaimRound.objects.exists() and not models.ClaimLine.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "staff without the permission", "no token"])
def test_whoever_may_not_makes_no_claim_and_reads_none(who: str) -> None:
    issued("7")
    claim()
    issued("8", id_no=OTHER, name="林晓")
    browser = Client() if who == "nobody" else staff(may=who == "no token", enforce_csrf_checks=who == "no token")
    decisions = models.Decision.objects.count()
    made = {"since": "2026-11-01", "until": "2026-11-30", "reason": "r"}
    assert browser.post(f"{HERE}make/", made).status_code == 403
    which = models.ClaimRound.objects.get().uuid
    assert browser.post(f"{HERE}{which}/", {"kind": "csv", "reason": "r"}).status_code == 403
    assert models.ClaimLine.objects.count() == 1 and models.Decision.objects.count() == decisions


def test_a_round_is_made_and_read_from_the_page_and_by_its_own_course_alone() -> None:
    issued()
    browser = staff()
    sent = {"since": "2026-11-01", "until": "2026-11-30", "reason": "November"}
    assert browser.post(f"{HERE}make/", sent).status_code == 302
    assert browser.post(f"{HERE}make/", sent).status_code == 409
    which = models.ClaimRound.objects.get().uuid
    answer = browser.post(f"{HERE}{which}/", {"kind": "csv", "reason": "office"})
    assert number() in answer.content.decode() and "attachment" in answer.headers["Content-Disposition"]
    for bad in ({"kind": "exe", "reason": "r"}, {"kind": "csv", "reason": ""}):
        assert browser.post(f"{HERE}{which}/", bad).status_code == 400
    there = HERE.replace(COURSE, "course-v1:DG+X+1")
    assert browser.post(f"{there}{which}/", {"kind": "csv", "reason": "r"}).status_code == 404


def test_nobody_is_claimed_whose_details_are_gone() -> None:
    issued()
    models.Identity.objects.update(id_enc="", name_enc="", phone_enc="", enterprise_enc="")
    assert not claim()


def test_another_run_of_the_scheme_is_claimed_by_its_own_staff() -> None:
    issued()
    models.Achievement.objects.update(course_key="course-v1:DG+DT1+2027")
    assert not claim()


def test_what_cannot_be_opened_is_still_to_be_recovered(settings: Settings) -> None:
    issued()
    claim()
    models.Identity.objects.update(id_enc="v1.k1.AAAA")
    assert rows()[1][-1] == "unreadable"
    models.Achievement.objects.update(remote_state="revoked")
    assert rows()[1][-1] == "recover"
