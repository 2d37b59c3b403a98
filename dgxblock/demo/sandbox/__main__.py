"""``python -m dgxblock.demo.sandbox``: bring the database up to date and serve."""

from __future__ import annotations

import os
import sys

from dgxblock.demo.sandbox.config import BadConfig, Config
from dgxblock.i18n import gettext as _


def main() -> int:
    """Run the sandbox registry; the exit code."""
    try:
        config = Config.from_environment()
        config.sender_keys()
        config.callback_keys()
        config.database.parent.mkdir(parents=True, exist_ok=True)
    except BadConfig as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(_("The registry’s database cannot be made: %(reason)s.", reason=error.strerror or ""), file=sys.stderr)
        return 1
    os.environ["DJANGO_SETTINGS_MODULE"] = "dgxblock.demo.sandbox.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from dgxblock.demo.sandbox import callbacks
    from dgxblock.demo.sandbox.server import serve
    from dgxblock.demo.sandbox.wsgi import application

    callbacks.start()
    try:
        serve(application, config.host, config.port)
    except OSError as error:
        print(
            _("The sandbox registry cannot listen on port %(port)s: %(reason)s. Choose another with REGISTRY_PORT.",
              port=config.port, reason=error.strerror or ""),
            file=sys.stderr,
        )  # fmt: skip
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
