"""What an author mistyped is told in words that say what to type, at the place where it shows."""

from __future__ import annotations

import pytest

from dgxblock.content import check
from tests.builders.content import CASE, DATASET, whole

GOOD = whole(CASE)
LINE = GOOD[: GOOD.index("<stage>")].count("\n") + 1
END = GOOD[: GOOD.index("</meta>")].count("\n") + 1
LAST = GOOD.rstrip().count("\n") + 1
STAGE = "<stage>pilot</stage>"

# what: (replacement of the line's element, code, line, what the message says)
SLIPS: dict[str, tuple[str, str, int, tuple[str, ...]]] = {
    "a closing tag that is missing": ("<stage>pilot", "tag-mismatch", END, ("</meta>", "<stage>", f"line {LINE} ")),
    "a closing tag that is misspelt": ("<stage>pilot</stag>", "tag-mismatch", LINE, ("</stag>", "Write </stage>")),
    "a closing tag with spaces": ("<stage>pilot</stages  >", "tag-mismatch", LINE, ("</stages> does not fit",)),
    "a closing tag too many": (STAGE + "</p>", "tag-mismatch", LINE, ("</p>", "<meta>", "delete </p>")),
    "capitals": ("<Stage>pilot</stage>", "tag-mismatch", LINE, ("</stage>", "<Stage>")),
    "full-width brackets": ("<stage>pilot＜/stage＞", "tag-mismatch", END, ("<stage>",)),
    "Chinese between the tags": ("<stage>一二三</stag>", "tag-mismatch", LINE, ("</stag>", "<stage>")),
    "curly quotation marks": (f"{STAGE}<technology a=“b”>", "tag-sign", LINE, ('write " instead of “ (',)),
    "a full-width equals sign": (f'{STAGE}<technology a＝"b">', "tag-sign", LINE, ("write = instead of ＝ (",)),
    "a full-width space": (f'{STAGE}<technology\u3000a="b">', "tag-sign", LINE, ("instead of \u3000 (",)),
    "a value without quotation marks": (f"{STAGE}<technology a=b>", "tag-unfinished", LINE, ('"…"',)),
    "a quotation mark that is missing": (f'{STAGE}<technology a="b c="d">', "tag-unfinished", LINE, ('"…"',)),
    "a quotation mark missing at the end": (
        f'{STAGE}<technology a="b>mes</technology>',
        "tag-unfinished",
        LINE,
        ("tag",),
    ),
    "a bracket that is missing": ("<stage>pilot</stage", "tag-unfinished", LINE + 1, ("a > at the end",)),
    "a bracket missing in front": (f"{STAGE}<technology <p>", "tag-unfinished", LINE, ("a > at the end",)),
    "an ampersand": ("<stage>R & D</stage>", "sign", LINE, ("&amp;",)),
    "less than": ("<stage>if < 5</stage>", "sign", LINE, ("&lt;",)),
    "less than a figure": ("<stage>if <5</stage>", "sign", LINE, ("&lt;",)),
    "hyphens in a note": (f"<!-- see --variants -->{STAGE}", "comment", LINE, ("two hyphens",)),
    "two attributes of a name": (f'{STAGE}<technology a="b" a="c">', "syntax", LINE, ("duplicate",)),
}


@pytest.mark.parametrize(("new", "code", "line", "said"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_where_it_shows_and_how_to_mend_it(
    new: str, code: str, line: int, said: tuple[str, ...]
) -> None:
    (finding,) = check.check(GOOD.replace(STAGE, new, 1))
    assert (finding.code, finding.line) == (code, line)
    assert all(each in finding.message("en") for each in said), finding.message("en")


def test_a_document_that_ends_too_early_names_what_is_open() -> None:
    (finding,) = check.check(GOOD.rstrip().removesuffix("</case>"))
    assert finding.code == "tag-open"
    assert "<case> of line " in finding.message("en")


def test_an_opening_bracket_alone_at_the_end_is_unfinished() -> None:
    (finding,) = check.check(GOOD.rstrip().removesuffix(">"))
    assert (finding.code, finding.line) == ("tag-unfinished", LAST)


def test_the_place_counts_characters_not_bytes() -> None:
    bad = DATASET.replace("</dataset>", "<rule>一二三四 & 五</rule></dataset>")
    (finding,) = check.check(bad)
    row = next(line for line in bad.splitlines() if "一二" in line)
    assert finding.column == row.index("&") + 1
