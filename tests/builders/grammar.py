"""Documents made up from their own schema: every element, attribute and value that the vocabulary knows, in any number
that it allows. What such a document means is nonsense; its shape is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st
from lxml import etree

from dgxblock.content import schema
from dgxblock.content.safe import NAMESPACE, is_element
from dgxblock.content.schema import RNG
from dgxblock.content.spacing import LANG

Draw = Callable[[st.SearchStrategy[object]], object]

WORDS: Final = st.text(alphabet="ab %&<>\"'厂线。“ \n\t\r\u3000\u00a0😀", max_size=8)
NEUTRAL: Final = st.sampled_from(["18", "30 s", "≥ 2", "A < B", " 7 ", ""])
COMMENTS: Final = st.sampled_from([" SPDX ", "\n two\n lines ", " a > b & c "])
QUERIES: Final = st.sampled_from(
    ["SELECT 1", "SELECT 1,\n  2", "\n  SELECT a\n    FROM b\n  WHERE c < :d\n", " SELECT ']]>' && '厂' "]
)
_DATA: Final[dict[str, st.SearchStrategy[str]]] = {
    "NCName": st.sampled_from(["a", "b1", "线", "x-y.z"]),
    "NMTOKEN": st.sampled_from(["CC0-1.0", "L1"]),
    "NMTOKENS": st.sampled_from(["S1", " S1  S2 "]),
    "date": st.sampled_from(["2026-11-23", " 2027-03-31 "]),
    "decimal": st.sampled_from(["0", "-1.5", "+3", "00.10", "123456789.25", ".0000001"]),
    "integer": st.sampled_from(["1", " 2 ", "3"]),
    "positiveInteger": st.sampled_from(["1", "+25"]),
    "nonNegativeInteger": st.sampled_from(["0", "180"]),
    "boolean": st.sampled_from(["true", "false", "1", "0"]),
}
_PATTERNS: Final[dict[str, str]] = {
    "l1_oee": "oee", "oee:mean-of-factors": "oee:by-count", "0.5pp, 2%, 0.05": "0.5pp", "C3982": "C39",
    "line-1": "line-1", "row:column": "row:column", "1, 0.5, 0": "0.5",
    "OEE!B5": "OEE!B5", "100 80 60": "100 80", "441900": "441900", "S01–S16": "S07", "dataset.xml": "dataset.xml",
}  # fmt: skip
_LIMITS: Final = frozenset({"lower", "centre", "upper"})
_TOLERANCES: Final = st.sampled_from(["0.5pp", "2%", "0.05", "12", "0.000001"])


def document(kind: str, /) -> st.SearchStrategy[str]:
    """A document of that kind, or a data set, as some author might spell it; every text in both languages."""

    @st.composite
    def made(draw: st.DrawFn) -> str:
        return _Maker(draw, kind).text()

    return made()


class _Maker:
    def __init__(self, draw: st.DrawFn, kind: str) -> None:
        grammar = schema.schema(kind).grammar
        self.draw = draw
        self.start = next(iter(grammar.iter(f"{RNG}start")))
        self.defined = {str(each.get("name")): each for each in grammar.iter(f"{RNG}define")}
        self.depth = 0

    def text(self) -> str:
        holder = etree.Element("holder")
        for pattern in self.start:
            self.follow(pattern, holder)
        (root,) = holder
        written = etree.tostring(root, encoding="unicode")
        return f"<!--head-->{written}<!--foot-->" if self.draw(st.booleans()) else written

    def follow(self, pattern: etree._Element, at: etree._Element) -> None:
        """Put what a pattern describes into an element."""
        if not is_element(pattern):
            return
        kind = pattern.tag.removeprefix(RNG)
        if kind == "ref":
            self.named(str(pattern.get("name")), at)
        elif kind in ("optional", "zeroOrMore", "oneOrMore"):
            if pattern[0].get("name") == "alt":
                kind = "oneOrMore"  # a rule asks for it, with a sentence of its own
            most = 1 if kind == "optional" or pattern[0].get("name") == "alt" else 2 if self.depth < 3 else 1
            for _each in range(self.draw(st.integers(int(kind == "oneOrMore"), most))):
                self.all(pattern, at)
        elif kind == "choice":
            self.follow(self.draw(st.sampled_from([each for each in pattern if isinstance(each.tag, str)])), at)
        elif kind == "element":
            self.element(pattern, at)
        elif kind == "attribute":
            at.set(LANG if pattern.get("name") == "xml:lang" else str(pattern.get("name")), self.value(pattern))
        elif kind == "text":
            _say(at, str(self.draw(WORDS)))
        elif kind in ("data", "value"):
            _say(at, self.one(pattern))
        elif kind in ("group", "mixed", "define"):
            self.all(pattern, at)

    def all(self, pattern: etree._Element, at: etree._Element) -> None:
        for each in pattern:
            self.follow(each, at)

    def named(self, name: str, at: etree._Element) -> None:
        if name == "bi":
            for lang in ("zh-CN", "en"):
                one = etree.SubElement(at, f"{{{NAMESPACE}}}t", {LANG: lang})
                self.inline(one, WORDS)
        elif name == "inline":
            self.inline(at, WORDS)
        elif name == "dataset":
            one = etree.SubElement(at, f"{{{NAMESPACE}}}dataset")
            self.all(self.defined["datasetBody"], one)
        elif name == "cell":
            one = etree.SubElement(at, f"{{{NAMESPACE}}}c")
            if self.draw(st.booleans()):
                self.named("bi", one)
            else:
                self.inline(one, NEUTRAL)
        elif name == "sql":
            _say(at, str(self.draw(QUERIES)))
        else:
            self.all(self.defined[name], at)

    def inline(self, at: etree._Element, words: st.SearchStrategy[str], depth: int = 0) -> None:
        """Running text with marks in it."""
        _say(at, self.draw(words))
        for _each in range(self.draw(st.integers(0, 2)) if depth < 2 else 0):
            kind = self.draw(st.sampled_from(["em", "br", "var", "claim", "comment"]))
            if kind == "comment":
                at.append(etree.Comment(self.draw(COMMENTS)))
            else:
                made = etree.SubElement(at, f"{{{NAMESPACE}}}{kind}")
                if kind == "var":
                    self.all(self.defined["var"][0], made)
                elif kind == "claim":
                    made.set(
                        *self.draw(st.sampled_from([("basis", "synthetic"), ("basis", "framework"), ("src", "S1 S2")]))
                    )
                if kind in ("em", "claim"):
                    self.inline(made, words, depth + 1)
            _say(at, self.draw(words))

    def element(self, pattern: etree._Element, at: etree._Element) -> None:
        name = pattern.get("name")
        inside = [each for each in pattern if isinstance(each.tag, str)]
        if name is None:  # <choice><name>single</name>…
            name = self.draw(st.sampled_from([str(each.text) for each in inside[0]]))
            inside = inside[1:]
        made = etree.SubElement(at, f"{{{NAMESPACE}}}{name}")
        if self.draw(st.integers(0, 9)) == 0 and at.tag != "holder":
            made.addprevious(etree.Comment(self.draw(COMMENTS)))
        if name == "effect":  # exactly one of three, as a rule says
            inside = [inside[0], self.draw(st.sampled_from(inside[1:]))[0]]
        if name == "points" and not self.draw(st.booleans()):  # lower, centre and upper go together
            inside = [each for each in inside if len(each) == 0 or each[0].get("name") not in _LIMITS]
        elif name == "points":
            inside = [each[0] if len(each) and each[0].get("name") in _LIMITS else each for each in inside]
        self.depth += 1
        for each in inside:
            self.follow(each, made)
        self.depth -= 1

    def value(self, attribute: etree._Element) -> str:
        inside = [each for each in attribute if isinstance(each.tag, str)]
        return self.one(inside[0]) if inside else str(self.draw(st.sampled_from(["min", 'a & "b" <c>', "x\u00a0厂"])))

    def one(self, pattern: etree._Element) -> str:
        """One of the values that a pattern allows."""
        kind = pattern.tag.removeprefix(RNG)
        if kind == "ref":
            return self.one(next(each for each in self.defined[str(pattern.get("name"))] if isinstance(each.tag, str)))
        if kind == "choice":
            return self.one(self.draw(st.sampled_from([each for each in pattern if isinstance(each.tag, str)])))
        if kind == "value":
            return str(pattern.text)
        example = pattern.get("{urn:dgx:example}for")
        if example is not None:
            return self.draw(_TOLERANCES) if "pp" in example else _PATTERNS[example]
        if pattern.get("type") == "token":
            return str(self.draw(QUERIES)).strip()
        return self.draw(_DATA[str(pattern.get("type"))])


def _say(at: etree._Element, words: str) -> None:
    if len(at):
        at[-1].tail = (at[-1].tail or "") + words
    else:
        at.text = (at.text or "") + words
