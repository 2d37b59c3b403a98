"""The sandbox registry as a real process, and a sender that speaks to it over real HTTP."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import requests

from dgxblock.registry import contract as c
from tests.builders.contract import SCHEME, VECTORS, result, revocation, signed

ROOT = Path(__file__).parents[3]
SLOW_SECONDS = 1.0
LATER_SECONDS = 0.6


def environment(home: Path, **extra: str) -> dict[str, str]:
    """What the process is told: a folder of its own, the sender's HMAC key and its public key."""
    keys = VECTORS["keys"]
    (home / "keys").write_text(f"{keys['sender-hmac-new']['secret']}\n{keys['sender-ed25519']['public']}\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DGX_", "DJANGO_"))}
    return {
        **kept,
        "HOST": "127.0.0.1",
        "DGX_SANDBOX_DB": str(home / "registry.sqlite3"),
        "DGX_SANDBOX_SENDER_KEYS": f"file:{home / 'keys'}",
        "DGX_SANDBOX_SLOW_SECONDS": str(SLOW_SECONDS),
        "DGX_SANDBOX_LATER_SECONDS": str(LATER_SECONDS),
        "DGX_DEMO_SITE": "http://localhost:8000",
        "NO_PROXY": "*",
        **extra,
    }


def command(home: Path, **extra: str) -> subprocess.Popen[bytes]:
    """Start the process; its output goes to ``home/log``."""
    with (home / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dgxblock.demo.sandbox"],
            cwd=ROOT,
            env=environment(home, **extra),
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Registry:
    """A running sandbox."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]
    http: requests.Session = field(default_factory=requests.Session)
    callback_port: int = 0

    @classmethod
    def start(cls, home: Path, **extra: str) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        running = cls(home, port, command(home, REGISTRY_PORT=str(port), **extra))
        running.http.trust_env = False
        for _ in range(300):
            if running.process.poll() is not None:
                raise AssertionError((home / "log").read_text())
            try:
                running.http.get(f"{running.base}/healthz", timeout=2)
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                return running
        raise AssertionError("the sandbox did not come up")

    def stop(self) -> int:
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Read its database, as nobody's code would."""
        connection = sqlite3.connect(f"file:{self.home / 'registry.sqlite3'}?mode=ro", uri=True)
        try:
            return connection.execute(sql, params).fetchall()
        finally:
            connection.close()

    def state(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Everything that a request may change, but for the log."""
        return (
            self.rows(
                "SELECT result_id, seq, payload_sha256, outcome, rev, updated_at FROM dgx_sandbox_entry ORDER BY 1"
            ),
            self.rows("SELECT * FROM dgx_sandbox_certificate ORDER BY 1"),
        )

    def certificates_of(self, result_id: str) -> int:
        sql = (
            "SELECT count(*) FROM dgx_sandbox_certificate JOIN dgx_sandbox_entry "
            "ON dgx_sandbox_entry.id=entry_id WHERE result_id=?"
        )
        return int(self.rows(sql, result_id)[0][0])

    def send(
        self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        """One exchange as a correct sender has it: no redirect, no coding."""
        return self.http.request(
            method,
            self.base + target,
            data=body,
            headers={"Accept-Encoding": "identity", **(headers or {})},
            allow_redirects=False,
            timeout=30,
        )

    def put(
        self, document: dict[str, Any], /, *, target: str | None = None, **changes: str | None
    ) -> requests.Response:
        """PUT a result or revocation; `changes` replace headers (``_`` for ``-``), None removes one."""
        revoking = document["contract"] == "dgx-v1/revocation"
        where = target or (c.revocation_target if revoking else c.result_target)(document["result_id"])
        body = c.canonical(document)
        headers = signed("PUT", where, body, msg_id=op_key(document), previous_seq=document["previous_seq"])
        return self.send("PUT", where, body, changed(headers, changes))

    def issue(self, result_id: str | None = None, /, **members: Any) -> requests.Response:
        return self.put(result(result_id or new_id(), **members))

    def revoke(self, result_id: str, /, *, seq: int = 2, previous_seq: int = 1) -> requests.Response:
        return self.put(revocation(result_id, seq=seq, previous_seq=previous_seq))

    def reinstate(self, result_id: str, /, *, seq: int, previous_seq: int) -> requests.Response:
        target = c.revocation_target(result_id)
        headers = signed("DELETE", target, msg_id=c.op_key(SCHEME, result_id, seq), previous_seq=previous_seq)
        return self.send("DELETE", target, headers=headers)

    def get(self, target: str, /, **changes: str | None) -> requests.Response:
        return self.send("GET", target, headers=changed(signed("GET", target), changes))

    def look_up(self, result_id: str, /) -> requests.Response:
        return self.get(c.result_target(result_id))

    def misbehave(self, mode: str, /) -> None:
        """Turn the switch as a person does: by the form on the page."""
        self._press("behaviour", mode=mode)

    def revoke_by_hand(self, result_id: str, /) -> None:
        """Revoke as the registry's own people do."""
        self._press("revoke", result_id=result_id)

    def decide(self) -> None:
        """Decide what is waiting."""
        self._press("decide")

    def _press(self, button: str, /, **fields: str) -> None:
        page = self.http.get(f"{self.base}/?lang=en", timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        answer = self.http.post(
            f"{self.base}/{button}",
            data={"csrfmiddlewaretoken": token[1], **fields},
            allow_redirects=False,
            timeout=30,
        )
        assert answer.status_code == 303


def op_key(document: dict[str, Any], /) -> str:
    return c.op_key(document["scheme"], document["result_id"], document["seq"])


def changed(headers: dict[str, str], changes: dict[str, str | None], /) -> dict[str, str]:
    """Headers with some replaced or removed; everything else stays as it was signed."""
    lower = {name.lower(): name for name in headers}
    result = dict(headers)
    for name, value in changes.items():
        given = name.replace("_", "-")
        result.pop(lower.get(given.lower(), given), None)
        if value is not None:
            result[given] = value
    return result


def sent(document: dict[str, Any], kind: str = "issue", /) -> c.Sent:
    """What the sender knows of what it sent."""
    digest = c.payload_sha256(c.canonical(document))
    return c.Sent(document["result_id"], document["seq"], digest, document["previous_seq"], kind)


def as_answer(response: requests.Response, /) -> c.Answer:
    return c.Answer(response.status_code, dict(response.headers), response.content)


def problem_of(response: requests.Response, /) -> str:
    """The code of a problem, after checking that it is one and fits the contract."""
    assert response.headers["Content-Type"] == c.MEDIA_TYPE
    document = c.loads(response.content)
    assert c.validate("problem", document) == []
    assert document["status"] == response.status_code
    return c.problem_code(document)
