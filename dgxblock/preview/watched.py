"""A case's folder while somebody writes in it: what it holds now, what is wrong with it, and whether it has changed."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dgxblock.block.base import parsed
from dgxblock.content import check
from dgxblock.content.findings import ContentError
from dgxblock.content.folder import Folder, Located, documents, inlined, look
from dgxblock.content.model import Document
from dgxblock.desk import variants
from dgxblock.desk.opened import open_all
from dgxblock.desk.report import findings

__all__ = ["KINDS", "TEACHING", "Paper", "Seen", "Watched"]

KINDS: Final = ("case", "exercise", "assessment")
"""What trainees get to see, in the order in which they do."""
TEACHING: Final = 0
"""The number of the teaching variant; `n` from 1 stands for ``variant:n``."""


@dataclass(frozen=True)
class Paper:
    """A document that trainees see; no `document` while it does not hold."""

    path: Path
    kind: str
    text: str = ""
    document: Document | None = None

    @property
    def usage(self) -> str:
        """A name for addresses and attributes, whatever characters the file's name holds."""
        return hashlib.sha256(os.fsencode(self.path.name)).hexdigest()[:16]

    def seed(self, variant: int, /) -> str:
        """The data that a trainee works on. A case quotes the teaching variant to everybody."""
        assert self.document is not None
        own = variant == TEACHING or self.kind == "case"
        return self.document.dataset.seed if own else variants.name_of(variant)


@dataclass(frozen=True)
class Seen:
    """The folder at one moment; `state` is that of the moment before it was read."""

    state: str
    folder: Folder
    papers: tuple[Paper, ...]
    _found: dict[int, list[Located]] = field(default_factory=dict, compare=False, repr=False)

    def found(self, variant: int, /) -> list[Located]:
        """What the checker says, and what a variant's data add to it; by file and line."""
        if variant not in self._found:
            if variant == TEACHING:
                found = findings([self.folder])
            else:
                tried = variants.try_seeds(open_all(self.folder), [variants.name_of(variant)])
                found = {*self.found(TEACHING), *variants.located(tried)}
            self._found[variant] = sorted(found)
        return self._found[variant]


class Watched:
    """Reads the folder again once a file in it has changed. Not thread-safe: the server answers one at a time."""

    def __init__(self, path: Path, /) -> None:
        self.path = path.resolve()
        self.rounds = 0
        """How often the author started again: each time the trainees are new ones, who have answered nothing."""
        self._run = secrets.token_hex(8)
        self._seen: Seen | None = None

    def state(self) -> str:
        """Another text once a file was saved or the author started again; the files are not opened."""
        try:
            files = sorted(_stat(each) for each in os.scandir(self.path) if _counts(each.name))
        except OSError:  # the folder is away for a moment, as while another branch is checked out
            files = []
        return hashlib.sha256(repr((self._run, self.rounds, files)).encode()).hexdigest()[:16]

    def seen(self) -> Seen:
        """The folder as it is now."""
        state = self.state()
        if self._seen is None or self._seen.state != state:
            self._seen = self._look(state)
        return self._seen

    def _look(self, state: str) -> Seen:
        outside = {each for each in documents(self.path) if not _inside(each, self.path)}
        folder = look(self.path, leave_out=outside)
        papers = (_read(folder, each) for each in documents(self.path))
        return Seen(state, folder, tuple(sorted((each for each in papers if each), key=_order)))


def _counts(name: str) -> bool:
    """Whether a file is the author's: what editors put beside it for a moment is not."""
    return not name.startswith((".", "#")) and not name.endswith(("~", ".swp", ".tmp"))


def _stat(entry: os.DirEntry[str]) -> tuple[str, int, int, int]:
    try:
        stat = entry.stat()
    except OSError:
        return entry.name, 0, 0, 0
    return entry.name, stat.st_mtime_ns, stat.st_size, stat.st_ino


def _inside(path: Path, folder: Path) -> bool:
    """Whether a file lies in the folder, and not where a link leads that somebody put there."""
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a circle of links
        return False


def _read(folder: Folder, path: Path) -> Paper | None:
    """None for a data set, and for what nobody can tell to be anything else."""
    tree = folder.trees.get(path)
    kind = tree.kind if tree else next((each for each in KINDS if path.name.startswith(each)), "")
    if kind not in KINDS:
        return None
    place = None if tree is None else check.dataset_place(tree)
    href = None if place is None else place.get("href")
    if tree is None or (href is not None and folder.path / href not in folder.trees):
        return Paper(path, kind)
    try:
        text = inlined(path)
        return Paper(path, kind, text, parsed(text))
    except ContentError:
        return Paper(path, kind)


def _order(paper: Paper) -> tuple[int, str]:
    return KINDS.index(paper.kind), paper.path.name


def errors_and_warnings(found: Iterable[Located], /) -> tuple[int, int]:
    """How many there are of each."""
    levels = [each.finding.level for each in found]
    return levels.count("error"), levels.count("warning")
