"""Many results in one request: each comes to its own outcome, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from dgxblock.registry.delivery import together
from tests.builders.registry import (
    SmallRegistry,
    earn,
    number,
    operation,
    scheme,
    site,
    small_registry,
    time_passes,
)

pytestmark = pytest.mark.django_db
PEOPLE = 5


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url, batch_max=200, requests_per_second=1000, burst=1000)
        scheme()
        yield running


def many(people: int = PEOPLE) -> None:
    for one in range(people):
        earn(str(one), id_no=number(f"44190019900101{one:03}"))


def states() -> list[str]:
    return [operation(str(one)).state for one in range(PEOPLE)]


def methods(registry: SmallRegistry) -> list[str]:
    return [method for method, *_rest in registry.requests]


def drain(rounds: int = 8) -> None:
    for _ in range(rounds):
        pump.run()
        time_passes(7200)


def test_what_is_due_goes_out_in_one_request(registry: SmallRegistry) -> None:
    many()
    assert pump.run().turns == PEOPLE
    assert methods(registry) == ["POST"]
    assert states() == ["DONE"] * PEOPLE
    assert len(set(registry.certificates())) == PEOPLE
    headers = {name.lower(): value for name, value in registry.requests[0][2].items()}
    assert headers["content-type"] == "application/x-ndjson"
    assert headers["idempotency-key"] == headers["webhook-id"]
    assert models.Attempt.objects.filter(phase="send", recorded=True).count() == PEOPLE


def test_each_line_is_the_frozen_document_of_its_operation(registry: SmallRegistry) -> None:
    many()
    pump.run()
    lines = registry.requests[0][3].splitlines()
    digests = set(models.Operation.objects.values_list("payload_sha256", flat=True))
    from dgxblock.registry import contract

    assert {contract.payload_sha256(line) for line in lines} == digests


@pytest.mark.parametrize("fault", ["shuffled", "extra"])
def test_items_are_matched_by_reference_not_by_place(registry: SmallRegistry, fault: str) -> None:
    many()
    registry.faults = [fault]
    pump.run()
    assert states() == ["DONE"] * PEOPLE
    for held in models.Achievement.objects.all():
        assert registry.held[str(held.uuid)]["seq"] == held.remote_seq
    kept = list(models.Inbox.objects.values_list("result", flat=True))
    assert kept == (["not-sent"] if fault == "extra" else [])


def test_a_line_without_an_answer_is_unknown_and_then_looked_up(registry: SmallRegistry) -> None:
    many()
    registry.faults = ["missing"]
    pump.run()
    assert sorted(states()) == ["DONE"] * (PEOPLE - 1) + ["UNKNOWN"]
    assert models.Channel.objects.get(key="registry:sandbox").failures == 0, "the registry answered"
    time_passes(61)
    pump.run()
    assert states() == ["DONE"] * PEOPLE
    assert methods(registry) == ["POST", "GET"]
    assert len(registry.certificates()) == PEOPLE


def test_one_bad_result_among_many_is_rejected_alone(registry: SmallRegistry) -> None:
    many()
    registry.faults = ["one-bad"]
    pump.run()
    assert sorted(states()) == ["DONE"] * (PEOPLE - 1) + ["REJECTED"]
    rejected = models.Operation.objects.get(state="REJECTED")
    assert (rejected.reason, rejected.owner) == ("invalid", api.Owner.OPERATOR)


@pytest.mark.parametrize("fault", ["malformed", "too-large"])
def test_a_batch_that_cannot_be_read_goes_out_line_by_line(registry: SmallRegistry, fault: str) -> None:
    many()
    registry.faults = [fault]
    pump.run()
    assert methods(registry) == ["POST"] + ["PUT"] * PEOPLE
    assert states() == ["DONE"] * PEOPLE
    posted = sorted(registry.requests[0][3].splitlines())
    assert posted == sorted(registry.puts), "the same bytes"


@pytest.mark.parametrize("fault", ["throttled=30", "unavailable=30", "signature", "clock", "forbidden", "gone"])
def test_a_batch_that_was_not_looked_at_is_queued_as_it_was(registry: SmallRegistry, fault: str) -> None:
    many()
    registry.faults = [fault]
    pump.run()
    assert states() == ["READY"] * PEOPLE
    assert registry.held == {}
    assert set(models.Operation.objects.values_list("tries", flat=True)) == {0}
    assert methods(registry) == ["POST"], "nothing more is asked of it now"
    drain()
    assert states() == ["DONE"] * PEOPLE
    assert len(registry.certificates()) == PEOPLE


@pytest.mark.parametrize("fault", ["drop", "drop-before", "internal", "html", "redirect", "not-http"])
def test_a_batch_of_unknown_outcome_is_looked_up_line_by_line(registry: SmallRegistry, fault: str) -> None:
    many()
    registry.faults = [fault]
    pump.run()
    assert states() == ["UNKNOWN"] * PEOPLE
    channel = models.Channel.objects.get(key="registry:sandbox")
    assert channel.failures <= 1, "one exchange is one failure, however many results it carried"
    drain()
    assert states() == ["DONE"] * PEOPLE
    assert len(set(registry.certificates())) == PEOPLE
    assert methods(registry).count("GET") == PEOPLE


def test_a_lone_result_goes_as_a_put(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    assert methods(registry) == ["PUT"]


def test_no_more_travel_together_than_the_registry_takes(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["batch_max"] = 2
    many()
    pump.run()
    sizes = [len(body.splitlines()) for method, _path, _headers, body in registry.requests if method == "POST"]
    assert max(sizes) == 2
    assert states() == ["DONE"] * PEOPLE


def test_a_batch_stays_below_the_contracts_size(registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    many()
    one = 700
    monkeypatch.setattr(pump, "MAX_BATCH_BYTES", one * 2)
    pump.run()
    bodies = [body for method, _path, _headers, body in registry.requests if method == "POST"]
    assert bodies and all(len(body) <= one * 2 for body in bodies)
    assert states() == ["DONE"] * PEOPLE


def test_a_poisoned_result_does_not_hold_up_the_others(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dgxblock.registry import document

    many()
    victim = operation("2").pk
    build = document.build

    def poisoned(row: models.Operation, *rest: object) -> object:
        if row.pk == victim:
            raise RuntimeError("surprise")
        return build(row, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(document, "build", poisoned)
    drain()
    assert sorted(states()) == ["DEAD"] + ["DONE"] * (PEOPLE - 1)
    assert len(registry.certificates()) == PEOPLE - 1


def test_a_score_that_changes_while_the_bytes_are_made_is_the_score_that_goes_out(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    many()
    begin = together._begin

    def changed_first(*given: Any) -> Any:
        models.Achievement.objects.filter(learner_id="3").update(score="91.00")
        return begin(*given)

    monkeypatch.setattr(together, "_begin", changed_first)
    pump.run()
    sent = registry.documents[str(operation("3").achievement.uuid)]["result"]["score"]
    assert (states(), float(sent)) == (["DONE"] * PEOPLE, 91.0)
    assert operation("3").score == operation("3").achievement.score
