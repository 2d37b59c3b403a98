"""Callbacks: believed only when signed, stored once, and never taken for more than a look-up would be."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django.fixtures import Settings

from dgxblock.registry import api, inbox, models, pump
from dgxblock.registry import contract as c
from tests.builders.registry import (
    CALLBACK_KEY,
    COURSE,
    SIGN_KEY,
    SmallRegistry,
    callback,
    earn,
    number,
    operation,
    scheme,
    site,
    small_registry,
    time_passes,
)

pytestmark = pytest.mark.django_db
PLACE = "/sandbox/receipts"
NO = "S00004419900001"


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.ROOT_URLCONF = "dgxblock.registry.urls"
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def receipt(registry: SmallRegistry, learner: str = "7", **members: Any) -> dict[str, Any]:
    """What the registry holds for a trainee, changed as told."""
    return {**registry.held[str(operation(learner).achievement.uuid)], **members}


def issued(rev: int = 2, no: str = NO) -> dict[str, Any]:
    return {
        "outcome": "done", "rev": rev,
        "certificate": {"no": no, "status": "live", "issued_on": "2026-11-24"},
    }  # fmt: skip


def pending(registry: SmallRegistry, learner: str = "7", **form: object) -> None:
    registry.pending = True
    earn(learner, **form)
    pump.run()
    assert operation(learner).state == "PENDING"


def tell(client: Client, document: dict[str, Any], **how: Any) -> int:
    return client.post(PLACE, **callback(document, **how)).status_code


def results() -> list[str]:
    return list(models.Inbox.objects.order_by("pk").values_list("result", flat=True))


def test_a_pending_result_is_settled_by_a_callback(registry: SmallRegistry, client: Client) -> None:
    pending(registry)
    assert tell(client, receipt(registry, **issued())) == 204
    assert operation().state == "PENDING", "stored first, worked then"
    pump.run()
    assert (operation().state, results()) == ("DONE", ["settled"])
    status = api.status("7", COURSE)
    assert status is not None and status.certificate is not None and status.certificate.number == NO
    assert models.Attempt.objects.filter(phase="callback").count() == 1
    assert registry.gets == 0


def test_a_refusal_told_later_is_one(registry: SmallRegistry, client: Client) -> None:
    pending(registry)
    registry.refuse("identity-mismatch")
    assert tell(client, receipt(registry)) == 204
    pump.run()
    assert (operation().state, operation().owner) == ("REJECTED", api.Owner.TRAINEE)


def test_a_certificate_that_the_registry_revokes_is_revoked_here(registry: SmallRegistry, client: Client) -> None:
    earn()
    pump.run()
    gone = receipt(registry)
    gone |= {"rev": 2, "certificate": gone["certificate"] | {"status": "revoked", "revoked_on": "2026-11-25"}}
    assert tell(client, gone) == 204
    pump.run()
    assert results() == ["learned"]
    assert operation().state == "DONE"
    assert operation().achievement.remote_state == "revoked"


def test_before_our_answer_it_settles_and_the_answer_changes_nothing(registry: SmallRegistry, client: Client) -> None:
    """The registry is quicker with its callback than the pump with writing down the answer."""
    earn()
    registry.faults = ["drop"]
    pump.run()
    assert operation().state == "UNKNOWN"
    assert tell(client, receipt(registry)) == 204
    pump.run()
    assert (operation().state, results()) == ("DONE", ["settled"])
    time_passes(120)
    pump.run()
    assert registry.gets == 0 and len(registry.puts) == 1


def test_a_leased_operation_is_settled_and_its_holder_writes_an_attempt_only(
    registry: SmallRegistry, client: Client
) -> None:
    from dgxblock.registry import conf, outbox
    from dgxblock.registry.delivery import worker

    earn()
    where = conf.registry("sandbox")
    adapter = conf.adapter(where)
    (mine,) = outbox.claim("sandbox", 1, 30)
    ready = worker.prepare(mine, adapter)
    assert ready is not None
    marked = worker.mark(ready, where)
    assert marked is not None
    sending = worker.send([marked], where, adapter)
    assert sending is not None
    assert tell(client, receipt(registry, rev=2)) == 204
    inbox.work()
    worker.settle(marked, sending.replies[0], where)
    assert (operation().state, results()) == ("DONE", ["settled"])
    assert models.Attempt.objects.get(phase="send").recorded is False
    assert operation().achievement.remote_rev == 2
    assert len(registry.certificates()) == 1


@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_in_any_order_the_highest_revision_counts(
    registry: SmallRegistry, client: Client, order: tuple[int, int]
) -> None:
    pending(registry)
    live = issued(2)
    gone = issued(3)
    gone["certificate"] |= {"status": "revoked", "revoked_on": "2026-11-25"}
    for rev in order:
        assert tell(client, receipt(registry, **{2: live, 3: gone}[rev])) == 204
    pump.run()
    assert operation().achievement.remote_state == "revoked"
    assert operation().achievement.remote_rev == 3
    assert set(results()) == ({"settled", "learned"} if order == (2, 3) else {"settled", "old"})


def test_told_twice_is_stored_once(registry: SmallRegistry, client: Client) -> None:
    pending(registry)
    for _ in range(3):
        assert tell(client, receipt(registry, **issued())) == 204
        pump.run()
    assert results() == ["settled"]
    assert models.Receipt.objects.filter(rev=2).count() == 1


def test_ninety_days_late_it_still_counts(registry: SmallRegistry, client: Client) -> None:
    earn()
    registry.faults = ["drop"]
    pump.run()
    models.Operation.objects.update(state="HUMAN", next_at=None, sent_at=operation().sent_at - timedelta(days=90))  # type: ignore[operator]
    assert tell(client, receipt(registry)) == 204
    pump.run()
    assert operation().state == "DONE"


def test_a_replay_after_ninety_days_is_refused_by_its_own_clock(registry: SmallRegistry, client: Client) -> None:
    pending(registry)
    assert tell(client, receipt(registry, **issued()), at=time.time() - 90 * 86400) == 401
    assert results() == []


@pytest.mark.parametrize(("seconds", "status"), [(-290, 204), (290, 204), (-310, 401), (310, 401)])
def test_clocks_may_differ_by_five_minutes(registry: SmallRegistry, client: Client, seconds: int, status: int) -> None:
    pending(registry)
    assert tell(client, receipt(registry, **issued()), at=time.time() + seconds) == status


def test_forgeries_leave_no_trace_but_a_line(
    registry: SmallRegistry, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    pending(registry)
    document = receipt(registry, **issued())
    good = callback(document)
    forged = [
        callback(document, key=c.Key("whsec", b"of somebody who is not a registry")),
        callback(document, key=SIGN_KEY),  # ours, in the other direction
        {**good, "data": good["data"] + b" "},
        {**good, "headers": {**good["headers"], "webhook-id": c.callback_id(document["result_id"], 9)}},
        {**good, "headers": {**good["headers"], "webhook-signature": ""}},
        {**good, "headers": {**good["headers"], "webhook-signature": "v2," + "A" * 44}},
        {**good, "headers": {name: value for name, value in good["headers"].items() if name != "Content-Digest"}},
    ]
    with caplog.at_level(logging.WARNING):
        assert [client.post(PLACE, **one).status_code for one in forged] == [401] * len(forged)
    assert results() == []
    assert NO not in caplog.text and document["result_id"] not in caplog.text
    pump.run()
    assert operation().state == "PENDING"


def test_two_keys_may_overlap(registry: SmallRegistry, client: Client, settings: Settings, tmp_path: Path) -> None:
    pending(registry)
    seed = c.Key("whsk", b"s" * 32)
    (tmp_path / "next.key").write_text(seed.public().text)
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["verify_keys"] = [
        {"kid": "2026", "key": f"file:{tmp_path / 'callback.key'}", "not_after": "2999-01-01"},
        {"kid": "2027", "key": f"file:{tmp_path / 'next.key'}", "not_before": "2026-01-01T00:00:00+08:00"},
    ]
    assert tell(client, receipt(registry, **issued(2)), key=CALLBACK_KEY) == 204
    assert tell(client, receipt(registry, **issued(3)), key=seed) == 204
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["verify_keys"][0]["not_after"] = "2020-01-01"
    assert tell(client, receipt(registry, **issued(4)), key=CALLBACK_KEY) == 401


def test_an_unknown_reference_is_kept_for_a_person(registry: SmallRegistry, client: Client) -> None:
    pending(registry)
    stranger = receipt(registry, **issued()) | {"result_id": "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f"}
    assert tell(client, stranger) == 204
    pump.run()
    assert (results(), operation().state) == (["unknown-reference"], "PENDING")


def test_no_registry_speaks_for_anothers_results(registry: SmallRegistry, client: Client, settings: Settings) -> None:
    pending(registry)
    document = receipt(registry, **issued())
    settings.DGXBLOCK["REGISTRIES"]["other"] = settings.DGXBLOCK["REGISTRIES"]["sandbox"]
    assert client.post("/other/receipts", **callback(document)).status_code == 204
    pump.run()
    assert (results(), operation().state) == (["unknown-reference"], "PENDING")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"payload_sha256": "0" * 64}, "other-digest"), ({"seq": 7}, "never-sent")],
)
def test_what_does_not_fit_is_kept_for_a_person(
    registry: SmallRegistry, client: Client, change: dict[str, Any], code: str
) -> None:
    pending(registry)
    assert tell(client, receipt(registry, **issued(), **change)) == 204
    pump.run()
    assert (results(), operation().state) == ([code], "PENDING")


def test_a_second_certificate_for_one_result_is_not_taken_over(registry: SmallRegistry, client: Client) -> None:
    earn()
    pump.run()
    first = registry.certificates()[0]
    assert tell(client, receipt(registry, **issued(2, no="S00004419999999"))) == 204
    pump.run()
    assert results() == ["second-certificate"]
    status = api.status("7", COURSE)
    assert status is not None and status.certificate is not None and status.certificate.number == first


def test_a_number_that_another_trainee_has_calls_a_person(registry: SmallRegistry, client: Client) -> None:
    earn("6", id_no=number("44190019900101999"))
    pump.run()
    taken = registry.certificates()[0]
    pending(registry)
    assert tell(client, receipt(registry, **issued(2, no=taken))) == 204
    pump.run()
    assert (operation().state, operation().reason) == ("HUMAN", "number-twice")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b'{"contract":"dgx-v1/receipt"}', b"\xff", b'{"a":1,"a":2}', b"[" * 5000],
)
def test_signed_nonsense_is_kept_as_nonsense(registry: SmallRegistry, client: Client, body: bytes) -> None:
    pending(registry)
    assert tell(client, receipt(registry), body=body) == 204
    assert results()[0].startswith("malformed-")
    pump.run()
    assert operation().state == "PENDING"


def test_a_large_body_is_refused_unread(registry: SmallRegistry, client: Client) -> None:
    pending(registry)
    for size in (c.MAX_BODY_BYTES + 1, 3_000_000):
        assert tell(client, receipt(registry), body=b" " * size) == 413
    assert results() == []


@pytest.mark.parametrize("path", ["/nobody/receipts", "/shadow/receipts", "/none/receipts"])
def test_where_nothing_is_expected_nothing_is_found(
    registry: SmallRegistry, client: Client, settings: Settings, path: str
) -> None:
    settings.DGXBLOCK["REGISTRIES"] |= {
        "shadow": {"adapter": "shadow"},
        "none": {**settings.DGXBLOCK["REGISTRIES"]["sandbox"], "verify_keys": []},
    }
    assert client.post(path, data=b"{}", content_type="application/json").status_code == 404
    assert client.get(PLACE).status_code == 405


def test_no_session_and_no_token_are_asked_for(registry: SmallRegistry) -> None:
    pending(registry)
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(PLACE, **callback(receipt(registry, **issued())))
    assert answer.status_code == 204
    assert not answer.cookies and answer.content == b""


def test_what_cannot_be_stored_is_asked_for_again(
    registry: SmallRegistry, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    pending(registry)

    def fails(*_args: object, **_members: object) -> None:
        raise DatabaseError("read only")

    with monkeypatch.context() as patch:
        patch.setattr(models.Inbox.objects, "create", fails)
        assert tell(client, receipt(registry, **issued())) == 503
    keys, settings.DGXBLOCK["FIELD_KEYS"] = settings.DGXBLOCK["FIELD_KEYS"], {}
    assert tell(client, receipt(registry, **issued())) == 503
    settings.DGXBLOCK["FIELD_KEYS"] = keys
    assert tell(client, receipt(registry, **issued())) == 204


def test_what_is_stored_shows_no_number(registry: SmallRegistry, client: Client) -> None:
    pending(registry)
    tell(client, receipt(registry, **issued()))
    row = models.Inbox.objects.get()
    assert NO not in " ".join(str(value) for value in vars(row).values())
