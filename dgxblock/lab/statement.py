"""What can be told of a statement by its words alone, before SQLite sees it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from dgxblock.lab.errors import LabError

MOST_CHARACTERS: Final = 8000
MOST_SELECTS: Final = 12
MOST_USES: Final = 24

_TOKEN: Final = re.compile(
    r"""(?P<space>[\x20\t\n\f\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<name>[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*
          | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] | '(?:[^']|'')*')
      | (?P<parameter>[:@$]\w+|\?\d*)
      | (?P<other>\d[\w.]*|.)""",
    re.VERBOSE | re.DOTALL,
)


_BUILT_IN: Final = ("sqlite_", "pragma_", "json_", "fts", "dbstat", "rtree", "generate_series")
"""SQLite's own tables: a WITH that defines their names must not open them."""
_DEFINES: Final = (["("], ["materialized", "("], ["not", "materialized", "("])
# SQLite skips a byte order mark, Python's other spaces are letters to it: neither may hide a name from `inspect`
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\ud800-\udfff]")


_WIDE: Final = re.compile("[\u3000\u2018\u2019\u201c\u201d\uff01-\uff5e]")
"""Full-width and curly signs, which an input method for Chinese types: SQLite takes them for letters of a name."""


def wide(sql: str, /) -> tuple[str, int]:
    """The first such sign outside texts and comments, and its line from 1; ``""`` and 0 if there is none."""
    for match in _TOKEN.finditer(sql):
        bare = match.lastgroup != "space" and not match.group().startswith("'")
        if bare and (found := _WIDE.search(match.group())):
            return found.group(), sql.count("\n", 0, match.start() + found.start()) + 1
    return "", 0


def tokens(sql: str, /) -> list[tuple[str, str]]:
    """(kind, text) of each token that is neither space nor comment; names lower-case, without their quotes."""
    found = []
    for match in _TOKEN.finditer(sql):
        kind, text = str(match.lastgroup), match.group()
        if kind == "name":
            # SQLite takes 'text' for a name where only a name fits, so a quoted text counts as one here
            text = (text[1:-1] if text[0] in "\"`['" else text).lower()
        if kind != "space":
            found.append((kind, text))
    return found


@lru_cache(maxsize=1024)
def parameters(sql: str, /) -> frozenset[str]:
    """The names of the ``:parameters`` that a statement uses."""
    return frozenset(text[1:] for kind, text in tokens(sql) if kind == "parameter" and text[0] == ":")


def line_of(sql: str, word: str, /) -> int:
    """The line, from 1, of the first token of `sql` that is `word` (in either case, quoted or not); 0 if none is."""
    wanted = word.lower()
    for match in _TOKEN.finditer(sql):
        text = match.group().lower()
        if wanted in (text, text[1:-1]) and match.lastgroup != "space":
            return sql.count("\n", 0, match.start()) + 1
    return 0


def _own_names(found: list[tuple[str, str]], /) -> frozenset[str]:
    """The names that WITH defines: those before ``[(columns)] AS [[NOT] MATERIALIZED] (``."""
    names = set()
    texts = [text for _, text in found]
    for place, text in enumerate(texts):
        after = texts[place + 1 : place + 4]
        if text != "as" or not any(after[: len(form)] == form for form in _DEFINES):
            continue
        before = place - 1
        if before >= 0 and texts[before] == ")":
            while before > 0 and texts[before] != "(":
                before -= 1
            before -= 1
        if before >= 0 and found[before][0] == "name":
            names.add(texts[before])
    return frozenset(names)


@lru_cache(maxsize=1024)
def inspect(sql: str, /, *, counted: bool = True) -> frozenset[str]:
    """Refuse a statement by its form alone; the names that it defines for itself.

    `counted` refuses many SELECTs and many uses of WITH names too: where no limit on the heap would end the copying.

    Raises:
        LabError: ``size`` or ``statement``.
    """
    if len(sql) > MOST_CHARACTERS:
        raise LabError("size", detail=f"more than {MOST_CHARACTERS} characters")
    if _NO_TEXT.search(sql):
        raise LabError("statement", detail="contains characters that are no text")
    found = tokens(sql)
    texts = [text for _, text in found]
    if not texts or texts[0] not in {"select", "with", "values"}:
        raise LabError("statement", detail="must begin with SELECT, WITH or VALUES")
    if ";" in texts[:-1]:
        raise LabError("statement", detail="must be one statement")
    own = frozenset(name for name in _own_names(found) if not name.startswith(_BUILT_IN))
    if not counted:
        return own
    if texts.count("select") > MOST_SELECTS:
        raise LabError("size", detail=f"more than {MOST_SELECTS} SELECTs")
    uses = sum(text in own and following != "." for text, following in zip(texts, [*texts[1:], ""], strict=True))
    if uses - len(own) > MOST_USES:
        raise LabError("size", detail=f"uses the names of its WITH clause more than {MOST_USES} times")
    return own
