"""Answers against the contract, on purpose: so that a sender's caution, and the conformance kit, have something to
find. What is stored stays right; only what is said is wrong."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from dgxblock.demo.sandbox.models import Mode

__all__ = ["document", "response"]


def document(mode: Mode, place: str, outcome: str, answer: Mapping[str, Any], /) -> dict[str, Any]:
    """The document of a success, spoiled as the mode has it."""
    spoiled = deepcopy(dict(answer))
    certificate = spoiled.get("certificate")
    if mode is Mode.FORGETS and outcome == "repeated" and certificate:
        certificate["no"] += "-2"
        spoiled["rev"] += 1
    elif mode is Mode.LOOPS and place == "feed" and spoiled["items"]:
        spoiled["next_cursor"] = "again"
    elif mode is Mode.MISCOUNTS and place == "manifest":
        spoiled["count"] += 1
    elif mode is Mode.DROPS and place == "batch":
        spoiled["items"] = spoiled["items"][:-1] or spoiled["items"]
    elif mode is Mode.RENUMBERS and outcome == "reinstated" and certificate:
        certificate["no"] += "-N"
    elif mode is Mode.ENVELOPE:
        return {"code": 200, "msg": "成功", "data": spoiled}
    return spoiled


def response(mode: Mode, request: HttpRequest, answer: HttpResponse, /) -> HttpResponse:
    """The whole answer, spoiled as the mode has it."""
    if mode is Mode.REDIRECTS:
        moved = HttpResponseRedirect(f"{request.path}/")
        moved.status_code = 307
        return moved
    if mode is Mode.HTML and answer.status_code >= 400:
        return HttpResponse(f"<!doctype html><title>{answer.status_code}</title>", status=answer.status_code)
    if mode is Mode.GZIP:
        answer.content = gzip.compress(answer.content)
        answer["Content-Encoding"] = "gzip"
        answer["Content-Length"] = str(len(answer.content))
    if mode is Mode.CACHES:
        answer["Cache-Control"] = "max-age=600"
    return answer
