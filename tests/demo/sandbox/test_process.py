"""Starting, restarting and not being able to start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.contract import result
from tests.demo.sandbox.registry import ROOT, Registry, environment, new_id


def run(home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dgxblock.demo.sandbox"],
        cwd=ROOT, env=environment(home, LANG="C", **extra), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DGX_SANDBOX_SENDER_KEYS", "file:/nowhere/at/all", "There is no sender’s key at file:/nowhere/at/all"),
        ("DGX_SANDBOX_SENDER_KEYS", "env:NOT_SET", "There is no sender’s key at env:NOT_SET"),
        ("DGX_SANDBOX_SENDER_KEYS", "whsec_secret", "There is no sender’s key at "),
        ("REGISTRY_PORT", "eighty", "REGISTRY_PORT is “eighty”"),
        ("REGISTRY_PORT", "0", "REGISTRY_PORT is “0”"),
        ("REGISTRY_PORT", "65536", "REGISTRY_PORT is “65536”"),
        ("DGX_SANDBOX_SLOW_SECONDS", "-1", "DGX_SANDBOX_SLOW_SECONDS is “-1”"),
        ("DGX_SANDBOX_LATER_SECONDS", "soon", "DGX_SANDBOX_LATER_SECONDS is “soon”"),
        ("DGX_DEMO_SITE", "javascript:alert(1)", "DGX_DEMO_SITE is “javascript:alert(1)”"),
        ("DGX_SANDBOX_DB", "/proc/nope/registry.sqlite3", "The registry’s database cannot be made"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_a_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    ended = run(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert "Traceback" not in ended.stderr


def test_a_busy_port_is_told_in_a_sentence(registry: Registry, tmp_path: Path) -> None:
    ended = run(tmp_path, REGISTRY_PORT=str(registry.port))
    assert ended.returncode == 1
    assert str(registry.port) in ended.stderr and "REGISTRY_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_restart_forgets_neither_certificates_nor_the_switch(tmp_path: Path) -> None:
    document = result(new_id())
    first = Registry.start(tmp_path)
    issued = first.put(document)
    first.misbehave("refuse-identity")
    assert first.stop() == 0
    second = Registry.start(tmp_path)
    assert second.put(document).content == issued.content
    assert second.http.get(f"{second.base}/healthz", timeout=10).json()["behaviour"] == "refuse-identity"
    assert second.certificates_of(document["result_id"]) == 1
    assert second.stop() == 0


def test_the_migrations_say_what_the_models_say(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "dgx_sandbox"],
        cwd=ROOT, env={**environment(tmp_path), "DJANGO_SETTINGS_MODULE": "dgxblock.demo.sandbox.settings"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
