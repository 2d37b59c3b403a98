"""Contract v1 over HTTP: every path under ``/v1/`` ends here and is answered with a document, whatever comes."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from dgxblock.demo.sandbox import batch, decisions, faults, reconciliation
from dgxblock.demo.sandbox.gate import Place, Reject, check, place_of, write_of
from dgxblock.demo.sandbox.models import Behaviour, Exchange, Mode
from dgxblock.registry import contract

__all__ = ["LOST", "handle", "problem_response"]

LOST: Final = "X-Sandbox-Lost"
"""A mark on answers that `server` throws away instead of sending."""
_RETRY_SECONDS: Final = {"unavailable": 15, "throttled": 5, "busy": 5}
_KEPT_EXCHANGES: Final = 500
_WRITES: Final = ("PUT", "DELETE", "POST")
log = logging.getLogger(__name__)


@csrf_exempt
def handle(request: HttpRequest) -> HttpResponse:
    """Answer one request of the contract, misbehave if told to, and write the log."""
    place = place_of(request.path)
    mode = Mode.NORMAL
    seq: int | None = None
    try:
        mode = Behaviour.current()
        response, outcome, seq = _answer(request, place, mode)
    except Reject as reject:
        response, outcome = problem_response(reject.code, place, **reject.members), reject.code
    except OperationalError:
        log.warning("the database is busy")  # the lock was not got, so nothing was stored
        response, outcome = problem_response("unavailable", place), "unavailable"
    except Exception:
        log.exception("a request failed")
        response, outcome = problem_response("internal", place), "internal"
    if request.method in _WRITES and response.status_code < 300:
        response = _misbehave(mode, place, response)
    response = faults.response(mode, request, response)
    _write_log(request, place, seq, 0 if LOST in response else response.status_code, outcome)
    if mode is Mode.SLOW:
        time.sleep(settings.CONFIG.slow_seconds)
    return response


def problem_response(code: str, place: Place, /, **members: Any) -> HttpResponse:
    """A problem as an answer; it names the result that the path names."""
    document = contract.problem(code, result_id=place.result_id or None, **members)
    response = _json(document, document["status"], contract.MEDIA_TYPE)
    if code in _RETRY_SECONDS:
        response["Retry-After"] = str(_RETRY_SECONDS[code])
    return response


def _answer(request: HttpRequest, place: Place, mode: Mode) -> tuple[HttpResponse, str, int | None]:
    if mode is Mode.UNAVAILABLE:
        raise Reject("unavailable")
    if mode is Mode.HIDES and request.method == "GET" and place.name == "result":
        raise Reject("not-found")
    content, body = check(request, place, mode)
    if place.name in ("manifest", "feed", "batch"):
        if place.name == "manifest":
            found = reconciliation.manifest(place.key)
        elif place.name == "feed":
            found = reconciliation.feed(request.GET)
        else:
            if request.headers.get("webhook-id") != request.headers.get("Idempotency-Key"):
                raise Reject("malformed", detail="webhook-id and Idempotency-Key differ.")
            found = batch.answer(body or b"", request.headers.get("Idempotency-Key", ""), mode)
        return _json(faults.document(mode, place.name, place.name, found), 200), place.name, None
    if request.method == "GET":
        decision = decisions.look_up(place.key, mode, after=timedelta(seconds=settings.CONFIG.later_seconds))
    else:
        decision = decisions.decide(write_of(request, place, content, body, mode), mode)
    spoken = faults.document(mode, place.name, decision.outcome, decision.receipt)
    response = _json(spoken, decision.status)
    response["ETag"] = f'"{decision.receipt["seq"]}"'
    return response, decision.outcome, decision.receipt["seq"]


def _misbehave(mode: Mode, place: Place, response: HttpResponse) -> HttpResponse:
    """Spoil the answer to a write that has already taken effect."""
    if mode is Mode.LOSE:
        response[LOST] = "1"
    if mode is Mode.FAIL:
        return problem_response("internal", place)
    return response


def _json(document: Mapping[str, Any], status: int, media_type: str = "application/json") -> HttpResponse:
    response = HttpResponse(contract.canonical(document), status=status, content_type=media_type)
    response["Cache-Control"] = "no-store"
    return response


def _write_log(request: HttpRequest, place: Place, seq: int | None, status: int, outcome: str) -> None:
    try:
        with transaction.atomic():
            row = Exchange.objects.create(
                at=timezone.now(),
                method=request.method if request.method in ("GET", "PUT", "DELETE", "POST") else "?",
                place=place.name,
                result_id=place.result_id,
                seq=seq,
                status=status,
                outcome=outcome,
            )
            Exchange.objects.filter(pk__lte=row.pk - _KEPT_EXCHANGES).delete()
    except DatabaseError:
        # What was decided stands; a line of the log is not worth an answer.
        log.warning("the log was not written")
