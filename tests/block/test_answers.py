"""What handlers believe of a request."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock.block import answers
from dgxblock.block.http import ApiError


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("一\r\n二\r三", "一\n二\n三"), ("a\x00b\x1b\x7f", "ab"), ("\ttab\n", "\ttab\n"), ("😀", "😀"), ("", "")],
)
def test_a_text_is_kept_without_what_databases_refuse(raw: str, kept: str) -> None:
    assert answers.text(raw) == kept


@pytest.mark.parametrize("raw", ["\ud800", "a\udfff", None, 7, True, [], {}, b"x"])
def test_what_is_no_text_is_refused(raw: Any) -> None:
    with pytest.raises(ApiError) as caught:
        answers.text(raw)
    assert (caught.value.status, caught.value.code) == (400, "malformed")


@pytest.mark.parametrize("raw", [True, -1, 1.0, "1", [], 10**9])
def test_what_is_no_version_is_refused(raw: Any) -> None:
    with pytest.raises(ApiError):
        answers.version({"version": raw})


def test_a_version_may_be_left_out() -> None:
    assert answers.version({}) is None and answers.version({"version": 0}) == 0


@pytest.mark.parametrize("raw", [None, [], "a", {"a": 1, "b": 2}])
def test_only_known_names_pass(raw: Any) -> None:
    with pytest.raises(ApiError):
        answers.known_keys(raw, ("a",))
    assert answers.known_keys({}, ("a",)) == {}


@pytest.mark.parametrize("code", ["already-decided", "no-attempts-left", "not-open", "new-code"])
def test_each_conflict_has_a_sentence(code: str) -> None:
    refusal = answers.conflict(code)
    assert refusal.status == 409 and refusal.code == code and refusal.message.endswith(".")
