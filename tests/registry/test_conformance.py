"""The conformance kit against the sandbox as a real process: nothing to find, and every planted fault found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgxblock.registry import conformance
from dgxblock.registry import contract as c
from dgxblock.registry.conformance.report import FORMATS
from tests.builders.contract import VECTORS, key
from tests.demo.sandbox.registry import Registry

REGISTRY_KEY = key("registry-hmac")
FAULTS = {
    "no-signature": {"signature", "no-signature", "read-signature"},
    "no-clock": {"clock"},
    "no-digest": {"digest", "no-digest"},
    "no-schema": {"schema"},
    "no-order": {"stale"},
    "forgets": {"repeat"},
    "hides": {"look-up"},
    "echoes": {"no-names-in-problems"},
    "redirects": {"no-redirect"},
    "html": {"errors"},
    "envelope": {"issue"},
    "gzip": {"no-coding"},
    "caches": {"headers"},
    "loops": {"feed"},
    "miscounts": {"manifest"},
    "drops": {"batch"},
    "renumbers": {"reinstate"},
    "refuse-identity": {"issue"},
    "lose-answer": {"issue"},
    "fail-after-commit": {"issue"},
    "unavailable": {"issue"},
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    home = tmp_path_factory.mktemp("conformance")
    (home / "callback-keys").write_text(REGISTRY_KEY.text)
    port = free_port()
    running = Registry.start(
        home,
        DGX_SANDBOX_CALLBACK_URL=f"http://127.0.0.1:{port}/receipts",
        DGX_SANDBOX_CALLBACK_KEYS=f"file:{home / 'callback-keys'}",
    )
    running.callback_port = port
    yield running
    assert running.stop() == 0


@pytest.fixture
def registry(sandbox: Registry) -> Iterator[Registry]:
    yield sandbox
    sandbox.misbehave("normal")


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def agreed(registry: Registry, **members: object) -> conformance.Agreed:
    return conformance.Agreed(
        registry.base, (key(),), quiet_seconds=2, deadline_seconds=10, **members  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_sandbox_keeps_every_promise(registry: Registry) -> None:
    report = conformance.run(agreed(registry))
    broken = [(one.code, one.seen) for one in report.findings if one.state == "fault"]
    assert broken == []
    assert [one.code for one in report.findings if one.state == "open"] == ["callback"]
    assert len(report.findings) == len(conformance.CHECKS) >= 40


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(registry: Registry, fault: str) -> None:
    registry.misbehave(fault)
    report = conformance.run(agreed(registry), only=FAULTS[fault])
    assert {one.code for one in report.findings if one.state == "fault"} == FAULTS[fault]
    assert all(one.seen and one.advice for one in report.findings)
    assert not report.ok


@pytest.mark.parametrize("fault", ["normal", "forges"])
def test_callbacks_are_heard_and_judged(registry: Registry, fault: str) -> None:
    registry.misbehave(fault)
    told: list[str] = []

    def revoke(sentence: str) -> None:
        found = re.search(r"[0-9a-f-]{36}", sentence)
        assert found is not None
        told.append(found[0])
        threading.Thread(target=registry.revoke_by_hand, args=(found[0],)).start()

    given = agreed(
        registry,
        registry_keys=(REGISTRY_KEY,),
        listen=("127.0.0.1", registry.callback_port),
        wait_seconds=15,
        say=revoke,
    )
    (found,) = conformance.run(given, only={"callback"}).findings
    assert len(told) == 1
    assert (found.state, found.seen) == (
        ("ok", "") if fault == "normal" else ("fault", "the callback is not believed: signature")
    )


def test_nobody_there_is_a_finding_and_no_crash() -> None:
    given = conformance.Agreed(f"http://127.0.0.1:{free_port()}", (key(),), deadline_seconds=1)
    report = conformance.run(given, only={"issue", "errors", "feed", "batch"})
    assert [one.state for one in report.findings] == ["fault"] * 4


def test_reports_say_the_same_in_every_form(registry: Registry) -> None:
    registry.misbehave("caches")
    report = conformance.run(agreed(registry), only={"headers", "issue"})
    said = {name: write(report) for name, write in FORMATS.items()}
    assert json.loads(said["json"])["ok"] is False
    for text in said.values():
        assert "Cache-Control: no-store" in text
    assert said["html"].startswith("<!doctype html>") and "<script" not in said["html"]
    assert said["markdown"].count("\n|") == 4


def test_it_runs_without_a_host(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(VECTORS["keys"]["sender-hmac-new"]["secret"])
    command = [
        sys.executable, "-m", "dgxblock", "registry", "conformance", "--endpoint", registry.base, "--key",
        f"file:{tmp_path / 'key'}", "--only", "issue", "--only", "batch", "--format", "json",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert [one["state"] for one in json.loads(done.stdout)["findings"]] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--key", "file:/nowhere"], "/nowhere"), (["--key", "env:NOT_THERE"], "NOT_THERE")],
)
def test_what_is_missing_is_a_sentence(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    from dgxblock.__main__ import main

    assert main(["registry", "conformance", "--endpoint", "http://127.0.0.1:9", *options]) == 2
    assert sentence in capsys.readouterr().out


def test_people_of_the_checks_are_invented_and_no_two_are_alike() -> None:
    client = conformance.Client(conformance.Agreed("http://127.0.0.1:9", (key(),)))
    people = [client.person() for _n in range(500)]
    assert len({one["id_no"] for one in people}) == 500
    assert all(c.id_number_fits("CN-RIC", one["id_no"]) and "符合性检查" in one["name"] for one in people)
    assert time.strptime(people[0]["id_no"][6:14], "%Y%m%d")
