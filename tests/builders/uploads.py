"""A learner who downloads a template, fills it in as a spreadsheet program would, and uploads it."""

# ruff: noqa: E501  documents read better unbroken

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

from webob import Request, Response

from dgxblock import lab
from dgxblock.assessment import AssessmentXBlock
from dgxblock.block import host
from dgxblock.content import read
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models
from tests.builders import blocks, documents, workbooks
from tests.builders.documents import both
from tests.builders.workbooks import Filled

BOUNDARY = "----dgx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = (
    f'<workbook id="w1" points="10" objectives="o1">{both("prompt", "prompt w1")}'
    f'<cell id="half" at="OEE!B5" ref="half" tolerance="1%" unit="min">{both("label", "Half of it")}</cell>'
    f'<cell id="share" at="OEE!B6" ref="share" tolerance="0.5pp" unit="%" formula="any">{both("label", "Share")}</cell>'
    f'<cell id="total" at="\'Sum total\'!C4" ref="total" tolerance="1" unit="min">{both("label", "Sum")}</cell>'
    f'<misconception note="test:doubled" cell="half" ref="twice">{both("feedback", "secret feedback w1")}</misconception>'
    f"{both('rationale', 'secret rationale w1')}</workbook>"
)
EXERCISE = documents.EXERCISE.replace(
    '<task id="t2">', f'<task id="t3">{both("title", "Task three")}{WORKBOOK}</task><task id="t2">'
)
ONLY = re.sub(r'<task id="t[12]">.*?</task>', "", EXERCISE, flags=re.DOTALL)
"""Nothing but the workbook."""
ASSESSMENT = documents.ASSESSMENT.replace("</assessment>", f"{WORKBOOK}</assessment>")
PLACES = {"half": "OEE!B5", "share": "OEE!B6", "total": "'Sum total'!C4"}
_NEWCOMERS = itertools.count(5000)
"""Somebody new each time: a learner may have so many files read in a minute, and tests are quick."""


def newcomer() -> str:
    return str(next(_NEWCOMERS))


def exercise(cls: type[Any] = ExerciseXBlock, /, **options: Any) -> Any:
    return blocks.block(cls, options.pop("document", ONLY), **{"learner": newcomer(), **options})


def assessment(**options: Any) -> Any:
    return blocks.block(AssessmentXBlock, ASSESSMENT, **{"learner": newcomer(), **options})


def sheet(made: Any, /) -> lab.Sheet:
    """This learner's first data."""
    place = made.place()
    seed = lab.seed(host.site_secret(), place.course_key, place.usage_key, place.learner_id)
    return lab.build(read.parse(made.document).dataset, seed)


def template(made: Any, item: str = "w1", /, *, method: str = "GET") -> Response:
    request = Request.blank(f"/?item={item}", method=method)
    return made.runtime.handle(made, "template_xlsx", request)


def filled(data: bytes, cells: Filled, /, *, places: Mapping[str, str] = PLACES) -> bytes:
    """The template with these cells, saved as by a program that calculates."""
    return workbooks.filled(data, cells, places)


def right(made: Any, /) -> dict[str, tuple[str, float | str]]:
    return right_cells(sheet(made))


def right_cells(of: lab.Sheet, /) -> dict[str, tuple[str, float | str]]:
    """What belongs into each cell of `WORKBOOK`, by its id."""
    values = of.values
    return {
        "half": ("=SUM(C2:C13)/2", float(values["half"])),
        "share": ("", float(values["share"])),
        "total": ("=SUM(C2:C13)", float(values["total"])),
    }


def solved(made: Any, /, **changed: tuple[str, float | str]) -> bytes:
    """The learner's own template, filled in right but for what is `changed`."""
    return filled(template(made).body, right(made) | changed)


def form(*parts: tuple[str, str | None, bytes]) -> bytes:
    """A multipart body; each part is field, file name (None: no file) and content."""
    body = b""
    for field, name, content in parts:
        file = "" if name is None else f'; filename="{name}"'
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"{file}\r\n'
        kind = "" if name is None else f"Content-Type: {XLSX}\r\n"
        body += head.encode("utf-8", "surrogatepass") + kind.encode() + b"\r\n" + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def send(
    made: Any, content: bytes = b"", /, *, name: str = "一号线.xlsx", item: str = "w1", body: bytes | None = None,
    method: str = "POST", kind: str = f"multipart/form-data; boundary={BOUNDARY}",
) -> Response:  # fmt: skip
    """What the browser sends when a file was chosen, or another `body`."""
    body = form(("file", name, content)) if body is None else body
    request = Request.blank(f"/?item={item}", method=method, content_type=kind, body=body if method == "POST" else b"")
    return made.runtime.handle(made, "upload", request)


def uploaded(made: Any, content: bytes, /, **options: Any) -> int:
    """The number of an upload that must succeed."""
    response = send(made, content, **options)
    assert response.status_int == 200, response.text
    return int(response.json["upload"])


def state(made: Any, /) -> tuple[object, ...]:
    """All that an upload may change."""
    place = made.place()
    rows = models.Upload.objects.filter(**place.where()).order_by("pk").values_list("pk", "sha256", "name", "content")
    return tuple(ledger.attempts(place)), ledger.draft(place), tuple(rows), tuple(map(str, made.runtime.published))
