"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "dgxblock").rglob("*.py"))
TESTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_short_enough_to_be_read_in_one_sitting(module: str) -> None:
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("module", TESTS)
def test_no_test_is_left_out(module: str) -> None:
    pattern = r"pytest\.(skip|importorskip|xfail)\(|mark\.(skip|skipif|xfail)\b"
    assert re.findall(pattern, (ROOT / module).read_text(encoding="utf-8")) == []


def test_every_page_and_style_names_no_other_host() -> None:
    """Nothing is loaded from a CDN: the files that browsers get name no address but XML namespaces and ours to link to."""
    files = [
        path
        for folder in ("static", "templates")
        for path in (ROOT / "dgxblock" / folder).rglob("*")
        if path.suffix in {".css", ".js", ".mjs", ".html"}
    ]
    assert files
    loaded = re.compile(
        r"""(?:src\s*=\s*["']|url\(\s*["']?|@import\s+["']|from\s+["']|import\(\s*["'])(?:https?:)?//"""
    )
    assert [path.name for path in files if loaded.search(path.read_text(encoding="utf-8"))] == []
