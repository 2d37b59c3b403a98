"""Keys are replaced while everything goes on; a key that is missing closes what it wrote, and changes nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from dgxblock.registry import models, pump, rotation, vault
from dgxblock.registry.delivery import record
from dgxblock.registry.identity import store
from tests.builders.registry import (
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "new.key").write_text(base64.b64encode(hashlib.sha256(b"new").digest()).decode())
    return tmp_path


def keys(settings: Settings, folder: Path, /, *names: str) -> None:
    where = {"k1": f"file:{folder / 'field.key'}", "k2": f"file:{folder / 'new.key'}"}
    settings.DGXBLOCK = {**settings.DGXBLOCK, "FIELD_KEYS": {name: where[name] for name in names}}


def counted() -> dict[str, int]:
    found: dict[str, int] = {"missing": 0}
    for each in rotation.status():
        for name, count in each.by_key.items():
            found[name] = found.get(name, 0) + count
        found["missing"] += each.missing
    return found


def values() -> list[Any]:
    """Everything encrypted, as it stands."""
    return [
        list(model._default_manager.order_by("pk").values_list(column, flat=True))
        for model, column in rotation._columns()
    ]


def run(*words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("dgx_registry", *words, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_all_is_written_anew_and_reads_the_same(registry: SmallRegistry, settings: Settings, folder: Path) -> None:
    earn()
    pump.run()
    keys(settings, folder, "k2", "k1")
    before = counted()
    assert before["k1"] > 5 and before["k2"] == before["missing"] == 0
    code, said = run("keys", "rotate")
    assert code == 0 and f"Written anew: {before['k1']}. Still to do: 0." in said
    assert counted() == {"k2": before["k1"], "k1": 0, "missing": 0}
    assert "Nothing needs the key k1 any longer" in run("keys", "status")[1]
    keys(settings, folder, "k2")
    assert store.details(models.Identity.objects.get()).name == form()["name"]
    assert record.certificate_number(models.Achievement.objects.get()) in registry.certificates()
    assert run("keys", "rotate") == (0, "Written anew: 0. Still to do: 0.\n")


def test_it_may_be_stopped_and_goes_on(registry: SmallRegistry, settings: Settings, folder: Path) -> None:
    earn()
    keys(settings, folder, "k2", "k1")
    first = rotation.rotate(limit=2)
    assert first.written == 2 and first.left == counted()["k1"]
    rest = rotation.rotate()
    assert rest.written == first.left and counted()["k1"] == 0


def test_what_waits_to_be_sent_again_goes_out_as_the_same_bytes(
    registry: SmallRegistry, settings: Settings, folder: Path
) -> None:
    earn()
    registry.faults = ["drop"]
    pump.run()
    keys(settings, folder, "k2", "k1")
    rotation.rotate()
    keys(settings, folder, "k2")
    for _ in range(4):
        time_passes(7200)
        pump.run()
    assert operation().state == "DONE" and len(set(registry.puts)) == 1 and len(registry.certificates()) == 1


@pytest.mark.parametrize("listed", [["k2"], ["k2", "k1"]], ids=["the old key is missing", "a value was moved"])
def test_what_does_not_open_stays_as_it_was(
    registry: SmallRegistry, settings: Settings, folder: Path, listed: list[str]
) -> None:
    earn("1", id_no=number("44190019900101001"))
    earn("2", id_no=number("44190019900101002"))
    one, two = models.Identity.objects.order_by("pk")
    if len(listed) == 2:
        models.Identity.objects.filter(pk=two.pk).update(name_enc=one.name_enc)
    keys(settings, folder, *listed)
    before = values()
    code, said = run("keys", "rotate")
    assert code == 1 and "as they were" in said
    assert "44190019900101" not in said and "v1." not in said
    if listed == ["k2"]:
        assert values() == before
        assert "Put that key back" in run("keys", "status")[1]
        with pytest.raises(vault.Closed):
            store.details(models.Identity.objects.latest("pk"))
    else:
        two.refresh_from_db()
        assert two.name_enc == one.name_enc and two.id_enc.startswith(vault.prefix("k2"))


def test_a_value_that_changes_meanwhile_is_not_overwritten(
    registry: SmallRegistry, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn()
    keys(settings, folder, "k2", "k1")
    seal = vault.seal

    def meanwhile(table: str, column: str, row: Any, text: str | bytes) -> str:
        if column == "name_enc":
            models.Identity.objects.update(name_enc="v1.k1.other")
        return seal(table, column, row, text)

    monkeypatch.setattr(vault, "seal", meanwhile)
    done = rotation.rotate()
    assert models.Identity.objects.get().name_enc == "v1.k1.other" and done.left == 1


def test_without_any_key_it_says_so(registry: SmallRegistry, settings: Settings) -> None:
    settings.DGXBLOCK = {**settings.DGXBLOCK, "FIELD_KEYS": {}}
    for what in ("status", "rotate"):
        with pytest.raises(CommandError, match="FIELD_KEYS"):
            run("keys", what)
