"""The units' blocks, as learner and author meet them, and how the units were filled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dgxblock.block import host
from dgxblock.content import write
from dgxblock.content.library import Entry, Library
from dgxblock.demo.course import CASE, UNITS, Unit
from dgxblock.demo.folder import Folder, own_case
from dgxblock.demo.runtime import DemoRuntime
from dgxblock.preview.parts import Shown, show

__all__ = ["Shown", "entry_of", "fill", "library", "load", "own_library", "show"]

_KINDS = {"case": "case", "exercise": "exercise", "assessment": "assessment"}


def load(unit: Unit, user_id: str | None, /, *, author: bool = False, staff: bool = False) -> Any:
    """The unit's block for a learner, for one of the staff, or in author mode."""
    return DemoRuntime(user_id, author=author, staff=staff).get_block(unit.usage_id)


def fill(library: Library, folder: Folder, /) -> list[str]:
    """Put the case's documents into the units and return the slugs that changed.

    A unit that its author has edited stays as it is; one that still holds what was filled in last time follows the
    library. What was filled in is remembered beside the database. Of several exercises the first is shown; a case of
    one's own may lack a document, and its unit then says that it has no content yet.

    Raises:
        LookupError: the library has not got the case, or not all of it.
        ContentError: a document cannot be read.
    """
    memory = folder.root / "filled.json"
    filled: dict[str, str] = json.loads(memory.read_text(encoding="utf-8")) if memory.exists() else {}
    entry = entry_of(library)
    changed = []
    for unit in UNITS:
        kind = _KINDS.get(unit.slug)
        if kind is None:
            continue
        documents = entry.documents.get(kind)
        if not documents:
            if own_case():
                continue
            raise LookupError(f"{entry.ref} {kind}")
        name = next(iter(documents)) if isinstance(documents, Mapping) else None
        document = library.document(entry.ref, kind, name)
        revision = write.revision(document)
        block = load(unit, None, author=True)
        if block.document and write.revision(block.document) != filled.get(unit.slug):
            continue
        if filled.get(unit.slug) != revision or not block.document:
            block.document, block.library_ref = document, entry.ref if name is None else f"{entry.ref}#{name}"
            block.save()
            filled[unit.slug] = revision
            changed.append(unit.slug)
    memory.write_text(json.dumps(filled), encoding="utf-8")
    return changed


def entry_of(library: Library, /) -> Entry:
    """The case that fills the units: the only one of `own_library`, else the newest version of the demo's.

    Raises:
        LookupError: the library has not got it.
    """
    entry = max((e for e in library.list() if own_case() or e.case_id == CASE), key=lambda e: e.version, default=None)
    if entry is None:
        raise LookupError(CASE)
    return entry


def library() -> Library:
    """The library that the blocks see."""
    return host.library()


def own_library() -> Library:
    """The library that the units are filled from: the folder of one's own case by itself, if there is one."""
    own = own_case()
    return Library((own,)) if own else library()
