"""The preview's server: loopback only, one answer at a time, nothing left behind."""

from __future__ import annotations

import errno
import os
import signal
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from dgxblock.i18n import gettext as _
from dgxblock.preview.watched import Watched

__all__ = ["CannotListen", "serve"]

_HOST: Final = "127.0.0.1"
_STOP: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class CannotListen(Exception):
    """There is no such port for us; the text says why, for people."""


class _Handler(WSGIRequestHandler):
    timeout = 30.0  # a browser opens connections in advance, and may never use them

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal is for the author."""


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two programs share a port

    def server_bind(self) -> None:
        """As its parents do, but without asking DNS for our own name, which takes seconds on some machines."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away in the middle is no news."""


class _OneAtATime:
    """An application that is never asked twice at once: SQLite and the reader of the folder need not care, and who
    holds the lock knows that nobody writes."""

    def __init__(self, application: Callable[..., Any], lock: threading.Lock, /) -> None:
        self._application, self._lock = application, lock

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            answer = self._application(environ, start_response)
            try:
                return [b"".join(answer)]
            finally:
                answer.close()


def serve(folder: Path, port: int, language: str, say: Callable[[str], None], /) -> None:
    """Serve the case in `folder` until somebody says stop. `port` 0 takes a free one; `say` is told where
    once it answers.

    Raises:
        CannotListen: another program has the port, or it takes more rights.
    """
    server = _bind(port, language)
    lock = threading.Lock()
    try:
        for signum in _STOP:
            signal.signal(signum, _stop)
        with server, tempfile.TemporaryDirectory(prefix="dgxblock-preview-") as home:
            from dgxblock.preview.site import application

            try:
                site = application(Watched(folder), Path(home), server.server_port, language)
                server.set_app(_OneAtATime(site, lock))
                url = f"http://{_HOST}:{server.server_port}/"
                say(_("Preview of %(folder)s: %(url)s (Ctrl-C ends it)", folder=folder, url=url))
                server.serve_forever()
            finally:
                for signum in _STOP:
                    signal.signal(signum, signal.SIG_IGN)
                lock.acquire(timeout=10)  # never given back: from here on nobody writes into `home`
    except KeyboardInterrupt:
        return


def _stop(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise KeyboardInterrupt


def _bind(port: int, language: str) -> _Server:
    try:
        return _Server((_HOST, port), _Handler)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = _("Port %(port)s is in use by another program. Choose another with --port, or leave that out.",
                         language=language, port=port)  # fmt: skip
        elif isinstance(error, PermissionError):
            sentence = _("Port %(port)s needs more rights than you have. Choose one above 1023 with --port.",
                         language=language, port=port)  # fmt: skip
        else:
            sentence = _("Port %(port)s cannot be used: %(reason)s.", language=language, port=port,
                         reason=error.strerror or str(error))  # fmt: skip
        raise CannotListen(sentence) from None
