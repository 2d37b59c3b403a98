"""Check documents: shape and rules together, for a document, a file or the folder of a case."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from dgxblock.content import rules, rules_case, rules_items, rules_paper, rules_truth, schema
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.safe import Tree, children, load, local


def findings(tree: Tree, /, *, dataset: etree._Element | None = None) -> list[Finding]:
    """What is wrong with a document, in document order.

    `dataset` is the root of the data set that ``<dataset href>`` points to. Without it, rules that need to know the
    data set are left out for a document that does not hold its own.
    """
    scope = rules.Scope(tree.root, tree.positions, dataset_of(tree) if dataset is None else dataset)
    found = {*schema.validate(tree), *rules.common(scope), *rules_truth.licences(scope), *rules_truth.todo(scope)}
    if tree.kind == "case":
        found.update(rules_case.case(scope))
        found.update(rules_truth.truth(scope))
    elif tree.kind in ("exercise", "assessment"):
        found.update(rules_items.items(scope))
        if tree.kind == "assessment":
            found.update(rules_paper.paper(scope))
    return sorted(found)


def dataset_of(tree: Tree, /) -> etree._Element | None:
    """The data set that a document holds, or is; None if it only refers to one."""
    if tree.kind == "dataset":
        return tree.root
    reference = dataset_place(tree)
    return None if reference is None or reference.get("href") is not None else reference


def dataset_place(tree: Tree, /) -> etree._Element | None:
    """The element ``dataset`` of a document."""
    return next((child for child in children(tree.root) if local(child) == "dataset"), None)


def check(data: str | bytes, /) -> list[Finding]:
    """What is wrong with a document that holds its data set; empty when it is fit for use. Never raises."""
    try:
        tree = load(data)
    except ContentError as error:
        return error.findings
    return sorted([*findings(tree), *unresolved(tree)])


def unresolved(tree: Tree, /) -> Iterator[Finding]:
    """A finding if the document still refers to a data set elsewhere."""
    place = dataset_place(tree)
    if place is not None and (href := place.get("href")) is not None:
        line, column = tree.positions[place]
        yield Finding.of("dataset-reference", line, column, name=href)
