"""Every example file of the contract is a test: what is good, what is bad, and what only a rule refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import EXAMPLES

FILES = sorted(EXAMPLES.iterdir())


def parts(path: Path) -> tuple[str, str]:
    schema, kind, *_ = path.name.split(".")
    return schema, kind


def of(kind: str, suffix: str) -> list[Path]:
    return [path for path in FILES if parts(path)[1] == kind and path.suffix == suffix]


def test_every_example_is_of_a_kind_that_is_tested_here() -> None:
    tested = [
        path for kind in ("good", "bad", "refused") for suffix in (".json", ".ndjson") for path in of(kind, suffix)
    ]
    assert sorted(tested) == FILES
    assert len(FILES) > 100


@pytest.mark.parametrize("path", of("good", ".json"), ids=lambda path: path.name)
def test_a_good_document_is_valid(path: Path) -> None:
    schema, _ = parts(path)
    document = c.loads(path.read_bytes())
    assert c.validate(schema, document) == []
    if schema in {"result", "revocation"}:
        assert c.rule_errors(schema, document) == []


@pytest.mark.parametrize("path", of("bad", ".json"), ids=lambda path: path.name)
def test_a_bad_document_is_not_valid_and_its_errors_make_a_problem(path: Path) -> None:
    schema, _ = parts(path)
    errors = c.validate(schema, c.loads(path.read_bytes()))
    assert errors
    # What is said about it must itself fit the schema of problems.
    items = [error.as_item() for error in errors]
    assert (
        c.validate("problem", c.problem("invalid", result_id="018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", errors=items))
        == []
    )


@pytest.mark.parametrize("path", of("refused", ".json"), ids=lambda path: path.name)
def test_a_refused_document_is_valid_but_against_a_rule(path: Path) -> None:
    schema, _ = parts(path)
    document = c.loads(path.read_bytes())
    assert c.validate(schema, document) == []
    expected = "identity-mismatch" if "check-digit" in path.name else "not-above-previous-seq"
    assert [error.code for error in c.rule_errors(schema, document)] == [expected]


@pytest.mark.parametrize("path", of("good", ".ndjson"), ids=lambda path: path.name)
def test_a_good_batch_splits_into_valid_results(path: Path) -> None:
    assert [c.validate("result", c.loads(line)) for line in c.split_batch(path.read_bytes())] == [[], [], []]


@pytest.mark.parametrize("path", of("bad", ".ndjson"), ids=lambda path: path.name)
def test_a_bad_batch_is_malformed(path: Path) -> None:
    with pytest.raises(c.Malformed) as caught:
        c.split_batch(path.read_bytes())
    assert caught.value.code in path.name
