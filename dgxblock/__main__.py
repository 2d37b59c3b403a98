"""``python -m dgxblock``: the commands that need no host."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from dgxblock.i18n import gettext as _

try:
    from dgxblock.bank import cli as bank_cli
    from dgxblock.desk import cli
    from dgxblock.lab import cli as lab_cli
    from dgxblock.preview import cli as preview
    from dgxblock.registry.conformance import cli as registry_cli
except ModuleNotFoundError as error:
    if error.name != "lxml":
        raise
    sys.exit(
        _(
            "This Python lacks what dgxblock needs (%(name)s). Run it from its environment: in a clone, “make demo” "
            "makes one, and “. .venv/bin/activate” goes into it.",
            name=error.name,
        )
    )


def main(arguments: Sequence[str] | None = None, /) -> int:
    """Run a command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):  # a C locale must not turn a Chinese finding into a traceback
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="python -m dgxblock", description=_("Tools for authors of teaching cases."))
    commands = parser.add_subparsers(dest="command", required=True)
    preview.add_to(cli.add_to(commands))
    lab_cli.add_to(commands)
    bank_cli.add_to(commands)
    registry_cli.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
