"""A question as a QTI 3 item."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from lxml import etree

from dgxblock.bank import qti
from dgxblock.bank.shape import Question, Words, plain
from dgxblock.content.compose_text import number
from dgxblock.formats import unit_label
from dgxblock.grading.units import RATIOS

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_CARDINALITY: Final = {"multiple": "multiple", "match": "multiple", "order": "ordered"}
_BASE: Final = {"number": "float", "short": "string", "match": "directedPair"}
_CHOICE: Final = "qti-simple-choice"
_ASSOCIABLE: Final = "qti-simple-associable-choice"


def write_item(asked: Question, lang: str, /) -> bytes:
    """The item as an XML file."""
    root = etree.fromstring(f'<qti-assessment-item xmlns="{qti.NAMESPACE}"/>')
    root.set("identifier", asked.name)
    root.set("title", plain(asked.prompt).replace("\n", " ")[:60])
    root.set("adaptive", "false")
    root.set("time-dependent", "false")
    root.set(_LANG, lang)
    _response(root, asked)
    points = 1.0 if asked.points is None else asked.points
    told = any(each.feedback for each in asked.options) and asked.kind in ("single", "multiple")
    _outcome(root, "SCORE", "single", "float", "0")
    if asked.points is not None:
        _outcome(root, "MAXSCORE", "single", "float", number(points))
    if told or asked.rationale:
        cardinality = "multiple" if asked.kind == "multiple" or (told and asked.rationale) else "single"
        _outcome(root, "FEEDBACK", cardinality, "identifier", "general" if asked.rationale else "")
    body = _child(root, "qti-item-body")
    if asked.own:
        body.set(qti.OWN, asked.own)
    _fill(_child(body, "p"), asked.prompt)
    _BODIES[asked.kind](body, asked, lang)
    _processing(root, asked, points, told=told)
    if asked.rationale:
        said = _child(root, "qti-modal-feedback", {"outcome-identifier": "FEEDBACK", "identifier": "general"})
        said.set("show-hide", "show")
        _fill(_child(_child(said, "qti-content-body"), "p"), asked.rationale)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def names(asked: Question, /) -> tuple[list[str], list[str]]:
    """The identifiers of the options and of the targets."""
    return [f"C{at}" for at in range(1, len(asked.options) + 1)], [f"T{at}" for at in range(1, len(asked.targets) + 1)]


def _child(
    parent: etree._Element, name: str, attributes: dict[str, str] | None = None, text: str = ""
) -> etree._Element:
    made = etree.SubElement(parent, f"{{{qti.NAMESPACE}}}{name}", attributes or {})
    made.text = text or None
    return made


def _fill(element: etree._Element, spans: Words) -> None:
    last: etree._Element | None = None
    for span in spans:
        if span.kind == "text" and last is None:
            element.text = (element.text or "") + span.text
        elif span.kind == "text" and last is not None:
            last.tail = (last.tail or "") + span.text
        else:
            last = _child(element, span.kind, text=span.plain("en") if span.kind == "em" else "")


def _outcome(root: etree._Element, name: str, cardinality: str, base: str, default: str) -> None:
    made = _child(root, "qti-outcome-declaration", {"identifier": name, "cardinality": cardinality, "base-type": base})
    if default:
        _child(_child(made, "qti-default-value"), "qti-value", text=default)


def _response(root: etree._Element, asked: Question) -> None:
    made = _child(root, "qti-response-declaration", {"identifier": qti.RESPONSE})
    made.set("cardinality", _CARDINALITY.get(asked.kind, "single"))
    made.set("base-type", _BASE.get(asked.kind, "identifier"))
    right = _child(made, "qti-correct-response")
    for value in _right(asked):
        _child(right, "qti-value", text=value)
    if asked.kind == "short":
        mapping = _child(made, "qti-mapping", {"default-value": "0"})
        points = 1.0 if asked.points is None else asked.points
        for text in asked.accepted:
            _child(
                mapping, "qti-map-entry", {"map-key": text, "mapped-value": number(points), "case-sensitive": "false"}
            )


def _right(asked: Question) -> Iterable[str]:
    choices, targets = names(asked)
    if asked.kind == "number":
        return [number(asked.key)]
    if asked.kind == "short":
        return asked.accepted[:1]
    if asked.kind == "match":
        return [f"{name} {targets[each.target]}" for name, each in zip(choices, asked.options, strict=True)]
    if asked.kind == "order":
        return choices
    return [name for name, each in zip(choices, asked.options, strict=True) if each.right]


def _interaction(body: etree._Element, name: str, asked: Question) -> etree._Element:
    made = _child(body, name, {"response-identifier": qti.RESPONSE})
    made.set("shuffle", "false" if asked.fixed else "true")
    return made


def _choices(body: etree._Element, asked: Question, lang: str) -> None:
    del lang
    made = _interaction(body, "qti-choice-interaction", asked)
    made.set("max-choices", "0" if asked.kind == "multiple" else "1")
    _options(made, asked, _CHOICE)


def _options(holder: etree._Element, asked: Question, element: str) -> None:
    for name, each in zip(names(asked)[0], asked.options, strict=True):
        made = _child(holder, element, {"identifier": name})
        if element == _ASSOCIABLE:
            made.set("match-max", "1")
        _fill(made, each.text)
        if each.feedback:
            said = _child(made, "qti-feedback-inline", {"outcome-identifier": "FEEDBACK", "identifier": name})
            said.set("show-hide", "show")
            _fill(said, each.feedback)


def _order(body: etree._Element, asked: Question, lang: str) -> None:
    del lang
    _options(_interaction(body, "qti-order-interaction", asked), asked, _CHOICE)


def _match(body: etree._Element, asked: Question, lang: str) -> None:
    del lang
    made = _interaction(body, "qti-match-interaction", asked)
    made.set("max-associations", str(len(asked.options)))
    _options(_child(made, "qti-simple-match-set"), asked, _ASSOCIABLE)
    targets = _child(made, "qti-simple-match-set")
    for name, text in zip(names(asked)[1], asked.targets, strict=True):
        most = str(len(asked.options)) if asked.reuse else "1"
        _fill(_child(targets, _ASSOCIABLE, {"identifier": name, "match-max": most}), text)


def _field(body: etree._Element, asked: Question, lang: str) -> None:
    holder = _child(body, "p")
    made = _child(holder, "qti-text-entry-interaction", {"response-identifier": qti.RESPONSE})
    if asked.unit:
        made.tail = " "
        _child(holder, "span", {qti.UNIT: asked.unit}, text=unit_label(asked.unit, lang))


_BODIES: Final[dict[str, Callable[[etree._Element, Question, str], None]]] = {
    "single": _choices, "multiple": _choices, "order": _order, "match": _match, "number": _field, "short": _field
}  # fmt: skip


def _processing(root: etree._Element, asked: Question, points: float, *, told: bool) -> None:
    if asked.kind == "short":
        _child(root, "qti-response-processing", {"template": f"{qti.TEMPLATES}map_response.xml"})
        return
    made = _child(root, "qti-response-processing")
    condition = _child(made, "qti-response-condition")
    for branch, earned in (("qti-response-if", points), ("qti-response-else", 0.0)):
        holder = _child(condition, branch)
        if branch == "qti-response-if":
            _test(holder, asked)
        score = _child(holder, "qti-set-outcome-value", {"identifier": "SCORE"})
        _child(score, "qti-base-value", {"base-type": "float"}, text=number(earned))
    if told:
        feedback = _child(made, "qti-set-outcome-value", {"identifier": "FEEDBACK"})
        chosen = feedback
        if asked.rationale:
            chosen = _child(feedback, "qti-multiple")
            _child(chosen, "qti-base-value", {"base-type": "identifier"}, text="general")
        _child(chosen, "qti-variable", {"identifier": qti.RESPONSE})


def _test(holder: etree._Element, asked: Question) -> None:
    test = _child(holder, "qti-equal" if asked.kind == "number" else "qti-match")
    if asked.kind == "number":
        # points of a ratio are units of what is typed, save that a point is ten per mille
        amount, kind = asked.tolerance.amount, asked.tolerance.kind
        if kind == "pp" and asked.unit in RATIOS:
            amount *= {"permille": 10, "ppm": 10_000}.get(asked.unit, 1)
        test.set("tolerance-mode", "relative" if kind == "percent" else "absolute")
        test.set("tolerance", f"{number(amount)} {number(amount)}")
    _child(test, "qti-variable", {"identifier": qti.RESPONSE})
    _child(test, "qti-correct", {"identifier": qti.RESPONSE})
