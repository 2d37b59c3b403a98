"""The shape of a document, judged by libxml2 against RELAX NG.

libxml2 says reliably whether a document is valid, but its reasons are hard to read and stop at the first; those come
from `dgxblock.content.explain`, which walks the same schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from lxml import etree

from dgxblock.content.explain import explain
from dgxblock.content.findings import Finding
from dgxblock.content.safe import ROOTS, Tree

RNG: Final = "{http://relaxng.org/ns/structure/1.0}"
_FILES: Final = frozenset({"common.rng", "grid.rng", *(f"{kind}.rng" for kind in ROOTS)})


@dataclass(frozen=True)
class Schema:
    """A compiled schema and the grammar that it was compiled from."""

    grammar: etree._Element
    validator: etree.RelaxNG


@cache
def schema(kind: str, /) -> Schema:
    """The schema of a kind of document, from the package's own files."""
    grammar = _grammar(f"{kind}.rng")
    return Schema(grammar, etree.RelaxNG(grammar))


def validate(tree: Tree, /) -> list[Finding]:
    """What is wrong with the shape of the document, in document order; empty when it is valid."""
    shape = schema(tree.kind)
    # No lock: a validator keeps its error log on itself, and only the verdict is used here.
    if shape.validator.validate(tree.root):
        return []
    found = explain(tree, shape.grammar)
    if found:
        return found
    line, column = tree.positions[tree.root]
    return [Finding.of("schema", line, column, reason=str(shape.validator.error_log.last_error))]


def _grammar(name: str) -> etree._Element:
    """A schema file with its includes put in, so that libxml2 never opens a file or an address itself."""
    if name not in _FILES:
        raise ValueError(f"the package has no schema {name}")
    data = (resources.files("dgxblock.content") / "schemas" / name).read_bytes()
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    for include in root.findall(f"{RNG}include"):
        root.extend(list(_grammar(str(include.get("href")))))
        root.remove(include)
    return root
