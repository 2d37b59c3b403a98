"""Requests that no honest page sends, and what every refusal looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

RAW = [
    pytest.param(b"{", 400, "malformed", id="not JSON"),
    pytest.param(b"", 400, "malformed", id="nothing"),
    pytest.param(b"\xff\xfe", 400, "malformed", id="not UTF-8"),
    pytest.param(b'{"version": NaN}', 400, "malformed", id="not a number"),
    pytest.param(b"[]", 400, "malformed", id="a list"),
    pytest.param(b"null", 400, "malformed", id="null"),
    pytest.param(b'"text"', 400, "malformed", id="a text"),
    pytest.param(b"[" * 60_000, 400, "malformed", id="bottomless"),
    pytest.param(b'{"a": "' + b"x" * 70_000 + b'"}', 413, "too-large", id="oversized"),
]
"""Bodies that are no request at all: body, status, code."""

ROOT = str(Path(__file__).parents[2])


def refused_politely(response: Any, status: int, code: str, /) -> None:
    """The answer is a JSON error with a sentence, and leaks no path, trace or secret."""
    assert response.status_int == status, response.text
    assert response.content_type == "application/json"
    assert set(response.json) == {"error"}
    error = response.json["error"]
    assert error["code"] == code
    for sentence in (error["message"], *error.get("fields", {}).values()):
        assert (sentence[0].isupper() or sentence[0] == "“") and sentence.endswith("."), sentence
    assert not [word for word in ("Traceback", ROOT, "/tmp", ".py", "Error:", "secret") if word in response.text]
