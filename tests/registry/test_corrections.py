"""Results that change: with the real sandbox over HTTP, what it holds in the end is what was earned in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.ledger import api as ledger
from dgxblock.ledger.models import Attempt
from dgxblock.registry import api, contract, document, models, outbox, pump
from tests.builders.registry import (
    ASSESSMENT,
    CASE,
    COURSE,
    EXERCISE,
    NAME,
    earn,
    form,
    number,
    operation,
    scheme,
    time_passes,
    work,
)
from tests.builders.sandboxed import drain, held, marked, numbers, sender, story, turn
from tests.demo.sandbox.registry import Registry

pytestmark = pytest.mark.django_db
OTHER = number("44190019900101456")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    registry = Registry.start(tmp_path_factory.mktemp("registry"))
    yield registry
    assert registry.stop() == 0


@pytest.fixture
def registry(
    running: Registry, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Registry]:
    settings.DGXBLOCK = sender(tmp_path, running)
    settings.SECRET_KEY = request.node.name  # other references in each test: the registry forgets none
    scheme(revoke_policy="auto")
    yield running
    running.misbehave("normal")


def rule(**columns: object) -> None:
    models.Scheme.objects.update(**columns)


# -- the hold ----------------------------------------------------------------------------------------------------------


def test_a_pass_that_is_taken_back_within_the_hold_never_leaves(registry: Registry) -> None:
    rule(hold_seconds=3600)
    earn()
    assert pump.run().turns == 0
    turn(False)
    time_passes(3601)
    drain()
    assert (held(registry), story()) == (None, [("ISSUE", "HELD")])
    turn(True)
    drain()
    assert story() == [("ISSUE", "DONE")] and held(registry) == (1, "issue", 1, 1)


@pytest.mark.parametrize("seconds", [0, 3600, 86400])
def test_nothing_is_sent_before_the_hold_is_over(registry: Registry, seconds: int) -> None:
    rule(hold_seconds=seconds)
    work()
    api.evaluate("7", COURSE)
    assert not api.save_identity("7", COURSE, form())
    time_passes(max(0, seconds - 5))
    assert pump.run().turns == (0 if seconds else 1)
    time_passes(10)
    pump.run()
    assert operation().state == "DONE"


def test_what_is_repaired_after_the_hold_is_not_held_again(registry: Registry) -> None:
    rule(hold_seconds=3600)
    registry.misbehave("refuse-identity")
    earn(name="周民")
    models.Achievement.objects.update(earned_at=operation().created_at.replace(year=2020))
    time_passes(3601)
    pump.run()
    assert operation().state == "REJECTED"
    registry.misbehave("normal")
    assert not api.save_identity("7", COURSE, form())
    pump.run()
    assert operation().state == "DONE"


# -- both directions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "told", "at_the_registry"),
    [
        ("p", ["ISSUE"], (1, "issue", 1, 1)),
        ("pf", ["ISSUE", "REVOKE"], (2, "revoke", 2, 0)),
        ("pfp", ["ISSUE", "REVOKE", "REINSTATE"], (3, "reinstate", 3, 1)),
        ("pfpf", ["ISSUE", "REVOKE", "REINSTATE", "REVOKE"], (4, "revoke", 4, 0)),
        ("pfpfp", ["ISSUE", "REVOKE", "REINSTATE", "REVOKE", "REINSTATE"], (5, "reinstate", 5, 1)),
    ],
)
def test_after_the_send_every_turn_is_told_in_order(
    registry: Registry, turns: str, told: list[str], at_the_registry: tuple[object, ...]
) -> None:
    earn()
    for each in turns:
        turn(each == "p")
        drain()
    assert story() == [(kind, "DONE") for kind in told]
    assert held(registry) == at_the_registry
    assert len(numbers(registry)) == 1, "one number for ever"


def test_a_turn_and_back_before_the_pump_tells_nothing(registry: Registry) -> None:
    earn()
    drain()
    turn(False)
    turn(True)
    drain()
    assert story() == [("ISSUE", "DONE"), ("REVOKE", "SUPERSEDED")] and held(registry) == (1, "issue", 1, 1)
    turn(False)
    drain()
    assert story()[-1] == ("REVOKE", "DONE") and held(registry) == (3, "revoke", 2, 0)


@pytest.mark.parametrize(("turns", "end"), [("f", (2, "revoke", 2, 0)), ("fp", (1, "issue", 1, 1))])
def test_what_changes_while_the_outcome_is_unknown_waits_until_it_is_known(
    registry: Registry, turns: str, end: tuple[object, ...]
) -> None:
    registry.misbehave("lose-answer")
    earn()
    pump.run()
    assert operation().state == "UNKNOWN"
    registry.misbehave("normal")
    for each in turns:
        turn(each == "p")
        assert story() == [("ISSUE", "UNKNOWN")], "at most one operation is under way"
    drain()
    assert held(registry) == end


def test_what_changes_while_it_is_being_sent_waits_too(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    from dgxblock.registry.delivery import worker

    earn()
    send = worker.send
    seen: list[list[tuple[str, str]]] = []

    def meanwhile(*args: object) -> object:
        if not seen:
            turn(False)
            seen.append(story())
        return send(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "send", meanwhile)
    drain()
    assert seen == [[("ISSUE", "SENDING")]]
    assert story() == [("ISSUE", "DONE"), ("REVOKE", "DONE")] and held(registry) == (2, "revoke", 2, 0)


def test_a_revocation_that_is_no_longer_wanted_when_it_would_be_sent_stays_here(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn()
    drain()
    turn(False)
    begin = outbox.begin_send

    def late(row: models.Operation, **given: object) -> bool:
        monkeypatch.setattr(outbox, "begin_send", begin)
        turn(True)
        return begin(row, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "begin_send", late)
    drain()
    assert story() == [("ISSUE", "DONE"), ("REVOKE", "SUPERSEDED")] and held(registry) == (1, "issue", 1, 1)


@pytest.mark.parametrize(
    ("turns", "change"),
    [("p", {"withdrawn": True}), ("p", {"score": "91"}), ("p", {"assessed_on": "2026-01-01"}),
     ("pf", {"withdrawn": False}), ("pfp", {"withdrawn": True}), ("pfp", {"person_key": None})],
)  # fmt: skip
def test_nothing_is_sent_that_is_no_longer_right_to_show(
    registry: Registry, turns: str, change: dict[str, object]
) -> None:
    earn()
    for each in turns[1:]:
        drain()
        turn(each == "p")
    (row,) = outbox.claim("sandbox", 1, 30)
    models.Achievement.objects.update(**change)  # between the claim and the send; nothing else of us has seen it
    assert not outbox.begin_send(
        row, payload_enc="x", payload_sha256="0" * 64, previous_seq=row.seq - 1, lease_seconds=30, quiet_seconds=60,
        score=row.achievement.score, assessed_on=row.achievement.assessed_on,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.sends) == ("READY", 0)
    del registry


@pytest.mark.parametrize("mode", ["slow", "lose-answer", "fail-after-commit", "unavailable", "decide-later"])
@pytest.mark.parametrize("turns", ["f", "fp", "score"])
def test_a_change_is_made_once_whatever_the_registry_answers(registry: Registry, mode: str, turns: str) -> None:
    rule(correct_scores=True)
    earn()
    drain()
    if turns == "fp":
        turn(False)
        drain()
    registry.misbehave(mode)
    turn(turns != "f", 91)
    pump.run()
    registry.misbehave("normal")
    if mode == "decide-later":
        registry.decide()
    drain()
    last = {"f": ("REVOKE", "revoke", 0), "fp": ("REINSTATE", "reinstate", 1), "score": ("CORRECT", "issue", 1)}[turns]
    assert story()[0] == ("ISSUE", "DONE")
    assert (last[0], "DONE") in story() and all(state == "DONE" for _kind, state in story())
    found = held(registry)
    assert found is not None and found[3] == last[2] and len(numbers(registry)) == 1
    sent = models.Operation.objects.filter(kind=last[0])
    assert sent.count() == 1 and sent.get().seq <= found[0]


def test_a_hundred_signals_are_one_operation(registry: Registry) -> None:
    earn()
    drain()
    for _ in range(100):
        turn(False)
    assert story() == [("ISSUE", "DONE"), ("REVOKE", "READY")]
    rule(revoke_policy="review")
    drain()
    turn(True)
    drain()
    for _ in range(100):
        turn(False)
    assert len(api.work_items(COURSE)) == 1 and len(story()) == 3


def test_a_lost_signal_is_found_by_the_sweep(registry: Registry) -> None:
    earn()
    drain()
    marked(False, 40)
    assert api.sweep() == 0
    drain()
    assert held(registry) == (2, "revoke", 2, 0)
    marked(True, 85)
    api.sweep()
    drain()
    assert held(registry) == (3, "reinstate", 3, 1)


def test_a_sweep_takes_nothing_back_because_an_account_was_cleared(registry: Registry) -> None:
    earn()
    drain()
    for usage in (CASE, EXERCISE, ASSESSMENT):
        ledger.forget(ledger.Place("7", COURSE, usage))
    api.sweep()
    assert not models.Achievement.objects.get().withdrawn
    work("7", passed=False, earned=10)
    api.sweep()
    drain()
    assert held(registry) == (2, "revoke", 2, 0)


def test_a_sweep_that_would_take_back_much_takes_back_nothing(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    for learner in range(5):
        earn(str(learner), id_no=number(f"44190019900101{learner:03}"))
    drain()
    models.Requirement.objects.filter(kind="exercise").update(min_percent=99)  # takes nothing back by itself
    api.sweep()
    assert not models.Achievement.objects.filter(withdrawn=True).exists() and "taken back" not in caplog.text
    Attempt.objects.filter(kind="exercise").update(earned=1)  # a course that somebody broke
    api.sweep()
    assert not models.Achievement.objects.filter(withdrawn=True).exists()
    assert "would be taken back" in caplog.text
    assert registry.rows("SELECT count(*) FROM dgx_sandbox_certificate WHERE revoked_on IS NULL")[0][0] >= 5


@pytest.mark.parametrize("change", [{"zone": "Mars/Base"}, {"course_key": "course-v1:DG+DT1+2027"}, {"mode": "paused"}])
def test_a_scheme_that_was_changed_takes_nothing_back(registry: Registry, change: dict[str, str]) -> None:
    earn()
    drain()
    rule(**change)
    marked(False, 40)
    for course in {COURSE, change.get("course_key", COURSE)}:
        api.evaluate("7", course)
    api.sweep()
    assert not models.Achievement.objects.get().withdrawn and story() == [("ISSUE", "DONE")]


# -- corrections -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sends", [True, False])
def test_a_changed_score_is_corrected_only_if_the_scheme_says_so(registry: Registry, sends: bool) -> None:
    rule(correct_scores=sends)
    earn()
    drain()
    turn(True, 91.5)
    drain()
    assert story() == ([("ISSUE", "DONE"), ("CORRECT", "DONE")] if sends else [("ISSUE", "DONE")])
    assert held(registry) == ((2, "issue", 2, 1) if sends else (1, "issue", 1, 1))
    assert str(models.Achievement.objects.get().score) == "91.50"
    if sends:
        said = contract.loads(document.thaw(operation()))
        assert contract.validate("result", said) == [] and said["result"]["score"] == "91.5"
        assert (said["seq"], said["previous_seq"]) == (2, 1)


def test_a_score_that_changes_back_before_the_pump_is_not_corrected(registry: Registry) -> None:
    rule(correct_scores=True)
    earn()
    drain()
    turn(True, 91)
    turn(True, 85)
    drain()
    assert story() == [("ISSUE", "DONE"), ("CORRECT", "SUPERSEDED")] and held(registry) == (1, "issue", 1, 1)


def test_a_score_that_changes_before_the_first_send_is_sent_as_it_is(registry: Registry) -> None:
    earn()
    turn(True, 77)
    drain()
    assert contract.loads(document.thaw(operation()))["result"]["score"] == "77"
    assert story() == [("ISSUE", "DONE")]


def test_a_score_that_changes_after_a_send_that_did_not_arrive_goes_under_a_new_seq(registry: Registry) -> None:
    registry.misbehave("unavailable")
    earn()
    pump.run()
    turn(True, 77)
    registry.misbehave("normal")
    drain()
    assert story() == [("ISSUE", "SUPERSEDED"), ("ISSUE", "DONE")] and held(registry) == (2, "issue", 1, 1)


def test_a_correction_that_is_refused_is_for_staff_and_not_asked_for_again(registry: Registry) -> None:
    rule(correct_scores=True)
    earn()
    drain()
    registry.misbehave("refuse-identity")
    turn(True, 91)
    drain()
    row = operation()
    assert (row.kind, row.state, row.owner) == ("CORRECT", "REJECTED", "staff")
    for _ in range(3):
        turn(True, 91)
        api.sweep()
    assert len(story()) == 2
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.ISSUED and found.certificate is not None
    registry.misbehave("normal")
    assert api.replay(str(row.uuid), actor="3")
    drain()
    assert held(registry) == (3, "issue", 2, 1)


def test_the_documents_are_those_of_the_contract(registry: Registry) -> None:
    earn()
    drain()
    turn(False)
    drain()
    row = operation()
    said = contract.loads(document.thaw(row))
    assert contract.validate("revocation", said) == [] and contract.rule_errors("revocation", said) == []
    assert (said["seq"], said["previous_seq"], said["reason_code"]) == (2, 1, "regraded")
    assert contract.payload_sha256(document.thaw(row)) == row.payload_sha256
    turn(True)
    drain()
    back = operation()
    assert document.thaw(back) == f"DELETE /v1/results/{back.achievement.uuid}/revocation".encode()


def test_a_registry_that_cannot_be_asked_is_left_to_people(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    from dgxblock.registry.adapters import Capabilities
    from dgxblock.registry.adapters.rest import Rest

    earn()
    drain()
    monkeypatch.setattr(Rest, "capabilities", lambda self: Capabilities())
    turn(False)
    drain()
    assert (operation().state, operation().reason) == ("HUMAN", "not-supported")
    turn(True)
    assert story() == [("ISSUE", "DONE"), ("REVOKE", "SUPERSEDED")]
    del registry


@pytest.mark.parametrize("first", ["consent", "result"])
def test_a_consent_that_was_withdrawn_stops_no_revocation(registry: Registry, first: str) -> None:
    earn()
    drain()
    if first == "result":
        turn(False)
    api.withdraw_consent("7", COURSE)
    if first == "consent":
        turn(False)
    drain()
    assert held(registry) == (2, "revoke", 2, 0)


def test_what_the_registry_revoked_by_itself_is_not_brought_back(registry: Registry) -> None:
    earn()
    drain()
    registry.revoke_by_hand(str(operation().achievement.uuid))
    models.Achievement.objects.update(remote_state="revoked", remote_rev=2)
    for each in (True, False, True):
        turn(each)
        api.sweep()
        drain()
    assert story() == [("ISSUE", "DONE")]


# -- people ------------------------------------------------------------------------------------------------------------


def lost(**who: str) -> str:
    """A certified trainee's result was taken back; the id of the work item."""
    rule(revoke_policy="review")
    earn()
    drain()
    turn(False, **who)
    (item,) = api.work_items(COURSE)
    assert (item.kind, item.state, item.requester) == ("revoke", "open", who.get("actor", ""))
    return item.id


def test_whoever_asked_cannot_approve(registry: Registry) -> None:
    item = lost(actor="11", reason="wrong key in 5")
    assert api.approve(item, actor="11") == "same-person"
    drain()
    assert held(registry) == (1, "issue", 1, 1)
    assert api.approve(item, actor="12", reason="seen") == "approved"
    assert api.approve(item, actor="13") == "gone"
    drain()
    assert held(registry) == (2, "revoke", 2, 0)
    (row,) = api.work_items(COURSE)
    assert [(one.what, one.actor, one.reason) for one in row.history] == [
        ("asked", "11", "wrong key in 5"), ("approved", "12", "seen"),
    ]  # fmt: skip


def test_nobody_decides_about_a_certificate_of_their_own(registry: Registry) -> None:
    item = lost(actor="11", reason="wrong key in 5")
    assert api.approve(item, actor="7") == "own"
    assert api.refuse(item, actor="7", reason="it is mine") == "own"
    assert not api.award("7", COURSE, score="100", assessed_on=date(2026, 11, 1), actor="7", reason="it is mine")
    assert api.refuse(item, actor="12", reason="seen") == "approved"


def test_where_only_the_machine_asked_two_people_approve(registry: Registry) -> None:
    item = lost()
    assert api.approve(item, actor="11") == "second"
    assert api.approve(item, actor="11") == "same-person"
    assert models.Operation.objects.count() == 1
    assert api.approve(item, actor="12") == "approved"
    drain()
    assert held(registry) == (2, "revoke", 2, 0)


def test_a_refusal_keeps_the_certificate_until_it_is_lost_again(registry: Registry) -> None:
    item = lost(actor="11")
    assert api.refuse(item, actor="12", reason="") == "gone"
    assert api.refuse(item, actor="12", reason="sat it again on paper") == "approved"
    for _ in range(3):
        turn(False)
        api.sweep()
    drain()
    assert held(registry) == (1, "issue", 1, 1) and len(api.work_items(COURSE)) == 1
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.ISSUED
    turn(True)
    turn(False, actor="11")
    assert [one.state for one in api.work_items(COURSE)] == ["open", "refused"]


def test_what_is_earned_again_asks_nobody_any_longer(registry: Registry) -> None:
    item = lost(actor="11")
    turn(True)
    assert [one.state for one in api.work_items(COURSE)] == ["void"]
    assert api.approve(item, actor="12") == "gone"
    drain()
    assert story() == [("ISSUE", "DONE")] and held(registry) == (1, "issue", 1, 1)


@pytest.mark.parametrize("item", ["", "nonsense", "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", "'; DROP TABLE x; --"])
def test_an_item_that_is_none_changes_nothing(registry: Registry, item: str) -> None:
    lost(actor="11")
    assert api.approve(item, actor="12") == "gone" and api.refuse(item, actor="12", reason="x") == "gone"
    assert [one.state for one in api.work_items(COURSE)] == ["open"] and story() == [("ISSUE", "DONE")]


def test_an_approval_without_anybody_is_none(registry: Registry) -> None:
    item = lost(actor="11")
    assert api.approve(item, actor="") == "gone"
    assert [one.state for one in api.work_items(COURSE)] == ["open"]


def test_a_decision_is_never_changed(registry: Registry) -> None:
    lost(actor="11")
    row = models.Decision.objects.latest("pk")
    row.reason = "other"
    with pytest.raises(TypeError):
        row.save()


def test_what_was_approved_while_something_is_under_way_happens_afterwards(registry: Registry) -> None:
    rule(revoke_policy="review", correct_scores=True)
    earn()
    drain()
    registry.misbehave("lose-answer")
    turn(True, 91)
    pump.run()
    registry.misbehave("normal")
    assert api.request_revocation(str(operation().uuid), code="fraud", actor="11", reason="another sat it")
    (item,) = api.work_items(COURSE)
    assert api.approve(item.id, actor="12") == "approved"
    assert story() == [("ISSUE", "DONE"), ("CORRECT", "UNKNOWN")]
    drain()
    assert story()[-1] == ("REVOKE", "DONE") and operation().reason_code == "fraud"


def test_what_people_revoked_no_machine_reinstates_and_people_may(registry: Registry) -> None:
    earn()
    drain()
    item = api.request_revocation(str(operation().uuid), code="wrong-person", actor="11", reason="compared")
    assert api.approve(item, actor="11") == "same-person" and api.approve(item, actor="12") == "approved"
    drain()
    assert held(registry) == (2, "revoke", 2, 0)
    for _ in range(3):
        turn(True)
        api.sweep()
        drain()
    assert held(registry) == (2, "revoke", 2, 0)
    assert api.award(
        "7", COURSE, score="85", assessed_on=date(2026, 11, 20), actor="12", reason="it was them after all"
    )
    drain()
    assert held(registry) == (3, "reinstate", 3, 1)


def test_what_somebody_asks_for_by_hand_counts_where_the_machine_had_asked(registry: Registry) -> None:
    item = lost()
    assert api.request_revocation(str(operation().uuid), code="fraud", actor="11", reason="another sat it") == item
    assert api.request_revocation(str(operation().uuid), code="duplicate", actor="13", reason="later") == item
    assert api.approve(item, actor="11") == "same-person" and api.approve(item, actor="12") == "approved"
    drain()
    assert operation().reason_code == "fraud"
    turn(True)
    drain()
    assert held(registry) == (2, "revoke", 2, 0)


def test_nobody_is_reinstated_beside_another_certificate_of_theirs(registry: Registry) -> None:
    earn("7")
    drain()
    turn(False)
    drain()
    assert api.release_person(str(operation("7").uuid), actor="11", reason="their other account")
    earn("8")
    drain()
    assert held(registry, "8") == (1, "issue", 1, 1)
    turn(True)
    drain()
    assert (operation("7").state, operation("7").reason) == ("HUMAN", "person-released")
    assert held(registry, "7") == (2, "revoke", 2, 0)
    found = api.status("7", COURSE)
    assert found is not None and found.problem is not None and found.problem.code == "revoked"


@pytest.mark.parametrize(
    "wrong", [{"code": "because"}, {"actor": ""}, {"reason": "  "}, {"reason": "x" * 501}, {"operation_id": "none"}]
)
def test_a_revocation_is_not_asked_for_without_a_reason(registry: Registry, wrong: dict[str, str]) -> None:
    earn()
    drain()
    given = {"operation_id": str(operation().uuid), "code": "fraud", "actor": "11", "reason": "why", **wrong}
    assert api.request_revocation(given.pop("operation_id"), **given) == "" and api.work_items(COURSE) == []


def test_an_award_by_hand_is_never_taken_back_by_machine(registry: Registry) -> None:
    assert api.award("7", COURSE, score="60", assessed_on=date(2026, 11, 20), actor="11", reason="oral examination")
    assert not api.save_identity("7", COURSE, form())
    drain()
    assert held(registry) == (1, "issue", 1, 1)
    work("7", passed=False, earned=10)
    for _ in range(3):
        api.evaluate("7", COURSE, actor="12", reason="regrade")
        api.sweep()
        drain()
    assert story() == [("ISSUE", "DONE")] and held(registry) == (1, "issue", 1, 1)
    assert models.Decision.objects.get().what == "awarded"


def test_an_award_by_hand_lets_go_what_was_held_back(registry: Registry) -> None:
    rule(hold_seconds=3600)
    earn()
    turn(False)
    assert api.award("7", COURSE, score="60.25", assessed_on=date(2026, 11, 20), actor="11", reason="heard again")
    time_passes(3601)
    drain()
    assert contract.loads(document.thaw(operation()))["result"]["score"] == "60.25"
    assert held(registry) == (1, "issue", 1, 1)


@pytest.mark.parametrize("wrong", [{"score": "101"}, {"score": "NaN"}, {"score": "x"}, {"actor": ""}, {"reason": " "}])
def test_an_award_that_makes_no_sense_is_none(registry: Registry, wrong: dict[str, str]) -> None:
    given = {"score": "60", "actor": "11", "reason": "why", **wrong}
    assert not api.award("7", COURSE, assessed_on=date(2026, 11, 20), **given)
    assert not models.Achievement.objects.exists()


def test_corrected_details_are_sent_after_staff_have_confirmed_them(registry: Registry) -> None:
    earn(name="周民")
    drain()
    assert not api.request_correction("7", COURSE, form(name=NAME, id_no=OTHER))
    (item,) = api.work_items(COURSE)
    assert (item.kind, item.requester, NAME in item.corrected, OTHER in item.corrected) == (
        "identity",
        "7",
        False,
        False,
    )
    assert models.Identity.objects.count() == 1, "nothing is changed yet"
    drain()
    assert story() == [("ISSUE", "DONE")]
    assert api.approve(item.id, actor="7") == "same-person" and api.approve(item.id, actor="11") == "approved"
    found = api.status("7", COURSE)
    assert found is not None and found.certificate is not None and found.certificate.name == "周民", "not told yet"
    drain()
    assert story() == [("ISSUE", "DONE"), ("CORRECT", "DONE")] and held(registry) == (2, "issue", 2, 1)
    assert contract.loads(document.thaw(operation()))["person"]["name"] == NAME
    found = api.status("7", COURSE)
    assert found is not None and found.certificate is not None and found.certificate.name == NAME
    assert models.WorkItem.objects.get().details_enc == "", "decided, and gone"
    assert len(numbers(registry)) == 1


def test_corrected_details_of_a_person_whom_another_account_holds_are_not_taken(registry: Registry) -> None:
    earn("7")
    earn("8", id_no=OTHER)
    drain()
    assert not api.request_correction("7", COURSE, form(id_no=OTHER))
    (item,) = api.work_items(COURSE)
    assert api.approve(item.id, actor="11") == "taken"
    assert models.Identity.objects.count() == 2 and [one.state for one in api.work_items(COURSE)] == ["open"]
    assert api.refuse(item.id, actor="11", reason="another's number") == "approved"
    drain()
    assert story("7") == [("ISSUE", "DONE")]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"id_no": "1"}, {}])
def test_a_correction_that_corrects_nothing_is_told_so(registry: Registry, wrong: dict[str, str]) -> None:
    earn()
    drain()
    assert api.request_correction("7", COURSE, form(**wrong)) != {}
    assert api.work_items(COURSE) == []


def test_without_a_certificate_there_is_nothing_to_correct(registry: Registry) -> None:
    earn()
    assert "form" in api.request_correction("7", COURSE, form(name="周民"))
    assert "form" in api.request_correction("7", "course-v1:none", form(name="周民"))


# -- what is told ------------------------------------------------------------------------------------------------------


def test_a_trainee_is_told_honestly(registry: Registry) -> None:
    def told() -> tuple[str, str]:
        found = api.status("7", COURSE)
        assert found is not None
        return str(found.stage), found.problem.code if found.problem else ""

    item = lost(actor="11")
    assert told() == ("staff", "deciding")
    api.approve(item, actor="12")
    assert told() == ("staff", "revoking")
    drain()
    assert told() == ("staff", "revoked")
    found = api.status("7", COURSE)
    assert found is not None and found.problem is not None and "revoked" in found.problem.says
    turn(True)
    assert told() == ("staff", "reinstating")
    drain()
    assert told() == ("issued", "")


def test_what_the_registry_has_in_a_word(registry: Registry, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for learner in ("7", "8", "9"):
        earn(learner, id_no=number(f"4419001990010100{learner}"))
    work("4")
    api.evaluate("4", COURSE)
    drain()
    turn(False, 0, "8")
    drain()
    registry.misbehave("lose-answer")
    earn("5", id_no=number("44190019900101005"))
    pump.run()
    with django_assert_num_queries(1):
        found = api.standing_of(["4", "5", "7", "8", "6"], COURSE)
    assert found == {"4": "nothing", "5": "under-way", "7": "issued", "8": "revoked", "6": "nothing"}


def test_the_cost_of_evaluating_is_pinned(
    registry: Registry, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    earn()
    drain()
    with django_assert_num_queries(4):
        api.evaluate("7", COURSE)
    work("8", passed=False, earned=10)
    with django_assert_num_queries(2):
        api.evaluate("8", COURSE)
    del registry


def test_the_list_of_work_items_costs_the_same_for_many(
    registry: Registry, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rule(revoke_policy="review")
    for learner in range(4):
        earn(str(learner), id_no=number(f"44190019900101{learner:03}"))
    drain()
    for learner in range(4):
        turn(False, 0, str(learner))
    with django_assert_num_queries(3):
        assert len(api.work_items(COURSE)) == 4
