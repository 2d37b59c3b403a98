"""Builders for the sender: a host's settings, a scheme, people, and a small real registry that misbehaves when told."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from dgxblock.ledger import api as ledger
from dgxblock.registry import api, models
from dgxblock.registry import contract as c

COURSE = "course-v1:DG+DT1+2026"
CASE, EXERCISE, ASSESSMENT = "dgx_case_study.u0", "dgx_exercise.u0", "dgx_assessment.u0"
SLUG = "dg-coach"
NAME, NUMBER, PHONE, FIRM = "周敏", "110105198806150023", "13800138000", "甲厂（虚构）电子有限公司"
_SECRET = hashlib.sha256(b"sender of the tests").digest()
SIGN_KEY = c.Key("whsec", _SECRET)
CALLBACK_KEY = c.Key("whsec", hashlib.sha256(b"registry of the tests").digest())


def number(first17: str = "44190019900101123", /) -> str:
    """An identity number with the check character that fits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[sum(int(a) * b for a, b in zip(first17, weights, strict=True)) % 11]


def form(**members: object) -> dict[str, object]:
    """A filled identity form with consent."""
    return {
        "name": NAME,
        "id_type": "CN-RIC",
        "id_no": number(),
        "phone": PHONE,
        "enterprise": FIRM,
        "consent": True,
        **members,
    }


def site(folder: Path, base_url: str = "http://127.0.0.1:9", /, **registry: Any) -> dict[str, Any]:
    """The host's DGXBLOCK, with its keys in files. The registry is quick, so that tests are."""
    keys = {
        "field.key": base64.b64encode(hashlib.sha256(b"field").digest()).decode(),
        "index.key": base64.b64encode(hashlib.sha256(b"index").digest()).decode(),
        "sign.key": SIGN_KEY.text,
        "callback.key": CALLBACK_KEY.text,
    }
    for name, value in keys.items():
        (folder / name).write_text(value, encoding="utf-8")
    return {
        "FIELD_KEYS": {"k1": f"file:{folder / 'field.key'}"},
        "BLIND_INDEX_KEY": f"file:{folder / 'index.key'}",
        "REGISTRIES": {
            "sandbox": {
                "base_url": base_url,
                "sign_keys": [f"file:{folder / 'sign.key'}"],
                "verify_keys": [f"file:{folder / 'callback.key'}"],
                "quiet_seconds": 60,
                "deadline_seconds": 1.0,
                "base_seconds": 1,
                "verify_url": "https://registry.example/v/{number}",
                **registry,
            }
        },
    }


def scheme(**members: Any) -> models.Scheme:
    """A live scheme that asks for a case, 60 in an exercise, and a passed assessment."""
    made = models.Scheme.objects.create(
        **{
            "slug": SLUG,
            "title_zh": "企业内部数字化教练",
            "title_en": "In-house digital coach",
            "course_key": COURSE,
            "registry": "sandbox",
            "credential_code": "COACH-2",
            "credential_name_zh": "企业内部数字化教练",
            "credential_name_en": "In-house digital coach",
            "level_zh": "中级",
            "level_en": "Intermediate",
            "assessor": "测试培训中心",
            "recipient_zh": "演示登记机构",
            "recipient_en": "Demo registry",
            "send_members": ["phone", "enterprise"],
            **members,
        }
    )
    for position, (kind, usage, least) in enumerate(
        [("case", CASE, None), ("exercise", EXERCISE, 60), ("assessment", ASSESSMENT, None)]
    ):
        models.Requirement.objects.create(
            scheme=made, code=kind, kind=kind, usage_key=usage, min_percent=least, position=position,
            title_zh=f"要求{position}", title_en=f"Requirement {position}",
        )  # fmt: skip
    return made


def work(learner: str = "7", /, *, earned: float = 85, passed: bool = True, practice: float = 78) -> None:
    """Everything that the scheme asks for, in the ledger; nothing is evaluated."""
    with transaction.atomic():
        ledger.decide(ledger.Place(learner, COURSE, CASE), "d1", "a", reason="", revision="r", final=True)
    for usage, kind, points, good in (
        (EXERCISE, "exercise", practice, True),
        (ASSESSMENT, "assessment", earned, passed),
    ):
        place = ledger.Place(learner, COURSE, usage)
        opened = ledger.open_attempt(place, kind=kind, seed="s", revision="r", limit=None)
        ledger.submit_attempt(
            place, opened.number, nonce=f"{usage}-{opened.number}", answers={}, marks={}, earned=points, possible=100,
            passed=good,
        )  # fmt: skip


def earn(learner: str = "7", /, **members: object) -> models.Operation:
    """A trainee who passed and gave details and consent; their operation, ready to go."""
    work(learner)
    api.evaluate(learner, COURSE)
    errors = api.save_identity(learner, COURSE, form(**members))
    assert not errors, sorted(errors)
    return operation(learner)


def operation(learner: str = "7", /) -> models.Operation:
    """The trainee's latest operation, as it is now."""
    return models.Operation.objects.filter(achievement__learner_id=learner).order_by("-seq")[0]


def time_passes(seconds: float, /) -> None:
    """Move everything that the sender remembers into the past, instead of waiting."""
    by = timedelta(seconds=seconds)
    models.Operation.objects.update(
        next_at=F("next_at") - by, lease_until=F("lease_until") - by, accepted_at=F("accepted_at") - by,
        not_before=F("not_before") - by,
    )  # fmt: skip
    models.Channel.objects.update(until=F("until") - by, refilled_at=F("refilled_at") - by)


def callback(
    receipt: dict[str, Any], /, *, key: c.Key = CALLBACK_KEY, at: float | None = None, body: bytes | None = None,
    message_id: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A callback about a receipt, as arguments of the test client's `post`."""
    content = c.canonical(receipt) if body is None else body
    headers = c.signed_headers(
        [key], "POST", "/", body=content, timestamp=int(time.time() if at is None else at),
        msg_id=message_id or c.callback_id(receipt["result_id"], receipt["rev"]),
    )  # fmt: skip
    return {"data": content, "content_type": headers.pop("Content-Type"), "headers": headers}


class SmallRegistry:
    """A registry with the contract's decision steps in memory, behind real HTTP.

    `faults` and `lookup_faults` hold what happens to the next PUTs and GETs, one each: names of `_Handler.fault`.
    """

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, dict[str, Any]] = {}
        self.faults: list[str] = []
        self.lookup_faults: list[str] = []
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.pending = False
        self.victim = 0  # a process to kill
        self.lock = threading.Lock()
        self.base_url = ""

    @property
    def puts(self) -> list[bytes]:
        """The bodies of all PUTs, in their order."""
        return [body for method, _path, _headers, body in self.requests if method == "PUT"]

    @property
    def gets(self) -> int:
        """How many look-ups came."""
        return sum(method == "GET" for method, *_rest in self.requests)

    def certificates(self) -> list[str]:
        """The numbers of all live certificates."""
        return [held["certificate"]["no"] for held in self.held.values() if "certificate" in held]

    def decide(self) -> None:
        """Decide what is pending."""
        for held in self.held.values():
            held.update(outcome="done", rev=held["rev"] + 1, certificate=self._certificate())

    def refuse(self, code: str) -> None:
        """Refuse what is pending."""
        for result_id, held in self.held.items():
            problem = c.problem("refused", result_id=result_id, errors=[{"pointer": "/person/name", "code": code}])
            held.update(outcome="refused", rev=held["rev"] + 1, problem=problem)

    def _certificate(self) -> dict[str, str]:
        return {"no": f"S00004419{len(self.certificates()) + 1:06}", "status": "live", "issued_on": "2026-11-23"}

    def put(self, result_id: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """The decision steps of putResult."""
        document = json.loads(body)
        with self.lock:
            held = self.held.get(result_id)
            digest = hashlib.sha256(body).hexdigest()
            if held and held["seq"] == document["seq"]:
                if held["payload_sha256"] == digest:
                    return 200, held
                return 409, c.problem("conflict", result_id=result_id)
            if document["previous_seq"] != (held["seq"] if held else 0):
                return 412, c.problem("stale", result_id=result_id)
            made = {
                "contract": "dgx-v1/receipt", "result_id": result_id, "seq": document["seq"],
                "payload_sha256": digest, "outcome": "pending" if self.pending else "done",
                "rev": held["rev"] + 1 if held else 1, "accepted_on": "2026-11-23",
                "updated_at": "2026-11-23T16:00:00+08:00",
            }  # fmt: skip
            if not self.pending:
                made["certificate"] = self._certificate()
            self.held[result_id], self.documents[result_id] = made, document
            return (202 if self.pending else 201), made


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_PUT(self) -> None:
        registry = self.server.registry
        body = self.rfile.read(int(self.headers["Content-Length"]))
        registry.requests.append(("PUT", self.path, dict(self.headers), body))
        c.verify([SIGN_KEY], dict(self.headers), body, time.time())
        fault = registry.faults.pop(0) if registry.faults else ""
        result_id = self.path.rpartition("/")[2]
        if fault in _BEFORE or fault.startswith(("throttled", "unavailable", "busy", "refused", "invalid")):
            self.fault(fault, result_id)
            return
        status, document = registry.put(result_id, body)
        if fault:
            self.fault(fault, result_id)
        else:
            self.answer(status, document)

    def do_POST(self) -> None:
        """A batch. Of its faults `missing`, `extra`, `shuffled` and `one-bad` spoil the list of items."""
        registry = self.server.registry
        body = self.rfile.read(int(self.headers["Content-Length"]))
        registry.requests.append(("POST", self.path, dict(self.headers), body))
        c.verify([SIGN_KEY], dict(self.headers), body, time.time())
        fault = registry.faults.pop(0) if registry.faults else ""
        if fault in _BEFORE or fault.startswith(("throttled", "unavailable")):
            self.fault(fault, "")
            return
        items = []
        for position, line in enumerate(c.split_batch(body)):
            document = json.loads(line)
            named = {"result_id": document["result_id"], "seq": document["seq"]}
            if fault == "one-bad" and position == 1:
                problem = c.problem("invalid", result_id=named["result_id"],
                                    errors=[{"pointer": "/person/name", "code": "pattern"}])  # fmt: skip
                items.append({**named, "status": 422, "problem": problem})
                continue
            status, made = registry.put(document["result_id"], line)
            kind = "problem" if "type" in made else "receipt"
            items.append({**named, "status": status, kind: made})
        spoil: dict[str, Callable[[], object]] = {
            "missing": lambda: items.pop(0), "shuffled": items.reverse, "extra": lambda: items.append(
                {**items[0], "result_id": _OTHER_ID, "receipt": {**items[0]["receipt"], "result_id": _OTHER_ID}}
            ),
        }  # fmt: skip
        spoil.get(fault, lambda: None)()
        if fault in ("drop", "internal"):
            self.fault(fault, "")
        else:
            self.answer(200, {"contract": "dgx-v1/batch-answer", "items": items})

    def do_GET(self) -> None:
        registry = self.server.registry
        registry.requests.append(("GET", self.path, dict(self.headers), b""))
        c.verify([SIGN_KEY], dict(self.headers), c.request_content("GET", self.path), time.time())
        fault = registry.lookup_faults.pop(0) if registry.lookup_faults else ""
        result_id = self.path.rpartition("/")[2]
        held = registry.held.get(result_id)
        if fault:
            self.fault(fault, result_id)
        elif held:
            self.answer(200, held)
        else:
            self.answer(404, c.problem("not-found", result_id=result_id))

    def answer(self, status: int, document: Any, **headers: str) -> None:
        body = json.dumps(document).encode()
        kind = c.MEDIA_TYPE if "type" in document else "application/json"
        self.raw(status, body, {"Content-Type": kind, "Content-Length": str(len(body)), **headers})

    def raw(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def fault(self, name: str, result_id: str) -> None:
        """One way to misbehave."""
        if name == "kill":
            os.kill(self.server.registry.victim, signal.SIGKILL)
        if name in ("drop", "drop-before", "kill"):
            self.close_connection = True
        elif name in ("internal", "internal-before"):
            self.answer(500, c.problem("internal", result_id=result_id or None))
        elif name.startswith(("drip-headers", "drip-body")):
            self._drip(name)
        elif name == "not-http":
            self.wfile.write(b"\x00\xff\x00\xff SSH-2.0-nothing\r\n\r\n")
        elif name in _LIES:
            held = self.server.registry.held.get(result_id, {})
            status, change, headers = _LIES[name]
            body = change(held, json.dumps(held).encode())
            length = {} if name == "huge" else {"Content-Length": str(len(body))}
            self.raw(status, body, {"Content-Type": "application/json", **length, **headers})
        else:
            self._problem(name, result_id)

    def _problem(self, name: str, result_id: str) -> None:
        code, _, argument = name.partition("=")
        headers = {"Retry_After": argument} if code in ("throttled", "unavailable", "busy") and argument else {}
        errors = [{"pointer": "/person/name", "code": argument}] if code in ("refused", "invalid") else []
        server_time = "2026-11-23T16:00:00+08:00" if code == "clock" else None
        document = c.problem(code, result_id=result_id or None, errors=errors, server_time=server_time)
        self.answer(document["status"], document, **headers)

    def _drip(self, name: str) -> None:
        try:
            if name == "drip-body":
                self.send_response(201)
                self.send_header("Content-Length", "1000")
                self.end_headers()
            for _ in range(100):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass
        self.close_connection = True


_OTHER_ID = "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f"
_Change = Callable[[dict[str, Any], bytes], bytes]
# Answers that look like one: status, how the true body is changed, headers.
_LIES: dict[str, tuple[int, _Change, dict[str, str]]] = {
    "redirect": (302, lambda held, body: b"", {"Location": "/elsewhere"}),
    "html": (200, lambda held, body: b"<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"}),
    "huge": (201, lambda held, body: b" " * (3 * 1024 * 1024) + body, {}),
    "gzip": (201, lambda held, body: body, {"Content-Encoding": "gzip"}),
    "wrong-id": (201, lambda held, body: json.dumps({**held, "result_id": _OTHER_ID}).encode(), {}),
    "wrong-digest": (201, lambda held, body: json.dumps({**held, "payload_sha256": "0" * 64}).encode(), {}),
    "truncated": (201, lambda held, body: body[:40], {"Content-Length": "400"}),
    "envelope": (200, lambda held, body: json.dumps({"code": 200, "msg": "成功", "data": held}).encode(), {}),
    "empty": (200, lambda held, body: b"", {}),
    "no-content": (204, lambda held, body: b"", {}),
}
_BEFORE = {
    "drop-before", "internal-before", "redirect", "html", "not-http", "drip-headers-before",
    *(f"{code}" for code in ("signature", "clock", "forbidden", "gone", "digest", "malformed", "too-large")),
}  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    registry: SmallRegistry

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what many tests are about."""


@contextmanager
def small_registry() -> Iterator[SmallRegistry]:
    """A small registry on a free port."""
    registry = SmallRegistry()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.registry = registry
    registry.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
