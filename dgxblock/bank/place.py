"""Put questions into a document that somebody has written, and touch nothing else in it.

What is added is written in the normal form; the author's own lines, comments and order stay byte for byte.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from xml.parsers import expat

from lxml import etree

from dgxblock.bank import own
from dgxblock.bank.shape import Place, Refusal, Taken, Untakable
from dgxblock.bank.take import free, renamed
from dgxblock.content import check
from dgxblock.content.compose import compose
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.items import ELEMENTS
from dgxblock.content.model import Item, ValueDef
from dgxblock.content.safe import Tree, children, load, local

__all__ = ["Placed", "place", "points_in"]


@dataclass(frozen=True)
class Placed:
    """The document with its new questions (`ids`), and the data set if that is a text of its own."""

    document: str
    dataset: str | None
    ids: tuple[str, ...]
    refused: tuple[Refusal, ...]


def place(document: str, taken: Taken, /, *, dataset: str | None = None, pool: str = "", objective: str = "") -> Placed:
    """Append what was taken: to the `pool`, else to the last section or task, else to the document itself. `objective`
    is what questions assess that name none. `dataset` is the text of the data set that the document points to.

    Raises:
        Untakable: there is no such place.
        ContentError: a document is not safe to read, or would break a rule that it kept before.
    """
    tree = load(document)
    holder = _holder(tree, pool)
    known = [str(each.get("id")) for each in tree.root.iter("{*}objective")]
    if objective and tree.kind == "assessment" and objective not in known:
        raise Untakable(Place(), "no-objective", name=objective, known=", ".join(known) or "—")
    refused: list[Refusal] = []
    items = [_fitting(each, known, objective, tree.kind, refused) for each in taken.items]
    data_tree = tree if dataset is None else load(dataset)
    made, values = _renamed(items, taken.values, tree, data_tree)
    if not made:
        return Placed(document, dataset, (), tuple(refused))
    lines_of = _Lines(own.around(made, values))
    placed = _inserted(document, holder, lines_of.items, depth=_depth(holder) + 1)
    if values and dataset is None:
        placed = _with_values(placed, lines_of.values)
    elif values and dataset is not None:
        dataset = _with_values(dataset, lines_of.values)
    _keep_rules(document, placed, data_tree, dataset)
    return Placed(placed, dataset, tuple(each.id for each in made), tuple(refused))


def points_in(document: str, pool: str, /) -> float | None:
    """What the questions of a pool earn, if it has some: all of a pool earn the same.

    Raises:
        Untakable, ContentError: as `place`.
    """
    tree = load(document)
    held = [each for each in children(_holder(tree, pool)) if local(each) in ELEMENTS] if pool else []
    try:
        return float(held[0].get("points", "")) if held else None
    except ValueError:
        return None


def _holder(tree: Tree, pool: str) -> etree._Element:
    """The element whose last children the questions become."""
    if tree.kind not in ("assessment", "exercise"):
        raise Untakable(Place(), "no-place", kind=tree.kind)
    if pool:
        pools = list(tree.root.iter("{*}pool"))
        found = next((each for each in pools if each.get("id") == pool), None)
        if found is None:
            known = ", ".join(str(each.get("id")) for each in pools) or "—"
            raise Untakable(Place(), "no-pool", name=pool, known=known)
        return found
    name = "section" if tree.kind == "assessment" else "task"
    return ([tree.root, *(each for each in children(tree.root) if local(each) == name)])[-1]


def _fitting(item: Item, known: list[str], objective: str, kind: str, refused: list[Refusal]) -> Item:
    """The question as the document may have it: an assessment has no hints on demand, and knows its objectives. An
    exercise leans on those of its case: they pass."""
    if kind == "assessment" and item.demand_hints:
        refused.append(Refusal.of(Place(item=item.id), "hints"))
        item = replace(item, demand_hints=())
    if not item.objectives:
        return replace(item, objectives=(objective,) if objective else ())
    if kind == "exercise":
        return item
    strange = (name for name in item.objectives if name not in known)
    refused += [Refusal.of(Place(item=item.id), "objective", name=name) for name in strange]
    kept = tuple(each for each in item.objectives if each in known)
    return replace(item, objectives=kept or ((objective,) if objective else ()))


def _renamed(
    items: Iterable[Item], values: tuple[ValueDef, ...], tree: Tree, data_tree: Tree
) -> tuple[list[Item], list[ValueDef]]:
    """Ids and names that the document does not have yet."""
    ids = {str(each.get("id")) for each in tree.root.iter(etree.Element) if each.get("id")}
    names = {str(each.get("name")) for each in data_tree.root.iter("{*}value", "{*}table", "{*}state")}
    by_name = {each.name: each for each in values}
    made: list[Item] = []
    added: list[ValueDef] = []
    for item in items:
        needed = tuple(by_name[name] for name in sorted(own.quoted(item)) if name in by_name)
        changed, kept = renamed(replace(item, id=free(item.id, ids, "-")), needed, names)
        ids.add(changed.id)
        names |= {each.name for each in kept}
        made.append(changed)
        added += kept
    return made, added


class _Lines:
    """The lines of values and of questions in the normal form, without indentation."""

    def __init__(self, document: object) -> None:
        text = compose(document)  # type: ignore[arg-type]  # an assessment
        tree = load(text)
        lines = text.split("\n")
        self.items = textwrap.dedent("\n".join(_of(tree, lines, tree.root, ELEMENTS)))
        dataset = next(each for each in children(tree.root) if local(each) == "dataset")
        self.values = textwrap.dedent("\n".join(_of(tree, lines, dataset, ("value",))))


def _of(tree: Tree, lines: list[str], parent: etree._Element, names: Iterable[str]) -> Iterator[str]:
    """The lines of some children, which stand together."""
    held = [each for each in children(parent) if local(each) in names]
    if not held:
        return
    after = held[-1].getnext()
    end = tree.positions[after][0] - 1 if after is not None else len(lines) - 2  # before the last end tag
    yield from lines[tree.positions[held[0]][0] - 1 : end]


def _depth(element: etree._Element) -> int:
    return sum(1 for _each in element.iterancestors())


def _with_values(document: str, lines: str) -> str:
    """The data set's text with more values, before its rules."""
    tree = load(document)
    dataset = check.dataset_of(tree)
    if dataset is None:
        raise ContentError([Finding.of("dataset-missing", name="—")])
    rule = next((each for each in children(dataset) if local(each) == "rule"), None)
    depth = _depth(dataset) + 1
    return _inserted(document, dataset, lines, depth=depth, before=rule)


def _inserted(
    document: str, holder: etree._Element, lines: str, /, *, depth: int, before: etree._Element | None = None
) -> str:
    """The document with lines before a child of `holder`, else before its end tag."""
    raw = document.encode("utf-8").removeprefix(b"\xef\xbb\xbf")
    order = {each: place for place, each in enumerate(holder.getroottree().getroot().iter(etree.Element))}
    starts, ends = _bytes(raw)
    at = ends[order[holder]] if before is None else starts[order[before]]
    head = raw[:at]
    line_start = head.rfind(b"\n") + 1
    newline = b"\r\n" if b"\r\n" in raw else b"\n"
    text = textwrap.indent(lines, "  " * depth).encode("utf-8").replace(b"\n", newline)
    if head[line_start:].strip():  # something else stands on that line
        made = head + newline + text + newline + raw[at:]
    else:
        made = raw[:line_start] + text + newline + raw[line_start:]
    return made.decode("utf-8")


def _bytes(raw: bytes) -> tuple[list[int], list[int]]:
    """For each element in document order, where its tag begins, and where its end tag does. `load` has found the
    document safe."""
    starts: list[int] = []
    ends: dict[int, int] = {}
    opened: list[int] = []
    parser = expat.ParserCreate("utf-8")

    def start(name: str, attributes: object) -> None:
        del name, attributes
        opened.append(len(starts))
        starts.append(parser.CurrentByteIndex)

    def end(name: str) -> None:
        del name
        ends[opened.pop()] = parser.CurrentByteIndex

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(raw, True)
    return starts, [ends[place] for place in range(len(starts))]


def _keep_rules(before: str, after: str, data_tree: Tree, dataset: str | None) -> None:
    """Refuse a document that has new faults: one that was broken before may stay so, for its author to mend."""
    old = _faults(before, data_tree if dataset is not None else None)
    new = _faults(after, load(dataset) if dataset is not None else None)
    known = [(each.code, each.message_params) for each in old]
    worse = [each for each in new if (each.code, each.message_params) not in known]
    if worse:
        raise ContentError(worse)


def _faults(document: str, data_tree: Tree | None) -> list[Finding]:
    tree = load(document)
    found = check.findings(tree, dataset=None if data_tree is None else data_tree.root)
    return [each for each in found if each.level == "error"]
