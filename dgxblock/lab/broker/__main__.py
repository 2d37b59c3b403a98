"""``python -m dgxblock.lab.broker FOLDER``: become the broker of this folder. Ends at once, 0 when it can be called.

Whoever starts it holds the folder's lock, so there is only one.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
from pathlib import Path

import dgxblock.lab.jobs  # noqa: F401 all that children need is read before the first one
from dgxblock.lab.broker.place import Settings, private, socket_path
from dgxblock.lab.broker.server import Broker


def main(folder: str, /) -> int:
    """Listen, go on in a process that is nobody's child, and serve there."""
    path = socket_path(private(Path(folder)))
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    os.umask(0o177)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(128)
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # so that children share the pages
    Broker(listener, path, Settings.of(os.environ)).run()
    return 0


def _leave(*_: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
