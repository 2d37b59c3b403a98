"""A sender that says exactly what a check wants said, rightly or wrongly signed, and reads the answer strictly."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from dgxblock.i18n import gettext as _
from dgxblock.registry import contract as c
from dgxblock.registry.delivery import wire

__all__ = ["Agreed", "Client", "Fault", "Got", "NotApplicable"]

_LIMIT: Final = c.MAX_ANSWER_BYTES
_REGION: Final = "440000"  # of a whole province: no person has it in a number


class Fault(Exception):
    """The registry did not do what the contract says. ``str()`` tells what was seen, never a person's data."""


class NotApplicable(Exception):
    """This could not be tried here. ``str()`` says what would be needed."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides have agreed on before the start."""

    endpoint: str
    keys: tuple[c.Key, ...] = field(repr=False)
    scheme: str = "conformance"
    credential: str = "CONFORMANCE"
    credential_name: str = "符合性检查（无效）"
    level: str = "检查"
    quiet_seconds: float = 60.0
    deadline_seconds: float = 10.0
    ca: str | None = None
    client_cert: tuple[str, str] | None = None
    registry_keys: tuple[c.Key, ...] = field(default=(), repr=False)
    listen: tuple[str, int] | None = None
    wait_seconds: float = 60.0
    say: Callable[[str], object] = field(default=lambda _text: None, repr=False)


@dataclass(frozen=True, slots=True)
class Got:
    """An answer; `status` is None where none came."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    fault: str = ""

    @property
    def seen(self) -> str:
        """What came, in a few words and without any value of it."""
        if self.status is None:
            return _("no answer (%(why)s)", why=self.fault)
        try:
            document = c.loads(self.body)
            code = c.problem_code(document) if not c.validate("problem", document) else ""
        except c.Malformed:
            code = ""
        return f"{self.status} {code}".strip()

    def receipt(self) -> dict[str, Any]:
        """The receipt in it.

        Raises:
            Fault: it is none.
        """
        return self.document("receipt")

    def document(self, schema: str) -> dict[str, Any]:
        """The document in it, valid for a schema.

        Raises:
            Fault: it is none.
        """
        status = 200 if self.status in (201, 202) else self.status or 0
        found = c.document_or_outcome(c.Answer(status, self.headers, self.body), schema)
        if isinstance(found, c.Outcome) or status != 200:
            raise Fault(_("not a valid document of the kind %(kind)s: %(seen)s", kind=schema, seen=self.seen))
        return dict(found)


class Client:
    """See the module. Every result that it makes up has a reference and a person of its own."""

    def __init__(self, agreed: Agreed, /) -> None:
        self.agreed = agreed
        self._serial = int(time.time()) % 86_400 * 10

    def new_id(self) -> str:
        """A reference that nothing is held under."""
        return str(uuid.uuid4())

    def person(self) -> dict[str, str]:
        """An invented person, marked as such by the name."""
        self._serial += 1
        born = f"1980{self._serial // 1000 % 12 + 1:02}{self._serial // 12_000 % 28 + 1:02}"
        digits = f"{_REGION}{born}{self._serial % 1000:03}"
        return {"name": f"符合性检查{self._serial}", "id_type": "CN-RIC", "id_no": digits + c.check_character(digits)}

    def result(
        self, result_id: str | None = None, /, *, seq: int = 1, previous_seq: int = 0, **members: Any
    ) -> dict[str, Any]:
        """A result document that the registry has to accept."""
        agreed = self.agreed
        return {
            "contract": "dgx-v1/result", "scheme": agreed.scheme, "result_id": result_id or self.new_id(), "seq": seq,
            "previous_seq": previous_seq,
            "credential": {"code": agreed.credential, "name": agreed.credential_name, "level": agreed.level},
            "result": {"outcome": "pass", "score": "80", "assessed_on": datetime.now(UTC).date().isoformat(),
                       "assessor": "符合性检查"},
            "person": self.person(), **members,
        }  # fmt: skip

    def revocation(self, result_id: str, /, *, seq: int = 2, previous_seq: int = 1) -> dict[str, Any]:
        """A revocation document."""
        return {
            "contract": "dgx-v1/revocation", "scheme": self.agreed.scheme, "result_id": result_id, "seq": seq,
            "previous_seq": previous_seq, "reason_code": "issued-in-error",
            "revoked_on": datetime.now(UTC).date().isoformat(),
        }  # fmt: skip

    def put(
        self, document: Mapping[str, Any], /, *, body: bytes | None = None, target: str | None = None, age: int = 0,
        keys: Sequence[c.Key] | None = None, **headers: str | None,
    ) -> Got:  # fmt: skip
        """PUT a result or a revocation.

        Args:
            document: what the headers are made of.
            body: instead of the document's bytes.
            target: instead of the document's path.
            age: seconds by which the timestamp lies in the past.
            keys: instead of ours.
            headers: replaced after signing (``_`` for ``-``); None removes one.
        """
        content = c.canonical(document) if body is None else body
        revoking = document["contract"].endswith("revocation")
        where = target or (c.revocation_target if revoking else c.result_target)(document["result_id"])
        key = c.op_key(document["scheme"], document["result_id"], document["seq"])
        return self._signed("PUT", where, content, key, age, keys, headers, previous_seq=document["previous_seq"])

    def reinstate(self, result_id: str, /, *, seq: int, previous_seq: int, **headers: str | None) -> Got:
        """DELETE a revocation."""
        key = c.op_key(self.agreed.scheme, result_id, seq)
        target = c.revocation_target(result_id)
        return self._signed("DELETE", target, None, key, 0, None, headers, previous_seq=previous_seq)

    def batch(self, lines: Sequence[bytes], /, **headers: str | None) -> Got:
        """POST a batch."""
        body = c.batch_body(lines)
        return self._signed(
            "POST", c.BATCH_TARGET, body, c.batch_key(body), 0, None, headers, content_type="application/x-ndjson"
        )

    def get(self, target: str, /, *, age: int = 0, keys: Sequence[c.Key] | None = None, signed_as: str | None = None,
            method: str = "GET", **headers: str | None) -> Got:  # fmt: skip
        """GET a path; `signed_as` signs another one than is asked for."""
        return self._signed(method, target, None, f"get:{uuid.uuid4()}", age, keys, headers, signed_as=signed_as)

    def look_up(self, result_id: str, /) -> Got:
        """Look a result up."""
        return self.get(c.result_target(result_id))

    def issued(self, **members: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Issue a certificate: the document, and the receipt once it is decided.

        Raises:
            Fault: it is not issued.
            NotApplicable: the registry does not decide within a quiet period.
        """
        document = self.result(**members)
        got = self.put(document)
        receipt = got.receipt()
        end = time.monotonic() + self.agreed.quiet_seconds
        while receipt["outcome"] == "pending" and time.monotonic() < end:
            time.sleep(0.5)
            receipt = self.look_up(document["result_id"]).receipt()
        if receipt["outcome"] == "pending":
            raise NotApplicable(_("The registry has not decided within the quiet period; ask again later."))
        if "certificate" not in receipt:
            raise Fault(_("a result that is right was not certified: %(seen)s", seen=got.seen))
        return document, receipt

    def feed_target(self, since: str, /, *, limit: int | None = None, cursor: str | None = None) -> str:
        """The path of a page of the feed."""
        more = (f"&cursor={quote(cursor, safe='')}" if cursor else "") + (f"&limit={limit}" if limit else "")
        return f"/v1/results?updated_since={quote(since, safe='')}{more}"

    def _signed(
        self, method: str, target: str, body: bytes | None, msg_id: str, age: int, keys: Sequence[c.Key] | None,
        changes: Mapping[str, str | None], /, *, previous_seq: int | None = None,
        content_type: str = "application/json", signed_as: str | None = None,
    ) -> Got:  # fmt: skip
        headers = c.signed_headers(
            keys or self.agreed.keys, method, signed_as or target, msg_id=msg_id, timestamp=int(time.time()) - age,
            body=body, content_type=content_type, previous_seq=previous_seq,
            idempotency_key=None if msg_id.startswith("get:") else msg_id,
        )  # fmt: skip
        return self.send(method, target, body, changed(headers, changes))

    def send(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str], /) -> Got:
        """One exchange, as it stands."""
        agreed = self.agreed
        got = wire.exchange(
            method, agreed.endpoint.rstrip("/") + target, dict(headers), body, deadline=agreed.deadline_seconds,
            limit=_LIMIT, ca=agreed.ca, client_cert=agreed.client_cert,
        )  # fmt: skip
        return Got(got.status, got.headers, got.body, got.fault)


def changed(headers: Mapping[str, str], changes: Mapping[str, str | None], /) -> dict[str, str]:
    """Headers with some replaced or removed, everything else as it was signed."""
    names = {name.lower(): name for name in headers}
    found = dict(headers)
    for name, value in changes.items():
        given = name.replace("_", "-")
        found.pop(names.get(given.lower(), given), None)
        if value is not None:
            found[given] = value
    return found


def expect(got: Got, *wanted: str) -> None:
    """The answer is one of these, written like ``201`` or ``409 conflict``.

    Raises:
        Fault: it is not.
    """
    if got.seen not in wanted and str(got.status) not in wanted:
        raise Fault(_("expected %(wanted)s, got %(seen)s", wanted=" / ".join(wanted), seen=got.seen))


def hold(truth: bool, sentence: str) -> None:
    """
    Raises:
        Fault: it is not true.
    """
    if not truth:
        raise Fault(sentence)
