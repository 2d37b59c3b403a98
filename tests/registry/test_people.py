"""One person, one certificate: who is claimed, who is given free, and who waits for whom. Real rows, real commits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from dgxblock.registry import api, conf, gates, models, outbox, people, pump
from dgxblock.registry.identity import store
from dgxblock.registry.identity.form import Details, read
from tests.builders.registry import (
    COURSE,
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

pytestmark = pytest.mark.django_db(transaction=True)

X, Y = number(), number("44190019900101456")


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def stands(learner: str) -> tuple[str, str]:
    found = operation(learner)
    return found.state, found.reason


def claimed() -> dict[str, str | None]:
    """Whose achievements claim a person."""
    rows = models.Achievement.objects.exclude(person_key=None)
    return dict(rows.values_list("learner_id", "person_key"))


def certified(registry: SmallRegistry) -> list[str]:
    """The identity numbers of all certificates, as the registry holds them."""
    return sorted(registry.documents[one]["person"]["id_no"] for one in registry.held)


def later() -> None:
    for _ in range(5):
        time_passes(7200)
        pump.run()


@pytest.mark.parametrize("refusal", ["identity-mismatch", "already-certified", "unknown-credential"])
def test_whoever_was_refused_does_not_keep_the_person_from_its_true_owner(
    registry: SmallRegistry, refusal: str
) -> None:
    earn("thief", name="王五")
    earn("owner")
    assert stands("owner") == ("HELD", "duplicate-person")
    registry.faults = [f"refused={refusal}"]
    pump.run()
    assert stands("thief") == ("REJECTED", refusal)
    assert stands("owner") == ("DONE", "") and certified(registry) == [X]
    assert set(claimed()) == {"owner"}


def test_a_repair_claims_again_and_finds_that_another_was_faster(registry: SmallRegistry) -> None:
    earn("thief", name="王五")
    earn("owner")
    registry.faults = ["refused=identity-mismatch"]
    pump.run()
    pump.run()
    assert api.save_identity("thief", COURSE, form(name="赵六")) == {}
    assert stands("thief") == ("HELD", "duplicate-person")
    later()
    assert certified(registry) == [X] and len(registry.certificates()) == 1


def test_who_has_checked_may_send_refused_details_once_more(registry: SmallRegistry) -> None:
    earn("7")
    registry.faults = ["refused=identity-mismatch"]
    pump.run()
    assert set(api.save_identity("7", COURSE, form())) == {"name"}
    assert api.save_identity("7", COURSE, form(action="again")) == {}
    pump.run()
    assert stands("7") == ("DONE", "") and certified(registry) == [X]


def test_nobody_insists_for_ever(registry: SmallRegistry) -> None:
    earn("7")
    registry.faults = ["refused=identity-mismatch"] * 9
    pump.run()
    insisted = 0
    while not api.save_identity("7", COURSE, form(action="again")):
        insisted += 1
        assert insisted < 9
        pump.run()
    assert insisted == 2
    assert stands("7") == ("REJECTED", "identity-mismatch") and registry.certificates() == []


def test_a_repair_that_nobody_overtook_claims_again(registry: SmallRegistry) -> None:
    earn("7", name="周民")
    registry.faults = ["refused=identity-mismatch"]
    pump.run()
    assert claimed() == {}
    assert api.save_identity("7", COURSE, form(name=NAME)) == {}
    assert stands("7") == ("READY", "") and set(claimed()) == {"7"}
    earn("8")
    assert stands("8") == ("HELD", "duplicate-person")


def test_a_result_refused_after_it_was_accepted_gives_the_person_free(registry: SmallRegistry) -> None:
    registry.pending = True
    earn("thief", name="王五")
    earn("owner")
    pump.run()
    api.withdraw_consent("thief", COURSE)
    assert set(claimed()) == {"thief"}, "the registry may still decide for it"
    registry.refuse("identity-mismatch")
    registry.pending = False
    time_passes(61)
    pump.run()
    assert stands("thief")[0] == "REJECTED"
    later()
    assert stands("owner") == ("DONE", "")


@pytest.mark.parametrize("fault", ["drop", "drop-before", "internal"])
def test_an_unknown_outcome_keeps_the_person(registry: SmallRegistry, fault: str) -> None:
    earn("7")
    earn("8")
    registry.faults = [fault]
    pump.run()
    api.withdraw_consent("7", COURSE)
    api.sweep()
    assert set(claimed()) == {"7"} and stands("8") == ("HELD", "duplicate-person")


def test_an_issued_certificate_keeps_the_person_whatever_is_withdrawn(registry: SmallRegistry) -> None:
    earn("7")
    earn("8")
    pump.run()
    assert api.withdraw_consent("7", COURSE)
    api.sweep()
    later()
    assert set(claimed()) == {"7"} and stands("8") == ("HELD", "duplicate-person")


def test_withdrawing_after_a_send_that_never_arrived_gives_the_person_free(registry: SmallRegistry) -> None:
    earn("7")
    earn("8")
    registry.faults = ["unavailable=1"]
    pump.run()
    assert (operation("7").state, operation("7").sends) == ("READY", 1)
    api.withdraw_consent("7", COURSE)
    assert set(claimed()) == {"8"}, "whoever waited has it already"
    later()
    assert stands("8") == ("DONE", "") and stands("7") == ("HELD", "consent")
    assert len(registry.certificates()) == 1
    assert api.save_identity("7", COURSE, {"action": "later"}) != {}
    assert api.save_identity("7", COURSE, form()) == {}
    later()
    assert stands("7") == ("HELD", "duplicate-person") and len(registry.certificates()) == 1


def test_withdrawing_while_the_outcome_is_unknown_gives_the_person_free_once_it_is_known(
    registry: SmallRegistry,
) -> None:
    earn("7")
    earn("8")
    registry.faults = ["drop-before"]
    pump.run()
    api.withdraw_consent("7", COURSE)
    later()
    assert stands("7") == ("HELD", "consent") and stands("8") == ("DONE", "")
    assert len(registry.certificates()) == 1


def test_withdrawing_before_any_send_lets_the_other_account_go_on_at_once(registry: SmallRegistry) -> None:
    earn("7")
    earn("8")
    api.withdraw_consent("7", COURSE)
    assert stands("8") == ("READY", "") and set(claimed()) == {"8"}


def test_a_number_given_by_mistake_is_given_back(registry: SmallRegistry) -> None:
    earn("7")
    earn("8")
    assert api.save_identity("7", COURSE, form(id_no=Y)) == {}
    assert (operation("7").state, operation("8").state) == ("READY", "READY")


def test_two_schemes_of_one_credential_at_one_registry_certify_a_person_once(registry: SmallRegistry) -> None:
    earn("7")
    pump.run()
    second = scheme(slug="dg-coach-evening", course_key="course-v1:evening")
    models.Requirement.objects.filter(scheme=second).exclude(kind="assessment").delete()
    models.Scheme.objects.exclude(pk=second.pk).update(course_key="course-v1:day")
    models.Scheme.objects.filter(pk=second.pk).update(course_key=COURSE)
    earn("8")
    assert stands("8") == ("HELD", "duplicate-person")
    later()
    assert len(registry.certificates()) == 1


@pytest.mark.parametrize("other", [{"credential_code": "COACH-3"}, {"registry": "elsewhere"}])
def test_another_credential_or_another_registry_is_another_certificate(
    registry: SmallRegistry, other: dict[str, str]
) -> None:
    earn("7")
    second = scheme(slug="second", course_key="course-v1:evening", **other)
    models.Scheme.objects.exclude(pk=second.pk).update(course_key="course-v1:day")
    models.Scheme.objects.filter(pk=second.pk).update(course_key=COURSE)
    assert earn("8").state == "READY"


def test_what_the_trainee_reads_does_not_tell_that_another_account_has_the_number(registry: SmallRegistry) -> None:
    earn("7")
    earn("8")
    found = api.status("8", COURSE)
    assert found is not None and found.problem is not None and found.stage is api.Stage.STAFF
    assert found.problem.advice == "Training staff are checking the details"
    said = repr(found).lower()
    assert "another" not in said and "account" not in said and "duplicate" not in said
    (row,) = [one for one in api.operations(COURSE) if one.learner_id == "8"]
    assert row.reason_label == "Another account has given the same identity number", "staff are told"


def test_staff_release_a_person_and_say_why(registry: SmallRegistry) -> None:
    earn("thief", name="王五")
    earn("owner")
    assert api.release_person(str(operation("thief").uuid), actor="3", reason="  saw the owner's card  ")
    assert stands("thief") == ("HELD", "person-released") and stands("owner") == ("READY", "")
    ruling = models.Ruling.objects.get()
    assert (ruling.verdict, ruling.actor, ruling.reason) == ("released", "3", "saw the owner's card")
    with pytest.raises(TypeError):
        ruling.save()
    found = api.status("thief", COURSE)
    assert found is not None and found.problem is not None
    assert found.problem.advice == "Training staff are checking the details"
    later()
    assert certified(registry) == [X] and stands("owner") == ("DONE", "")


def test_a_released_account_does_not_take_the_person_back_by_itself(registry: SmallRegistry) -> None:
    earn("thief", name="王五")
    assert api.release_person(str(operation("thief").uuid), actor="3", reason="not them")
    api.sweep()
    assert api.save_identity("thief", COURSE, form(name="赵六")) == {}
    later()
    assert stands("thief") == ("HELD", "person-released") and registry.puts == [] and claimed() == {}
    assert earn("owner").state == "READY"
    assert api.save_identity("thief", COURSE, form(name="赵六", id_no=Y)) == {}
    later()
    assert certified(registry) == sorted([X, Y])


def test_a_release_can_be_taken_back(registry: SmallRegistry) -> None:
    earn("7")
    which = str(operation("7").uuid)
    assert not api.readmit_person(which, actor="3", reason="nothing was released")
    assert api.release_person(which, actor="3", reason="not them")
    assert api.readmit_person(which, actor="4", reason="them after all")
    assert not api.readmit_person(which, actor="4", reason="again")
    later()
    assert stands("7") == ("DONE", "")
    assert [one.verdict for one in models.Ruling.objects.order_by("pk")] == ["released", "readmitted"]


def test_a_send_that_never_arrived_is_not_repeated_for_a_released_person(registry: SmallRegistry) -> None:
    earn("7")
    registry.faults = ["unavailable=1"]
    pump.run()
    assert api.release_person(str(operation("7").uuid), actor="3", reason="not them")
    later()
    assert stands("7") == ("HELD", "person-released") and registry.held == {}


@pytest.mark.parametrize("taken", [True, False])
def test_whom_a_certificate_still_names_is_certified_only_once_it_is_corrected(
    registry: SmallRegistry, taken: bool
) -> None:
    earn("7")
    pump.run()
    assert not api.request_correction("7", COURSE, form(id_no=Y), actor="5", reason="r")
    assert api.approve(api.work_items(COURSE)[0].id, actor="6") == "approved"
    earn("8")
    assert stands("8") == ("HELD", "duplicate-person")
    registry.faults = [] if taken else ["refused=identity-mismatch"]
    later()
    api.sweep()
    later()
    assert (stands("8") == ("HELD", "duplicate-person")) is not taken
    assert certified(registry) == (sorted([X, Y]) if taken else [X])


def test_whoever_is_readmitted_can_have_a_revoked_certificate_back(registry: SmallRegistry) -> None:
    earn("7")
    pump.run()
    models.Achievement.objects.update(remote_state="revoked")
    which = str(operation("7").uuid)
    assert api.release_person(which, actor="3", reason="not them") and claimed() == {}
    assert api.readmit_person(which, actor="4", reason="them after all")
    assert set(claimed()) == {"7"}
    earn("second account")
    assert stands("second account") == ("HELD", "duplicate-person")


def test_what_was_released_and_is_found_at_the_registry_is_claimed_again(registry: SmallRegistry) -> None:
    earn("7")
    registry.faults = ["drop"]
    pump.run()
    models.Operation.objects.update(state="HUMAN", next_at=None)
    which = str(operation("7").uuid)
    assert api.release_person(which, actor="3", reason="not there, I think") and claimed() == {}
    assert api.replay(which, actor="3")
    later()
    assert stands("7") == ("DONE", "") and set(claimed()) == {"7"}
    earn("second account")
    later()
    assert stands("second account") == ("HELD", "duplicate-person") and certified(registry) == [X]


@pytest.mark.parametrize("fault", ["", "drop", "pending"])
def test_nobody_releases_a_person_whom_the_registry_has_or_may_have(registry: SmallRegistry, fault: str) -> None:
    registry.pending = fault == "pending"
    registry.faults = [fault] if fault == "drop" else []
    earn("7")
    pump.run()
    assert not api.release_person(str(operation("7").uuid), actor="3", reason="please")
    assert set(claimed()) == {"7"} and not models.Ruling.objects.exists()


@pytest.mark.parametrize(("actor", "reason"), [("", "why"), ("3", ""), ("3", "  "), ("3", "x" * 501)])
def test_nobody_releases_a_person_without_a_name_and_a_reason(registry: SmallRegistry, actor: str, reason: str) -> None:
    earn("7")
    assert not api.release_person(str(operation("7").uuid), actor=actor, reason=reason)
    assert not api.release_person("no uuid", actor="3", reason="why")
    assert not api.release_person("018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", actor="3", reason="why")
    assert set(claimed()) == {"7"} and not models.Ruling.objects.exists()


def test_a_pump_that_marks_the_send_while_a_new_number_is_saved_keeps_the_claim_of_what_it_sends(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn("7", id_no=X)
    (mine,) = outbox.claim("sandbox", 1, 30)
    before = claimed()
    papers = gates.papers

    def interrupted(achievement: models.Achievement, /) -> gates.Passage:
        """The gates are looked at; before anything is written, the pump commits "about to send"."""
        passage = papers(achievement)
        monkeypatch.setattr(gates, "papers", papers)
        assert begin(mine)
        return passage

    # A trainee's request that was past every look beforehand: the new version is the current one.
    row = store.current("7")
    assert row is not None
    details = read(form(id_no=Y), today=row.created_at.date())[0]
    assert details is not None
    store.add("7", details, after=row)
    monkeypatch.setattr(gates, "papers", interrupted)
    people.recheck_now("7")
    assert operation("7").state == "SENDING"
    assert claimed() == before, "the claim is of the number that went out"
    monkeypatch.undo()
    earn("8", id_no=X)
    assert stands("8") == ("HELD", "duplicate-person")


def begin(row: models.Operation, /) -> bool:
    return outbox.begin_send(
        row, payload_enc="x", payload_sha256="0" * 64, previous_seq=0, score=row.achievement.score,
        assessed_on=row.achievement.assessed_on, lease_seconds=30, quiet_seconds=60,
    )  # fmt: skip


def test_a_send_begins_only_under_the_claim_of_its_own_papers(registry: SmallRegistry) -> None:
    earn("7")
    (mine,) = outbox.claim("sandbox", 1, 30)
    models.Achievement.objects.update(person_key="0" * 64)
    assert not begin(mine)
    models.Achievement.objects.update(person_key=None)
    assert not begin(mine)
    assert (operation("7").state, operation("7").sends) == ("READY", 0)
    where = conf.registry("sandbox")
    pump.Drain(where, conf.adapter(where)).turn([mine], probe=False)
    assert registry.puts == [] and set(claimed()) == {"7"}, "it claims afresh, and goes in its next turn"
    time_passes(61)
    pump.run()
    assert stands("7") == ("DONE", "")


def test_details_that_were_sent_in_the_meantime_are_not_replaced(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn("7", id_no=X)
    before = claimed()
    editable = people.editable

    def then_sent(learner_id: str, /) -> bool:
        found = editable(learner_id)
        pump.run()
        return found

    monkeypatch.setattr(people, "editable", then_sent)
    assert set(api.save_identity("7", COURSE, form(id_no=Y))) == {"form"}
    assert models.Identity.objects.count() == 1 and claimed() == before
    assert certified(registry) == [X]


def test_details_from_before_the_form_refused_them_are_not_sent(registry: SmallRegistry) -> None:
    work()
    api.evaluate("7", COURSE)
    store.add("7", Details(NAME, "XX-PASSPORT", X, "", ""), after=None)
    assert api.save_identity("7", COURSE, form()) == {}
    row = store.current("7")
    store.add("7", Details(NAME, "XX-PASSPORT", X, "", ""), after=row)
    people.recheck_now("7")
    later()
    assert registry.requests == [] and stands("7") == ("REJECTED", "identity-mismatch")
    found = api.status("7", COURSE)
    assert found is not None and found.stage is api.Stage.DETAILS and claimed() == {}
    assert api.save_identity("7", COURSE, form()) == {}
    later()
    assert json.loads(registry.puts[0])["person"]["id_type"] == "CN-RIC" and stands("7") == ("DONE", "")
