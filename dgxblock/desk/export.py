"""The library as a course that Open edX imports: a case a subsection, a document a unit.

The archive is OLX as Studio writes it: ``course/…`` with a file for each chapter, sequential and vertical, our blocks
inline in their vertical. The same cases always make the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from lxml import etree

from dgxblock.content import read, write
from dgxblock.content.folder import inlined
from dgxblock.content.library import Entry
from dgxblock.i18n import gettext as _

__all__ = ["RUN", "archive"]

RUN: Final = "cases"
_BLOCKS: Final = {"case": "dgx_case_study", "exercise": "dgx_exercise", "assessment": "dgx_assessment"}
_FORMAT: Final = {"exercise": "Practice", "assessment": "Assessment"}
"""Names of the assignment types, which tie units to the grading policy."""


def archive(entries: Iterable[Entry], lang: str, /) -> bytes:
    """The course as a ``.tar.gz``, its names in `lang`."""
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name, data in sorted(_files(list(entries), lang).items()):
            info = tarfile.TarInfo(f"course/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return raw.getvalue()


def _files(entries: list[Entry], lang: str) -> dict[str, bytes]:
    course = etree.Element("course", display_name=_("Teaching cases", language=lang), language=lang)
    etree.SubElement(course, "chapter", url_name="library")
    chapter = etree.Element("chapter", display_name=_("Case library", language=lang))
    files = {
        "course.xml": _xml(etree.Element("course", url_name=RUN, org="DGX", course="CASES")),
        f"course/{RUN}.xml": _xml(course),
        f"policies/{RUN}/policy.json": _json({f"course/{RUN}": {"advanced_modules": sorted(_BLOCKS.values())}}),
        f"policies/{RUN}/grading_policy.json": _json(_grading()),
    }
    for entry in entries:
        etree.SubElement(chapter, "sequential", url_name=entry.case_id)
        sequential = etree.Element("sequential", display_name=_line(entry.title.plain(lang)))
        for url_name, vertical in _verticals(entry, lang):
            etree.SubElement(sequential, "vertical", url_name=url_name)
            files[f"vertical/{url_name}.xml"] = _xml(vertical)
        files[f"sequential/{entry.case_id}.xml"] = _xml(sequential)
    files["chapter/library.xml"] = _xml(chapter)
    return files


def _verticals(entry: Entry, lang: str) -> Iterator[tuple[str, etree._Element]]:
    for kind, name, path in _documents(entry):
        document = inlined(path)
        title = _line(read.parse(document).title.plain(lang))
        url_name = "-".join(each for each in (entry.case_id, kind, name) if each)
        vertical = etree.Element("vertical", display_name=title)
        block = etree.SubElement(vertical, _BLOCKS[kind], url_name=f"{url_name}-block")
        block.set("xblock-family", "xblock.v1")
        block.set("display_name", title)
        block.set("library_ref", f"{entry.ref}#{name}" if name else entry.ref)
        if kind in _FORMAT:
            vertical.set("format", _FORMAT[kind])
        block.append(write.to_element(document))
        yield url_name, vertical


def _documents(entry: Entry) -> Iterator[tuple[str, str, Path]]:
    for kind in _BLOCKS:
        files: Path | Mapping[str, Path] | None = entry.documents.get(kind)
        if isinstance(files, Path):
            yield kind, "", files
        elif files:
            yield from ((kind, name, path) for name, path in files.items())


def _grading() -> dict[str, Any]:
    def kind(name: str, weight: float) -> dict[str, Any]:
        return {"type": name, "short_label": name, "min_count": 1, "drop_count": 0, "weight": weight}

    return {"GRADER": [kind("Practice", 0.4), kind("Assessment", 0.6)], "GRADE_CUTOFFS": {"Pass": 0.6}}


def _line(title: str) -> str:
    return " ".join(title.split())


def _xml(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, encoding="utf-8", pretty_print=True))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()
