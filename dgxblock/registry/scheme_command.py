"""``manage.py dgx_registry schemes``: load, check and export schemes as documents."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from dgxblock.i18n import gettext as _
from dgxblock.registry import scheme_files

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser, /) -> None:
    """Declare the three actions."""
    actions = parser.add_subparsers(dest="scheme_action", required=True)
    load = actions.add_parser("load", help="bring schemes in line with YAML files; all of them, or none")
    load.add_argument("files", nargs="+", metavar="FILE")
    load.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    load.add_argument("--actor", default="command", metavar="NAME", help="who loads them, for the record")
    check = actions.add_parser("check", help="say what is wrong with YAML files; change nothing")
    check.add_argument("files", nargs="+", metavar="FILE")
    export = actions.add_parser("export", help="write a scheme as YAML to the standard output")
    export.add_argument("slug")


def run(options: dict[str, Any], say: Callable[[str], object], /) -> None:
    """Do what the command line asks.

    Raises:
        CommandError: with a sentence for each fault; nothing was changed.
    """
    if options["scheme_action"] == "export":
        text = scheme_files.export(options["slug"])
        if not text:
            raise CommandError(_("There is no scheme %(slug)s.", slug=options["slug"]))
        say(text)
        return
    files = [_read(name) for name in options["files"]]
    if options["scheme_action"] == "check" or options["dry_run"]:
        plan = scheme_files.check(files)
    else:
        plan = scheme_files.load(files, actor=options["actor"])
    if plan.faults:
        raise CommandError("\n".join(map(str, plan.faults)))
    for one in plan.differences:
        say(f"{one.slug} {one.field}: {one.before or '—'} → {one.after or '—'}")
    if not plan.differences:
        say(_("Nothing differs from what is in place."))


def _read(name: str) -> tuple[str, bytes]:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read: %(reason)s.", file=name, reason=error.strerror or "")) from None
    return Path(name).name, content
