"""A folder that holds a case: ``case.xml``, ``dataset.xml``, ``exercise-*.xml``, ``assessment.xml``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from dgxblock.content import check
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.items import ELEMENTS
from dgxblock.content.rules import Scope, listed
from dgxblock.content.rules_truth import names
from dgxblock.content.safe import MAX_BYTES, Tree, load, local
from dgxblock.content.write import canonical


@dataclass(frozen=True, order=True)
class Located:
    """A finding and the file in which it is."""

    path: Path
    finding: Finding

    def line(self, language: str | None = None, /) -> str:
        """``file:line:column level code message``, as editors and checkers write it. One line, whatever a stranger
        has called files and things: nothing in it moves a cursor or turns the words around."""
        each = self.finding
        line = f"{self.path}:{each.line}:{each.column} {each.level} {each.code} {each.message(language)}"
        return "".join(
            letter if letter.isprintable() or letter == "\u3000" else letter.encode("unicode_escape").decode()
            for letter in line
        )


@dataclass
class Folder:
    """The documents of a folder that could be opened, and all findings. Made by `look`.

    `memo` is for who works with the folder: what they made of its documents, so that it is made once.
    """

    path: Path
    trees: dict[Path, Tree] = field(default_factory=dict)
    found: list[Located] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def of_kind(self, kind: str) -> list[tuple[Path, Tree]]:
        """The documents of a kind, by file name."""
        return [(path, tree) for path, tree in sorted(self.trees.items()) if tree.kind == kind]


def documents(folder: Path, /) -> list[Path]:
    """The files of a case's folder that are documents, in the order in which they are read."""
    return sorted(path for path in folder.glob("*.xml") if path.is_file())


def strangers(folder: Path, /) -> list[Path]:
    """What lies in a case's folder and is no document. Content refers to no files: its data are SQL, its figures are
    drawn from them, so there is nothing beside the documents whose content would have to be vouched for."""
    kept = (".xml", ".md", ".txt", "")
    return sorted(
        path
        for path in folder.iterdir()
        if path.name[0] not in "._" and (not path.is_file() or path.suffix.lower() not in kept)
    )


def read_bytes(path: Path, /) -> bytes:
    """The file, but never more of it than one byte over the limit.

    Raises:
        ContentError: it cannot be read, or is no file: a pipe would keep us waiting for ever.
    """
    try:
        if not path.is_file():
            raise OSError
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        raise ContentError([Finding.of("unreadable")]) from None


def look(path: Path, /, leave_out: Collection[Path] = ()) -> Folder:
    """Read and check all documents of a folder, each by itself and all together. Those in `leave_out` are not opened
    and count as unreadable."""
    folder = Folder(path)
    for each in documents(path):
        try:
            if each in leave_out:
                raise ContentError([Finding.of("unreadable")])
            folder.trees[each] = load(read_bytes(each))
        except ContentError as error:
            folder.found += [Located(each, finding) for finding in error.findings]
    for each, tree in folder.trees.items():
        folder.found += [Located(each, finding) for finding in _document(folder, each, tree, leave_out)]
    folder.found += _together(folder)
    folder.found.sort()
    return folder


def look_at_file(path: Path, /) -> list[Located]:
    """Check one document; the data set that it refers to is looked up beside it."""
    return look_at(path).found


def look_at(path: Path, /) -> Folder:
    """The same, as a folder that holds nothing else."""
    folder = Folder(path.parent)
    try:
        tree = load(read_bytes(path))
    except ContentError as error:
        folder.found = [Located(path, finding) for finding in error.findings]
    else:
        folder.trees[path] = tree
        folder.found = sorted(Located(path, finding) for finding in _document(folder, path, tree))
    return folder


def inlined(path: Path, /) -> str:
    """A document with the data set that it refers to in the place of the reference, in normal form.

    Raises:
        ContentError: the document or its data set is not safe to read, or the data set is not there.
    """
    raw = read_bytes(path)
    place = check.dataset_place(load(raw))
    href = None if place is None else place.get("href")
    return _inlined(raw, None if href is None else read_bytes(path.parent / href))


@lru_cache(maxsize=32)
def _inlined(raw: bytes, data: bytes | None) -> str:
    """Remembered, because an author saves one file and everybody reads all of them again."""
    tree = load(raw)
    place = check.dataset_place(tree)
    if place is not None and data is not None:
        dataset = load(canonical(data)).root
        dataset.tail = place.tail
        tree.root.replace(place, dataset)
    before = "".join(etree.tostring(each, encoding="unicode", with_tail=False) for each in _comments(tree.root))
    return canonical(before + etree.tostring(tree.root, encoding="unicode"))


def _comments(root: etree._Element) -> list[etree._Element]:
    return list(root.itersiblings(etree.Comment, preceding=True))[::-1]


def _document(folder: Folder, path: Path, tree: Tree, leave_out: Collection[Path] = ()) -> Iterator[Finding]:
    """The findings of one document, its data set taken from the file that it names."""
    place = check.dataset_place(tree)
    href = None if place is None else place.get("href")
    dataset: etree._Element | None = None
    if place is not None and href is not None:
        target = path.parent / href
        known = folder.trees.get(target) or (None if target in leave_out else _open(target))
        if known is None or known.kind != "dataset":
            if not any(located.path == target for located in folder.found):  # else the cause is told already
                code = "dataset-broken" if target.is_file() else "dataset-missing"
                yield Finding.of(code, *tree.positions[place], name=href)
        else:
            dataset = known.root
    yield from check.findings(tree, dataset=dataset)


def _open(path: Path) -> Tree | None:
    try:
        return load(read_bytes(path))
    except ContentError:
        return None


def _together(folder: Folder) -> Iterator[Located]:
    """What the documents of a case say about each other."""
    cases = folder.of_kind("case")
    if cases:
        yield from (Located(each, Finding.of("file-unused", name=each.name)) for each in strangers(folder.path))
    if not cases:
        if not any(located.path.name == "case.xml" for located in folder.found):
            yield Located(folder.path, Finding.of("folder-empty"))
        return
    path, case = cases[0]
    objectives = {str(each.get("id")): each for each in _find(case.root, {"objective"})}
    yield from _tested(folder, path, case, objectives)
    yield from _again(folder, case)
    yield from _practised(folder, path, case, objectives)
    if case.root.get("kind") == "composite":
        for each, tree in (*folder.of_kind("exercise"), *folder.of_kind("assessment")):
            yield from (Located(each, found) for found in names(Scope(tree.root, tree.positions, None)))


def _tested(folder: Folder, path: Path, case: Tree, objectives: dict[str, etree._Element]) -> Iterator[Located]:
    tested: set[str] = set()
    known = ", ".join(objectives) or "—"
    for each, tree in folder.of_kind("assessment"):
        for objective in _find(tree.root, {"objective"}):
            name = str(objective.get("id"))
            tested.add(name)
            if name not in objectives:
                yield Located(each, Finding.of("objective-foreign", *tree.positions[objective], name=name, known=known))
    for name, objective in objectives.items():
        if folder.of_kind("assessment") and name not in tested:
            yield Located(path, Finding.of("objective-untested", *case.positions[objective], name=name))


def _again(folder: Folder, case: Tree) -> Iterator[Located]:
    """What an assessment says to read again must be there."""
    known = frozenset(str(each.get("id")) for each in _find(case.root, {"section", "exhibit"}) if each.get("id"))
    for each, tree in folder.of_kind("assessment"):
        for again in _find(tree.root, {"again"}):
            name = again.get("ref")
            if name is not None and name not in known:
                found = Finding.of("again-unknown", *tree.positions[again], name=name, known=listed(name, known))
                yield Located(each, found)


def _practised(folder: Folder, path: Path, case: Tree, objectives: dict[str, etree._Element]) -> Iterator[Located]:
    seen: set[str] = set()
    practised: set[str] = set()
    known = ", ".join(objectives) or "—"
    for each, tree in folder.of_kind("exercise"):
        for item in _find(tree.root, ELEMENTS):
            for name in (item.get("objectives") or "").split():
                practised.add(name)
                if name not in objectives:
                    yield Located(each, Finding.of("objective-foreign", *tree.positions[item], name=name, known=known))
        own = str(tree.root.get("id"))
        if own in seen:
            yield Located(each, Finding.of("exercise-twice", *tree.positions[tree.root], name=own))
        seen.add(own)
    for name, objective in objectives.items():
        if seen and name not in practised:
            yield Located(path, Finding.of("objective-unpractised", *case.positions[objective], name=name))


def _find(root: etree._Element, names: Iterable[str]) -> list[etree._Element]:
    wanted = frozenset(names)
    return [each for each in root.iter() if local(each) in wanted]


def is_case_folder(path: Path, /) -> bool:
    """Whether a folder looks like that of a case, good or broken."""
    return path.is_dir() and bool(documents(path))
