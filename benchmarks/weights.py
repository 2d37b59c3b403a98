"""What a learner's page weighs: the block's own script and style, inline or as files, and the requests they cost."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass

from benchmarks.stand import RESOURCES
from benchmarks.subjects import Subject

__all__ = ["Weight", "packed", "weigh"]

_LOADED = re.compile(r"""<(?:img|script|iframe|link)\b[^>]*\b(?:src|href)\s*=\s*["']([^"']+)""")


@dataclass(frozen=True)
class Weight:
    """Bytes, raw and as gzip -9 sends them. `files` are requests besides the page, `elsewhere` those to other hosts,
    `later` what the script fetches before the learner can begin."""

    html: int
    html_gz: int
    js: int
    js_gz: int
    css: int
    css_gz: int
    files: int
    elsewhere: int
    later: tuple[str, ...]


def packed(data: bytes, /) -> int:
    """Bytes after gzip -9."""
    return len(gzip.compress(data, 9, mtime=0))


def weigh(subject: Subject, learner: str, /) -> Weight:
    """The page to answer on, of a new learner. What the host adds (its jQuery, its CodeMirror) is not counted, which
    flatters blocks that count on it."""
    subject.before(learner)
    block = subject.block(learner)
    fragment = block.runtime.render(block, "student_view", {})  # with what the block gives its script at the start
    html = str(fragment.content)
    pieces: dict[str, list[bytes]] = {"js": [], "css": []}
    loaded = set(_LOADED.findall(html))
    files, elsewhere = len(loaded), sum(each.startswith(("http://", "https://", "//")) for each in loaded)
    for resource in fragment.resources:
        kind = {"application/javascript": "js", "text/css": "css"}.get(resource.mimetype)
        if resource.kind == "url":
            files += 1
            if not resource.data.startswith(RESOURCES):
                elsewhere += 1
                continue
            with subject.cls.open_local_resource(resource.data.removeprefix(RESOURCES)) as file:
                data = file.read()
        else:
            data = resource.data.encode()
        if kind:
            pieces[kind].append(data)
    js, css = pieces["js"], pieces["css"]
    return Weight(
        len(html.encode()), packed(html.encode()), sum(map(len, js)), sum(map(packed, js)), sum(map(len, css)),
        sum(map(packed, css)), files, elsewhere, subject.later,
    )  # fmt: skip
