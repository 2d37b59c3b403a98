"""``python -m dgxblock cases …``: what authors type, without Django."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

from dgxblock.content.folder import Folder, Located
from dgxblock.content.library import Library, own_cases
from dgxblock.content.messages import QUERY_REASONS
from dgxblock.desk import variants
from dgxblock.desk.export import archive
from dgxblock.desk.jsonld import catalogue
from dgxblock.desk.new import CannotStart, start
from dgxblock.desk.opened import folders, open_all
from dgxblock.desk.report import Counts, count, findings
from dgxblock.i18n import LANGUAGES, current_language, ngettext
from dgxblock.i18n import gettext as _
from dgxblock.lab import LabError

Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_to(commands: Actions, /) -> Actions:
    """Add ``cases`` to the commands of the package; its actions, for rooms above to add theirs."""
    cases = commands.add_parser("cases", help=_("check and list teaching cases"))
    actions = cases.add_subparsers(dest="action", required=True)
    checker = actions.add_parser("check", help=_("report what is wrong, as file:line:column level code message"))
    checker.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help=_("files or folders; default: the library")
    )
    checker.add_argument("--json", action="store_true", help=_("write the findings as JSON"))
    checker.add_argument(
        "--todo", action="store_true", help=_("name each place where something is still to be written")
    )
    checker.add_argument(
        "--variants", type=_some, default=0, metavar="N", help=_("try the questions on the data of N trainees")
    )
    checker.set_defaults(
        run=lambda options: check(options.paths, as_json=options.json, seeds=options.variants, todos=options.todo)
    )
    starter = actions.add_parser("new", help=_("start a case in a new folder"))
    starter.add_argument("name", metavar="NAME", help=_("the case's id, such as dg-c7-kiln"))
    starter.add_argument("--in", dest="parent", type=Path, default=Path(), metavar="FOLDER", help=_("where to put it"))
    starter.set_defaults(run=lambda options: new_case(options.name, options.parent))
    exporter = actions.add_parser("export", help=_("write cases for other systems"))
    exporter.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=_("folders; default: the library"))
    exporter.add_argument("--olx", type=Path, metavar="FILE.tar.gz", help=_("a course that Open edX imports"))
    exporter.add_argument("--jsonld", type=Path, metavar="FILE.json", help=_("the catalogue, for search engines"))
    exporter.add_argument("--language", choices=LANGUAGES, default="zh-CN", help=_("of the names in the course"))
    exporter.set_defaults(run=lambda options: take_out(options.paths, options.olx, options.jsonld, options.language))
    lister = actions.add_parser("list", help=_("list the cases of the library"))
    lister.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=_("folders to add to the library"))
    lister.set_defaults(run=lambda options: list_cases(options.paths))
    return actions


def _some(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 10_000:
        raise ValueError(text)
    return number


def check(paths: Sequence[Path], /, *, as_json: bool = False, seeds: int = 0, todos: bool = False) -> int:
    """Write the findings of all documents under `paths`; 1 if there is an error among them, else 0."""
    own = own_cases()
    known: dict[tuple[Path, ...], Folder] = {}
    for path in paths or ([own] if own else []):
        for folder in folders(path):
            known[(folder.path, *sorted(folder.trees))] = folder
    looked = list(known.values())
    found = findings(looked)
    tried = variants.try_all([each for each in looked if _sound(each, found)], seeds) if seeds else None
    if tried is not None:
        found.update(_new(variants.located(tried), found))
    if as_json:
        told = json.dumps([_as_json(each) for each in sorted(found)], ensure_ascii=False, indent=2)
        print(told.encode("utf-8", "backslashreplace").decode())  # a file's name may be no text
    else:
        for each in sorted(found):
            if each.finding.code != "todo" or todos:
                print(each.line())
        if not todos:
            _still_to_write(found)
        _say(found, count(each for folder in looked for each in open_all(folder)), tried, seeds)
    return 1 if any(each.finding.level == "error" for each in found) else 0


def _new(tried: Iterable[Located], told: Iterable[Located]) -> Iterator[Located]:
    """What trying the variants adds: a fault that the teaching variant has too is told once."""
    known = {_apart_from_seeds(each) for each in told}
    return (each for each in tried if _apart_from_seeds(each) not in known)


def _apart_from_seeds(each: Located) -> tuple[object, ...]:
    params = tuple(pair for pair in each.finding.message_params if pair[0] != "seeds")
    return each.path, each.finding.line, each.finding.column, each.finding.code, params


def _still_to_write(found: Iterable[Located]) -> None:
    """One line a document instead of one a TODO: a new case has dozens, and they would bury what is wrong."""
    places: dict[Path, list[Located]] = {}
    for each in sorted(found):
        if each.finding.code == "todo":
            places.setdefault(each.path, []).append(each)
    for path, left in places.items():
        first = left[0].finding
        words = ngettext("1 place still says TODO.", "%(n)s places still say TODO.", len(left))
        print(f"{path}:{first.line}:{first.column} {first.level} {first.code} {words}")


def _sound(folder: Folder, found: Iterable[Located]) -> bool:
    """Whether other variants are worth a try: not when the teaching variant cannot be built."""
    return not any(each.path in folder.trees and each.finding.code == "query-fails" for each in found)


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


def new_case(name: str, parent: Path, /) -> int:
    """Make a folder with the skeleton of a case and say what to do with it."""
    try:
        folder = start(name, parent, date.today())  # noqa: DTZ011 - the author's own day
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(_("Made %(folder)s. Write over each TODO, and check now and then:", folder=folder))
    for action in ("check", "preview"):
        print(f"  python -m dgxblock cases {action} {folder}")
    return 0


def take_out(paths: Sequence[Path], olx: Path | None, linked: Path | None, lang: str, /) -> int:
    """Write the cases under `paths` in the formats asked for; 1 if a case is broken, and then nothing is written."""
    library = Library(tuple(paths)) if paths else Library.default()
    broken, entries = library.broken(), library.list()
    for each in broken:
        print(_("%(folder)s cannot be used:", folder=each.folder), file=sys.stderr)
        for located in each.found:
            print(f"  {located.line()}", file=sys.stderr)
    if not entries:
        print(_("There is no case here."), file=sys.stderr)
    if olx is None and linked is None:
        print(_("Say what to write: --olx or --jsonld."), file=sys.stderr)
    if broken or not entries or (olx is None and linked is None):
        return 1
    texts: list[tuple[Path, bytes]] = []
    if olx is not None:
        texts.append((olx, archive(entries, lang)))
    if linked is not None:
        try:
            text = json.dumps(catalogue(entries), ensure_ascii=False, indent=2) + "\n"
        except LabError as error:
            print(_(QUERY_REASONS[error.code]), file=sys.stderr)
            return 1
        texts.append((linked, text.encode()))
    for path, data in texts:
        try:
            path.write_bytes(data)
        except OSError as error:
            print(_("%(path)s cannot be written: %(reason)s.", path=path, reason=error.strerror or ""), file=sys.stderr)
            return 1
        print(path)
    return 0


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
