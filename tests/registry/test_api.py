"""What trainees and staff see: six states, masked rows, sentences; and never a plain number in a log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from tests.builders.registry import (
    COURSE,
    FIRM,
    NAME,
    SmallRegistry,
    earn,
    form,
    number,
    operation,
    scheme,
    site,
    small_registry,
    time_passes,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def status(learner: str = "7") -> api.CertificateStatus:
    found = api.status(learner, COURSE)
    assert found is not None
    return found


def test_a_course_without_a_scheme_has_no_status() -> None:
    assert api.status("7", "course-v1:other") is None
    assert api.scheme("course-v1:other") is None
    assert api.identity_form("7", "course-v1:other") is None
    assert set(api.save_identity("7", "course-v1:other", form())) == {"form"}
    assert not api.withdraw_consent("7", "course-v1:other")


def test_the_six_states_follow_each_other(registry: SmallRegistry) -> None:
    first = status()
    assert (first.stage, first.missing, first.steps) == (api.Stage.NOT_YET, 3, ())
    work()
    assert status().missing == 0
    api.evaluate("7", COURSE)
    assert status().stage is api.Stage.DETAILS
    assert [step.state for step in status().steps] == ["done", "stop", "todo", "todo"]
    api.save_identity("7", COURSE, form())
    assert status().stage is api.Stage.CHECKING
    registry.pending = True
    pump.run()
    assert status().stage is api.Stage.SENT and not status().editable
    assert [step.state for step in status().steps] == ["done", "done", "now", "todo"]
    registry.decide()
    time_passes(61)
    pump.run()
    last = status()
    assert last.stage is api.Stage.ISSUED and last.certificate is not None
    assert [step.state for step in last.steps] == ["done"] * 4
    assert last.certificate.tail == registry.certificates()[0][-4:]


def test_the_state_where_staff_must_act_says_who(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["refused=not-eligible"]
    pump.run()
    found = status()
    assert found.stage is api.Stage.STAFF and found.problem is not None
    assert found.problem.owner == "staff" and found.certificate is None


def test_requirements_say_how_far_one_is(registry: SmallRegistry) -> None:
    work(passed=False, earned=61.5)
    found = {one.code: one for one in status().requirements}
    assert (found["case"].met, found["exercise"].met, found["assessment"].met) == (True, True, False)
    assert (found["exercise"].percent, found["exercise"].min_percent) == (78.0, 60.0)
    assert found["assessment"].percent == 61.5


def test_details_at_the_registry_can_no_longer_be_changed_here(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    assert set(api.save_identity("7", COURSE, form(name="王五"))) == {"form"}
    assert models.Identity.objects.count() == 1


def test_withdrawing_after_the_send_is_recorded_and_undoes_nothing(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    assert api.withdraw_consent("7", COURSE) and not api.withdraw_consent("7", COURSE)
    found = status()
    assert found.stage is api.Stage.ISSUED and found.consent is not None and found.consent.withdrawn_at is not None


def test_a_certificate_stays_issued_while_its_key_is_missing(registry: SmallRegistry, settings: Settings) -> None:
    earn()
    pump.run()
    settings.DGXBLOCK = {**settings.DGXBLOCK, "FIELD_KEYS": {}}
    found = status()
    assert found.stage is api.Stage.ISSUED and found.certificate is not None
    assert (found.certificate.number, found.certificate.verify_url, found.certificate.name) == ("", "", "周*")


def test_the_certificate_number_is_encrypted_at_rest(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    for model in (models.Achievement, models.Receipt, models.Operation, models.Attempt):
        for row in model._default_manager.values():
            assert registry.certificates()[0] not in " ".join(str(value) for value in row.values())


def test_staff_read_masked_rows_with_words(registry: SmallRegistry) -> None:
    earn("7")
    earn("8", id_no=number("44190019900101456"))
    registry.faults = ["drop", "refused=identity-mismatch"]
    pump.run()
    rows = {row.learner_id: row for row in api.operations(COURSE)}
    assert {row.state for row in rows.values()} == {"UNKNOWN", "REJECTED"}
    for row in rows.values():
        assert row.person.startswith("周* …") and NAME not in repr(row) and number() not in repr(row)
        assert row.state_label and row.next_step and row.last is not None and row.sends == 1
    assert [row.reason_label for row in rows.values() if row.state == "REJECTED"] == [
        "The name and the identity number do not match"
    ]


def test_staff_pages_ask_the_same_number_of_questions_for_any_number_of_rows(
    registry: SmallRegistry, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for learner in range(12):
        earn(str(learner), id_no=number(f"44190019900101{learner:03}"))
    pump.run()
    with django_assert_max_num_queries(4):
        assert len(api.operations(COURSE)) == 12
    with django_assert_max_num_queries(4):
        found = api.learners(COURSE)
    assert all(one.certified and one.identity and one.sent for one in found.values()) and len(found) == 12


def test_only_what_stopped_can_be_replayed(registry: SmallRegistry) -> None:
    earn()
    assert not api.replay(str(operation().uuid), actor="3")
    pump.run()
    assert not api.replay(str(operation().uuid), actor="3")
    assert not api.replay("018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", actor="3")
    assert not api.replay("no uuid", actor="3")


def test_the_command_says_what_to_set_and_loses_nothing(registry: SmallRegistry, settings: Settings) -> None:
    earn()
    kept = settings.DGXBLOCK
    settings.DGXBLOCK = {}
    err = io.StringIO()
    call_command("dgx_registry", "pump", "--once", stdout=io.StringIO(), stderr=err)
    assert "DGXBLOCK" in err.getvalue() and operation().state == "READY"
    out = io.StringIO()
    call_command("dgx_registry", "status", stdout=out)
    assert "READY" in out.getvalue() and "REGISTRIES" in out.getvalue()
    settings.DGXBLOCK = kept
    out = io.StringIO()
    call_command("dgx_registry", "pump", "--once", stdout=out)
    assert "1" in out.getvalue() and operation().state == "DONE"
    call_command("dgx_registry", "sweep", stdout=out)


@pytest.mark.parametrize(
    ("change", "needle"),
    [
        ({"base_url": ""}, "base_url"), ({"base_url": "ftp://x"}, "base_url"), ({"sign_keys": []}, "sign_keys"),
        ({"sign_keys": ["file:/nowhere"]}, "/nowhere"), ({"sign_keys": "file:/x"}, "sign_keys"),
        ({"quiet_seconds": "long"}, "quiet_seconds"), ({"deadline_seconds": -1}, "deadline_seconds"),
        ({"quiet_seconds": True}, "quiet_seconds"), ({"deadline_seconds": 0}, "deadline_seconds"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_named_and_stops_only_the_pump(
    settings: Settings, tmp_path: Path, registry: SmallRegistry, change: dict[str, object], needle: str
) -> None:
    earn()
    settings.DGXBLOCK = site(tmp_path, registry.base_url, **change)
    assert any(needle in sentence for sentence in api.missing_settings())
    assert any(needle in sentence for sentence in pump.run().sentences)
    assert registry.requests == [] and operation().state == "READY"


def test_a_sign_key_that_is_none_is_not_repeated(settings: Settings, tmp_path: Path, registry: SmallRegistry) -> None:
    (tmp_path / "sign.key").write_text("whsec_not really a secret")
    (sentence,) = api.missing_settings()
    assert "whsec_" in sentence and "really" not in sentence


def test_no_log_holds_what_names_a_person(registry: SmallRegistry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    earn("7", name="古丽娜尔·买买提")
    earn("8", id_no=number("44190019900101456"), name="𠮷田测试")
    registry.faults = ["drop", "refused=identity-mismatch", "signature", "html"]
    registry.lookup_faults = ["drop", "html", "internal"]
    api.save_identity("9", COURSE, form(id_no="110105194912310021", name="王五\x00"))
    for _ in range(8):
        pump.run()
        time_passes(7200)
    api.save_identity("8", COURSE, form(id_no=number("44190019900101789")))
    pump.run()
    planted = ["古丽娜尔", "买买提", "𠮷田", NAME, number(), number("44190019900101456"), "110105194912310021",
               "13800138000", FIRM, *registry.certificates()]  # fmt: skip
    escaped = [json.dumps(text)[1:-1] for text in planted]
    records = [f"{record.getMessage()} {record.exc_text or ''} {record.args}" for record in caplog.records]
    assert records, "something was logged"
    for text in (*planted, *escaped):
        assert not [line for line in records if text in line]
    for method, path, headers, _body in registry.requests:
        for text in (*planted, *escaped):
            assert text not in f"{method} {path} {headers}"


def test_what_is_handed_out_keeps_silent_in_a_repr(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    texts = repr((status(), api.identity_form("7", COURSE), api.operations(COURSE), api.learners(COURSE), operation()))
    for secret in (NAME, number(), "13800138000", FIRM, registry.certificates()[0]):
        assert secret not in texts
