"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = re.compile(r"pytest\.(?:skip|importorskip|xfail)\(|mark\.(?:skip|skipif|xfail)\b")


def sources(folder: str) -> dict[str, str]:
    """The text of every Python module in a folder of the repository, by path."""
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py")}


def test_every_module_is_short_enough_to_be_read_in_one_sitting() -> None:
    lengths = {name: len(text.splitlines()) for name, text in sources("dgxblock").items()}
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_no_test_is_left_out() -> None:
    texts = sources("tests")
    assert texts
    assert [name for name, text in texts.items() if LEFT_OUT.search(text)] == []


def test_every_page_and_style_names_no_other_host() -> None:
    """Nothing is loaded from a CDN: the files that browsers get load nothing by address."""
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
