"""Requests made up from the contract's own description, by Schemathesis: nothing ends in a 500, and every answer is one
that the description has."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
import yaml
from django.test import Client
from hypothesis import HealthCheck, Phase, given, strategies
from hypothesis import settings as limits
from pytest_django.fixtures import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dgxblock.registry import contract as c
from dgxblock.registry import models
from tests.builders.contract import key
from tests.builders.registry import CALLBACK_KEY, scheme, site
from tests.demo.sandbox.registry import Registry

CONTRACT = Path(c.__file__).parent
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
OPERATIONS = {
    "putResult": 40, "getResult": 15, "putRevocation": 20, "deleteRevocation": 15, "listResults": 25,
    "getManifest": 15,
}  # fmt: skip
SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature", "content-digest")
bounded = limits(
    deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    running = Registry.start(tmp_path_factory.mktemp("fuzz"))
    yield running
    assert running.stop() == 0


def signed(request: requests.PreparedRequest) -> None:
    """What a correct sender adds, so that the request gets past the gate."""
    body = request.body if isinstance(request.body, bytes) else (request.body or "").encode() or None
    key_given = request.headers.get("Idempotency-Key")
    name = key_given.decode("latin-1") if isinstance(key_given, bytes) else key_given
    try:
        headers = c.signed_headers(
            [key()], request.method or "", request.path_url, msg_id=name or f"get:{uuid.uuid4()}",
            timestamp=int(time.time()), body=body,
        )  # fmt: skip
    except ValueError:  # a key that cannot be signed: it goes as it is
        return
    request.headers.update({each: value for each, value in headers.items() if each.lower() in SIGNED})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_sandbox_answers_what_is_made_up_from_its_description(sandbox: Registry, operation: str) -> None:
    described = schemathesis.openapi.from_path(CONTRACT / "openapi.yaml")
    strategy = described.find_operation_by_id(operation).as_strategy()
    seen: set[int] = set()

    @limits(bounded, max_examples=OPERATIONS[operation])
    @given(case=strategy)
    def ask(case: Any) -> None:
        request = requests.Request(**_arguments(case, sandbox.base)).prepare()
        signed(request)
        answer = sandbox.http.send(request, allow_redirects=False, timeout=30)
        seen.add(answer.status_code)
        if answer.status_code != 415:  # the description names it in words only
            case.validate_response(answer, checks=CHECKS)
        assert c.loads(answer.content)

    ask()
    assert seen - {401}, "the signatures are right, so more than the gate was tried"


def test_the_sandbox_answers_batches_of_made_up_documents(sandbox: Registry) -> None:
    described = schemathesis.openapi.from_path(CONTRACT / "openapi.yaml")
    documents = described.find_operation_by_id("putResult").as_strategy().map(lambda case: case.body)
    statuses: set[int] = set()

    @limits(bounded, max_examples=30)
    @given(bodies=strategies.lists(documents, min_size=1, max_size=4))
    def ask(bodies: list[Any]) -> None:
        body = c.batch_body([json.dumps(one).encode() for one in bodies])
        headers = c.signed_headers(
            [key()], "POST", c.BATCH_TARGET, msg_id=c.batch_key(body), idempotency_key=c.batch_key(body), body=body,
            timestamp=int(time.time()), content_type="application/x-ndjson",
        )  # fmt: skip
        answer = sandbox.send("POST", c.BATCH_TARGET, body, headers)
        assert answer.status_code in (200, 400), answer.status_code
        found = c.loads(answer.content)
        assert c.validate("batch-answer" if answer.status_code == 200 else "problem", found) == []
        statuses.update([answer.status_code, *(item["status"] for item in found.get("items", ()))])

    ask()
    assert 200 in statuses and statuses <= {200, 201, 400, 409, 412, 422}


def _arguments(case: Any, base: str) -> dict[str, Any]:
    given_ = case.as_transport_kwargs(base_url=base)
    return {name: value for name, value in given_.items() if name not in ("timeout", "verify", "allow_redirects")}


@pytest.mark.django_db
@pytest.mark.parametrize("believed", [True, False])
def test_the_callback_address_answers_what_is_made_up(
    settings: Settings, tmp_path: Path, client: Client, believed: bool
) -> None:
    settings.ROOT_URLCONF = "dgxblock.registry.urls"
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    strategy = _callback(tmp_path).find_operation_by_id("receiptCallback").as_strategy()
    statuses: set[int] = set()

    @bounded
    @given(case=strategy)
    def tell(case: Any) -> None:
        body = json.dumps(case.body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        headers = {name: str(value) for name, value in (case.headers or {}).items() if name.isascii()}
        if believed:
            about = case.body if isinstance(case.body, dict) else {}
            result_id, rev = str(about.get("result_id", "x"))[:36], about.get("rev", 1)
            try:
                headers = c.signed_headers(
                    [CALLBACK_KEY], "POST", "/", msg_id=f"rcpt:{result_id}:{rev}", timestamp=int(time.time()), body=body
                )
            except ValueError:
                return
            headers.pop("Content-Type")
        answer = client.post("/sandbox/receipts", data=body, content_type="application/json", headers=headers)
        statuses.add(answer.status_code)
        assert answer.status_code in (204, 401, 413), answer.status_code

    tell()
    assert statuses == ({204} if believed else {401})
    assert models.Inbox.objects.exists() is believed


def _callback(folder: Path) -> Any:
    """The description's webhook as an address that can be called."""
    shutil.copytree(CONTRACT / "schemas", folder / "schemas")
    described = yaml.safe_load((CONTRACT / "openapi.yaml").read_text(encoding="utf-8"))
    described["paths"] = {"/sandbox/receipts": described.pop("webhooks")["receipt"]}
    (folder / "openapi.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
    return schemathesis.openapi.from_path(folder / "openapi.yaml")
