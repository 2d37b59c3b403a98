"""Delivery over real HTTP: whatever the registry answers, or does not, it ends with exactly one certificate."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from dgxblock.registry.clock import now
from tests.builders.registry import (
    ASSESSMENT,
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
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def drain(registry: SmallRegistry, *, rounds: int = 12) -> None:
    """Pump until nothing is due any more, letting time pass in between."""
    for _ in range(rounds):
        pump.run()
        if not models.Operation.objects.exclude(next_at=None).exists():
            return
        time_passes(7200)


def test_a_passed_trainee_gets_one_certificate(registry: SmallRegistry) -> None:
    earn()
    assert pump.run().turns == 1
    assert len(registry.certificates()) == 1
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.ISSUED
    assert found.certificate is not None and found.certificate.number == registry.certificates()[0]
    assert found.certificate.name == NAME
    assert found.certificate.verify_url == f"https://registry.example/v/{registry.certificates()[0]}"
    assert pump.run().turns == 0


def test_the_document_says_what_was_earned_and_no_more(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    document = json.loads(registry.puts[0])
    assert document["person"] == {"name": NAME, "id_type": "CN-RIC", "id_no": number(), "phone": "+8613800138000"}
    assert document["extra"] == {"enterprise": FIRM}
    assert document["result"]["score"] == "85" and document["result"]["outcome"] == "pass"
    assert document["credential"] == {"code": "COACH-2", "name": "企业内部数字化教练", "level": "中级"}


def test_members_that_the_scheme_does_not_ask_for_stay_here(registry: SmallRegistry) -> None:
    models.Scheme.objects.update(send_members=[])
    earn()
    pump.run()
    document = json.loads(registry.puts[0])
    assert "phone" not in document["person"] and "extra" not in document


@pytest.mark.parametrize("name", ["古丽娜尔·买买提", "𠮷田测试", "李䶮", "王" * 64, 'O"Brien\\测试', "=cmd()"])
def test_names_arrive_byte_for_byte(registry: SmallRegistry, name: str) -> None:
    earn(name=name)
    pump.run()
    assert json.loads(registry.puts[0])["person"]["name"].encode() == name.encode()


@pytest.mark.parametrize(
    "fault",
    [
        "drop", "drop-before", "internal", "internal-before", "drip-headers", "drip-headers-before", "drip-body",
        "redirect", "html", "huge", "gzip", "wrong-id", "wrong-digest", "truncated", "envelope", "empty", "no-content",
        "not-http",
    ],
)  # fmt: skip
def test_an_unknown_outcome_is_looked_up_and_only_then_sent_again(registry: SmallRegistry, fault: str) -> None:
    earn()
    registry.faults = [fault]
    pump.run()
    assert operation().state == api.OpState.UNKNOWN
    pump.run()
    assert registry.gets == 0, "the quiet period is not over"
    time_passes(61)
    stored = len(registry.held)
    pump.run()
    assert registry.gets == 1
    drain(registry)
    assert operation().state == api.OpState.DONE
    assert len(registry.certificates()) == 1
    assert len(registry.puts) == (1 if stored else 2)
    assert len(set(registry.puts)) == 1, "the same bytes"


@pytest.mark.parametrize("fault", ["drip-headers", "drip-body"])
def test_a_dripping_registry_is_left_at_the_deadline(registry: SmallRegistry, fault: str) -> None:
    earn()
    registry.faults = [fault]
    begun = time.monotonic()
    pump.run()
    assert time.monotonic() - begun < 3
    attempt = models.Attempt.objects.get()
    assert attempt.code == "deadline" and attempt.http_status is None


def test_nothing_is_sent_to_where_a_redirect_points(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["redirect"]
    pump.run()
    assert [path for _method, path, *_rest in registry.requests if "elsewhere" in path] == []


def test_a_look_up_that_fails_is_never_taken_for_absence(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["drop"]
    registry.lookup_faults = ["html", "drop", "internal", "wrong-id", "redirect"]
    pump.run()
    drain(registry)
    assert len(registry.puts) == 1
    assert len(registry.certificates()) == 1
    assert operation().state == api.OpState.DONE


@pytest.mark.parametrize("code", ["throttled", "unavailable"])
def test_a_throttle_pauses_the_whole_registry_as_long_as_it_asks(registry: SmallRegistry, code: str) -> None:
    earn("7")
    earn("8", id_no=number("44190019900101456"))
    registry.faults = [f"{code}=120"]
    pump.run()
    assert len(registry.puts) == 1
    channel = models.Channel.objects.get(key="registry:sandbox")
    assert channel.until is not None and timedelta(115) > channel.until - now() > timedelta(seconds=110)
    assert {operation("7").tries, operation("8").tries} == {0}
    time_passes(119)
    assert pump.run().turns == 0
    time_passes(2)
    pump.run()
    assert len(registry.certificates()) == 2


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("0", 0, 2),
        ("86400", 21590, 21600),
        ("-5", 0, 2),
        ("soon", 0, 2),
        ("Mon, 23 Nov 2099 00:00:00 GMT", 21590, 21600),
    ],
)
def test_a_retry_after_is_believed_within_reason(
    registry: SmallRegistry, header: str, least: float, most: float
) -> None:
    earn()
    registry.faults = [f"throttled={header}"]
    pump.run()
    until = models.Channel.objects.get(key="registry:sandbox").until
    assert until is not None
    assert least <= (until - now()).total_seconds() <= most or least == 0


def test_a_pending_result_is_polled_until_it_is_decided(registry: SmallRegistry) -> None:
    registry.pending = True
    earn()
    pump.run()
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.SENT
    time_passes(61)
    pump.run()
    assert operation().state == api.OpState.PENDING
    registry.decide()
    drain(registry)
    assert operation().state == api.OpState.DONE
    assert len(registry.puts) == 1
    assert models.Receipt.objects.count() == 2


def test_a_pending_result_that_the_registry_lost_needs_a_person(registry: SmallRegistry) -> None:
    registry.pending = True
    earn()
    pump.run()
    registry.held.clear()
    time_passes(61)
    pump.run()
    assert (operation().state, operation().reason) == (api.OpState.HUMAN, "lost")
    assert len(registry.puts) == 1
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.STAFF


def test_a_refusal_for_the_trainee_is_repaired_by_the_trainee(registry: SmallRegistry) -> None:
    earn(name="周民")
    registry.faults = ["refused=identity-mismatch"]
    pump.run()
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.DETAILS and found.editable
    assert found.problem is not None and found.problem.code == "identity-mismatch"
    assert "name" in api.save_identity("7", COURSE, form(name="周民")), "the same details would be refused again"
    assert api.save_identity("7", COURSE, form(name=NAME)) == {}
    pump.run()
    sent = [json.loads(body) for body in registry.puts]
    assert [(one["seq"], one["previous_seq"], one["person"]["name"]) for one in sent] == [(1, 0, "周民"), (2, 0, NAME)]
    assert len(registry.certificates()) == 1


def test_a_refusal_after_acceptance_is_followed_by_a_greater_seq(registry: SmallRegistry) -> None:
    registry.pending = True
    earn(name="周民")
    pump.run()
    registry.refuse("identity-mismatch")
    time_passes(61)
    pump.run()
    assert operation().state == api.OpState.REJECTED
    registry.pending = False
    assert api.save_identity("7", COURSE, form()) == {}
    pump.run()
    second = json.loads(registry.puts[1])
    assert (second["seq"], second["previous_seq"]) == (2, 1)
    assert operation().state == api.OpState.DONE


@pytest.mark.parametrize(
    ("fault", "owner"),
    [("refused=already-certified", "staff"), ("refused=unknown-credential", "operator"), ("malformed", "operator"),
     ("invalid=pattern", "operator"), ("too-large", "operator"), ("refused=something-new", "staff")],
)  # fmt: skip
def test_other_refusals_wait_for_staff_and_can_be_replayed(registry: SmallRegistry, fault: str, owner: str) -> None:
    earn()
    registry.faults = [fault]
    pump.run()
    (row,) = api.operations(COURSE)
    assert (row.state, row.owner, row.replayable) == ("REJECTED", owner, True)
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.STAFF
    assert api.replay(row.id, actor="3") and not api.replay(row.id, actor="3")
    pump.run()
    assert len(registry.certificates()) == 1


@pytest.mark.parametrize("fault", ["signature", "clock"])
def test_a_registry_that_does_not_know_us_is_blocked_and_probed(
    registry: SmallRegistry, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    earn("7")
    earn("8", id_no=number("44190019900101456"))
    registry.faults = [fault]
    pump.run()
    assert len(registry.puts) == 1
    assert sum("is blocked" in record.getMessage() for record in caplog.records) == 1
    assert fault in ("signature", "clock") and len(api.channel_sentences()) == 1
    registry.lookup_faults = [fault]
    time_passes(601)
    pump.run()
    assert (len(registry.puts), registry.gets) == (1, 1), "a probe is a look-up"
    time_passes(601)
    pump.run()
    assert len(registry.certificates()) == 2
    assert api.channel_sentences() == []


@pytest.mark.parametrize("fault", ["forbidden", "gone"])
def test_a_closed_scheme_stops_itself_and_no_other(registry: SmallRegistry, fault: str) -> None:
    earn("7")
    registry.faults = [fault]
    pump.run()
    other = scheme(slug="other", course_key="course-v1:other", credential_code="OTHER")
    models.Scheme.objects.exclude(pk=other.pk).update(course_key="course-v1:first")
    models.Scheme.objects.filter(pk=other.pk).update(course_key=COURSE)
    api.evaluate("7", COURSE)
    assert api.save_identity("7", COURSE, {"action": "later"}) != {}, "details are at the registry"
    models.Consent.objects.create(
        scheme=other, learner_id="7", version=other.consent_version, text_sha256="0" * 64, given_at=now()
    )
    api.sweep()
    pump.run()
    assert len(registry.certificates()) == 1
    time_passes(601)
    pump.run()
    assert len(registry.certificates()) == 2


def test_a_conflict_is_looked_up_and_left_to_a_person(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    held = dict(registry.held)
    models.Receipt.objects.all().delete()
    first = models.Operation.objects.get()
    # The platform was restored from a backup of before the send, and the trainee gave another phone number since.
    models.Operation.objects.update(
        state="READY", sends=0, payload_enc="", payload_sha256="", next_at=now(), active_for=first.achievement_id
    )
    models.Achievement.objects.update(remote_state="absent", remote_seq=0, remote_rev=0, certificate_bidx=None)
    api.save_identity("7", COURSE, form(phone="13900139000"))
    drain(registry)
    assert (operation().state, operation().reason) == (api.OpState.HUMAN, "other-digest")
    assert registry.held == held


def test_an_unreachable_registry_loses_nothing_and_kills_nothing(
    settings: Settings, tmp_path: Path, registry: SmallRegistry
) -> None:
    earn()
    settings.DGXBLOCK = site(tmp_path, "http://127.0.0.1:9")
    for _ in range(40):
        pump.run()
        time_passes(7200)
    assert operation().state == api.OpState.READY and operation().tries == 0
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.CHECKING
    settings.DGXBLOCK = site(tmp_path, registry.base_url)
    time_passes(7200)
    pump.run()
    assert len(registry.certificates()) == 1


def test_a_wrong_address_blocks_the_registry(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["html"]
    registry.lookup_faults = ["html", "html", "html"]
    for _ in range(4):
        pump.run()
        time_passes(599)
    channel = models.Channel.objects.get(key="registry:sandbox")
    assert channel.blocked and channel.reason == "wrong-address"
    drain(registry)
    assert len(registry.certificates()) == 1


def test_an_operation_that_never_settles_is_given_up_and_can_be_replayed(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["internal"]
    registry.lookup_faults = ["internal"] * 30
    drain(registry, rounds=40)
    assert operation().state == api.OpState.DEAD
    registry.lookup_faults = []
    assert api.replay(str(operation().uuid), actor="3")
    pump.run()
    assert operation().state == api.OpState.DONE
    assert len(registry.puts) == 1


def test_consent_withdrawn_before_the_send_stops_it(registry: SmallRegistry) -> None:
    earn()
    assert api.withdraw_consent("7", COURSE)
    pump.run()
    assert registry.requests == []
    assert (operation().state, operation().reason) == (api.OpState.HELD, "consent")


def test_consent_withdrawn_while_the_outcome_is_unknown_stops_the_second_send(registry: SmallRegistry) -> None:
    earn()
    registry.faults = ["drop-before"]
    pump.run()
    api.withdraw_consent("7", COURSE)
    drain(registry)
    assert len(registry.puts) == 1 and registry.held == {}
    assert [one.state for one in models.Operation.objects.order_by("seq")] == ["SUPERSEDED", "HELD"]
    assert api.save_identity("7", COURSE, form()) == {}
    drain(registry)
    assert len(registry.certificates()) == 1


def test_a_paused_scheme_sends_nothing_and_goes_on_later(registry: SmallRegistry) -> None:
    earn()
    models.Scheme.objects.update(mode="paused")
    pump.run()
    assert registry.requests == []
    models.Scheme.objects.update(mode="live")
    pump.run()
    assert len(registry.certificates()) == 1


def test_one_number_for_two_trainees_calls_a_person(registry: SmallRegistry) -> None:
    earn("7")
    earn("8", id_no=number("44190019900101456"))
    registry._certificate = lambda: {"no": "S1", "status": "live", "issued_on": "2026-11-23"}  # type: ignore[method-assign]
    drain(registry)
    assert sorted([operation("7").state, operation("8").state]) == ["DONE", "HUMAN"]


def test_an_operation_that_breaks_our_code_does_not_stop_the_others(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from dgxblock.registry import document

    earn("7")
    earn("8", id_no=number("44190019900101456"))
    build = document.build

    def poisoned(
        row: models.Operation, achievement: models.Achievement, identity: models.Identity, /
    ) -> dict[str, object]:
        if achievement.learner_id == "7":
            raise RuntimeError(f"broken at {NAME}")
        return build(row, achievement, identity)

    monkeypatch.setattr(document, "build", poisoned)
    drain(registry)
    assert (operation("7").state, operation("7").reason) == (api.OpState.DEAD, "internal")
    assert operation("8").state == api.OpState.DONE
    assert NAME not in caplog.text


def test_a_lease_that_went_to_another_pump_changes_nothing(registry: SmallRegistry) -> None:
    from dgxblock.registry import conf, outbox

    where = conf.registry("sandbox")
    drain = pump.Drain(where, conf.adapter(where))
    earn()
    (mine,) = outbox.claim("sandbox", 1, 30)
    time_passes(31)
    (theirs,) = outbox.claim("sandbox", 1, 30)
    drain.turn([mine], probe=False)
    assert registry.requests == []
    drain.turn([theirs], probe=False)
    assert len(registry.certificates()) == 1


def test_an_attempt_keeps_no_body_and_no_header(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    attempt = models.Attempt.objects.get()
    values = " ".join(str(value) for value in vars(attempt).values())
    for secret in (NAME, number(), "13800138000", FIRM, "v1,", registry.certificates()[0]):
        assert secret not in values
    assert attempt.http_status == 201 and attempt.verdict == "done"


def test_an_attempt_is_never_changed(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    attempt = models.Attempt.objects.get()
    attempt.code = "other"
    with pytest.raises(TypeError):
        attempt.save()


def test_someone_who_failed_is_never_sent(registry: SmallRegistry) -> None:
    from tests.builders.registry import work

    work("9", earned=65, passed=False)
    api.evaluate("9", COURSE)
    api.save_identity("9", COURSE, form())
    pump.run()
    assert registry.requests == [] and not models.Achievement.objects.exists()
    assert ASSESSMENT in {one.usage_key for one in models.Requirement.objects.all()}
