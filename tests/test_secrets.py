"""Secrets are named, never written down: what a reference may be, and what a broken one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.secrets import MissingSecret, resolve


def test_a_base64_value_is_decoded_and_any_other_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DGX_TEST", "AAECAw==")
    assert resolve("env:DGX_TEST") == b"\x00\x01\x02\x03"
    monkeypatch.setenv("DGX_TEST", "whsec_abc")
    assert resolve("env:DGX_TEST") == b"whsec_abc"


def test_a_file_is_read_without_its_last_newline(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("whsk_key\n", encoding="utf-8")
    assert resolve(f"file:{tmp_path / 'key'}") == b"whsk_key"


@pytest.mark.parametrize(
    "reference",
    ["", "env:", "env:DGX_NOT_SET", "file:", "file:/nowhere/at/all", "AAECAw==", "http://example/key", "env"],
)
def test_what_leads_nowhere_is_refused_by_name(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DGX_NOT_SET", raising=False)
    with pytest.raises(MissingSecret) as caught:
        resolve(reference)
    assert caught.value.reference == reference


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n", encoding="utf-8")
    with pytest.raises(MissingSecret):
        resolve(f"file:{tmp_path / 'key'}")


def test_a_directory_is_no_secret(tmp_path: Path) -> None:
    with pytest.raises(MissingSecret):
        resolve(f"file:{tmp_path}")


def test_bytes_that_are_no_text_are_no_secret(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MissingSecret):
        resolve(f"file:{tmp_path / 'key'}")
