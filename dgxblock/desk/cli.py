"""``python -m dgxblock cases …``: what authors type, without Django."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from dgxblock.content.findings import Finding
from dgxblock.content.folder import Folder, Located
from dgxblock.content.library import Library, own_cases
from dgxblock.desk import variants
from dgxblock.desk.opened import folders, open_all
from dgxblock.desk.report import Counts, count
from dgxblock.desk.teaching import teaching
from dgxblock.i18n import current_language, ngettext
from dgxblock.i18n import gettext as _


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], /) -> None:
    """Add ``cases`` to the commands of the package."""
    cases = commands.add_parser("cases", help=_("check and list teaching cases"))
    actions = cases.add_subparsers(dest="action", required=True)
    checker = actions.add_parser("check", help=_("report what is wrong, as file:line:column level code message"))
    checker.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help=_("files or folders; default: the library")
    )
    checker.add_argument("--json", action="store_true", help=_("write the findings as JSON"))
    checker.add_argument(
        "--variants", type=_some, default=0, metavar="N", help=_("try the questions on the data of N trainees")
    )
    checker.set_defaults(run=lambda options: check(options.paths, as_json=options.json, seeds=options.variants))
    lister = actions.add_parser("list", help=_("list the cases of the library"))
    lister.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=_("folders to add to the library"))
    lister.set_defaults(run=lambda options: list_cases(options.paths))


def _some(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 10_000:
        raise ValueError(text)
    return number


def check(paths: Sequence[Path], /, *, as_json: bool = False, seeds: int = 0) -> int:
    """Write the findings of all documents under `paths`; 1 if there is an error among them, else 0."""
    own = own_cases()
    known: dict[tuple[Path, ...], Folder] = {}
    for path in paths or ([own] if own else []):
        for folder in folders(path):
            known[(folder.path, *sorted(folder.trees))] = folder
    looked = list(known.values())
    found = {located for folder in looked for located in (*folder.found, *teaching(folder))}
    found.update(_twice(looked))
    tried = variants.try_all([each for each in looked if _sound(each, found)], seeds) if seeds else None
    if tried is not None:
        found.update(variants.located(tried))
    if as_json:
        print(json.dumps([_as_json(each) for each in sorted(found)], ensure_ascii=False, indent=2))
    else:
        for each in sorted(found):
            print(each.line())
        _say(found, count(each for folder in looked for each in open_all(folder)), tried, seeds)
    return 1 if any(each.finding.level == "error" for each in found) else 0


def _sound(folder: Folder, found: Iterable[Located]) -> bool:
    """Whether other variants are worth a try: not when the teaching variant cannot be built."""
    return not any(each.path in folder.trees and each.finding.code == "query-fails" for each in found)


def _twice(looked: Iterable[Folder]) -> Iterable[Located]:
    """Cases with an id and version that another folder has already."""
    seen: set[tuple[str, str]] = set()
    for folder in looked:
        for path, tree in folder.of_kind("case"):
            key = (str(tree.root.get("id")), str(tree.root.get("version")))
            if key in seen:
                yield Located(path, Finding.of("case-twice", *tree.positions[tree.root], name="@".join(key)))
            seen.add(key)


def _say(found: Iterable[Located], counts: Counts, tried: variants.Tried | None, seeds: int) -> None:
    """The sums, apart from the findings, so that tools read only those."""
    levels = [each.finding.level for each in found]
    errors, warnings = levels.count("error"), levels.count("warning")
    print(
        _(
            "%(errors)s, %(warnings)s.",
            errors=ngettext("1 error", "%(n)s errors", errors),
            warnings=ngettext("1 warning", "%(n)s warnings", warnings),
        ),
        file=sys.stderr,
    )
    if counts.cases:
        print(counts.sentence(), file=sys.stderr)
    if tried is not None:
        print(
            _(
                "Variants tried: %(seeds)s; questions that differ between trainees: %(varying)s.",
                seeds=seeds,
                varying=tried.varying,
            ),
            file=sys.stderr,
        )


def list_cases(extra: Iterable[Path], /) -> int:
    """Write the index of the library, then what is broken in it."""
    library, lang = Library.default(tuple(extra)), current_language()
    for entry in library.list():
        title = entry.title.plain(lang).replace("\n", " ")
        print(f"{entry.ref}  {entry.status}  {title}")
    for broken in library.broken():
        print(_("%(folder)s cannot be used:", folder=broken.folder))
        for each in broken.found:
            print(f"  {each.line(lang)}")
    return 0


def _as_json(located: Located) -> dict[str, object]:
    each = located.finding
    return {
        "file": str(located.path),
        "line": each.line,
        "column": each.column,
        "level": each.level,
        "code": each.code,
        "message": each.message(),
    }
