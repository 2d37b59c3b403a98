"""The library as a course that Open edX imports: a case a subsection, a document a unit.

The platform grades subsections, so a case is one assignment: what its questions earn is added up, each document by its
component's weight.

The archive is OLX as Studio writes it: ``course/…`` with a file for each chapter, sequential and vertical, our blocks
inline in their vertical. The same cases always make the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
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
_LANGUAGES: Final = {"zh-CN": "zh_HANS", "en": "en"}
"""As the platform writes them in a course's settings."""
_WEIGHTS: Final = {"exercise": 1.0, "assessment": 3.0}
"""What a document counts in its case: a case of three exercises weighs practice and assessment alike."""


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
    course = etree.Element("course", display_name=_("Teaching cases", language=lang))
    course.set("language", _LANGUAGES[lang])
    graded = [entry for entry in entries if any(map(entry.documents.get, _WEIGHTS))]
    etree.SubElement(course, "chapter", url_name="library")
    chapter = etree.Element("chapter", display_name=_("Case library", language=lang))
    files = {
        "course.xml": _xml(etree.Element("course", url_name=RUN, org="DGX", course="CASES")),
        f"course/{RUN}.xml": _xml(course),
        f"policies/{RUN}/policy.json": _json({f"course/{RUN}": {"advanced_modules": sorted(_BLOCKS.values())}}),
        f"policies/{RUN}/grading_policy.json": _json(_grading(_assignment(lang), len(graded))),
    }
    sequentials: set[str] = set()
    verticals: set[str] = set()
    for entry in entries:
        case = _free(entry.case_id, sequentials)
        etree.SubElement(chapter, "sequential", url_name=case)
        sequential = etree.Element("sequential", display_name=_line(entry.title.plain(lang)))
        if entry in graded:
            sequential.set("graded", "true")
            sequential.set("format", _assignment(lang))
        for name, vertical in _verticals(entry, lang):
            url_name = _free("-".join([case, *name]), verticals)
            vertical[0].set("url_name", f"{url_name}-block")
            etree.SubElement(sequential, "vertical", url_name=url_name)
            files[f"vertical/{url_name}.xml"] = _xml(vertical)
        files[f"sequential/{case}.xml"] = _xml(sequential)
    files["chapter/library.xml"] = _xml(chapter)
    return files


def _free(name: str, taken: set[str]) -> str:
    """`name`, with a number if it is taken, as by another version of a case: the platform would keep but one."""
    numbered = (f"{name}-{number}" for number in count(2))
    free = next(each for each in chain([name], numbered) if each not in taken)
    taken.add(free)
    return free


def _verticals(entry: Entry, lang: str) -> Iterator[tuple[list[str], etree._Element]]:
    """The units of a case, each with the words that tell its name from the others'."""
    for kind, name, path in _documents(entry):
        document = inlined(path)
        title = _line(read.parse(document).title.plain(lang))
        vertical = etree.Element("vertical", display_name=title)
        block = etree.SubElement(vertical, _BLOCKS[kind], url_name="")
        block.set("xblock-family", "xblock.v1")
        block.set("display_name", title)
        block.set("library_ref", f"{entry.ref}#{name}" if name else entry.ref)
        if kind in _WEIGHTS:
            block.set("weight", str(_WEIGHTS[kind]))
        block.append(write.to_element(document))
        yield [each for each in (kind, name) if each], vertical


def _documents(entry: Entry) -> Iterator[tuple[str, str, Path]]:
    for kind in _BLOCKS:
        files: Path | Mapping[str, Path] | None = entry.documents.get(kind)
        if isinstance(files, Path):
            yield kind, "", files
        elif files:
            yield from ((kind, name, path) for name, path in files.items())


def _assignment(lang: str) -> str:
    """The name of the assignment type, which ties subsections to the grading policy and which learners read."""
    return _("Case study", language=lang)


def _grading(name: str, cases: int) -> dict[str, Any]:
    kind = {"type": name, "short_label": name, "min_count": cases, "drop_count": 0, "weight": 1.0}
    return {"GRADER": [kind], "GRADE_CUTOFFS": {"Pass": 0.6}}


def _line(title: str) -> str:
    return " ".join(title.split())


def _xml(element: etree._Element) -> bytes:
    # without a declaration, as Studio writes it: the platform opens some of these files as text
    return bytes(etree.tostring(element, encoding="utf-8", xml_declaration=False, pretty_print=True))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()
