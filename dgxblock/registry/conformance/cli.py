"""``python -m dgxblock registry conformance``: the checks without a host."""

from __future__ import annotations

import argparse
from typing import Any

from dgxblock.i18n import gettext as _
from dgxblock.registry import conformance

__all__ = ["add_to"]


def add_to(commands: Any, /) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser("registry", help=_("Try a registry out"))
    actions = parser.add_subparsers(dest="action", required=True)
    kit = actions.add_parser("conformance", help=_("Check a registry against contract v1"))
    conformance.add_arguments(kit)
    kit.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    return conformance.command(vars(options), print)
