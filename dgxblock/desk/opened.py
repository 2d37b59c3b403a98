"""The documents of a folder as values, with the places of their elements, so that what fails can be pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from lxml import etree

from dgxblock.content import check, read
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.folder import Folder, Located, inlined, look, look_at, read_bytes
from dgxblock.content.library import case_folders
from dgxblock.content.model import Dataset, Document
from dgxblock.content.safe import Position, Tree, children, load, local

__all__ = ["Opened", "Place", "folders", "open_all"]


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file, and line and column from 1."""

    path: Path
    line: int
    column: int

    def finding(self, code: str, /, **params: object) -> Located:
        """A finding there."""
        return Located(self.path, Finding.of(code, self.line, self.column, **params))


@dataclass(frozen=True)
class Opened:
    """A document without errors. Its data set may stand in another file, `data_path`."""

    path: Path
    tree: Tree
    document: Document | Dataset
    data_path: Path
    data_tree: Tree
    known: dict[tuple[str, ...], Place] = field(default_factory=dict, compare=False, repr=False)

    @property
    def dataset(self) -> Dataset:
        return self.document if isinstance(self.document, Dataset) else self.document.dataset

    def at(self, *steps: str) -> Place:
        """The element that each step leads on to: ``number#q1`` has this id (or name), ``misconception:2`` is the third
        of its parent's children of that name, and ``key`` the first. The document itself if there is none."""
        if steps not in self.known:  # the variants ask for the same places again and again
            self.known[steps] = _place(self.path, self.tree, self.tree.root, steps)
        return self.known[steps]

    def in_data(self, *steps: str) -> Place:
        """The same, within the data set."""
        root = check.dataset_of(self.data_tree)
        return _place(self.data_path, self.data_tree, self.data_tree.root if root is None else root, steps)


def _place(path: Path, tree: Tree, at: etree._Element, steps: Iterable[str]) -> Place:
    for step in steps:
        name, _, key = step.partition("#")
        name, _, number = name.partition(":")
        if key:
            found = [each for each in at.iter() if local(each) == name and key in (each.get("id"), each.get("name"))]
        else:
            found = [each for each in children(at) if local(each) == name][int(number or 0) :]
        if found:
            at = found[0]
    place: Position = tree.positions.get(at) or tree.positions[tree.root]
    return Place(path, *place)


def folders(path: Path, /) -> list[Folder]:
    """What is to be checked under a path: one document, a case's folder, or all the folders in it."""
    if not path.is_dir():
        return [look_at(path)]
    found = [look(each) for each in case_folders(path)]
    return found or [Folder(path, found=[Located(path, Finding.of("folder-empty"))])]


def open_all(folder: Folder, /) -> list[Opened]:
    """The documents of a folder that have no error, those whose data set has one left out; read once a folder."""
    if "opened" not in folder.memo:
        folder.memo["opened"] = list(_all(folder))
    return list(folder.memo["opened"])


def _all(folder: Folder) -> Iterator[Opened]:
    broken = {each.path for each in folder.found if each.finding.level == "error"}
    for path, tree in sorted(folder.trees.items()):
        try:
            made = _open(folder, path, tree) if path not in broken else None
        except ContentError:  # of the data set, whose own findings say so
            continue
        if made is not None and made.data_path not in broken:
            yield made


def _open(folder: Folder, path: Path, tree: Tree) -> Opened:
    if tree.kind == "dataset":
        return Opened(path, tree, read.parse_dataset(read_bytes(path)), path, tree)
    place = check.dataset_place(tree)
    href = None if place is None else place.get("href")
    if href is None:
        return Opened(path, tree, _parsed(inlined(path)), path, tree)
    target = path.parent / href
    data = folder.trees.get(target) or load(read_bytes(target))
    return Opened(path, tree, _parsed(inlined(path)), target, data)


_parsed = lru_cache(maxsize=32)(read.parse)
"""Values that nobody changes: whoever looks at a folder again after one file was saved reads that one only."""
