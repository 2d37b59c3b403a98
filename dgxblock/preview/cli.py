"""``python -m dgxblock cases preview FOLDER``: what is typed, before Django is asked for."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from dgxblock.content.folder import is_case_folder
from dgxblock.content.library import case_folders
from dgxblock.desk.cli import Actions
from dgxblock.i18n import LANGUAGES, current_language
from dgxblock.i18n import gettext as _

__all__ = ["add_to", "preview"]


def add_to(actions: Actions, /) -> None:
    """Add ``preview`` to what can be done with cases."""
    parser = actions.add_parser("preview", help=_("show a case as trainees see it, anew whenever a file is saved"))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=_("the folder of one case"))
    parser.add_argument("--port", type=_port, default=0, metavar="N", help=_("where to listen; default: a free port"))
    parser.add_argument("--lang", choices=LANGUAGES, default=None, help=_("of the first page; default: the shell's"))
    parser.set_defaults(run=lambda options: preview(options.folder, options.port, options.lang))


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def preview(folder: Path, port: int = 0, lang: str | None = None, /) -> int:
    """Serve the case until Ctrl-C; 1 if that cannot be, and then a sentence says why."""
    language = lang or current_language()
    refusal = _refusal(folder, language)
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    from dgxblock.preview.server import CannotListen, serve

    try:
        serve(folder, port, language, lambda text: print(text, flush=True))
    except CannotListen as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _refusal(folder: Path, language: str) -> str:
    """Why there is nothing to serve; empty if there is."""
    if not folder.is_dir():
        return _("%(folder)s is no folder. Name the folder of one case.", language=language, folder=folder)
    if not is_case_folder(folder):
        inside = ", ".join(str(each) for each in case_folders(folder)[:5])
        if inside:
            return _("%(folder)s holds several cases. Name one of them: %(inside)s", language=language,
                     folder=folder, inside=inside)  # fmt: skip
        return _(
            "%(folder)s holds no document of a case. Start one with: python -m dgxblock cases new NAME",
            language=language,
            folder=folder,
        )
    if importlib.util.find_spec("django") is None:
        return _(
            "The preview needs Django, which is not installed here. Install it with: %(command)s",
            language=language,
            command='python -m pip install "Django>=4.2,<6"',
        )
    return ""
