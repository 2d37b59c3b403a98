"""A QTI package: a ZIP with ``imsmanifest.xml``, the items, and the test that orders them."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from lxml import etree

from dgxblock.bank import qti
from dgxblock.bank.qti_read import opened, read_item
from dgxblock.bank.qti_score import number
from dgxblock.bank.qti_write import write_item
from dgxblock.bank.shape import MOST_BYTES, MOST_QUESTIONS, Place, Question, Read, Untakable
from dgxblock.content.findings import ContentError
from dgxblock.content.safe import MAX_BYTES, Tree, children, load, local
from dgxblock.lab.xlsx.errors import WorkbookError
from dgxblock.lab.xlsx.zipped import Member, members

_MANIFEST: Final = "imsmanifest.xml"
_MOST_FILES: Final = 2 * MOST_QUESTIONS
_STRUCTURE: Final = frozenset({"qti-test-part", "qti-assessment-section", "qti-assessment-item-ref", "qti-weight"})
_Listed = tuple[str, Question]
_DATE: Final = (2020, 1, 1, 0, 0, 0)
"""Of every member: two packages of the same questions are the same."""


def read(data: bytes, /) -> Read:
    """The questions of an item's file or of a package.

    Raises:
        Untakable: it is neither.
    """
    if len(data) > MOST_BYTES:
        raise Untakable(Place(), "too-large", limit=MOST_BYTES // 1_000_000)
    found = Read()
    if data[:2] == b"PK":
        _package(data, found)
    else:
        _one(data, "", found)
    return found


def _one(data: bytes | Member, file: str, found: Read) -> Question | None:
    try:
        question = read_item(data if isinstance(data, bytes) else _bytes(data), found, file)
    except Untakable as reason:
        found.tell(reason.refusal)
        return None
    found.questions.append(question)
    return question


def _package(data: bytes, found: Read) -> None:
    try:
        files = {each.name: each for each in members(data, most=_MOST_FILES)}
    except WorkbookError as error:
        raise Untakable(Place(), "zip", reason=error.code) from None
    if _MANIFEST not in files:
        raise Untakable(Place(), "no-manifest")
    items, tests, used = _resources(_bytes(files[_MANIFEST]), found)
    weights = dict(each for test in tests if test in files for each in _test(files[test], test, found))
    for name in dict.fromkeys([*(each for each in weights if each in items), *items]):
        if len(found.questions) >= MOST_QUESTIONS:
            found.refuse(Place(file=name), "questions", limit=MOST_QUESTIONS)
            return
        if name not in files:
            found.refuse(Place(file=name), "no-file", name=name)
            continue
        question = _one(files[name], name, found)
        if question is not None and question.points is None and (weight := weights.get(name)):
            found.questions[-1] = replace(question, points=weight)
    for name in sorted(set(files) - {_MANIFEST, *items, *tests}):
        if not name.endswith((".xsd", ".dtd")):
            found.refuse(Place(file=name), "file", name=name)
    for name in sorted(used - set(files)):
        found.refuse(Place(file=name), "no-file", name=name)


def _bytes(member: Member) -> bytes:
    if member.size > MAX_BYTES:
        raise Untakable(Place(file=member.name), "too-large", limit=1)
    try:
        return b"".join(member.pieces())
    except WorkbookError as error:
        raise Untakable(Place(file=member.name), "zip", reason=error.code) from None


def _resources(data: bytes, found: Read) -> tuple[list[str], list[str], set[str]]:
    """The items and tests that a manifest lists, and other files that it needs."""
    try:
        root = load(data, own=False).root
    except ContentError as error:
        first = error.findings[0]
        raise Untakable(Place(first.line, file=_MANIFEST), "xml", reason=first.message()) from None
    items: dict[str, None] = {}
    tests: dict[str, None] = {}
    for each in (each for each in root.iter(etree.Element) if local(each) == "resource"):
        name, kind = _path("", each.get("href", "")), each.get("type", "")
        if kind.startswith("imsqti_item_xmlv3"):
            items[name] = None
        elif kind.startswith("imsqti_test_xmlv3"):
            tests[name] = None
        elif name:
            found.refuse(Place(file=name), "resource", name=name, type=kind or "—")
    return list(items), list(tests), set(tests)


def _path(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href))) if href and "\0" not in href else ""


def _test(member: Member, file: str, found: Read) -> Iterator[tuple[str, float | None]]:
    """The items of a test in their order, each with its weight if it has one; what else the test says is told."""
    try:
        tree = opened(_bytes(member), file)
    except Untakable as reason:
        found.tell(reason.refusal)
        return
    sections = 0
    for each in tree.root.iter(etree.Element):
        if each is tree.root:
            continue
        name = local(each)
        place = Place(tree.positions[each][0], file=file)
        if name == "qti-assessment-item-ref":
            weights = [number(one.get("value")) for one in children(each) if local(one) == "qti-weight"]
            yield _path(posixpath.dirname(file), each.get("href", "")), weights[0] if weights else None
        elif name == "qti-assessment-section":
            sections += 1
            if sections == 2:
                found.refuse(place, "sections")
        elif name not in _STRUCTURE and _is_first(each) and not _is_ours(tree, each):
            found.refuse(place, "element", name=name)


def _is_first(element: etree._Element) -> bool:
    """Whether an element stands within the structure of a test, so that it is told and not all that it holds."""
    parent = element.getparent()
    return parent is not None and local(parent) in (*_STRUCTURE, "qti-assessment-test")


def _is_ours(tree: Tree, element: etree._Element) -> bool:
    """The sum of the scores, as every test of ours has it."""
    return local(element) in ("qti-outcome-declaration", "qti-outcome-processing") and (
        tree.root.get("identifier") == "dgx-bank"
    )


def write(questions: Iterable[Question], lang: str, /) -> bytes:
    """The package."""
    listed = tuple(_named(questions))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)

        add(_MANIFEST, _manifest(listed))
        add("test.xml", _written_test(listed, lang))
        for href, each in listed:
            add(href, write_item(each, lang))
    return out.getvalue()


def _named(questions: Iterable[Question]) -> Iterator[_Listed]:
    """The questions with the names of their files: some systems know no difference between a and A."""
    taken: set[str] = set()
    for each in questions:
        name, number = each.name, 1
        while name.lower() in taken:
            number += 1
            name = f"{each.name}-{number}"
        taken.add(name.lower())
        yield f"items/{name}.xml", each


def _manifest(listed: Iterable[_Listed]) -> bytes:
    root = etree.fromstring(f'<manifest xmlns="{qti.MANIFEST}"/>')
    root.set("identifier", "dgx-bank-manifest")
    meta = etree.SubElement(root, f"{{{qti.MANIFEST}}}metadata")
    etree.SubElement(meta, f"{{{qti.MANIFEST}}}schema").text = "QTI Package"
    etree.SubElement(meta, f"{{{qti.MANIFEST}}}schemaversion").text = "3.0.0"
    etree.SubElement(root, f"{{{qti.MANIFEST}}}organizations")
    resources = etree.SubElement(root, f"{{{qti.MANIFEST}}}resources")
    files = [("test", "imsqti_test_xmlv3p0", "test.xml")]
    files += [(f"item-{each.name}", "imsqti_item_xmlv3p0", href) for href, each in listed]
    for name, kind, href in files:
        made = etree.SubElement(resources, f"{{{qti.MANIFEST}}}resource", identifier=name, type=kind, href=href)
        etree.SubElement(made, f"{{{qti.MANIFEST}}}file", href=href)
        if name == "test":
            for other, *_rest in files[1:]:
                etree.SubElement(made, f"{{{qti.MANIFEST}}}dependency", identifierref=other)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _written_test(listed: Iterable[_Listed], lang: str) -> bytes:
    def child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        pairs = {key.replace("_", "-"): value for key, value in attributes.items()}
        return etree.SubElement(parent, f"{{{qti.NAMESPACE}}}{name}", pairs)

    root = etree.fromstring(f'<qti-assessment-test xmlns="{qti.NAMESPACE}"/>')
    root.set("identifier", "dgx-bank")
    root.set("title", "题目" if lang == "zh-CN" else "Questions")
    score = {"identifier": "SCORE", "cardinality": "single", "base_type": "float"}
    child(root, "qti-outcome-declaration", **score)
    part = child(root, "qti-test-part", identifier="part", navigation_mode="nonlinear", submission_mode="simultaneous")
    section = child(part, "qti-assessment-section", identifier="section", title=root.get("title") or "", visible="true")
    for href, each in listed:
        child(section, "qti-assessment-item-ref", identifier=each.name, href=href)
    rule = child(child(root, "qti-outcome-processing"), "qti-set-outcome-value", identifier="SCORE")
    child(child(rule, "qti-sum"), "qti-test-variables", variable_identifier="SCORE")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
