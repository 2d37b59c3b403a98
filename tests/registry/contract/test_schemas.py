"""Schemas, problems and Retry-After beyond the examples."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import MATERIAL, example, result


@pytest.mark.parametrize("document", [None, 1, "x", [], {}, True, [[]], {"contract": "dgx-v1/receipt"}], ids=repr)
@pytest.mark.parametrize("name", c.SCHEMAS)
def test_nothing_but_the_document_is_valid(name: str, document: Any) -> None:
    assert c.validate(name, document)


def test_an_error_names_the_place_and_never_the_value() -> None:
    document = result(name="张\n测试")
    document["person"]["身份"] = "11010519491231002X"
    document["extra"] = {"张测试": "x"}
    del document["result"]["score"]
    errors = c.validate("result", document)
    assert {(error.pointer, error.code) for error in errors} == {
        ("/person/name", "pattern"), ("/person", "additionalProperties"),
        ("/result/score", "required"), ("/extra", "pattern"),
    }  # fmt: skip
    assert "张" not in repr(errors)
    assert "1101" not in repr(errors)


def test_there_are_at_most_ten_errors() -> None:
    assert (
        len(c.validate("result", {"contract": 1, "scheme": 2, "result_id": 3, **{f"x{i}": 1 for i in range(50)}})) <= 10
    )


def test_an_unknown_schema_is_a_programmers_error() -> None:
    for name in ("common", "../schemas/result", "nope"):
        with pytest.raises(KeyError):
            c.validate(name, {})


@pytest.mark.parametrize(
    "instant", ["2026-02-30T00:00:00Z", "2026-11-22T24:30:00Z", "2026-11-22T09:30:00+99:00", "2026-11-22"]
)
def test_an_instant_that_no_calendar_has_is_not_valid(instant: str) -> None:
    assert c.validate("receipt", {**example("receipt.good.issued.json"), "updated_at": instant})


def test_a_problem_is_made_only_as_the_table_has_it() -> None:
    with pytest.raises(KeyError):
        c.problem("oops")
    with pytest.raises(ValueError, match="status"):
        c.problem("throttled", status=500)
    assert c.problem("malformed", status=415)["status"] == 415


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None), ("10, 20", None), ("+5", None), ("5 s", None), ("１２０", None), (" 120 ", 120), ("0120", 120),
        ("9" * 10_000, 21600), ("Sunday, 22-Nov-26 00:02:00 GMT", 120), ("Sun Nov 22 00:02:00 2026", 120),
        ("Sun, 22 Nov 2026 08:02:00 +0800", None), ("Sun, 99 Foo 2026 00:00:00 GMT", None),
        ("Sun, ", None), ("2026-11-22", None),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_retry_after_in_all_its_forms(header: str | None, wait: int | None) -> None:
    assert c.retry_after(header, datetime(2026, 11, 22, tzinfo=UTC), 5) == wait


def test_the_package_carries_the_contract_as_it_was_agreed() -> None:
    import yaml

    folder = MATERIAL.parents[2] / "dgxblock" / "registry" / "contract"
    document = yaml.safe_load((folder / "openapi.yaml").read_text(encoding="utf-8"))
    operations = {
        op["operationId"] for path in document["paths"].values() for op in path.values() if "operationId" in op
    }
    assert operations == {
        "putResult", "getResult", "putRevocation", "deleteRevocation", "postBatch", "listResults", "getManifest",
    }  # fmt: skip
    named = {path.stem for path in (folder / "schemas").glob("*.json")}
    assert named == {*c.SCHEMAS, "common"}
