"""What blocks call: only who is logged in counts, and a refusal changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from workbench.models import XBlockState

from dgxblock.demo.models import DemoGrade
from dgxblock.ledger import models as ledger
from dgxblock.registry import models as registry
from tests.builders.demo import as_person, handler, learner_id, send, visitor
from tests.builders.registry import form

pytestmark = pytest.mark.usefixtures("demo")

TABLES = (
    ledger.Attempt,
    ledger.Draft,
    ledger.Decision,
    registry.Identity,
    registry.Consent,
    registry.Operation,
    DemoGrade,
)
SAVE = handler("certificate", "save_identity")


def rows() -> dict[str, Any]:
    """Everything that a request could change."""
    found: dict[str, Any] = {table.__name__: table._default_manager.count() for table in TABLES}
    found["fields"] = sorted(XBlockState.objects.values_list("scope", "scope_id", "user_id", "state"))
    return found


def code_of(answer: Any) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["message"]
    assert "Traceback" not in error["message"]
    return answer.status_code, error["code"]


HOSTILE: dict[str, tuple[str | None, str, dict[str, Any], int, str]] = {
    "nobody is logged in": (None, SAVE, {}, 403, "nobody"),
    "the author at a learner's handler": ("demo-author", SAVE, {}, 403, "role"),
    "staff at a learner's handler": ("demo-staff", SAVE, {}, 403, "role"),
    "a trainee at the author's handler": ("zhou-min", handler("case", "studio_save", author=True), {}, 403, "role"),
    "a trainee saves like an author": ("zhou-min", handler("case", "studio_save"), {}, 403, "not-author"),
    "the author as a learner": ("demo-author", handler("certificate", "withdraw", author=True), {}, 403, "nobody"),
    "no token": ("zhou-min", SAVE, {"token": False}, 403, "csrf"),
    "no such unit": ("zhou-min", "/handler/dgx-demo.dgx_exam.d0.u0/save_identity/", {}, 404, "not-found"),
    "somebody else's usage": ("zhou-min", "/handler/workbench.dgx_case_study.d0.u0/decide/", {}, 404, "not-found"),
    "no such handler": ("zhou-min", handler("certificate", "issue"), {}, 404, "not-found"),
    "a view is no handler": ("zhou-min", handler("certificate", "student_view"), {}, 404, "not-found"),
    "a method is no handler": ("zhou-min", handler("certificate", "save"), {}, 404, "not-found"),
    "an aside": ("zhou-min", "/handler/dgx-demo.dgx_certification.d0.u0.aside/refresh/", {}, 404, "not-found"),
    "not JSON": ("zhou-min", SAVE, {"data": b"{"}, 400, "malformed"),
    "a list": ("zhou-min", SAVE, {"data": "[1]"}, 400, "malformed"),
    "nothing": ("zhou-min", SAVE, {"data": b""}, 400, "malformed"),
    "NaN": ("zhou-min", SAVE, {"data": '{"name": NaN}'}, 400, "malformed"),
    "not UTF-8": ("zhou-min", SAVE, {"data": b'{"name": "\xff"}'}, 400, "malformed"),
    "too deep": ("zhou-min", SAVE, {"data": "[" * 30000}, 400, "malformed"),
    "too large": ("zhou-min", SAVE, {"data": '{"name": "' + "x" * 70_000 + '"}'}, 413, "too-large"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_is_refused_in_words_and_changes_nothing(name: str) -> None:
    who, address, how, status, code = HOSTILE[name]
    client = as_person(who) if who else visitor()
    before = rows()
    assert code_of(send(client, address, how.get("data"), token=how.get("token", True))) == (status, code)
    assert rows() == before


def test_a_handler_that_changes_something_takes_post_only() -> None:
    answer = as_person("zhou-min").get(SAVE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method")


@pytest.mark.parametrize("forged", ["?student={other}", "?student={other}&user_id={other}", "?user={other}"])
def test_a_forged_learner_in_the_address_means_nothing(forged: str) -> None:
    mine, other = learner_id("zhou-min"), learner_id("lin-xiao")
    answer = send(as_person("zhou-min"), SAVE + forged.format(other=other), form(action="later", student=other))
    assert answer.status_code == 200, answer.content
    assert list(registry.Identity.objects.values_list("learner_id", flat=True)) == [mine]


def test_the_authors_save_reaches_every_trainee_and_only_that_unit() -> None:
    answer = send(as_person("demo-author"), handler("assessment", "studio_save", author=True),
                  {"display_name": "期末测评", "pass_mark": "80", "library": ""})  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert "期末测评" in as_person("he-qiang").get("/learn/assessment/").content.decode()
    assert "期末测评" not in as_person("he-qiang").get("/learn/exercise/").content.decode()


def test_an_authors_mistake_is_shown_beside_its_field_and_nothing_is_saved() -> None:
    client, before = as_person("demo-author"), rows()
    answer = send(client, handler("assessment", "studio_save", author=True), {"pass_mark": "180", "library": "nope@1"})
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {"pass_mark", "library"}
    assert rows() == before
