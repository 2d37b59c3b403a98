"""The sandbox keeps the contract: over real HTTP, in its own database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
import requests

from dgxblock.registry import contract as c
from tests.builders.contract import key, result, revocation, signed
from tests.demo.sandbox.registry import Registry, as_answer, new_id, op_key, problem_of, sent


def test_a_result_gets_a_certificate_that_the_sender_believes(registry: Registry) -> None:
    document = result(new_id())
    answer = registry.put(document)
    assert answer.status_code == 201
    outcome = c.classify(sent(document), as_answer(answer))
    assert outcome.verdict is c.Verdict.DONE
    assert outcome.receipt is not None
    assert outcome.receipt["certificate"]["no"].startswith("S0000441900")
    assert registry.certificates_of(document["result_id"]) == 1


def test_every_answer_carries_the_headers_of_the_contract(registry: Registry) -> None:
    answer = registry.issue()
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert "Content-Encoding" not in answer.headers
    assert parsedate_to_datetime(answer.headers["Date"])
    missing = registry.look_up(new_id())
    assert missing.headers["Cache-Control"] == "no-store"
    assert parsedate_to_datetime(missing.headers["Date"])


def test_a_look_up_finds_what_was_issued_and_says_when_there_is_nothing(registry: Registry) -> None:
    document = result(new_id())
    issued = registry.put(document)
    assert registry.look_up(document["result_id"]).content == issued.content
    assert c.settle(sent(document), as_answer(registry.look_up(document["result_id"]))).next is c.Next.ANSWER
    unknown = result(new_id())
    answer = registry.look_up(unknown["result_id"])
    assert (answer.status_code, problem_of(answer)) == (404, "not-found")
    assert c.settle(sent(unknown), as_answer(answer)).next is c.Next.SEND


def test_twenty_deliveries_at_once_give_exactly_one_certificate(registry: Registry) -> None:
    document = result(new_id())
    start = threading.Barrier(20)

    def deliver(_: int) -> requests.Response:
        target, body = c.result_target(document["result_id"]), c.canonical(document)
        headers = signed("PUT", target, body, msg_id=op_key(document), previous_seq=0)
        start.wait()
        return requests.put(registry.base + target, data=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(deliver, range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["certificate"]["no"] for answer in answers}) == 1
    assert registry.certificates_of(document["result_id"]) == 1
    assert registry.rows("SELECT repeats FROM dgx_sandbox_entry WHERE result_id=?", document["result_id"]) == [(19,)]


def test_twenty_results_at_once_give_twenty_numbers(registry: Registry) -> None:
    documents = [result(new_id()) for _ in range(20)]

    def deliver(document: dict[str, object]) -> str:
        target, body = c.result_target(str(document["result_id"])), c.canonical(document)
        headers = signed("PUT", target, body, msg_id=op_key(document), previous_seq=0)
        return str(
            requests.put(registry.base + target, data=body, headers=headers, timeout=60).json()["certificate"]["no"]
        )

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(deliver, documents))) == 20


def test_repeating_old_bytes_answers_with_the_current_receipt_and_changes_nothing(registry: Registry) -> None:
    document = result(new_id())
    first = registry.put(document)
    before = registry.state()
    again = registry.put(document)
    assert (again.status_code, again.content) == (200, first.content)
    assert registry.state() == before


def test_a_repeat_is_recognised_whatever_its_precondition_says_and_however_its_schema_is_written(
    registry: Registry,
) -> None:
    # The bytes are what counts: the same document in another form is another content.
    document = result(new_id())
    registry.put(document)
    target = c.result_target(document["result_id"])
    body = c.canonical(document).replace(b'"seq":1}', b'"seq": 1}')
    headers = signed("PUT", target, body, msg_id=op_key(document), previous_seq=0)
    assert problem_of(registry.send("PUT", target, body, headers)) == "conflict"


def test_other_content_under_the_same_seq_is_a_conflict_and_shows_what_is_held(registry: Registry) -> None:
    document = result(new_id())
    held = registry.put(document).json()
    before = registry.state()
    answer = registry.put({**document, "person": {**document["person"], "name": "李测试"}})
    assert (answer.status_code, problem_of(answer)) == (409, "conflict")
    assert answer.json()["receipt"] == held
    assert registry.state() == before


def test_a_correction_keeps_the_number_and_there_is_still_one(registry: Registry) -> None:
    result_id = new_id()
    first = registry.issue(result_id).json()
    corrected = registry.issue(result_id, seq=5, previous_seq=1, name="欧阳测试")
    assert corrected.status_code == 200
    receipt = corrected.json()
    assert (receipt["seq"], receipt["rev"]) == (5, first["rev"] + 1)
    assert receipt["certificate"] == first["certificate"]
    assert receipt["accepted_on"] == first["accepted_on"]
    assert datetime.fromisoformat(receipt["updated_at"]) > datetime.fromisoformat(first["updated_at"])
    assert registry.certificates_of(result_id) == 1


@pytest.mark.parametrize(("seq", "previous"), [(2, 1), (7, 3), (4, 3), (7, 6)])
def test_a_seq_that_does_not_follow_is_stale(registry: Registry, seq: int, previous: int) -> None:
    result_id = new_id()
    registry.issue(result_id)
    registry.issue(result_id, seq=5, previous_seq=1, name="欧阳测试")
    before = registry.state()
    answer = registry.issue(result_id, seq=seq, previous_seq=previous)
    assert (answer.status_code, problem_of(answer)) == (412, "stale")
    assert answer.json()["receipt"]["seq"] == 5
    assert registry.state() == before


def test_a_correction_of_nothing_is_stale_and_holds_nothing(registry: Registry) -> None:
    result_id = new_id()
    answer = registry.issue(result_id, seq=2, previous_seq=1)
    assert (answer.status_code, problem_of(answer)) == (412, "stale")
    assert "receipt" not in answer.json()
    assert problem_of(registry.look_up(result_id)) == "not-found"


def test_a_first_issue_of_what_is_held_already_is_stale(registry: Registry) -> None:
    result_id = new_id()
    registry.issue(result_id)
    assert problem_of(registry.issue(result_id, seq=2)) == "stale"


def test_a_certificate_is_revoked_reinstated_and_corrected_again(registry: Registry) -> None:
    result_id = new_id()
    number = registry.issue(result_id).json()["certificate"]["no"]
    revoked = registry.revoke(result_id)
    assert (revoked.status_code, revoked.json()["certificate"]["status"]) == (200, "revoked")
    assert registry.revoke(result_id).content == revoked.content
    assert problem_of(registry.issue(result_id, seq=3, previous_seq=2)) == "state"
    assert problem_of(registry.revoke(result_id, seq=3, previous_seq=2)) == "state"
    reinstated = registry.reinstate(result_id, seq=3, previous_seq=2)
    assert reinstated.status_code == 200
    assert reinstated.json()["certificate"] == {
        "no": number,
        "status": "live",
        "issued_on": revoked.json()["certificate"]["issued_on"],
    }
    assert registry.reinstate(result_id, seq=3, previous_seq=2).content == reinstated.content
    assert problem_of(registry.reinstate(result_id, seq=4, previous_seq=3)) == "state"
    assert registry.issue(result_id, seq=4, previous_seq=3, name="欧阳测试").status_code == 200
    assert registry.certificates_of(result_id) == 1


def test_there_is_nothing_to_revoke_or_reinstate_where_nothing_is_held(registry: Registry) -> None:
    before = registry.state()
    assert problem_of(registry.revoke(new_id())) == "not-found"
    assert problem_of(registry.reinstate(new_id(), seq=2, previous_seq=1)) == "not-found"
    assert registry.state() == before


def test_a_rule_refuses_and_uses_up_no_seq(registry: Registry) -> None:
    result_id = new_id()
    document = result(result_id, id_no="110105194912310021")
    answer = registry.put(document)
    assert (answer.status_code, problem_of(answer)) == (422, "refused")
    outcome = c.classify(sent(document), as_answer(answer))
    assert (outcome.problem_class, outcome.owner, outcome.error_codes) == ("data", "trainee", ("identity-mismatch",))
    assert problem_of(registry.look_up(result_id)) == "not-found"
    assert registry.issue(result_id).status_code == 201


def test_a_name_that_is_not_in_normal_form_is_refused(registry: Registry) -> None:
    result_id = new_id()
    answer = registry.issue(result_id, name="Cafe\u0301 测试")
    assert (problem_of(answer), answer.json()["errors"][0]["code"]) == ("refused", "bad-value")
    assert registry.certificates_of(result_id) == 0


def test_another_scheme_cannot_take_over_a_result(registry: Registry) -> None:
    result_id = new_id()
    registry.issue(result_id)
    before = registry.state()
    stolen = {**result(result_id, seq=2, previous_seq=1), "scheme": "another"}
    assert problem_of(registry.put(stolen)) == "refused"
    assert problem_of(registry.put({**revocation(result_id), "scheme": "another"})) == "refused"
    assert registry.state() == before


def test_either_key_of_the_sender_is_enough_and_ed25519_too(registry: Registry) -> None:
    for keys in (
        [key("sender-ed25519")],
        [key("sender-hmac-old"), key()],
        [key("sender-hmac-old"), key("sender-ed25519")],
    ):
        document = result(new_id())
        target, body = c.result_target(document["result_id"]), c.canonical(document)
        headers = signed("PUT", target, body, keys=keys, msg_id=op_key(document), previous_seq=0)
        assert registry.send("PUT", target, body, headers).status_code == 201


def test_only_the_masked_name_is_kept(registry: Registry) -> None:
    registry.issue(name="司马测试", id_no="11010519491231002X")
    registry.http.get(f"{registry.base}/", timeout=30)
    files = [path for path in registry.home.iterdir() if path.name.startswith(("registry.sqlite3", "log"))]
    assert len(files) >= 2
    for path in files:
        content = path.read_bytes()
        assert "司马测试".encode() not in content
        assert b"11010519491231002X" not in content


def test_the_register_of_changes_is_complete_and_in_order(registry: Registry) -> None:
    since = registry.get("/v1/manifest/2026-01-01").json()["complete_until"].replace("+", "%2B")
    ids = [new_id() for _ in range(5)]
    for result_id in ids:
        registry.issue(result_id)
    registry.revoke(ids[0])
    target = f"/v1/results?updated_since={since}&limit=2"
    seen, cursors, page = [], set(), registry.get(target).json()
    while True:
        assert c.validate("feed", page) == []
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        assert page["next_cursor"] not in cursors
        cursors.add(page["next_cursor"])
        page = registry.get(f"{target}&cursor={page['next_cursor']}").json()
    assert [receipt["result_id"] for receipt in seen] == [*ids[1:], ids[0]]
    assert seen[-1]["certificate"]["status"] == "revoked"
    assert datetime.fromisoformat(page["complete_until"]) > datetime.fromisoformat(seen[-1]["updated_at"])
    later = page["complete_until"].replace("+", "%2B")
    assert registry.get(f"/v1/results?updated_since={later}").json()["items"] == []


def test_the_manifest_is_what_the_sender_computes_from_its_receipts(registry: Registry) -> None:
    day = registry.issue().json()["accepted_on"]
    manifest = registry.get(f"/v1/manifest/{day}").json()
    assert c.validate("manifest", manifest) == []
    ids = [row[0] for row in registry.rows("SELECT result_id FROM dgx_sandbox_entry WHERE accepted_on=?", day)]
    receipts = [registry.look_up(result_id).json() for result_id in ids]
    made = c.manifest(receipts)
    assert (manifest["count"], manifest["sha256"], manifest["zone"]) == (made.count, made.sha256, "Asia/Shanghai")


def test_a_day_without_results_has_count_nought(registry: Registry) -> None:
    manifest = registry.get("/v1/manifest/2020-02-29").json()
    assert (manifest["count"], manifest["sha256"]) == (0, c.payload_sha256(b""))
