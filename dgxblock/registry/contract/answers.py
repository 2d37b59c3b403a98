"""What an answer to a write means: the table "What an answer means" and rule S4 of the contract.

A success is believed only if everything about it is right. What is not known to have failed is unknown, and unknown is
never sent again before a look-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dgxblock.registry.contract.documents import MAX_ANSWER_BYTES, Malformed, loads
from dgxblock.registry.contract.problems import (
    MEDIA_TYPE,
    PROBLEMS,
    Owner,
    ProblemClass,
    Scope,
    owner_of,
    problem_code,
)
from dgxblock.registry.contract.schemas import validate

__all__ = [
    "Answer", "Outcome", "Sent", "Verdict", "classify", "document_or_outcome", "not_sent", "of_receipt", "read",
    "unknown",
]  # fmt: skip

_SUCCESS: Final = (200, 201, 202)
_TITLE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Sent:
    """The operation that was sent, as far as its answer must repeat it.

    `kind` is ``issue`` (corrections too), ``revoke`` or ``reinstate``.
    """

    result_id: str
    seq: int
    payload_sha256: str
    previous_seq: int = 0
    kind: str = "issue"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came.

    `headers` in any case; `body` as read, at most one byte more than `MAX_ANSWER_BYTES`; `complete` is False when the
    connection broke or the deadline passed before the last byte.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    complete: bool = True

    def header(self, name: str, /) -> str | None:
        """One header, its name in any case."""
        return next((value for given, value in self.headers.items() if given.lower() == name.lower()), None)


class Verdict(StrEnum):
    """The four things that an exchange can have come to."""

    DONE = "done"  # the registry has decided: `receipt`
    PENDING = "pending"  # accepted, decided later: poll by look-up
    NO = "no"  # known not to have been done: `problem_class`
    UNKNOWN = "unknown"  # the rule for unknown outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an exchange means.

    Attributes:
        verdict: see `Verdict`.
        code: with NO, the problem's code (``refused``, ``throttled``, …, ``not-sent``); with UNKNOWN, why
            (``timeout``, ``redirect``, ``media-type``, ``json``, ``schema``, ``reference``, ``status``,
            ``internal``, …).
        problem_class: with NO, what to do; with UNKNOWN, ``UNKNOWN``; else None.
        scope: how much it stops, with THROTTLE and ENDPOINT.
        owner: who acts, if not the software alone.
        error_codes: ``errors[].code`` of a refusal.
        receipt: valid and ours; also with a refusal that came as a receipt.
        problem: a valid problem document; never with personal data of ours.
        retry_after: the raw header, for `retry_after`; None where there is none.
        suspect_endpoint: a 3xx, a 404 or a page in HTML. Repeated, it means that the base URL is wrong: block.
    """

    verdict: Verdict
    code: str = ""
    problem_class: ProblemClass | None = None
    scope: Scope = Scope.OPERATION
    owner: Owner | None = None
    error_codes: tuple[str, ...] = ()
    receipt: Mapping[str, Any] | None = None
    problem: Mapping[str, Any] | None = None
    retry_after: str | None = None
    suspect_endpoint: bool = False


def not_sent(reason: str = "not-sent", /) -> Outcome:
    """No connection, or TLS failed, before the first byte of the request was written: certainly nothing arrived."""
    return Outcome(verdict=Verdict.NO, code=reason, problem_class=ProblemClass.TRANSIENT)


def unknown(reason: str, /, *, suspect_endpoint: bool = False) -> Outcome:
    """Time-out, reset, a sender that died after "about to send", and every answer that does not add up."""
    return Outcome(
        verdict=Verdict.UNKNOWN,
        code=reason,
        problem_class=ProblemClass.UNKNOWN,
        scope=Scope.RESULT,
        suspect_endpoint=suspect_endpoint,
    )


def classify(sent: Sent, answer: Answer, /) -> Outcome:
    """What the answer to a PUT or DELETE means. Never raises, whatever came."""
    document = read(answer, "receipt" if answer.status in _SUCCESS else "problem", sent.result_id)
    if isinstance(document, Outcome):
        return document
    if answer.status in _SUCCESS:
        if (document["seq"], document["payload_sha256"]) != (sent.seq, sent.payload_sha256):
            return unknown("reference")
        return of_receipt(document)
    outcome = of_problem(document, answer)
    if outcome.code == "not-found" and sent.kind == "issue":
        # Nobody answers so who has read the contract: likelier the address is wrong.
        return unknown("not-found", suspect_endpoint=True)
    return outcome


def document_or_outcome(answer: Answer, schema: str, /) -> Mapping[str, Any] | Outcome:
    """What a GET of feed or manifest means: the document, valid for `schema`, or why there is none. Never raises."""
    document = read(answer, schema if answer.status == 200 else "problem", None)
    return document if isinstance(document, Outcome) or answer.status == 200 else of_problem(document, answer)


def of_receipt(receipt: Mapping[str, Any], /) -> Outcome:
    """What a receipt means that is known to be ours: its outcome decides, not the status."""
    if receipt["outcome"] == "pending":
        return Outcome(verdict=Verdict.PENDING, receipt=receipt)
    if receipt["outcome"] == "done":
        return Outcome(verdict=Verdict.DONE, receipt=receipt)
    codes = _error_codes(receipt["problem"])
    return Outcome(
        verdict=Verdict.NO,
        code="refused",
        problem_class=ProblemClass.DATA,
        owner=owner_of(codes),
        error_codes=codes,
        receipt=receipt,
        problem=receipt["problem"],
    )


def of_problem(document: Mapping[str, Any], answer: Answer, /) -> Outcome:
    """What a valid problem means, by the table."""
    kind = PROBLEMS[problem_code(document)]
    if kind.problem_class is ProblemClass.UNKNOWN:
        return unknown(kind.code)
    codes = _error_codes(document)
    return Outcome(
        verdict=Verdict.NO,
        code=kind.code,
        problem_class=kind.problem_class,
        scope=kind.scope,
        owner=owner_of(codes) if kind.problem_class is ProblemClass.DATA else kind.owner,
        error_codes=codes,
        problem=document,
        retry_after=answer.header("Retry-After"),
        suspect_endpoint=kind.code == "not-found",
    )


def read(answer: Answer, schema: str, result_id: str | None, /) -> dict[str, Any] | Outcome:
    """The document of an answer, valid for `schema` and about `result_id`; else the outcome UNKNOWN and why."""
    suspect = 300 <= answer.status < 400 or answer.status == 404 or _is_html(answer)
    reason = _broken(answer, MEDIA_TYPE if schema == "problem" else "application/json")
    if reason:
        return unknown(reason, suspect_endpoint=suspect)
    try:
        document = loads(answer.body)
    except Malformed:
        return unknown("json", suspect_endpoint=suspect)
    if validate(schema, document):
        return unknown("schema", suspect_endpoint=suspect)
    if result_id is not None and document.get("result_id") != result_id:
        return unknown("reference", suspect_endpoint=suspect)
    # A problem's own status must be the one that came, and one that its type can have.
    if schema == "problem" and not (
        document["status"] == answer.status and answer.status in PROBLEMS[problem_code(document)].statuses
    ):
        return unknown("status", suspect_endpoint=suspect)
    return dict(document)


def _broken(answer: Answer, media_type: str) -> str:
    """Why an answer is not worth reading, or nothing."""
    if 300 <= answer.status < 400:
        return "redirect"
    if answer.status not in _SUCCESS and not 400 <= answer.status <= 599:
        return "status"
    length = answer.header("Content-Length")
    if not answer.complete or (length is not None and length.strip() != str(len(answer.body))):
        return "incomplete"
    if len(answer.body) > MAX_ANSWER_BYTES:
        return "too-long"
    if (answer.header("Content-Encoding") or "identity").strip().lower() != "identity":
        return "coding"
    if (answer.header("Content-Type") or "").partition(";")[0].strip().lower() != media_type:
        return "media-type"
    return ""


def _is_html(answer: Answer) -> bool:
    kind = (answer.header("Content-Type") or "").lower()
    return "html" in kind or answer.body[:_TITLE_BYTES].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _error_codes(document: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(item["code"] for item in document.get("errors", ()))
