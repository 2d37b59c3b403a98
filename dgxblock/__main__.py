"""``python -m dgxblock``: the commands that need no host."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dgxblock.desk import cli
from dgxblock.i18n import gettext as _


def main(arguments: Sequence[str] | None = None, /) -> int:
    """Run a command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):  # a C locale must not turn a Chinese finding into a traceback
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="python -m dgxblock", description=_("Tools for authors of teaching cases."))
    cli.add_to(parser.add_subparsers(dest="command", required=True))
    options = parser.parse_args(arguments)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
