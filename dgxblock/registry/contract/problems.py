"""The closed list of problems (RFC 9457), what class each is of, and who mends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

__all__ = [
    "MEDIA_TYPE",
    "PROBLEMS",
    "Owner",
    "ProblemClass",
    "ProblemType",
    "Scope",
    "owner_of",
    "problem",
    "problem_code",
]

MEDIA_TYPE: Final = "application/problem+json"
_PREFIX: Final = "urn:dgx:problem:"


class ProblemClass(StrEnum):
    """What a sender does about a problem (contract, "What an answer means")."""

    THROTTLE = "throttle"  # pause, not an attempt
    TRANSIENT = "transient"  # retry with back-off
    ENDPOINT = "endpoint"  # block, one alert, probe with a look-up
    OURS = "ours"  # reject the operation: a programmer's fault
    DATA = "data"  # reject; the owner repairs, then a greater seq
    LOOK_UP = "look-up"  # look up before anything else
    UNKNOWN = "unknown"  # the rule for unknown outcomes


class Scope(StrEnum):
    """How much a problem stops."""

    OPERATION = "operation"
    RESULT = "result"
    SCHEME = "scheme"
    REGISTRY = "registry"


class Owner(StrEnum):
    """Who acts next."""

    TRAINEE = "trainee"
    STAFF = "staff"
    OPERATOR = "operator"
    PROGRAMMER = "programmer"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One row of the table. `statuses`: the first is the usual one."""

    code: str
    statuses: tuple[int, ...]
    problem_class: ProblemClass
    scope: Scope
    owner: Owner | None
    title: str

    @property
    def urn(self) -> str:
        """The member ``type``."""
        return _PREFIX + self.code


def _table(*rows: ProblemType) -> dict[str, ProblemType]:
    return {row.code: row for row in rows}


_C, _S, _O = ProblemClass, Scope, Owner
PROBLEMS: Final[Mapping[str, ProblemType]] = _table(
    ProblemType("throttled", (429,), _C.THROTTLE, _S.REGISTRY, None, "Too many requests; nothing stored"),
    ProblemType("unavailable", (503,), _C.THROTTLE, _S.REGISTRY, None, "Not available now; nothing stored"),
    ProblemType("busy", (409,), _C.THROTTLE, _S.RESULT, None, "The last operation on this result is not decided yet"),
    ProblemType("digest", (400,), _C.TRANSIENT, _S.OPERATION, None, "The body does not match its digest"),
    ProblemType("signature", (401,), _C.ENDPOINT, _S.REGISTRY, _O.OPERATOR, "No signature verifies"),
    ProblemType("clock", (401,), _C.ENDPOINT, _S.REGISTRY, _O.OPERATOR, "The timestamp is too far from our clock"),
    ProblemType("forbidden", (403,), _C.ENDPOINT, _S.SCHEME, _O.OPERATOR, "This sender may not use this scheme"),
    ProblemType("gone", (410,), _C.ENDPOINT, _S.SCHEME, _O.OPERATOR, "This scheme or version is closed"),
    ProblemType("malformed", (400, 415), _C.OURS, _S.OPERATION, _O.PROGRAMMER, "The request is malformed"),
    ProblemType("too-large", (413,), _C.OURS, _S.OPERATION, _O.PROGRAMMER, "The request is too large"),
    ProblemType("invalid", (422,), _C.OURS, _S.OPERATION, _O.PROGRAMMER, "The document does not follow its schema"),
    ProblemType("refused", (422,), _C.DATA, _S.OPERATION, _O.STAFF, "Refused by a rule of the registry"),
    ProblemType("not-found", (404,), _C.LOOK_UP, _S.RESULT, None, "Nothing is held under this result_id"),
    ProblemType("conflict", (409,), _C.LOOK_UP, _S.RESULT, None, "Another content is held under this seq"),
    ProblemType("state", (409,), _C.LOOK_UP, _S.RESULT, None, "The certificate's state does not allow it"),
    ProblemType("stale", (412,), _C.LOOK_UP, _S.RESULT, None, "A greater or another seq is held"),
    ProblemType("internal", (500,), _C.UNKNOWN, _S.RESULT, None, "Something failed; the request may have taken effect"),
)
"""Every problem type by its code."""

_OWNERS: Final = {
    "identity-mismatch": Owner.TRAINEE,
    "underage": Owner.TRAINEE,
    "missing-member": Owner.TRAINEE,
    "bad-value": Owner.STAFF,
    "not-eligible": Owner.STAFF,
    "already-certified": Owner.STAFF,
    "unknown-credential": Owner.OPERATOR,
}


def problem_code(document: Mapping[str, Any], /) -> str:
    """``refused`` of ``urn:dgx:problem:refused``; of a document that is valid for its schema."""
    return str(document["type"]).removeprefix(_PREFIX)


def owner_of(codes: Iterable[str], /) -> Owner:
    """Who repairs a refusal with these ``errors[].code``: the trainee only if the trainee alone can mend it all."""
    owners = {_OWNERS.get(code, Owner.STAFF) for code in codes}
    if Owner.OPERATOR in owners:
        return Owner.OPERATOR
    return Owner.TRAINEE if owners == {Owner.TRAINEE} else Owner.STAFF


def problem(
    code: str,
    /,
    *,
    status: int | None = None,
    title: str | None = None,
    detail: str | None = None,
    result_id: str | None = None,
    errors: Iterable[Mapping[str, str]] = (),
    server_time: str | None = None,
    receipt: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A problem document. It must not repeat a value of the request.

    Args:
        code: one of `PROBLEMS`.
        status: one of the type's; the first of them by default.
        title: instead of the type's usual one.
        detail: a sentence for people.
        result_id: required where the request's path names one.
        errors: items with ``pointer`` and ``code``; required with ``invalid`` and ``refused``.
        server_time: instant; required with ``clock``.
        receipt: what is held, with ``conflict``, ``state`` and ``stale``.

    Raises:
        KeyError: no such problem.
        ValueError: a status that the type does not have.
    """
    kind = PROBLEMS[code]
    if status is not None and status not in kind.statuses:
        raise ValueError("a status that this problem does not have")
    document: dict[str, Any] = {
        "type": kind.urn,
        "title": title or kind.title,
        "status": status or kind.statuses[0],
    }
    optional = {
        "detail": detail,
        "result_id": result_id,
        "errors": [dict(item) for item in errors],
        "server_time": server_time,
        "receipt": None if receipt is None else dict(receipt),
    }
    return document | {name: value for name, value in optional.items() if value}
