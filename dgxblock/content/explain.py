"""Why a document does not fit its schema, in terms that its author can act on.

Every element is looked at by itself: its attributes, their values, its text and the order of its children, the last by
derivatives of the content model (Brzozowski 1964; Clark, "An algorithm for RELAX NG validation"). Only what our own
schemas use of RELAX NG is known here: no interleave, no name classes but ``choice`` of names, one definition of an
element name in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from lxml import etree

from dgxblock.content.findings import Finding
from dgxblock.content.safe import Tree, children, local
from dgxblock.content.values import example, fits

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


class _Model(NamedTuple):
    """A content model: ``empty``, ``never``, ``element`` (`names`, its schema `node`), ``then``, ``or``, ``many``."""

    kind: str
    parts: tuple[_Model, ...] = ()
    names: frozenset[str] = frozenset()
    node: etree._Element | None = None


_EMPTY: Final = _Model("empty")
_NEVER: Final = _Model("never")


MOST: Final = 100
"""Faults explained at once: who has a hundred mends those first."""


def explain(tree: Tree, grammar: etree._Element, /) -> list[Finding]:
    """The faults of shape, in document order, `MOST` at most."""
    defines = {str(each.get("name")): each for each in children(grammar) if local(each) == "define"}
    start = next(each for each in children(grammar) if local(each) == "start")
    return sorted(islice(_Explainer(tree, defines).element(tree.root, children(start)[0]), MOST))


class _Explainer:
    def __init__(self, tree: Tree, defines: dict[str, etree._Element]) -> None:
        self.tree = tree
        self.defines = defines

    def finding(self, at: etree._Element, code: str, /, **params: object) -> Finding:
        line, column = self.tree.positions[at]
        return Finding.of(code, line, column, **params)

    def element(self, element: etree._Element, node: etree._Element) -> Iterator[Finding]:
        """Faults of one element against its schema node, and of all within."""
        body = _branch(element, children(node))
        patterns = list(self._own(body))
        yield from self._attributes(element, patterns)
        yield from self._text(element, patterns)
        model = self._sequence(body)
        known = {name: each.node for each in _elements(model) for name in each.names}
        yield from self._order(element, model)
        for child in children(element):
            if (inner := known.get(local(child))) is not None:
                yield from self.element(child, inner)

    def _own(self, nodes: Iterable[etree._Element], /, *, needed: bool = True) -> Iterator[tuple[etree._Element, bool]]:
        """Attributes, data, values and text of a pattern, each with whether it must be there."""
        for node in nodes:
            kind = local(node)
            if kind in ("attribute", "data", "value", "text"):
                yield node, needed
            elif kind == "ref":
                yield from self._own(children(self.defines[str(node.get("name"))]), needed=needed)
            elif kind != "element":
                loose = kind in ("optional", "zeroOrMore", "choice", "mixed")
                yield from self._own(children(node), needed=needed and not loose)
                if kind == "mixed":
                    yield node, False

    def _attributes(self, element: etree._Element, patterns: list[tuple[etree._Element, bool]]) -> Iterator[Finding]:
        known = {str(node.get("name")): (node, needed) for node, needed in patterns if local(node) == "attribute"}
        name = local(element)
        for key, value in element.attrib.items():
            plain = str(key).replace(_XML, "xml:")
            if plain not in known:
                choices = ", ".join(sorted(known)) or "—"
                yield self.finding(element, "attribute-unknown", name=plain, element=name, known=choices)
            elif not self._fits(str(value), children(known[plain][0])):
                allowed = self._allowed(children(known[plain][0]))
                yield self.finding(
                    element, "attribute-value", name=plain, element=name, value=str(value), allowed=allowed
                )
        for plain, (_node, needed) in known.items():
            if needed and plain.replace("xml:", _XML) not in element.attrib:
                yield self.finding(element, "attribute-missing", name=plain, element=name)

    def _text(self, element: etree._Element, patterns: list[tuple[etree._Element, bool]]) -> Iterator[Finding]:
        texts = [element.text, *(child.tail for child in element)]
        words = "".join(text or "" for text in texts).strip()
        kinds = {local(node) for node, _needed in patterns}
        if kinds & {"text", "mixed"}:
            return
        nodes = [node for node, _needed in patterns if local(node) in ("data", "value")]
        if not nodes:
            if words:
                yield self.finding(element, "text-unexpected", element=local(element), text=words[:40])
        elif not self._fits(words, nodes):
            allowed = self._allowed(nodes)
            yield self.finding(element, "element-value", element=local(element), value=words[:40], allowed=allowed)

    def _order(self, element: etree._Element, model: _Model) -> Iterator[Finding]:
        name = local(element)
        models, seen = [model], list[str]()
        for child in children(element):
            after = _derive(models[-1], local(child))
            if after.kind == "never":
                yield self._misplaced(child, name, models, seen)
                return
            models.append(after)
            seen.append(local(child))
        model = models[-1]
        if not _nullable(model):
            expected = ", ".join(sorted(_needed(model)))
            yield self.finding(element, "element-missing", element=name, expected=expected)

    def _misplaced(self, child: etree._Element, parent: str, models: list[_Model], seen: list[str]) -> Finding:
        """Of a child that cannot stand here whether its place is earlier or later; `models` after each of `seen`."""
        name, rest = local(child), models[-1]
        if not _nullable(rest) and any(name in each.names for each in _elements(rest)):
            expected = ", ".join(sorted(_needed(rest)))
            return self.finding(child, "element-early", name=name, element=parent, expected=expected)
        earlier = [place for place, model in enumerate(models[:-1]) if _derive(model, name).kind != "never"]
        if earlier and name not in seen:
            return self.finding(child, "element-late", name=name, element=parent, before=seen[earlier[-1]])
        expected = ", ".join(sorted(_first(rest))) or "—"
        return self.finding(child, "element-unexpected", name=name, element=parent, expected=expected)

    def _sequence(self, nodes: Iterable[etree._Element]) -> _Model:
        model = _EMPTY
        for node in nodes:
            model = _then(model, self._pattern(node))
        return model

    def _pattern(self, node: etree._Element) -> _Model:
        kind = local(node)
        if kind == "element":
            name = node.get("name")
            names = [name] if name else [each.text for each in children(children(node)[0])]
            return _Model("element", (), frozenset(str(each) for each in names), node)
        if kind == "ref":
            return self._sequence(children(self.defines[str(node.get("name"))]))
        if kind == "choice":
            model = _NEVER
            for each in children(node):
                model = _or(model, self._pattern(each))
            return model
        inner = self._sequence(children(node)) if kind not in ("attribute", "data", "value", "name") else _EMPTY
        if kind == "optional":
            return _or(inner, _EMPTY)
        if kind == "oneOrMore":
            return _many(inner)
        if kind == "zeroOrMore":
            return _or(_many(inner), _EMPTY)
        return inner

    def _fits(self, value: str, nodes: Iterable[etree._Element]) -> bool:
        leaves = list(self._leaves(nodes))
        return not leaves or any(fits(value, leaf) for leaf in leaves)

    def _allowed(self, nodes: Iterable[etree._Element]) -> str:
        return ", ".join(example(leaf) for leaf in self._leaves(nodes))

    def _leaves(self, nodes: Iterable[etree._Element]) -> Iterator[etree._Element]:
        for node in nodes:
            if local(node) in ("data", "value"):
                yield node
            elif local(node) == "ref":
                yield from self._leaves(children(self.defines[str(node.get("name"))]))
            else:
                yield from self._leaves(children(node))


def _branch(element: etree._Element, body: list[etree._Element]) -> list[etree._Element]:
    """Of "an attribute, or else all this" (a data set by reference, or in place) the one that the author meant."""
    if len(body) == 1 and local(body[0]) == "choice":
        first, *rest = children(body[0])
        if local(first) == "attribute":
            return [first] if str(first.get("name")) in element.attrib else rest
    return body


# --- content models -------------------------------------------------------------------------------------------------


def _then(left: _Model, right: _Model) -> _Model:
    if "never" in (left.kind, right.kind):
        return _NEVER
    if left.kind == "empty":
        return right
    return left if right.kind == "empty" else _Model("then", (left, right))


def _or(left: _Model, right: _Model) -> _Model:
    if left.kind == "never" or left == right:
        return right
    return left if right.kind == "never" else _Model("or", (left, right))


def _many(inner: _Model) -> _Model:
    return inner if inner.kind in ("empty", "never") else _Model("many", (inner,))


def _nullable(model: _Model) -> bool:
    if model.kind == "then":
        return all(_nullable(part) for part in model.parts)
    if model.kind in ("or", "many"):
        return any(_nullable(part) for part in model.parts)
    return model.kind == "empty"


def _derive(model: _Model, name: str) -> _Model:
    """What may follow once an element of that name was read."""
    if model.kind == "element":
        return _EMPTY if name in model.names else _NEVER
    if model.kind == "or":
        return _or(_derive(model.parts[0], name), _derive(model.parts[1], name))
    if model.kind == "many":
        return _then(_derive(model.parts[0], name), _or(model, _EMPTY))
    if model.kind == "then":
        first, second = model.parts
        after = _then(_derive(first, name), second)
        return _or(after, _derive(second, name)) if _nullable(first) else after
    return _NEVER


def _first(model: _Model) -> frozenset[str]:
    """Names that may come next."""
    if model.kind == "element":
        return model.names
    if model.kind == "then" and not _nullable(model.parts[0]):
        return _first(model.parts[0])
    return frozenset().union(*(_first(part) for part in model.parts))


def _needed(model: _Model) -> frozenset[str]:
    """Names of which one must come before the element may end."""
    if model.kind == "then":
        return _needed(next(part for part in model.parts if not _nullable(part)))
    return _first(model)


def _elements(model: _Model) -> Iterator[_Model]:
    if model.kind == "element":
        yield model
    for part in model.parts:
        yield from _elements(part)
