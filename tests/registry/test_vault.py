"""Encryption by field fails closed: what does not open is never taken for text."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from dgxblock.registry import api, conf, models, pump, vault
from tests.builders.registry import (
    COURSE,
    FIRM,
    NAME,
    earn,
    number,
    operation,
    scheme,
    site,
    small_registry,
    time_passes,
)

ROW = uuid4()


@pytest.fixture(autouse=True)
def _host(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)


def code(table: str, column: str, row: object, value: str) -> str:
    with pytest.raises(vault.Closed) as caught:
        vault.open_text(table, column, row, value)  # type: ignore[arg-type]
    return caught.value.code


@pytest.mark.parametrize("text", ["周敏", "古丽娜尔·买买提", "𠮷", "x" * 1000])
def test_what_was_sealed_opens_at_its_place(text: str) -> None:
    sealed = vault.seal("t", "c", ROW, text)
    assert vault.open_text("t", "c", ROW, sealed) == text
    assert text not in sealed and sealed.isascii()
    assert vault.seal("t", "c", ROW, text) != sealed


@pytest.mark.parametrize(("table", "column", "row"), [("u", "c", ROW), ("t", "d", ROW), ("t", "c", uuid4())])
def test_a_value_copied_elsewhere_does_not_open(table: str, column: str, row: object) -> None:
    assert code(table, column, row, vault.seal("t", "c", ROW, "周敏")) == "damaged"


@pytest.mark.parametrize(
    "value",
    ["周敏", "v1", "v1.k1", "v1.k1.", "v1.k1.AAAA", "v1.k1.!!!!", "v2.k1.AAAA", "v1..AAAA", "v1.k1." + "A" * 64, " "],
)
def test_garbage_does_not_open(value: str) -> None:
    assert code("t", "c", ROW, value) == "damaged"


def test_one_flipped_bit_closes_a_value() -> None:
    form, name, body = vault.seal("t", "c", ROW, "周敏").split(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    for place in range(len(raw)):
        raw[place] ^= 1
        assert code("t", "c", ROW, f"{form}.{name}.{base64.urlsafe_b64encode(raw).decode()}") == "damaged"
        raw[place] ^= 1


def test_a_new_key_writes_and_the_old_one_still_reads(settings: Settings, tmp_path: Path) -> None:
    old = vault.seal("t", "c", ROW, "周敏")
    (tmp_path / "k2").write_text(base64.b64encode(os.urandom(32)).decode())
    settings.DGXBLOCK["FIELD_KEYS"] = {"k2": f"file:{tmp_path / 'k2'}", **settings.DGXBLOCK["FIELD_KEYS"]}
    assert vault.seal("t", "c", ROW, "周敏").startswith("v1.k2.")
    assert vault.open_text("t", "c", ROW, old) == "周敏"
    del settings.DGXBLOCK["FIELD_KEYS"]["k1"]
    assert code("t", "c", ROW, old) == "key-missing"


@pytest.mark.parametrize(
    "keys", [None, {}, "k1", {"k1": "file:/nowhere"}, {"k1": "env:NOT_SET_ANYWHERE"}, {"k1": "plain text"}]
)
def test_without_a_key_nothing_is_stored_and_a_sentence_says_what_to_set(settings: Settings, keys: object) -> None:
    settings.DGXBLOCK = {"FIELD_KEYS": keys}
    with pytest.raises(conf.Unset, match="FIELD_KEYS"):
        vault.seal("t", "c", ROW, "周敏")


def test_a_key_of_another_length_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "short").write_text(base64.b64encode(b"short").decode())
    settings.DGXBLOCK["FIELD_KEYS"] = {"k1": f"file:{tmp_path / 'short'}"}
    with pytest.raises(conf.Unset, match="32 bytes"):
        vault.seal("t", "c", ROW, "周敏")


@pytest.mark.django_db
def test_no_column_holds_what_names_a_person() -> None:
    scheme()
    earn()
    for model in (models.Identity, models.Operation, models.Consent, models.Achievement):
        for row in model._default_manager.values():
            text = " ".join(str(value) for value in row.values())
            for secret in (NAME, number(), "13800138000", FIRM):
                assert secret not in text


@pytest.mark.django_db
def test_ciphertext_is_never_sent_as_a_name(settings: Settings, tmp_path: Path) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url)
        scheme()
        earn()
        keys = settings.DGXBLOCK["FIELD_KEYS"]
        (tmp_path / "k2").write_text(base64.b64encode(os.urandom(32)).decode())
        settings.DGXBLOCK["FIELD_KEYS"] = {"k2": f"file:{tmp_path / 'k2'}"}
        pump.run()
        assert registry.requests == []
        assert (operation().state, operation().reason, operation().owner) == ("READY", "key-missing", "operator")
        settings.DGXBLOCK["FIELD_KEYS"] = keys
        time_passes(601)
        pump.run()
        assert len(registry.certificates()) == 1


@pytest.mark.django_db
def test_a_damaged_identity_calls_a_person(settings: Settings, tmp_path: Path) -> None:
    with small_registry() as registry:
        settings.DGXBLOCK = site(tmp_path, registry.base_url)
        scheme()
        earn("7")
        models.Identity.objects.update(name_enc="周敏")
        pump.run()
        assert registry.requests == []
        assert (operation().state, operation().reason) == ("HUMAN", "damaged")
        found = api.identity_form("7", COURSE)
        assert found is not None and found.name == "", "asked for again"
