"""The texts of the interface: take them out of the code, keep the catalogues, check and compile them.

    python tools/messages.py extract           print the template (all texts found)
    python tools/messages.py update            bring both catalogues up to date with the code
    python tools/messages.py merge-tsv FILE…   take translations from lines of ``msgid<TAB>zh`` (newline as ``\\n``)
    python tools/messages.py compile           write the .mo files
    python tools/messages.py check             fail on missing, fuzzy, obsolete or mismatched texts, or a stale .mo

English is the message id, so the English catalogue repeats it. The domain is ``text``, which is what the LMS reads.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "dgxblock"
PLURALS: Final = {"zh_CN": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
SINGLE: Final = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2}
"""How many leading arguments of a call are texts."""
Found = tuple[int, str | tuple[str, str]]
"""A line and a text, or the two forms of one."""

_LITERAL = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TAG = re.compile(rf"{{%\s*(t|tn)\s+{_LITERAL}(?:\s+{_LITERAL})?.*?%}}")
_PARAM = re.compile(r"%\((\w+)\)[#0\- +]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z]")


class Catalogue(Catalog):
    """A catalogue whose head holds no date and no tool version: the same texts always make the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The lines of the head that readers of the file need."""
        return [
            ("Project-Id-Version", "dgxblock"),
            ("Language", str(self.locale_identifier or "")),
            ("Plural-Forms", PLURALS.get(str(self.locale_identifier), PLURALS["en"])),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]

    @mime_headers.setter
    def mime_headers(self, headers: object) -> None:
        del headers  # a file's own head is not asked: it is always written as above


def _unquote(literal: str) -> str:
    """The characters of a template's string literal, as Django reads it."""
    quote = literal[0]
    return literal[1:-1].replace(f"\\{quote}", quote).replace("\\\\", "\\")


def extract_template(source: str, /) -> Iterator[Found]:
    """Find ``{% t "…" %}`` and ``{% tn "…" "…" n=… %}`` whose texts are written out."""
    for found in _TAG.finditer(source):
        kind, first, second = found.groups()
        line = source.count("\n", 0, found.start()) + 1
        if kind == "t":
            yield line, _unquote(first)
        elif second is None:
            raise ValueError(f"line {line}: a tn tag needs two texts, the singular and the plural")
        else:
            yield line, (_unquote(first), _unquote(second))


def _constants(node: ast.expr) -> list[str] | None:
    """The texts that an argument may be, if all are written out: ``"a"``, or ``"a" if x else "b"``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        first, second = _constants(node.body), _constants(node.orelse)
        return None if first is None or second is None else first + second
    return None


def extract_code(source: str, /) -> Iterator[Found]:
    """Find ``_("…")``, ``gettext("…")``, ``N_("…")`` and ``ngettext("…", "…", n)`` whose texts are written out."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name: str = getattr(node.func, "id", None) or getattr(node.func, "attr", None) or ""
        texts = [_constants(argument) for argument in node.args[: SINGLE.get(name, 0)]]
        if not texts or None in texts or len(texts) < SINGLE[name]:
            continue
        if name == "ngettext":
            yield node.lineno, (texts[0][0], texts[1][0])  # type: ignore[index]
        else:
            yield from ((node.lineno, text) for text in texts[0] or [] if text)


def template() -> Catalogue:
    """All texts of the package, each with the files that use it (no line numbers: they would change every day)."""
    catalogue = Catalogue(fuzzy=False)
    for path in sorted(path for pattern in ("*.py", "*.html", "*.txt") for path in PACKAGE.rglob(pattern)):
        where = path.relative_to(PACKAGE.parent).as_posix()
        extractor = extract_code if path.suffix == ".py" else extract_template
        for line, text in extractor(path.read_text(encoding="utf-8")):
            flags = {"python-format"} if _PARAM.search("".join(text)) else set()
            try:
                catalogue.add(text, locations=[(where, line)], flags=flags)
            except TypeError as error:  # one text with and without a plural
                raise SystemExit(f"{where}:{line}: {error}") from None
    return catalogue


def _path(locale: str) -> Path:
    return PACKAGE / "translations" / locale / "LC_MESSAGES" / "text.po"


def _ids(catalogue: Catalog) -> dict[str, Message]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue if message.id
    }


def load(locale: str, /) -> Catalogue:
    """The catalogue of a language as it is in the tree; an empty one if there is none yet."""
    catalogue = Catalogue(locale=locale, fuzzy=False)
    path = _path(locale)
    if path.exists():
        with path.open("rb") as file:
            for message in read_po(file, locale=locale):
                if message.id:
                    catalogue.add(message.id, message.string, flags=message.flags, locations=message.locations)
    return catalogue


def save(locale: str, catalogue: Catalogue, /) -> None:
    """Write a catalogue, sorted by text."""
    catalogue.header_comment = "# Texts of dgxblock. `make messages` keeps this file in step with the code."
    out = io.BytesIO()
    write_po(out, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    _path(locale).parent.mkdir(parents=True, exist_ok=True)
    _path(locale).write_bytes(out.getvalue())


def compiled(catalogue: Catalogue, /) -> bytes:
    """The .mo form of a catalogue."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _forms(text: str | Sequence[str] | None) -> list[str]:
    """A text in its one or two forms; a translation that is not there is empty."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def _blank(message: Message) -> bool:
    return not all(_forms(message.string))


def update() -> None:
    """Bring both catalogues up to date: new texts come in (Chinese ones empty), unused ones go."""
    for locale in PLURALS:
        before, catalogue = _ids(load(locale)), Catalogue(locale=locale, fuzzy=False)
        for key, message in _ids(template()).items():
            old = before.get(key)
            string: object = message.id if locale == "en" else None
            if locale != "en" and old is not None and isinstance(old.id, str) == isinstance(message.id, str):
                string = old.string
            catalogue.add(message.id, string, flags=message.flags, locations=message.locations)  # type: ignore[arg-type]
        save(locale, catalogue)
    left = [key for key, message in _ids(load("zh_CN")).items() if _blank(message)]
    print(f"{len(_ids(load('en')))} texts, {len(left)} of them without Chinese", *left, sep="\n  ")


def merge(lines: Iterator[tuple[str, str]], /) -> Iterator[str]:
    """Take Chinese texts from (msgid, zh) pairs. A plural text is named by either of its forms. Yields complaints."""
    catalogue = load("zh_CN")
    known = _ids(catalogue)
    known |= {message.id[1]: message for message in catalogue if message.id and not isinstance(message.id, str)}
    taken: dict[str, str] = {}
    for key, chinese in lines:
        message = known.get(key)
        if message is None:
            yield f"not in the code: {key!r}"
            continue
        if taken.setdefault(key, chinese) != chinese:
            yield f"two translations: {key!r}: {taken[key]!r} is kept, {chinese!r} is not"
            continue
        message.string = chinese if isinstance(message.id, str) else (chinese,)
    save("zh_CN", catalogue)


def read_tsv(path: Path, /) -> Iterator[tuple[str, str]]:
    """(msgid, zh) pairs of a file; blank lines and lines that start with # are passed over."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        key, tab, chinese = line.partition("\t")
        if not tab or not chinese.strip():
            raise SystemExit(f"{path}:{number}: needs a tab and a translation")
        yield key.replace("\\n", "\n"), chinese.strip().replace("\\n", "\n")


def mismatch(message: Message) -> str | None:
    """What is wrong between a text and its translation, if anything is."""
    sources, targets = _forms(message.id), _forms(message.string)
    need = set(_PARAM.findall(sources[-1]))
    for place, target in enumerate(targets, start=1):
        have = set(_PARAM.findall(target))
        # The singular of a plural pair may say the number in words ("one try left"); nothing else may drop a parameter.
        if have != need and not (place < len(targets) and have < need):
            return f"parameters {sorted(have)} for {sorted(need)}"
        try:
            if need or len(sources) > 1:
                target % dict.fromkeys(need | {"n"}, 1)
        except (KeyError, TypeError, ValueError):
            return "a % that is no parameter must be written %% in a text with parameters"
    return None


def check() -> list[str]:
    """All that is wrong with the catalogues, one sentence each; an empty list if nothing is."""
    wanted, problems = _ids(template()), []
    for locale in PLURALS:
        catalogue = load(locale)
        have = _ids(catalogue)
        mo = _path(locale).with_suffix(".mo")
        problems += [
            f"{locale}: missing {key!r} ({wanted[key].locations[0][0]})" for key in wanted.keys() - have.keys()
        ]
        problems += [f"{locale}: obsolete {key!r}" for key in have.keys() - wanted.keys()]
        for key, message in have.items():
            trouble = "not translated" if _blank(message) else mismatch(message)
            if message.fuzzy:
                trouble = "fuzzy"
            elif locale == "en" and message.string != message.id:
                trouble = "not what the code says"
            if trouble:
                problems.append(f"{locale}: {key!r}: {trouble}")
        if not mo.exists() or mo.read_bytes() != compiled(catalogue):
            problems.append(f"{locale}: {mo.relative_to(ROOT)} is not what text.po compiles to")
    return sorted(problems)


def compile_all() -> None:
    """Write the .mo file of each language."""
    for locale in PLURALS:
        _path(locale).with_suffix(".mo").write_bytes(compiled(load(locale)))


def _check_command() -> None:
    problems = check()
    print(*problems, sep="\n")
    if problems:
        sys.exit(f"{len(problems)} problems. `make messages` takes new texts in and compiles; then translate them.")
    print(f"{len(_ids(template()))} texts, complete in {' and '.join(PLURALS)}.")


def _extract_command() -> None:
    write_po(sys.stdout.buffer, template(), width=120, sort_output=True)


COMMANDS: Final[dict[str, Callable[[], None]]] = {
    "extract": _extract_command,
    "update": update,
    "compile": compile_all,
    "check": _check_command,
}


def main(arguments: list[str]) -> None:
    match arguments:
        case ["merge-tsv", *files] if files:
            for file in files:
                print(*(f"{file}: {complaint}" for complaint in merge(read_tsv(Path(file)))), sep="\n")
        case [name] if name in COMMANDS:
            COMMANDS[name]()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
