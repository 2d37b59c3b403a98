"""Start a case: a folder of documents that hold together and say what is still to be written."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Final

from dgxblock.i18n import gettext as _

__all__ = ["CannotStart", "start"]

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MOST: Final = 40


class CannotStart(ValueError):
    """The folder was not made. The message is a sentence that says what to do."""


def start(name: str, parent: Path, today: date, /) -> Path:
    """Make the folder `name` in `parent` and return it; `name` is the case's id from then on.

    Raises:
        CannotStart: the name will not do, the folder is there already, or cannot be written. Nothing was changed.
    """
    if not _NAME.fullmatch(name) or len(name) > MOST:
        raise CannotStart(
            _("“%(name)s” cannot name a case. Use a-z, 0-9 and single hyphens, such as dg-c7-kiln.", name=name[:MOST])
        )
    folder = parent / name
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    except FileExistsError:
        raise CannotStart(_("%(folder)s is there already. Choose another name.", folder=folder)) from None
    except OSError as error:
        reason = error.strerror or ""
        raise CannotStart(_("%(folder)s cannot be made: %(reason)s.", folder=folder, reason=reason)) from None
    for each in (resources.files("dgxblock.desk") / "skeleton").iterdir():
        text = each.read_text(encoding="utf-8").replace("@ID@", name).replace("@DATE@", today.isoformat())
        (folder / each.name).write_text(text, encoding="utf-8")
    return folder
