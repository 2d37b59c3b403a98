"""Everything that the demo needs before it can serve: folder, secrets, database, people, course, scheme."""

from __future__ import annotations

import os
from collections.abc import Callable

from dgxblock.demo.folder import Folder, own_case
from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _

__all__ = ["CannotPrepare", "prepare"]


class CannotPrepare(Exception):
    """The demo cannot start; the text says why, for people."""


def prepare(folder: Folder, say: Callable[[str], None], /) -> None:
    """Make or bring up to date whatever is missing. Running it again changes nothing that somebody did in the demo.

    Raises:
        CannotPrepare: the folder cannot be written, the database cannot be read, or the library lacks the case.
    """
    say(_("Preparing %(folder)s", folder=str(folder.root)))
    try:
        made = folder.prepare()
    except OSError as error:
        raise CannotPrepare(_("%(folder)s cannot be written: %(reason)s. Set DGX_DEMO_HOME to another folder.",
                              folder=str(folder.root), reason=error.strerror or str(error))) from error  # fmt: skip
    if made:
        say(_("Made new keys: %(names)s", names=", ".join(made)))
    language = current_language()  # the shell's; from here on Django's would count
    os.environ["DGX_DEMO_HOME"] = str(folder.root)
    os.environ["DJANGO_SETTINGS_MODULE"] = "dgxblock.demo.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError, connections
    from django.utils import translation

    from dgxblock.demo import seed

    translation.activate("zh-hans" if language == "zh-CN" else "en")
    try:
        say(_("Bringing the database up to date"))
        # The workbench has no migrations on Python 3.11.
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
        own = own_case()
        say(_("Filling the course with %(case)s", case=own) if own else _("Filling the course from the case library"))
        seed.seed(folder)
    except DatabaseError as error:
        sentence = _(
            "The database in %(folder)s cannot be used (%(reason)s). Move the folder away to start afresh.",
            folder=str(folder.root),
            reason=str(error),
        )
        raise CannotPrepare(sentence) from error
    except seed.CannotSeed as error:
        raise CannotPrepare(str(error)) from error
    finally:
        connections.close_all()
