"""Both sides compared over HTTP with the real sandbox: what differs is found, and only a late receipt heals alone."""

from __future__ import annotations

import csv
import hashlib
import io
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import F
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from tests.builders.registry import COURSE, earn, number, operation, scheme, time_passes
from tests.builders.sandboxed import drain, held, numbers, reference, sender, turn
from tests.demo.sandbox.registry import Registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[Registry]:
    home = tmp_path / "registry"
    home.mkdir()
    running = Registry.start(home)
    settings.DGXBLOCK = sender(tmp_path, running)
    scheme(revoke_policy="auto")
    yield running
    assert running.stop() == 0


def write(registry: Registry, sql: str, *params: object) -> int:
    """Change its database behind its back."""
    connection = sqlite3.connect(registry.home / "registry.sqlite3", timeout=20)
    with connection:
        changed = connection.execute(sql, params).rowcount
    connection.close()
    return changed


def certified(registry: Registry, count: int = 1) -> None:
    """So many trainees with certificates, accepted yesterday."""
    for learner in range(count):
        earn(str(learner), id_no=number(f"44190019900101{learner:03}"))
    drain()
    yesterday(registry)


def yesterday(registry: Registry) -> None:
    """Everything was accepted a day before it was: days that are not over are not compared."""
    write(registry, "UPDATE dgx_sandbox_entry SET accepted_on = date(accepted_on, '-1 day')")
    for row in models.Receipt.objects.all():
        models.Receipt.objects.filter(pk=row.pk).update(
            accepted_on=row.accepted_on.fromordinal(row.accepted_on.toordinal() - 1)
        )


def forget(registry: Registry, learner: str) -> None:
    """The registry was restored from a backup of before this result."""
    found = "SELECT id FROM dgx_sandbox_entry WHERE result_id = ?"
    write(registry, f"DELETE FROM dgx_sandbox_certificate WHERE entry_id IN ({found})", reference(learner))
    write(registry, "DELETE FROM dgx_sandbox_entry WHERE result_id = ?", reference(learner))


def compared() -> api.ReconRunView:
    run = api.reconcile("sandbox")
    assert run is not None
    return run


def found(run: api.ReconRunView) -> list[tuple[str, str, str, str]]:
    return [(one.learner_id, one.kind, one.code, one.decision) for one in api.recon_items(run.id)]


def test_two_sides_that_agree_need_only_the_manifests(registry: Registry) -> None:
    certified(registry, 3)
    turn(False, 0, "1")
    drain()
    run = compared()
    assert (run.state, run.results, run.items, run.days_differing) == ("clean", 3, 0, 0)
    places = registry.rows("SELECT DISTINCT place FROM dgx_sandbox_exchange WHERE method = 'GET'")
    assert ("feed",) not in places and ("manifest",) in places


def test_nothing_on_both_sides_agrees_too(registry: Registry) -> None:
    run = compared()
    assert (run.state, run.results, run.days) == ("clean", 0, 7)


def test_what_the_registry_lost_is_issued_again_by_two_people_under_the_same_reference(registry: Registry) -> None:
    certified(registry, 5)
    was = numbers(registry, "2")
    forget(registry, "2")
    run = compared()
    assert (run.state, found(run)) == ("differs", [("2", "missing_remote", "lost", "")])
    (item,) = api.recon_items(run.id)
    assert item.may == ("reissue", "explain") and item.confirmed
    assert api.decide_item(item.id, "reissue", actor="11", reason="their backup")
    assert not api.decide_item(item.id, "explain", actor="11", reason="again")
    (work,) = api.work_items(COURSE)
    assert (work.kind, work.requester) == ("reissue", "11")
    drain()
    assert held(registry, "2") is None
    assert api.approve(work.id, actor="11") == "same-person" and api.approve(work.id, actor="12") == "approved"
    drain()
    assert held(registry, "2") == (2, "issue", 1, 1) and len(numbers(registry, "2")) == 1 and was
    status = api.status("2", COURSE)
    assert (
        status is not None and status.certificate is not None and [status.certificate.number] == numbers(registry, "2")
    )
    assert models.Receipt.objects.filter(achievement__learner_id="2").count() == 2


def test_nothing_is_issued_again_while_something_else_of_it_is_under_way(registry: Registry) -> None:
    certified(registry, 5)
    forget(registry, "2")
    (item,) = api.recon_items(compared().id)
    assert api.decide_item(item.id, "reissue", actor="11", reason="their backup")
    (work,) = api.work_items(COURSE)
    mine = models.Operation.objects.filter(achievement__learner_id="2")
    mine.update(active_for=F("achievement"), state="PENDING")
    assert api.approve(work.id, actor="12") == "busy"
    assert mine.count() == 1 and models.Achievement.objects.get(learner_id="2").remote_state == "issued"
    mine.update(active_for=None, state="DONE")
    assert api.approve(work.id, actor="12") == "approved"


def test_what_is_not_lost_at_all_is_not_issued_twice(registry: Registry) -> None:
    certified(registry, 5)
    rows = registry.rows("SELECT * FROM dgx_sandbox_entry WHERE result_id = ?", reference("2"))
    certificates = registry.rows("SELECT * FROM dgx_sandbox_certificate WHERE entry_id = ?", rows[0][0])
    forget(registry, "2")
    (item,) = api.recon_items(compared().id)
    api.decide_item(item.id, "reissue", actor="11", reason="lost")
    for table, lines in (("entry", rows), ("certificate", certificates)):  # and it is back before anybody approves
        write(registry, f"INSERT INTO dgx_sandbox_{table} VALUES ({','.join('?' * len(lines[0]))})", *lines[0])
    (work,) = api.work_items(COURSE)
    api.approve(work.id, actor="12")
    drain()
    assert operation("2").state == "HUMAN" and held(registry, "2") == (1, "issue", 1, 1)
    assert len(numbers(registry, "2")) == 1


def test_what_nobody_sent_is_found_and_left(registry: Registry) -> None:
    certified(registry, 3)
    strange = str(uuid.uuid4())
    registry.issue(strange)
    write(
        registry, "UPDATE dgx_sandbox_entry SET accepted_on = date(accepted_on, '-1 day') WHERE result_id = ?", strange
    )
    run = compared()
    assert found(run) == [("", "missing_local", "unknown-reference", "")]
    (item,) = api.recon_items(run.id)
    assert item.may == ("explain",) and item.result_id == strange
    assert not api.decide_item(item.id, "accept", actor="11", reason="why not")
    assert models.Achievement.objects.count() == 3


def test_what_was_thought_unknown_heals(registry: Registry) -> None:
    certified(registry, 3)
    registry.misbehave("lose-answer")
    earn("9", id_no=number("44190019900101999"))
    pump.run()
    registry.misbehave("normal")
    assert operation("9").state == "UNKNOWN"
    write(
        registry,
        "UPDATE dgx_sandbox_entry SET accepted_on = date(accepted_on, '-1 day') WHERE result_id = ?",
        reference("9"),
    )
    run = compared()
    assert (run.state, run.open) == ("clean", 0)
    assert found(run) == [("9", "late_receipt", "found", "healed")]
    assert operation("9").state == "DONE" and len(numbers(registry, "9")) == 1
    assert models.Decision.objects.filter(what="healed", actor="").count() == 1


def test_a_decision_that_no_callback_told_heals(registry: Registry) -> None:
    registry.misbehave("decide-later")
    earn()
    pump.run()
    yesterday(registry)
    registry.misbehave("normal")
    registry.decide()
    time_passes(61)
    run = compared()
    assert found(run) == [("7", "late_receipt", "decided", "healed")]
    assert operation().state == "DONE"


def test_a_certificate_that_was_revoked_there_waits_for_a_person(registry: Registry) -> None:
    certified(registry, 3)
    registry.revoke_by_hand(reference("1"))
    run = compared()
    assert found(run) == [("1", "status_mismatch", "revoked-there", "")]
    assert models.Achievement.objects.get(learner_id="1").remote_state == "issued", "nothing is changed alone"
    (item,) = api.recon_items(run.id)
    for wrong in ({"actor": ""}, {"reason": " "}, {"reason": "x" * 501}):
        assert not api.decide_item(item.id, "accept", **{"actor": "11", "reason": "told by phone", **wrong})
    assert api.decide_item(item.id, "accept", actor="11", reason="told by phone")
    assert models.Achievement.objects.get(learner_id="1").remote_state == "revoked"
    assert compared().state == "clean"


@pytest.mark.parametrize(
    ("sql", "difference"),
    [
        ("UPDATE dgx_sandbox_entry SET payload_sha256 = '" + "0" * 64 + "' WHERE result_id = ?", "field_mismatch"),
        ("UPDATE dgx_sandbox_entry SET seq = 9, rev = 9 WHERE result_id = ?", "field_mismatch"),
        (("UPDATE dgx_sandbox_certificate SET number = 'S2' WHERE entry_id = "
         "(SELECT id FROM dgx_sandbox_entry WHERE result_id = ?)"), ""),
    ],
)  # fmt: skip
def test_other_content_waits_for_a_person(registry: Registry, sql: str, difference: str) -> None:
    certified(registry, 3)
    assert write(registry, sql, reference("1")) == 1
    run = compared()
    # The manifest has no number in it: a second number alone is found when something else of it differs.
    assert [(one[1], one[3]) for one in found(run)] == ([(difference, "")] if difference else [])
    assert operation("1").state == "DONE" and len(models.Operation.objects.all()) == 3


def test_a_second_number_is_found_where_the_day_differs(registry: Registry) -> None:
    certified(registry, 4)
    write(registry, "UPDATE dgx_sandbox_certificate SET number = 'S2', revoked_on = '2026-11-20' WHERE entry_id = "
                    "(SELECT id FROM dgx_sandbox_entry WHERE result_id = ?)", reference("1"))  # fmt: skip
    run = compared()
    assert found(run) == [("1", "duplicate_remote", "second-certificate", "")]


def test_a_registry_that_lists_nothing_stops_it(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    certified(registry, 4)
    write(registry, "DELETE FROM dgx_sandbox_certificate")
    write(registry, "DELETE FROM dgx_sandbox_entry")
    before = sorted(models.Achievement.objects.values_list("pk", "remote_state", "remote_rev"))
    run = compared()
    assert (run.state, run.code, run.items) == ("stopped", "empty", 0)
    assert sorted(models.Achievement.objects.values_list("pk", "remote_state", "remote_rev")) == before
    assert "ended as stopped" in caplog.text and len(api.reconciliation_sentences()) == 1


def test_ten_per_cent_missing_stops_it_and_heals_nothing(registry: Registry) -> None:
    certified(registry, 40)
    for learner in range(3):
        forget(registry, str(learner))
    registry.misbehave("lose-answer")
    earn("99", id_no=number("44190019900101999"))
    pump.run()
    registry.misbehave("normal")
    write(
        registry,
        "UPDATE dgx_sandbox_entry SET accepted_on = date(accepted_on, '-1 day') WHERE result_id = ?",
        reference("99"),
    )
    run = compared()
    assert (run.state, run.code, run.items, run.open) == ("stopped", "too-many", 4, 4)
    assert operation("99").state == "UNKNOWN" and not models.Operation.objects.filter(seq=2).exists()
    assert not any(one.confirmed for one in api.recon_items(run.id))


@pytest.mark.parametrize(("mode", "code"), [("loops", "malformed"), ("miscounts", "page-lies"), ("envelope", "schema")])
def test_a_registry_that_does_not_add_up_stops_it(registry: Registry, mode: str, code: str) -> None:
    certified(registry, 4)
    forget(registry, "1")
    registry.misbehave(mode)
    run = compared()
    assert (run.state, run.code, run.items) == ("fault", code, 0)


def test_a_registry_that_is_away_stops_it(registry: Registry, settings: Settings) -> None:
    certified(registry)
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["base_url"] = "http://127.0.0.1:9"
    run = compared()
    assert (run.state, run.items) == ("fault", 0)


def test_what_is_found_again_gives_way_and_what_was_explained_stays_so(registry: Registry) -> None:
    certified(registry, 4)
    forget(registry, "1")
    first, second = compared(), compared()
    assert [one[3] for one in found(first)] == ["again"] and [one[3] for one in found(second)] == [""]
    (item,) = api.recon_items(second.id)
    assert api.decide_item(item.id, "explain", actor="11", reason="they print it by hand")
    third = compared()
    assert (third.state, found(third)[0][3]) == ("clean", "explain")
    assert api.recon_items(third.id)[0].reason == "they print it by hand"


@pytest.mark.parametrize("item", ["", "nonsense", str(uuid.uuid4())])
def test_a_difference_that_is_none_is_not_decided(registry: Registry, item: str) -> None:
    assert not api.decide_item(item, "explain", actor="11", reason="x")
    assert api.recon_items(item) == [] and api.reconciliation_report(item, "csv") is None
    assert api.sign_off(item, actor="11", reason="x") == "" and not models.Decision.objects.exists()
    del registry


def test_a_run_that_was_killed_is_closed_by_the_next(registry: Registry) -> None:
    certified(registry)
    run = compared()
    models.ReconRun.objects.update(
        state="running", started_at=models.ReconRun.objects.get().started_at.replace(year=2020)
    )
    compared()
    old = [one for one in api.reconciliation_runs(COURSE) if one.id == run.id]
    assert (old[0].state, old[0].code) == ("fault", "interrupted")


def test_a_report_is_signed_once_and_its_digest_kept(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="dgxblock.registry")
    certified(registry, 4)
    forget(registry, "1")
    run = compared()
    (item,) = api.recon_items(run.id)
    assert api.decide_item(item.id, "explain", actor="11", reason="=HYPERLINK(1)")
    body = api.reconciliation_report(run.id, "csv")
    assert body is not None
    digest = api.sign_off(run.id, actor="12", reason="monthly")
    assert digest == hashlib.sha256(body).hexdigest() and digest in caplog.text
    assert models.Decision.objects.get(what="signed").sha256 == digest
    assert api.sign_off(run.id, actor="13", reason="again") == ""
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row[:4] for row in rows[-2:]] == [["result_id", "learner", "kind", "code"],
                                              [reference("1"), "1", "missing_remote", "lost"]]  # fmt: skip
    assert rows[-1][9].startswith("'="), "no formula"
    book = api.reconciliation_report(run.id, "xlsx")
    assert book is not None
    sheet = load_workbook(io.BytesIO(book))["reconciliation"]
    assert [cell.value for cell in list(sheet)[-1]][:3] == rows[-1][:3]
    (seen,) = api.reconciliation_runs(COURSE)
    assert (seen.signed_by, seen.signed_sha256) == ("12", digest)
    assert numbers(registry, "0")[0] not in body.decode("utf-8-sig"), "no certificate's number in a file"


def test_the_command_compares_writes_a_report_and_says_how_it_ended(
    registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certified(registry, 4)
    call_command("dgx_registry", "reconcile")
    forget(registry, "1")
    with pytest.raises(SystemExit):
        call_command("dgx_registry", "reconcile", "--scheme", "dg-coach", "--report", str(tmp_path / "found.csv"))
    assert "missing_remote" in (tmp_path / "found.csv").read_text("utf-8-sig")
    said = capsys.readouterr().out
    assert said.count("sandbox, ") == 2
    with pytest.raises(SystemExit):
        call_command("dgx_registry", "reconcile", "--since", "2026-01-01")
    assert api.reconciliation_runs(COURSE)[0].since.isoformat() == "2026-01-01"


def test_a_shadow_is_not_compared_with(settings: Settings, registry: Registry) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["adapter"] = "shadow"
    assert api.reconcile("sandbox") is None and not models.ReconRun.objects.exists()
    del registry


def test_the_list_of_runs_is_one_query(registry: Registry, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    certified(registry)
    compared()
    compared()
    with django_assert_num_queries(1):
        assert len(api.reconciliation_runs(COURSE)) == 2
