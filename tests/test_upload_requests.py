"""What the handlers of uploads refuse, and what a refusal leaves behind: nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone
from webob import Request
from xblock.django.request import django_to_webob_request

from dgxblock import lab
from dgxblock.block import host
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models
from tests.builders import blocks, practice, uploads, workbooks
from tests.builders.hostile import refused_politely
from tests.builders.uploads import exercise, form, send, solved, state, template, uploaded

pytestmark = pytest.mark.django_db
FILE = b"PK\x03\x04"


def macro(made: Any) -> bytes:
    """A workbook with macros that was given another name."""
    out = BytesIO(solved(made))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


def bomb(made: Any) -> bytes:
    """1.9 MB that would become two gigabytes."""
    del made
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in workbooks.parts().items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as member:
            for _ in range(200):
                member.write(b" " * 1_000_000)
    return out.getvalue()


FILES: list[tuple[str, Callable[[Any], bytes], str]] = [
    ("a macro under another name", macro, "macro"),
    ("a bomb", bomb, "too-large"),
    ("nothing", lambda _made: b"", "empty"),
    ("a PDF", lambda _made: b"%PDF-1.7\n%", "pdf"),
    ("a web page", lambda _made: b"<!DOCTYPE html><html></html>", "html"),
    (
        "the old XLS",
        lambda _made: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(600),
        "xls-old",
    ),
    ("half a workbook", lambda made: solved(made)[:4000], "damaged"),
    ("a workbook without the sheet", lambda _made: workbooks.book(), "sheet-missing"),
]
NO_FORM = [
    ("no file", form(), "no-file"),
    ("two files", form(("file", "a.xlsx", FILE), ("file", "b.xlsx", FILE)), "no-file"),
    ("another field", form(("upload", "a.xlsx", FILE)), "no-file"),
    ("a field too many", form(("file", "a.xlsx", FILE), ("learner_id", None, b"8")), "no-file"),
    ("a text for a file", form(("file", None, FILE)), "no-file"),
    ("a file without a name", form(("file", "", FILE)), "no-file"),
    ("a form without its end", form(("file", "a.xlsx", FILE))[:-20], "empty"),
    ("noise", b"\x00\xff" * 400, "no-file"),
    ("nothing", b"", "no-file"),
]


@pytest.mark.parametrize(("make", "code"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_file_that_is_not_read_changes_nothing_and_is_explained_beside_the_field(
    make: Callable[[Any], bytes], code: str
) -> None:
    made = exercise()
    content = make(made)
    before = state(made)
    response = send(made, content, name="../../etc/一号线.xlsx")

    refused_politely(response, 400, code)
    assert set(response.json["error"]["fields"]) == {"a.w1"} and "etc" not in response.text
    assert state(made) == before


@pytest.mark.parametrize(("body", "code"), [row[1:] for row in NO_FORM], ids=[row[0] for row in NO_FORM])
def test_a_form_that_is_not_ours_is_refused(body: bytes, code: str) -> None:
    made = exercise()
    before = state(made)
    response = send(made, body=body)
    refused_politely(response, 400, code)
    assert state(made) == before


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_of_another_kind_is_refused(kind: str) -> None:
    made = exercise()
    before = state(made)
    refused_politely(send(made, FILE, kind=kind), 400, "no-file")
    assert state(made) == before


@pytest.mark.parametrize("size", [2_000_001, 3_000_000])
def test_a_file_that_is_too_large_is_refused(size: int) -> None:
    made = exercise()
    before = state(made)
    refused_politely(send(made, bytes(size)), 413, "too-large")
    assert state(made) == before


def test_a_large_body_is_refused_before_any_of_it_is_read() -> None:
    made = exercise()

    class Unreadable(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("somebody read it")

    request = Request.blank(
        "/?item=w1", method="POST", content_type=f"multipart/form-data; boundary={uploads.BOUNDARY}"
    )
    request.body_file = Unreadable()
    request.content_length = 3_000_000_000
    refused_politely(made.runtime.handle(made, "upload", request), 413, "too-large")


@pytest.mark.parametrize("item", ["", "w2", "s1", "w1/../w2", "W1", "w1\x00", "测", "1" * 5000])
@pytest.mark.parametrize("handler", ["upload", "template"])
def test_a_question_that_asks_for_no_workbook_is_not_found(handler: str, item: str) -> None:
    made = exercise(document=uploads.EXERCISE)
    before = state(made)
    response = send(made, FILE, item=quote(item)) if handler == "upload" else template(made, quote(item))
    refused_politely(response, 404, "not-found")
    assert state(made) == before


def test_each_handler_takes_its_own_method_only() -> None:
    made = exercise()
    before = state(made)
    refused_politely(send(made, FILE, method="GET"), 405, "method")
    refused_politely(template(made, method="POST"), 405, "method")
    assert state(made) == before


def test_nobody_who_is_not_logged_in_is_served() -> None:
    made = exercise(learner=None)
    refused_politely(send(made, FILE), 403, "nobody")
    refused_politely(template(made), 403, "nobody")
    assert not models.Upload.objects.exists() and not models.Attempt.objects.exists()


def test_nobody_who_is_not_enrolled_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    made = exercise()
    file = solved(made)
    before = state(made)
    monkeypatch.setattr(host, "enrolled", lambda *_: False)
    refused_politely(send(made, file), 403, "not-enrolled")
    refused_politely(template(made), 403, "not-enrolled")
    assert state(made) == before


def test_nothing_is_taken_after_the_due_date() -> None:
    past: datetime = timezone.now() - timedelta(hours=1)
    made = exercise(blocks.Overdue.of(ExerciseXBlock), due=past)
    file = solved(made)
    before = state(made)
    refused_politely(send(made, file), 403, "closed")
    assert state(made) == before


def test_an_assessment_takes_files_while_a_try_is_open_only() -> None:
    made = uploads.assessment()
    before = state(made)
    refused_politely(send(made, FILE), 409, "not-open")
    refused_politely(template(made), 409, "not-open")
    assert state(made) == before


def test_a_request_that_arrives_twice_is_one_upload() -> None:
    made = exercise()
    file = solved(made)
    first = uploaded(made, file)
    before = state(made)
    assert uploaded(made, file) == first and state(made) == before


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("C:\\Users\\周敏\\一号线.xlsx", "一号线.xlsx"),
        ("../../../etc/passwd.xlsx", "passwd.xlsx"),
        ("a\u202exslx.exe", "axslx.exe"),
        ("a\u200f\u2066b\u0007.xlsx", "ab.xlsx"),
        ("表" * 200 + ".xlsx", "表" * 28 + "……" + "表" * 5 + ".xlsx"),
        ("🏭一号线.xlsx", "🏭一号线.xlsx"),
        ("<img src=x onerror=alert(1)>.xlsx", "<img src=x onerror=alert(1)>.xlsx"),
        ("\u202e", "workbook.xlsx"),
        ("folder/", "workbook.xlsx"),
    ],
)  # fmt: skip
def test_a_files_name_is_kept_as_it_can_be_shown(sent: str, shown: str) -> None:
    made = exercise()
    response = send(made, solved(made), name=sent)
    assert response.status_int == 200, response.text
    assert models.Upload.objects.get(**made.place().where()).name == shown
    assert "<img" not in response.json["html"]


# -- answers that name an upload -------------------------------------------------------------------------------------

SHAPES: list[Any] = [
    "17", ["17"], 17, None, {"upload": -1}, {"upload": 0}, {"upload": 1.5}, {"upload": True}, {"upload": "１７"},
    {"upload": "-1"}, {"upload": "1e3"}, {"upload": "9" * 19}, {"upload": 10**18}, {"upload": None}, {"upload": ["1"]},
    {"upload": "1", "cells": []}, {"cells": [{"id": "half", "kind": "number", "value": 1.0}]}, {"name": "x"},
    {"upload": "1; DROP TABLE"}, {"upload": "1", "data": ""},
]  # fmt: skip


@pytest.mark.parametrize("handler", ["save_draft", "check"])
@pytest.mark.parametrize("answer", SHAPES, ids=repr)
def test_an_answer_names_an_upload_and_says_nothing_else(handler: str, answer: Any) -> None:
    made = exercise()
    request = {"a": {"w1": answer}, "nonce": practice.nonce(made)}
    before = state(made)
    refused_politely(blocks.post(made, handler, request), 400, "malformed")
    assert state(made) == before


@pytest.mark.parametrize("handler", ["save_draft", "check"])
@pytest.mark.parametrize("whose", ["nobody's", "another learner's", "another block's", "another question's"])
def test_an_upload_of_another_place_is_no_answer(handler: str, whose: str) -> None:
    made = exercise()
    content = solved(made)
    if whose == "nobody's":
        number = 987_654_321
    elif whose == "another learner's":
        number = uploaded(exercise(), content)
    elif whose == "another block's":
        number = uploaded(exercise(learner=made.learner(), usage="u1"), content)
    else:
        number = uploaded(made, content)
        models.Upload.objects.filter(pk=number).update(item_id="w9")
    request = {"a": {"w1": {"upload": str(number)}}, "nonce": practice.nonce(made)}
    before = state(made)
    refused_politely(blocks.post(made, handler, request), 400, "malformed")
    assert state(made) == before


def test_what_a_draft_keeps_comes_from_the_record() -> None:
    made = exercise()
    number = uploaded(made, solved(made))
    blocks.answer(made, "save_draft", {"a": {"w1": {"upload": str(number)}}})
    draft = ledger.draft(made.place())
    assert draft is not None
    assert set(draft.answers["w1"]) == {"upload", "name", "data", "cells"} and len(draft.answers["w1"]["cells"]) == 3


# -- when things break -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        ("busy", 503, "Many files"), ("rate", 429, "quick"), ("down", 503, "cannot be read"),
        ("size", 400, "too large"), ("killed", 400, "too long"), ("deadline", 400, "too long"),
    ],
)  # fmt: skip
def test_a_laboratory_that_cannot_read_says_when_to_come_back(
    code: str, status: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = exercise()
    file = solved(made)
    before = state(made)

    def refuse(*_: Any, **__: Any) -> Any:
        raise lab.LabError(code, seconds=4)

    monkeypatch.setattr(lab, "call", refuse)
    response = send(made, file)
    refused_politely(response, status, {"killed": "deadline", "size": "too-large"}.get(code, code))
    assert word in response.json["error"]["message"] and state(made) == before


def test_a_failure_in_the_middle_leaves_no_half_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    made = exercise()
    file = solved(made)
    uploaded(made, file)
    before = state(made)

    def fail(*_: Any) -> Any:
        raise RuntimeError("secret /tmp/x.py")

    monkeypatch.setattr("dgxblock.ledger.uploads._drop_old", fail)
    refused_politely(send(made, solved(made, share=("", 0.1))), 500, "internal")
    assert state(made) == before


def test_a_file_that_django_has_parsed_arrives_as_well() -> None:
    made = exercise()
    files = {"file": SimpleUploadedFile("一号线.xlsx", solved(made))}
    request = django_to_webob_request(RequestFactory().post("/?item=w1", files))
    response = made.runtime.handle(made, "upload", request)
    assert response.status_int == 200 and models.Upload.objects.get(**made.place().where()).name == "一号线.xlsx"


def test_two_files_that_django_has_parsed_are_refused() -> None:
    made = exercise()
    before = state(made)
    files = {"file": [SimpleUploadedFile("a.xlsx", FILE), SimpleUploadedFile("b.xlsx", FILE)]}
    request = django_to_webob_request(RequestFactory().post("/?item=w1", files))
    refused_politely(made.runtime.handle(made, "upload", request), 400, "no-file")
    assert state(made) == before


def test_a_page_that_comes_too_late_is_told_of_an_upload_as_it_would_send_it() -> None:
    made = exercise()
    number = uploaded(made, solved(made))
    blocks.answer(made, "save_draft", {"a": {"w1": {"upload": str(number)}}, "version": 0})
    response = blocks.post(made, "save_draft", {"a": {"w1": {"upload": ""}}, "version": 0})
    refused_politely(response, 409, "stale-draft")
    assert response.json["error"]["theirs"]["a"] == {"w1": {"upload": str(number)}}


def test_an_earlier_file_is_shown_again_and_so_is_none() -> None:
    made = exercise()
    first = uploaded(made, solved(made), name="v1.xlsx")
    uploaded(made, solved(made, share=("", 0.5)), name="v2.xlsx")
    shown = blocks.answer(made, "uploaded", {"item": "w1", "upload": str(first)})["html"]
    assert "v1.xlsx" in shown and "v2.xlsx" not in shown and f'value="{first}"' in shown
    none = blocks.answer(made, "uploaded", {"item": "w1", "upload": ""})["html"]
    assert "data-told" not in none and 'data-shown=""' in none


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"item": "w1", "upload": "999999"}, 400), ({"item": "w1", "upload": [1]}, 400),
        ({"item": "w1", "upload": "9" * 19}, 400), ({"item": "w1", "upload": True}, 400),
        ({"item": "w1", "upload": "-1"}, 400), ({"item": "w1", "upload": None}, 400),
        ({"item": "nothing", "upload": ""}, 404), ({"item": ["w1"], "upload": ""}, 404), ({}, 404),
        ({"item": "w1", "upload": "", "learner": "8"}, 400),
    ],
)  # fmt: skip
def test_what_is_no_file_of_this_learner_is_not_shown(data: dict[str, Any], status: int) -> None:
    made = exercise()
    before = state(made)
    assert blocks.post(made, "uploaded", data).status_int == status
    assert state(made) == before


def test_the_file_of_another_learner_is_not_shown() -> None:
    other = exercise()
    number = uploaded(other, solved(other))
    refused_politely(blocks.post(exercise(), "uploaded", {"item": "w1", "upload": str(number)}), 400, "malformed")
