"""``python -m dgxblock bank …``: questions from other systems into documents, and out again, without Django."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dgxblock import bank, lab
from dgxblock.bank.place import Placed, place, points_in
from dgxblock.bank.shape import MOST_BYTES, Taken
from dgxblock.content import check, read
from dgxblock.content.findings import ContentError, Finding
from dgxblock.content.folder import inlined, read_bytes
from dgxblock.content.messages import QUERY_REASONS
from dgxblock.content.model import Assessment, Exercise, Item, ValueDef
from dgxblock.content.safe import load
from dgxblock.i18n import LANGUAGES, ngettext
from dgxblock.i18n import gettext as _


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], /) -> None:
    """Add ``bank`` to the commands of the package."""
    actions = commands.add_parser(
        "bank", help=_("bring questions from other systems, and take them there")
    ).add_subparsers(dest="action", required=True)
    taker = actions.add_parser("import", help=_("append the questions of files to a document"))
    taker.add_argument("files", nargs="+", type=Path, metavar="FILE", help=_("CSV, GIFT, Aiken, or QTI 3 (.xml, .zip)"))
    taker.add_argument("--into", type=Path, required=True, metavar="DOCUMENT.xml", help=_("an assessment or exercise"))
    taker.add_argument("--format", choices=bank.FORMATS, default="", help=_("default: as the file's name says"))
    taker.add_argument("--pool", default="", metavar="ID", help=_("the pool to append to; default: the last section"))
    taker.add_argument("--objective", default="", metavar="ID", help=_("what questions assess that do not say so"))
    taker.add_argument("--lang", choices=LANGUAGES, default="zh-CN", help=_("of the texts in the files"))
    taker.add_argument("--points", type=_points, metavar="N", help=_("of questions that do not say so; default: 1"))
    taker.add_argument("--dry-run", action="store_true", help=_("say what would be taken, and write nothing"))
    taker.add_argument("--partial", action="store_true", help=_("take what can be taken even if something cannot"))
    taker.set_defaults(run=_import)
    giver = actions.add_parser("export", help=_("write the questions of a document for other systems"))
    giver.add_argument("document", type=Path, metavar="DOCUMENT.xml", help=_("an assessment or exercise"))
    giver.add_argument("--format", choices=("csv", "qti"), required=True)
    giver.add_argument("--seed", help=_("also write questions that depend on data: those of this seed"))
    giver.add_argument("--lang", choices=LANGUAGES, default="zh-CN", help=_("of the texts that others see"))
    giver.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    giver.set_defaults(run=lambda o: export(o.document, o.format, o.seed, o.lang, o.output))
    starter = actions.add_parser("template", help=_("write a table to fill in, with a question of each type"))
    starter.add_argument("--format", choices=("csv",), default="csv")
    starter.add_argument("--lang", choices=LANGUAGES, default="zh-CN", help=_("of the headings"))
    starter.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    starter.set_defaults(run=lambda o: _write([(o.output, bank.template(o.lang))]))


def _points(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e6:
        raise ValueError(text)
    return number


@dataclass(frozen=True)
class _Target:
    """The document to append to, and the file of its data set if that is another one."""

    path: Path
    document: str
    data_path: Path | None
    dataset: str | None


def _import(options: argparse.Namespace) -> int:
    try:
        target = _target(options.into)
        points = options.points or (points_in(target.document, options.pool) if options.pool else None) or 1.0
        taken, lines = _taken(options.files, options.format, options.lang, points)
        placed = place(target.document, taken, dataset=target.dataset, pool=options.pool, objective=options.objective)
    except (ContentError, bank.Untakable) as error:
        return _told(options.into, error)
    lines += [f"{options.into}: {each.code} {each.place.item}: {each.sentence()}" for each in placed.refused]
    for line in lines:
        print(_one_line(line))
    for id in placed.ids:
        print(_one_line(f"+ {id}  {_words(taken, placed, id, options.lang)}"))
    _sum(len(placed.ids), len(lines))
    if lines and not options.partial:
        if placed.ids and not options.dry_run:
            print(
                _("Nothing was written. Mend the files, or say --partial to take what can be taken."), file=sys.stderr
            )
        return 1
    return 0 if options.dry_run or not placed.ids else _save(target, placed)


def _target(path: Path) -> _Target:
    raw = read_bytes(path)
    where = check.dataset_place(load(raw))
    href = None if where is None else where.get("href")
    if href is None:
        return _Target(path, raw.decode("utf-8-sig"), None, None)
    if Path(href).name != href:  # a data set lies beside its document, and is written there
        raise ContentError([Finding.of("dataset-missing", name=href)])
    data = read_bytes(path.parent / href)
    load(data)  # so that it is known to be text
    return _Target(path, raw.decode("utf-8-sig"), path.parent / href, data.decode("utf-8-sig"))


def _taken(files: Sequence[Path], format: str, lang: str, points: float) -> tuple[Taken, list[str]]:
    """What all files hold together, and a line for all that was not taken."""
    items: list[Item] = []
    values: list[ValueDef] = []
    lines: list[str] = []
    for path in files:
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError:
            lines.append(f"{path}: unreadable {bank.Refusal.of(bank.Place(), 'unreadable').sentence()}")
            continue
        found = bank.read(path.name, data, lang=lang, points=points, format=format)
        items += found.items
        values += [each for each in found.values if each not in values]
        for each in found.refused:
            where = ":".join(part for part in (str(path), str(each.place)) if part)
            name = f" {each.place.item}:" if each.place.item else ""
            lines.append(f"{where}: {each.code}{name} {each.sentence()}")
    return Taken(tuple(items), tuple(values)), lines


def _words(taken: Taken, placed: Placed, id: str, lang: str) -> str:
    return taken.items[placed.ids.index(id)].prompt.plain(lang)[:60].replace("\n", " ")


def _sum(taken: int, refused: int) -> None:
    print(
        _(
            "%(taken)s; %(refused)s.",
            taken=ngettext("1 question taken", "%(n)s questions taken", taken),
            refused=ngettext("1 thing not taken", "%(n)s things not taken", refused),
        ),
        file=sys.stderr,
    )


def _save(target: _Target, placed: Placed) -> int:
    files = [(target.path, placed.document.encode("utf-8"))]
    if target.data_path is not None and placed.dataset is not None and placed.dataset != target.dataset:
        files.insert(0, (target.data_path, placed.dataset.encode("utf-8")))  # first what the other leans on
    return _write(files)


def export(document: Path, format: str, seed: str | None, lang: str, output: Path, /) -> int:
    """Write the questions of a document; 1 if some cannot go, which are told."""
    try:
        opened = read.parse(inlined(document))
        if not isinstance(opened, Assessment | Exercise):
            raise bank.Untakable(bank.Place(), "no-place", kind=opened.kind)
        items, values = opened.items, opened.dataset.values
        if seed is not None:
            items, values = bank.variant(items, lab.build(opened.dataset, seed))
    except lab.LabError as error:
        return _told(document, bank.Untakable(bank.Place(), "no-data", reason=_(QUERY_REASONS[error.code])))
    except (ContentError, bank.Untakable) as reason:
        return _told(document, reason)
    made = bank.write(format, items, values, lang=lang)
    for each in made.refused:
        print(_one_line(f"{document}: {each.code} {each.place.item}: {each.sentence()}"))
    if not made.written:
        return _write([]) or 1
    print(ngettext("1 question written", "%(n)s questions written", made.written), file=sys.stderr)
    return _write([(output, made.data)]) or int(bool(made.refused))


def _write(files: Sequence[tuple[Path, bytes]]) -> int:
    """Write files, each whole or not at all."""
    for path, data in files:
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as made:
                made.write(data)
            Path(made.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(made.name, path)  # noqa: PTH105 - `made` is a name
        except OSError as error:
            print(_("%(path)s cannot be written: %(reason)s.", path=path, reason=error.strerror or ""), file=sys.stderr)
            return 1
        print(path)
    return 0


def _told(path: Path, error: ContentError | bank.Untakable) -> int:
    if isinstance(error, bank.Untakable):
        print(_one_line(f"{path}: {error.refusal.code} {error.refusal.sentence()}"), file=sys.stderr)
        return 1
    for each in error.findings[:20]:
        print(_one_line(f"{path}:{each.line}:{each.column} {each.level} {each.code} {each.message()}"), file=sys.stderr)
    return 1


def _one_line(text: str) -> str:
    """Nothing that a stranger wrote moves the cursor."""
    return "".join(
        each if each.isprintable() or each == "\u3000" else each.encode("unicode_escape").decode() for each in text
    )
