"""The demo site as a process: Django behind waitress."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dgxblock.demo.settings")
    import django

    django.setup()
    import waitress
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from dgxblock.block.http import MAX_FILE
    from dgxblock.demo.statics import StaticFiles

    def stop(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        sys.exit(0)  # waitress closes its sockets on SystemExit

    signal.signal(signal.SIGTERM, stop)
    waitress.serve(
        StaticFiles(get_wsgi_application()),
        host=settings.ADDRESSES.host,
        port=settings.ADDRESSES.port,
        threads=8,
        ident=None,
        max_request_body_size=MAX_FILE + 100_000,
    )


if __name__ == "__main__":
    main()
