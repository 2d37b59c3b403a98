"""The case library: folders that hold a folder a case, read when asked for and again when a file changes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from dgxblock.content import read
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.folder import Located, documents, inlined, is_case_folder, look
from dgxblock.content.model import Case, Meta, Text
from dgxblock.i18n import gettext as _

PACKAGE: Final = "dgxblock_cases"
"""The library of the distribution, a package of its own so that no web server publishes it."""


class LibraryError(LookupError):
    """What was asked for is not in the library. The message is a sentence that says what to do."""


@dataclass(frozen=True)
class Entry:
    """A case that is fit for use. `ref` is ``id@version``; `documents` names its files by kind, exercises by id too."""

    ref: str
    case_id: str
    version: int
    title: Text
    meta: Meta
    status: str
    composite: bool
    unverified: bool
    folder: Path
    documents: Mapping[str, Path | Mapping[str, Path]]


@dataclass(frozen=True)
class Broken:
    """A folder that cannot be used until its findings are repaired."""

    folder: Path
    found: tuple[Located, ...]


_Signature = tuple[tuple[str, int, int], ...]


@dataclass
class Library:
    """Cases from several folders; where two have the same ``id@version``, the earlier folder wins."""

    roots: tuple[Path, ...]
    _known: dict[Path, tuple[_Signature, Entry | Broken]] = field(default_factory=dict, repr=False)
    _texts: dict[tuple[Path, _Signature], str] = field(default_factory=dict, repr=False)

    @classmethod
    def default(cls, extra: Sequence[Path] = (), /) -> Self:
        """The cases that came with the software, then those in the folders `extra`."""
        own = own_cases()
        return cls((*([own] if own else []), *(Path(each) for each in extra)))

    def list(self) -> Sequence[Entry]:
        """The cases that are fit for use, by id and version."""
        found: dict[str, Entry] = {}
        for each in self._all():
            if isinstance(each, Entry):
                found.setdefault(each.ref, each)
        return sorted(found.values(), key=lambda entry: (entry.case_id, entry.version))

    def broken(self) -> Sequence[Broken]:
        """The folders that are not fit for use, and why: errors of their own, or a case that is there already."""
        found: list[Broken] = []
        seen: set[str] = set()
        for each in self._all():
            if isinstance(each, Broken):
                found.append(each)
            elif each.ref in seen:
                twice = Finding.of("case-twice", name=each.ref)
                found.append(Broken(each.folder, (Located(each.folder / "case.xml", twice),)))
            else:
                seen.add(each.ref)
        return found

    def entry(self, ref: str, /) -> Entry:
        """The case of that reference.

        Raises:
            LibraryError: there is none.
        """
        entries = self.list()
        for each in entries:
            if each.ref == ref:
                return each
        known = ", ".join(each.ref for each in entries) or "—"
        raise LibraryError(
            _("The library has no case “%(ref)s”. It has: %(known)s. Pick one of these.", ref=ref, known=known)
        )

    def document(self, ref: str, kind: str, name: str | None = None, /) -> str:
        """A document in normal form with its data set in place: ``case``, ``exercise`` (by id) or ``assessment``.

        An exercise may go unnamed if the case has one only.

        Raises:
            LibraryError: there is no such case or document.
        """
        files = self.entry(ref).documents.get(kind, {})
        if isinstance(files, Path):
            return self._text(files)
        if name is None and len(files) == 1:
            return self._text(next(iter(files.values())))
        if name is None or name not in files:
            known = ", ".join(files) or "—"
            raise LibraryError(
                _(
                    "The case “%(ref)s” does not hold “%(name)s”. It holds: %(known)s. Pick one of these.",
                    ref=ref,
                    name=f"{kind} {name or ''}".strip(),
                    known=known,
                )
            )
        return self._text(files[name])

    def _text(self, path: Path) -> str:
        key = (path, _signature(path.parent))
        if key not in self._texts:
            for old in [each for each in self._texts if each[0] == path]:
                del self._texts[old]
            self._texts[key] = inlined(path)
        return self._texts[key]

    def _all(self) -> Iterator[Entry | Broken]:
        for root in self.roots:
            for folder in case_folders(root):
                signature = _signature(folder)
                if folder not in self._known or self._known[folder][0] != signature:
                    self._known[folder] = (signature, _read(folder))
                yield self._known[folder][1]


def own_cases() -> Path | None:
    """The library of the distribution: the installed package, or the folder of a clone."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    clone = Path(__file__).resolve().parents[2] / "case_studies"
    return clone if clone.is_dir() else None


def case_folders(root: Path, /) -> list[Path]:
    """`root` itself if it holds documents, else the folders in it that do; a folder that cannot be read has none."""
    try:
        if is_case_folder(root):
            return [root]
        return sorted(each for each in root.iterdir() if is_case_folder(each))
    except OSError:
        return []


def _signature(folder: Path) -> _Signature:
    """Names, times and sizes of the documents: another one means that something was edited."""
    try:
        files = [(path.name, path.stat()) for path in documents(folder)]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in files)


def _read(folder: Path) -> Entry | Broken:
    looked = look(folder)
    if any(each.finding.level == "error" for each in looked.found):
        return Broken(folder, tuple(looked.found))
    path = looked.of_kind("case")[0][0]
    try:
        case = read.parse(inlined(path))
    except ContentError as error:  # a file changed between the two readings
        return Broken(folder, tuple(Located(path, each) for each in error.findings))
    assert isinstance(case, Case)
    files: dict[str, Path | Mapping[str, Path]] = {"case": path}
    files["exercise"] = {str(tree.root.get("id")): each for each, tree in looked.of_kind("exercise")}
    for each, _tree in looked.of_kind("assessment"):
        files["assessment"] = each
    ref = f"{case.id}@{case.version}"
    return Entry(
        ref, case.id, case.version, case.title, case.meta, case.status, case.composite, case.unverified, folder, files
    )
