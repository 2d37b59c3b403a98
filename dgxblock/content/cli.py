"""``python -m dgxblock cases …``: check documents and list the library, without Django."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from dgxblock.content.findings import Finding
from dgxblock.content.folder import Located, look, look_at_file
from dgxblock.content.library import Library, case_folders, own_cases
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
    checker.set_defaults(run=lambda options: check(options.paths, as_json=options.json))
    lister = actions.add_parser("list", help=_("list the cases of the library"))
    lister.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=_("folders to add to the library"))
    lister.set_defaults(run=lambda options: list_cases(options.paths))


def check(paths: Sequence[Path], /, *, as_json: bool = False) -> int:
    """Write the findings of all documents under `paths`; 1 if there is an error among them, else 0."""
    own = own_cases()
    found = sorted({located for path in paths or ([own] if own else []) for located in _look(path)})
    if as_json:
        print(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            print(each.line())
    errors = sum(each.finding.level == "error" for each in found)
    if not as_json:
        warnings = len(found) - errors
        print(
            _(
                "%(errors)s, %(warnings)s.",
                errors=ngettext("1 error", "%(n)s errors", errors),
                warnings=ngettext("1 warning", "%(n)s warnings", warnings),
            ),
            file=sys.stderr,
        )
    return 1 if errors else 0


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


def _look(path: Path) -> list[Located]:
    if not path.is_dir():
        return look_at_file(path)
    folders = case_folders(path)
    if not folders:
        return [Located(path, Finding.of("folder-empty"))]
    return [located for folder in folders for located in look(folder).found]


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
