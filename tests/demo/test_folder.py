"""The demo's folder: secrets are made once, and only their owner can read them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from dgxblock.demo.folder import SECRETS, Folder, own_case


def test_every_secret_is_made_once_and_stays(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "var")
    assert folder.prepare() == list(SECRETS)
    before = {name: folder.secret(name).read_text() for name in SECRETS}
    assert folder.prepare() == []
    assert {name: folder.secret(name).read_text() for name in SECRETS} == before


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.prepare()
    assert {oct(folder.secret(name).stat().st_mode & 0o777) for name in SECRETS} == {"0o600"}
    assert oct((tmp_path / "secrets").stat().st_mode & 0o777) == "0o700"


def test_keys_are_32_random_bytes_and_differ(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.prepare()
    keys = [
        base64.b64decode(folder.secret(name).read_text()) for name in ("site-secret", "field-key-k1", "blind-index-key")
    ]
    assert [len(key) for key in keys] == [32, 32, 32]
    assert len(set(keys)) == 3
    assert folder.secret("registry-signing-key").read_text().startswith("whsec_")


def test_an_empty_secret_is_made_anew(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.prepare()
    folder.secret("site-secret").write_text("\n")
    assert folder.prepare() == ["site-secret"]
    assert folder.secret("site-secret").read_text().strip()


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DGX_DEMO_HOME", str(tmp_path / "elsewhere"))
    assert Folder.from_environment().root == tmp_path / "elsewhere"
    monkeypatch.delenv("DGX_DEMO_HOME")
    monkeypatch.chdir(tmp_path)
    assert Folder.from_environment().root == tmp_path / "var"


def test_a_case_of_ones_own_has_a_demo_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DGX_DEMO_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DGX_DEMO_CASE", "")
    assert own_case() is None
    assert Folder.from_environment().root == tmp_path / "var"
    monkeypatch.setenv("DGX_DEMO_CASE", "my-cases/dg-c7-kiln/")
    assert own_case() == tmp_path / "my-cases" / "dg-c7-kiln"
    assert Folder.from_environment().root == tmp_path / "var" / "dg-c7-kiln"
    monkeypatch.setenv("DGX_DEMO_CASE", "~/kiln")
    assert own_case() == tmp_path / "home" / "kiln"
    monkeypatch.setenv("DGX_DEMO_HOME", str(tmp_path / "elsewhere"))
    assert Folder.from_environment().root == tmp_path / "elsewhere"
