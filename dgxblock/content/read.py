"""Read a content document: from XML that anybody may have written to the frozen model."""

from __future__ import annotations

from dgxblock.content import check
from dgxblock.content.build_case import case
from dgxblock.content.build_items import assessment, exercise
from dgxblock.content.build_text import dataset
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.model import Dataset, Document
from dgxblock.content.safe import load

__all__ = ["ContentError", "Finding", "parse", "parse_dataset"]


def parse(xml: str | bytes, /) -> Document:
    """The case, exercise or assessment that `xml` holds, its data set in place.

    Raises:
        ContentError: it is not safe to read, does not fit its schema, or breaks a rule.
    """
    tree = load(xml)
    found = [*check.findings(tree), *check.unresolved(tree)]
    if tree.kind == "dataset":
        found.append(Finding.of("root", *tree.positions[tree.root], name="dataset"))
    if any(each.level == "error" for each in found):
        raise ContentError(found)
    if tree.kind == "case":
        return case(tree.root)
    return exercise(tree.root) if tree.kind == "exercise" else assessment(tree.root)


def parse_dataset(xml: str | bytes, /) -> Dataset:
    """The data set of a file of its own.

    Raises:
        ContentError: as `parse`.
    """
    tree = load(xml)
    found = check.findings(tree)
    if tree.kind != "dataset":
        found.append(Finding.of("root", *tree.positions[tree.root], name=tree.kind))
    if any(each.level == "error" for each in found):
        raise ContentError(found)
    return dataset(tree.root)
