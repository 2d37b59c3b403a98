"""Rosters in the database: nothing before a confirmation, nothing over a trainee's own details, nothing in clear."""

from __future__ import annotations

import base64
import hashlib
import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, retirement, rotation
from dgxblock.registry.roster import store
from tests.builders.registry import COURSE, FIRM, NAME, PHONE, earn, form, number, operation, scheme, site, work
from tests.builders.rosters import USCC, csv_file, person, xlsx_file

pytestmark = pytest.mark.django_db
OTHER = number("44190019850101123")


@pytest.fixture(autouse=True)
def host(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    account("zhou", pk=7)


def account(name: str, **members: Any) -> None:
    get_user_model().objects.create(username=name, **{"email": f"{name}@example.cn", **members})


def states(data: bytes) -> dict[str, str]:
    return {row.learner: row.state for row in api.preview_roster(COURSE, data).rows}


def save(data: bytes, **members: str) -> api.RosterView:
    return api.save_roster(COURSE, data, **{"sha256": hashlib.sha256(data).hexdigest(), "actor": "900", **members})


def everything() -> tuple[Any, ...]:
    tables = (models.RosterEntry, models.RosterUpload, models.Identity, models.Consent, models.Operation)
    return tuple(tuple(model._default_manager.order_by("pk").values_list()) for model in tables)


def test_a_preview_shows_masks_and_writes_nothing() -> None:
    data = csv_file([person(enterprise_code=USCC), person("nobody", id_no=OTHER), person("zhou2", phone="1")])
    seen = api.preview_roster(COURSE, data)
    assert seen.problem == "" and seen.sha256 == hashlib.sha256(data).hexdigest() and seen.saved is None
    assert [row.state for row in seen.rows] == ["new", "error", "error"]
    assert [row.masks[0] for row in seen.rows] == ["周*", "周*", ""]
    faults = [(fault.at, fault.says) for row in seen.rows for fault in row.faults]
    assert ("A3", "No trainee of this course has this user name or address.") in faults
    assert "E4" in [at for at, _says in faults]
    for secret in (NAME, number(), PHONE, FIRM, USCC):
        assert secret not in repr(seen)
    assert not models.RosterEntry.objects.exists() and not models.RosterUpload.objects.exists()


@pytest.mark.parametrize("made", [csv_file, xlsx_file])
def test_all_valid_rows_are_kept_in_one_go_and_the_others_listed(made: Any) -> None:
    account("li", pk=8)
    data = made([person(enterprise_code=USCC), person("li", id_no="1"), person("LI@Example.cn", id_no=OTHER)])
    kept = save(data)
    assert kept.saved == 1, "li stands twice"
    assert [row.state for row in kept.rows] == ["new", "error", "error"]
    data = made([person(), person("LI@Example.cn", id_no=OTHER)])
    assert save(data).saved == 2, "the first has lost the code of the enterprise"
    assert sorted(models.RosterEntry.objects.values_list("learner_id", flat=True)) == ["7", "8"]
    last = models.RosterUpload.objects.order_by("-pk")[0]
    assert (last.actor, last.rows, last.saved, last.sha256) == ("900", 2, 2, hashlib.sha256(data).hexdigest())


def test_what_is_kept_is_encrypted_and_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    save(csv_file([person(enterprise_code=USCC)]))
    row = models.RosterEntry.objects.get()
    stored = str(models.RosterEntry.objects.values().get()) + str(models.RosterUpload.objects.values().get())
    for secret in (NAME, number(), PHONE, FIRM, USCC):
        assert secret not in stored and secret not in caplog.text
    assert store.details(row).name == NAME and store.enterprise_code(row) == USCC
    assert (row.name_mask, row.id_mask, row.phone_mask) == ("周*", f"4419{'*' * 10}{number()[-4:]}", "138****8000")


def test_another_file_than_the_previewed_one_is_refused() -> None:
    data = csv_file([person()])
    before = everything()
    for sha256 in ("", "0" * 64, hashlib.sha256(data + b"\n").hexdigest()):
        told = save(data, sha256=sha256)
        assert told.saved is None and "not the file" in told.problem
    assert save(data, actor="").saved is None
    assert everything() == before


def test_the_same_file_once_more_changes_nothing() -> None:
    data = csv_file([person()])
    save(data)
    before = everything()
    assert states(data) == {"zhou": "same"} and save(data).saved == 0
    assert everything() == before


def test_a_later_roster_replaces_an_earlier_one_as_a_whole() -> None:
    save(csv_file([person(enterprise_code=USCC)]))
    data = csv_file([person(name="周闵", phone="")])
    assert states(data) == {"zhou": "changed"} and save(data).saved == 1
    given = store.details(models.RosterEntry.objects.get())
    assert (given.name, given.phone) == ("周闵", "")


def test_a_number_that_the_roster_has_for_somebody_else_is_refused_unless_both_are_in_the_file() -> None:
    account("li", pk=8)
    save(csv_file([person()]))
    data = csv_file([person("li")])
    before = everything()
    assert states(data) == {"li": "error"} and save(data).saved == 0
    assert everything() == before
    data = csv_file([person("li"), person(phone="1")])
    assert states(data) == {"li": "error", "zhou": "error"}, "a row at fault gives no number away"
    swapped = csv_file([person("li"), person(id_no=OTHER)])
    assert states(swapped) == {"li": "new", "zhou": "changed"} and save(swapped).saved == 2
    assert store.details(models.RosterEntry.objects.get(learner_id="8")).id_no == number()


def test_what_a_trainee_confirmed_is_never_overwritten() -> None:
    earn("7")
    before = everything()
    data = csv_file([person(name="周闵")])
    assert states(data) == {"zhou": "conflict"} and states(csv_file([person()])) == {"zhou": "same"}
    kept = save(data)
    assert kept.saved == 0 and kept.count("conflict") == 1
    assert everything() == before


def test_a_trainee_who_confirms_between_preview_and_confirmation_wins() -> None:
    data = csv_file([person(name="周闵")])
    assert states(data) == {"zhou": "new"}
    earn("7")
    assert save(data).saved == 0 and not models.RosterEntry.objects.exists()


def test_a_roster_fills_the_form_and_the_trainee_confirms_and_consents() -> None:
    work()
    api.evaluate("7", COURSE)
    save(csv_file([person()]))
    assert not models.Identity.objects.exists() and not models.Consent.objects.exists()
    assert (operation().state, operation().reason) == ("HELD", "identity"), "a roster sends nothing"
    shown = api.identity_form("7", COURSE)
    assert shown is not None and shown.from_roster and not shown.consent
    assert (shown.name, shown.enterprise, shown.id_type, shown.phone) == (NAME, FIRM, "CN-RIC", "138****8000")
    assert number() not in repr(shown) and shown.id_no == f"4419{'*' * 10}{number()[-4:]}"
    back = form(id_no=shown.id_no, phone=shown.phone)
    assert set(api.save_identity("7", COURSE, {**back, "consent": False})) == {"consent"}
    assert api.save_identity("7", COURSE, back) == {}
    assert operation().state == "READY" and models.Identity.objects.get().version == 1
    again = api.identity_form("7", COURSE)
    assert again is not None and not again.from_roster


def test_a_trainee_corrects_what_the_roster_says() -> None:
    save(csv_file([person(name="周闵")]))
    shown = api.identity_form("7", COURSE)
    assert shown is not None and shown.name == "周闵"
    assert api.save_identity("7", COURSE, form(id_no=shown.id_no, phone="", consent=False, action="later")) == {}
    again = api.identity_form("7", COURSE)
    assert again is not None and (again.name, again.phone) == (NAME, "")


def test_a_roster_is_for_its_course_and_its_trainee_alone() -> None:
    save(csv_file([person()]))
    scheme(slug="other", course_key="course-v1:other")
    for learner, course in (("7", "course-v1:other"), ("8", COURSE)):
        shown = api.identity_form(learner, course)
        assert shown is not None and shown.name == "" and not shown.from_roster
        mask = f"4419{'*' * 10}{number()[-4:]}"
        assert set(api.save_identity(learner, course, form(id_no=mask))) == {"id_no"}


def test_an_address_of_two_accounts_is_nobodys() -> None:
    account("a", email="team@example.cn")
    account("b", email="team@example.cn")
    assert states(csv_file([person("team@example.cn")])) == {"team@example.cn": "error"}


class _Enrolments:
    """The platform's model, as far as it is asked."""

    def __init__(self, *enrolled: tuple[str, int]) -> None:
        self.objects, self._enrolled = self, enrolled

    def filter(self, *, course_id: Any, is_active: bool, user_id__in: set[str]) -> _Enrolments:
        assert is_active
        kept = [one for one in self._enrolled if one[0] == str(course_id) and str(one[1]) in user_id__in]
        return _Enrolments(*kept)

    def values_list(self, *_names: str, flat: bool) -> list[int]:
        return [pk for _course, pk in self._enrolled]


def test_on_the_platform_only_trainees_of_the_course_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    account("li", pk=8)
    platform = ModuleType("common.djangoapps.student.models")
    platform.CourseEnrollment = _Enrolments((COURSE, 7), ("course-v1:DG+Other+2026", 8))  # type: ignore[attr-defined]
    for name in ("common", "common.djangoapps", "common.djangoapps.student"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, platform.__name__, platform)
    data = csv_file([person(), person("li", id_no=OTHER), person("nobody", id_no=number("44190019900101223"))])
    seen = api.preview_roster(COURSE, data)
    assert [row.state for row in seen.rows] == ["new", "error", "error"]
    assert seen.rows[1].faults[0].says == seen.rows[2].faults[0].says, "who else has an account is nobody's business"


@pytest.mark.parametrize("missing", ["FIELD_KEYS", "BLIND_INDEX_KEY"])
def test_without_keys_nothing_is_kept(settings: Settings, missing: str) -> None:
    before = everything()
    del settings.DGXBLOCK[missing]
    told = save(csv_file([person()]))
    assert told.saved is None and "key" in told.problem
    assert everything() == before


def test_an_entry_of_a_lost_key_shows_nothing_and_may_be_replaced(settings: Settings) -> None:
    save(csv_file([person()]))
    settings.DGXBLOCK["FIELD_KEYS"] = {"k2": settings.DGXBLOCK["FIELD_KEYS"]["k1"]}
    shown = api.identity_form("7", COURSE)
    assert shown is not None and shown.name == "" and not shown.from_roster
    assert states(csv_file([person()])) == {"zhou": "changed"}


def test_details_that_do_not_open_are_in_conflict_with_everything(settings: Settings) -> None:
    earn("7")
    settings.DGXBLOCK["FIELD_KEYS"] = {"k2": settings.DGXBLOCK["FIELD_KEYS"]["k1"]}
    assert states(csv_file([person()])) == {"zhou": "conflict"}


def test_a_course_without_a_scheme_keeps_no_roster() -> None:
    data = csv_file([person()])
    told = api.save_roster("course-v1:none", data, sha256=hashlib.sha256(data).hexdigest(), actor="900")
    assert told.problem and told.saved is None and not models.RosterUpload.objects.exists()


def test_one_row_that_cannot_be_written_leaves_all_unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    account("li", pk=8)
    real, calls = store._sealed, []

    def fails(*args: Any) -> Any:
        calls.append(args)
        if len(calls) > 1:
            raise RuntimeError
        return real(*args)

    monkeypatch.setattr(store, "_sealed", fails)
    before = everything()
    with pytest.raises(RuntimeError):
        save(csv_file([person(), person("li", id_no=OTHER)]))
    assert everything() == before


@pytest.mark.parametrize("people", [1, 40])
def test_a_preview_costs_the_same_for_one_and_for_many(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = []
    for at in range(people):
        account(f"t{at}", pk=100 + at)
        rows.append(person(f"t{at}", id_no=number(f"44190019900101{at:03d}")))
    data = csv_file(rows)
    assert api.save_identity("100", COURSE, form(consent=False, action="later")) == {}
    with django_assert_num_queries(8):
        api.preview_roster(COURSE, data)


def test_retirement_takes_the_entry_along_and_no_roster_brings_it_back() -> None:
    data = csv_file([person()])
    save(data)
    assert retirement.retire("7", actor="900")
    assert not models.RosterEntry.objects.exists()
    assert states(data) == {"zhou": "error"} and save(data).saved == 0
    assert not models.RosterEntry.objects.exists()


def test_keys_are_changed_under_the_roster_too(settings: Settings, tmp_path: Path) -> None:
    save(csv_file([person(enterprise_code=USCC)]))
    (tmp_path / "new.key").write_text(base64.b64encode(bytes(range(32))).decode())
    settings.DGXBLOCK["FIELD_KEYS"] = {"k2": f"file:{tmp_path / 'new.key'}", **settings.DGXBLOCK["FIELD_KEYS"]}
    rotation.rotate()
    del settings.DGXBLOCK["FIELD_KEYS"]["k1"]
    row = models.RosterEntry.objects.get()
    assert store.details(row).name == NAME and store.enterprise_code(row) == USCC


def test_a_trainee_is_forgotten() -> None:
    account("li", pk=8)
    save(csv_file([person(), person("li", id_no=OTHER)]))
    assert store.forget("7") == 1 and store.forget("7") == 0
    assert models.RosterEntry.objects.get().learner_id == "8"
