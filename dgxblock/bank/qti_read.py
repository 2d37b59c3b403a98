"""One QTI 3 item as a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lxml import etree

from dgxblock.bank import qti
from dgxblock.bank.qti_body import GAP, Reader, feedback
from dgxblock.bank.qti_score import Declared, Scoring, declared, number, points, scoring
from dgxblock.bank.shape import EXACT, MOST_OPTIONS, Option, Place, Question, Read, Untakable
from dgxblock.bank.texts import joined
from dgxblock.content.findings import ContentError
from dgxblock.content.model import Span
from dgxblock.content.safe import Tree, children, load, local

_TRUE: Final = ("true", "1")
_KNOWN: Final = frozenset({
    "qti-response-declaration", "qti-outcome-declaration", "qti-item-body", "qti-response-processing",
    "qti-modal-feedback",
})  # fmt: skip


def opened(data: bytes, file: str, /) -> Tree:
    """A file as a tree.

    Raises:
        Untakable: it is not safe to read, or no QTI 3.
    """
    try:
        tree = load(data, own=False)
    except ContentError as error:
        first = error.findings[0]
        raise Untakable(Place(first.line, file=file), "xml", reason=first.message()) from None
    name = etree.QName(tree.root)
    if name.namespace != qti.NAMESPACE and not name.localname.startswith("qti-"):
        old = "imsqti_v2" in (name.namespace or "") or name.localname in ("assessmentItem", "questestinterop")
        raise Untakable(Place(tree.positions[tree.root][0], file=file), "qti-version" if old else "not-qti",
                        name=name.localname)  # fmt: skip
    return tree


def read_item(data: bytes, found: Read, /, file: str = "") -> Question:
    """The question of an item.

    Raises:
        Untakable: it cannot be ours.
    """
    tree = opened(data, file)
    root = tree.root
    reader = Reader(tree, found, root.get("identifier", "")[:60], file)
    if local(root) != "qti-assessment-item":
        raise reader.cannot(root, "not-item")
    if root.get("adaptive") in _TRUE:
        raise reader.cannot(root, "adaptive")
    for each in children(root):
        if local(each).startswith("qti-template-"):
            raise reader.cannot(each, "qti-templates")
        if local(each) not in _KNOWN:
            reader.lose(each)
    body = next((each for each in children(root) if local(each) == "qti-item-body"), None)
    if body is None:
        raise reader.cannot(root, "no-prompt")
    prompt = reader.words(body)
    if len(reader.interactions) != 1:
        raise reader.cannot(body, "interactions", count=len(reader.interactions))
    (asked,) = reader.interactions
    if local(asked) not in qti.INTERACTIONS:
        raise reader.cannot(asked, "interaction")
    response, how = declared(reader, root), scoring(reader, root)
    said = points(reader, root)
    head = Question(
        "single",
        _without_last_gap(prompt),
        reader.at(root),
        root.get("identifier", ""),
        points=said if said is not None else how.points,
        rationale=_general(reader, root),
        own=body.get(qti.OWN, ""),
        fixed=asked.get("shuffle", "false") not in _TRUE,
    )
    kind = qti.INTERACTIONS[local(asked)]
    return {"choice": _choice, "text": _text, "match": _match, "order": _order}[kind](
        reader, asked, response, how, head
    )


def _without_last_gap(prompt: tuple[Span, ...]) -> tuple[Span, ...]:
    """A field behind all words needs no mark."""
    if prompt and prompt[-1].kind == "text" and prompt[-1].text.endswith(GAP):
        last = Span("text", prompt[-1].text.removesuffix(GAP).rstrip())
        return joined((*prompt[:-1], last))
    return prompt


def _general(reader: Reader, root: etree._Element) -> tuple[Span, ...]:
    """What is said to everybody: the first of the item's feedbacks; others are told."""
    given = [each for each in children(root) if local(each) == "qti-modal-feedback"]
    for each in given[1:]:
        reader.lose(each)
    if not given:
        return ()
    inside = children(given[0])
    return reader.words(inside[0] if len(inside) == 1 and local(inside[0]) == "qti-content-body" else given[0])


def _parts(reader: Reader, holder: etree._Element, name: str) -> list[etree._Element]:
    """The choices of an interaction or set.

    Raises:
        Untakable: there are too many, or something else stands among them.
    """
    found = [each for each in children(holder) if local(each) != "qti-prompt"]
    for each in found:
        if local(each) != name:
            raise reader.cannot(each)
    if len(found) > MOST_OPTIONS:
        raise reader.cannot(holder, "too-many", count=len(found), limit=MOST_OPTIONS)
    return found


def _weights(reader: Reader, response: Declared, right: set[str]) -> None:
    """Tell of shares that our questions do not give: ours follow from right and wrong alone."""
    shares = {share for key, share in response.mapped if key in right}
    strange = [f"{key}: {share:g}" for key, share in response.mapped if (key not in right and share != 0)]
    if len(shares) > 1:
        strange += [f"{key}: {share:g}" for key, share in response.mapped if key in right]
    if strange:
        reader.lose(response.element, "weights", weights=", ".join(strange)[:80])


def _choice(reader: Reader, asked: etree._Element, response: Declared, how: Scoring, head: Question) -> Question:
    choices = _parts(reader, asked, "qti-simple-choice")
    names = [each.get("identifier", "") for each in choices]
    right = set(response.correct)
    if how.how == "map" and not right:
        right = {key for key, share in response.mapped if share > 0}
    if how.how == "map":
        _weights(reader, response, right)
    if not right or not right <= set(names):
        raise reader.cannot(response.element, "no-answer")
    most = asked.get("max-choices", "1")
    reader.attributes(asked, "response-identifier", "shuffle", "max-choices", "orientation")
    multiple = response.cardinality == "multiple"
    if multiple and most not in ("0", str(len(choices))):
        reader.lose(asked, "attribute", attribute="max-choices", value=most)
    if not multiple and len(right) > 1:
        raise reader.cannot(response.element, "several-right")
    for each in choices:
        reader.attributes(each, "identifier")
    options = tuple(
        Option(reader.words(each), name in right, feedback(reader, each))
        for name, each in zip(names, choices, strict=True)
    )
    return replace(head, kind="multiple" if multiple else "single", options=options)


def _text(reader: Reader, asked: etree._Element, response: Declared, how: Scoring, head: Question) -> Question:
    reader.attributes(asked, "response-identifier", "expected-length")
    head = replace(head, fixed=False)
    if response.base in ("float", "integer"):
        keys = [number(each) for each in response.correct]
        if len(keys) != 1 or keys[0] is None or how.how == "map":
            raise reader.cannot(response.element, "one-number", count=len(keys))
        return replace(head, kind="number", key=keys[0], tolerance=how.tolerance or EXACT, unit=reader.unit)
    if response.base != "string" or how.tolerance is not None:
        raise reader.cannot(response.element, "base-type", base=response.base)
    accepted = list(response.correct)
    if how.how == "map" and response.mapped:
        full = max(share for _key, share in response.mapped)
        for key, share in response.mapped:
            if 0 < share == full:
                accepted.append(key)
            elif key not in accepted:
                reader.lose(response.element, "part-answer", text=key[:40], weight=f"{share:g}")
    accepted = list(dict.fromkeys(text for each in accepted if (text := " ".join(each.split()))))
    if not accepted:
        raise reader.cannot(response.element, "no-answer")
    return replace(head, kind="short", accepted=tuple(accepted))


def _match(reader: Reader, asked: etree._Element, response: Declared, how: Scoring, head: Question) -> Question:
    sets = _parts(reader, asked, "qti-simple-match-set")
    if len(sets) != 2:
        raise reader.cannot(asked)
    things, targets = (_parts(reader, each, "qti-simple-associable-choice") for each in sets)
    pairs = [each.split() for each in response.correct]
    if how.how == "map":
        pairs = pairs or [key.split() for key, share in response.mapped if share > 0]
        _weights(reader, response, {" ".join(each) for each in pairs})
    at = {each.get("identifier", ""): place for place, each in enumerate(targets)}
    chosen: dict[str, int] = {}
    for each in pairs:
        if len(each) != 2 or each[1] not in at or each[0] in chosen:
            raise reader.cannot(response.element, "qti-pairs")
        chosen[each[0]] = at[each[1]]
    if set(chosen) != {each.get("identifier", "") for each in things}:
        raise reader.cannot(response.element, "qti-pairs")
    reader.attributes(asked, "response-identifier", "shuffle", "max-associations")
    options = tuple(
        Option(reader.words(each), feedback=feedback(reader, each), target=chosen[each.get("identifier", "")])
        for each in things
    )
    reuse = any(each.get("match-max", "1") != "1" for each in targets) or len(set(chosen.values())) < len(chosen)
    return replace(
        head, kind="match", options=options, targets=tuple(reader.words(each) for each in targets), reuse=reuse
    )


def _order(reader: Reader, asked: etree._Element, response: Declared, how: Scoring, head: Question) -> Question:
    del how
    steps = {each.get("identifier", ""): each for each in _parts(reader, asked, "qti-simple-choice")}
    if sorted(response.correct) != sorted(steps):
        raise reader.cannot(response.element, "qti-order")
    reader.attributes(asked, "response-identifier", "shuffle", "orientation")
    options = tuple(
        Option(reader.words(steps[name]), feedback=feedback(reader, steps[name])) for name in response.correct
    )
    return replace(head, kind="order", options=options, fixed=False)


_KINDS: Final[dict[str, Callable[[Reader, etree._Element, Declared, Scoring, Question], Question]]] = {
    "choice": _choice, "text": _text, "match": _match, "order": _order
}  # fmt: skip
