"""The seam for a city's own adapter, the shadow that sends nothing, and keys that come and go by date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pytest_django.fixtures import Settings

from dgxblock.registry import adapters, api, conf, models, pump
from dgxblock.registry import contract as c
from dgxblock.registry.adapters import found
from dgxblock.registry.adapters.shadow import Shadow
from tests.builders.registry import (
    COURSE,
    NAME,
    SmallRegistry,
    earn,
    form,
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


class City(Shadow):
    """A city's registry without look-ups, as another package would bring it."""

    answers: Callable[[Sequence[adapters.Item]], adapters.Sending]
    sent: ClassVar[list[bytes]] = []

    def capabilities(self) -> adapters.Capabilities:
        return adapters.Capabilities(put=True, lookup=False)

    def check(self) -> list[str]:
        return [] if self._registry.options.get("desk") else ["Name the desk."]

    def build(self, document: Mapping[str, Any], /) -> bytes:
        return f"{document['person']['name']}|{document['result_id']}".encode()

    def send(self, items: Sequence[adapters.Item], /) -> adapters.Sending:
        City.sent += [item.content for item in items]
        return type(self).answers(items)


@pytest.fixture
def city(registry: SmallRegistry, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[City]]:
    point = EntryPoint("city", f"{__name__}:City", found.GROUP)
    monkeypatch.setattr(found, "entry_points", lambda group: [point] if group == found.GROUP else [])
    found._factory.cache_clear()
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "city", "desk": "3"}
    City.sent = []
    yield City
    found._factory.cache_clear()


def test_ours_are_found_by_their_entry_points() -> None:
    assert {"rest", "shadow"} <= set(adapters.names())


def test_a_citys_own_adapter_carries_its_own_form(city: type[City]) -> None:
    def done(items: Sequence[adapters.Item]) -> adapters.Sending:
        receipt = {
            "contract": "dgx-v1/receipt", "result_id": items[0].sent.result_id, "seq": 1, "rev": 1, "outcome": "done",
            "payload_sha256": items[0].sent.payload_sha256, "accepted_on": "2026-11-26",
            "updated_at": "2026-11-26T10:00:00+08:00",
            "certificate": {"no": "DG-1", "status": "live", "issued_on": "2026-11-26"},
        }  # fmt: skip
        return adapters.Sending((adapters.Reply(c.of_receipt(receipt), 200, 0.1),))

    city.answers = staticmethod(done)
    earn()
    pump.run()
    assert city.sent == [f"{NAME}|{operation().achievement.uuid}".encode()]
    assert operation().payload_sha256 == c.payload_sha256(city.sent[0])
    status = api.status("7", COURSE)
    assert status is not None and status.certificate is not None and status.certificate.number == "DG-1"


def test_without_look_ups_an_unknown_outcome_waits_for_a_person(city: type[City]) -> None:
    city.answers = staticmethod(lambda items: adapters.Sending((adapters.Reply(c.unknown("deadline")),)))
    earn()
    for _ in range(4):
        pump.run()
        time_passes(7200)
    assert len(city.sent) == 1, "never sent on a guess"
    assert (operation().state, operation().reason, operation().owner) == ("HUMAN", "no-lookup", "staff")


def test_what_an_adapter_misses_is_a_sentence(city: type[City], settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["desk"] = ""
    earn()
    assert pump.run().sentences == ["Name the desk."]
    assert "Name the desk." in api.missing_settings()
    assert operation().state == "READY"


@pytest.mark.parametrize("name", ["nobody", "os:system", ""])
def test_only_installed_adapters_are_used(registry: SmallRegistry, settings: Settings, name: str) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["adapter"] = name
    earn()
    report = pump.run()
    if name:
        assert len(report.sentences) == 1 and name in report.sentences[0] and "rest" in report.sentences[0]
        assert (operation().state, registry.requests) == ("READY", [])
    else:
        assert operation().state == "DONE"


def test_a_shadow_sends_nothing_and_keeps_what_it_would_have_sent(registry: SmallRegistry, settings: Settings) -> None:
    live = settings.DGXBLOCK["REGISTRIES"]["sandbox"]
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "shadow"}
    earn()
    for _ in range(3):
        pump.run()
        time_passes(7200)
    row = operation()
    assert (row.state, row.sends, row.sent_at, row.next_at) == ("SHADOWED", 0, None, None)
    assert row.payload_enc and len(row.payload_sha256) == 64 and NAME not in row.payload_enc
    assert registry.requests == []
    assert list(models.Attempt.objects.values_list("phase", "request_sha256")) == [("shadow", row.payload_sha256)]
    (shown,) = api.operations(COURSE)
    assert shown.state_label and shown.next_step and shown.tone == "part"
    status = api.status("7", COURSE)
    assert status is not None and status.stage is api.Stage.CHECKING
    with pytest.raises(conf.Unset, match="sandbox"):
        api.release_shadowed("sandbox")
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = live
    assert api.release_shadowed("sandbox") == 1
    pump.run()
    assert (operation().state, len(registry.puts)) == ("DONE", 1)


def test_details_that_changed_meanwhile_are_the_ones_that_go_out(registry: SmallRegistry, settings: Settings) -> None:
    live = settings.DGXBLOCK["REGISTRIES"]["sandbox"]
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "shadow"}
    earn()
    pump.run()
    assert api.save_identity("7", COURSE, form(name="周民")) == {}
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = live
    api.release_shadowed("sandbox")
    for _ in range(3):
        pump.run()
        time_passes(60)
    assert len(registry.puts) == 1 and "周民" in registry.puts[0].decode()
    assert len(registry.certificates()) == 1


def test_a_consent_withdrawn_in_the_shadow_keeps_it_here(registry: SmallRegistry, settings: Settings) -> None:
    live = settings.DGXBLOCK["REGISTRIES"]["sandbox"]
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "shadow"}
    earn()
    pump.run()
    assert api.withdraw_consent("7", COURSE)
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = live
    api.release_shadowed("sandbox")
    for _ in range(3):
        pump.run()
        time_passes(60)
    assert registry.puts == []
    assert operation().state == "HELD"


def test_what_was_under_way_waits_while_its_registry_is_a_shadow(registry: SmallRegistry, settings: Settings) -> None:
    live = settings.DGXBLOCK["REGISTRIES"]["sandbox"]
    registry.faults = ["drop"]
    earn()
    pump.run()
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = {"adapter": "shadow"}
    time_passes(7200)
    pump.run()
    assert (operation().state, registry.gets) == ("UNKNOWN", 0)
    settings.DGXBLOCK["REGISTRIES"]["sandbox"] = live
    time_passes(7200)
    pump.run()
    assert (operation().state, registry.gets, len(registry.puts)) == ("DONE", 1, 1)


@pytest.mark.parametrize(
    ("windows", "kids"),
    [
        ([(None, None)], [0]),
        ([(None, "2020-01-01"), ("2020-01-01", None)], [1]),
        ([(None, "2999-01-01"), ("2020-01-01T00:00:00+08:00", None)], [0, 1]),
        ([(None, None), ("2999-01-01", None)], [0]),
    ],
)
def test_keys_sign_within_their_dates(
    registry: SmallRegistry, settings: Settings, tmp_path: Path,
    windows: list[tuple[str | None, str | None]], kids: list[int],
) -> None:  # fmt: skip
    keys = [c.Key("whsec", bytes([65 + place]) * 32) for place in range(len(windows))]
    entries = []
    for place, (key, (begin, end)) in enumerate(zip(keys, windows, strict=True)):
        (tmp_path / f"k{place}").write_text(key.text)
        entries.append(
            {"kid": str(place), "key": f"file:{tmp_path / f'k{place}'}", "not_before": begin, "not_after": end}
        )
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["sign_keys"] = entries
    assert conf.registry("sandbox").sign_keys == tuple(keys[kid] for kid in kids)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([{"key": "file:{sign}", "not_after": "2020-01-01"}], "valid now"),
        ([{"key": "file:{sign}", "not_after": "soon"}], "2026-12-01"),
        ([{"kid": "x"}], "sign_keys"),
        (["file:{sign}"] * 3, "More than two"),
        (["file:{public}"], "public"),
        ([None], "sign_keys"),
    ],
)
def test_keys_that_cannot_sign_are_a_sentence(
    registry: SmallRegistry, settings: Settings, tmp_path: Path, entries: list[Any], sentence: str
) -> None:
    (tmp_path / "public").write_text(c.Key("whsk", b"x" * 32).public().text)
    places = {"{sign}": str(tmp_path / "sign.key"), "{public}": str(tmp_path / "public")}

    def filled(one: Any) -> Any:
        if isinstance(one, dict):
            return {name: filled(value) for name, value in one.items()}
        for name, place in places.items():
            one = one.replace(name, place) if isinstance(one, str) else one
        return one

    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["sign_keys"] = [filled(one) for one in entries]
    with pytest.raises(conf.Unset, match=sentence):
        conf.registry("sandbox")


def test_during_a_rotation_every_request_carries_both_signatures(
    registry: SmallRegistry, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "next").write_text(c.Key("whsk", b"n" * 32).text)
    keys = settings.DGXBLOCK["REGISTRIES"]["sandbox"]["sign_keys"]
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["sign_keys"] = [*keys, f"file:{tmp_path / 'next'}"]
    earn()
    pump.run()
    headers = {name.lower(): value for name, value in registry.requests[0][2].items()}
    assert [one.partition(",")[0] for one in headers["webhook-signature"].split()] == ["v1", "v1a"]
    assert operation().state == "DONE"
