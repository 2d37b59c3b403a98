"""A sender's callback address for as long as a check needs it: refuses once, then takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from dgxblock.registry.contract import MAX_BODY_BYTES

__all__ = ["Heard", "Listener", "listening"]

_READ_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Heard:
    """One callback as it came; header names in lower case."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Listener:
    """What was heard. The first callback is answered 503, so that its repetition can be looked at too."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._changed = threading.Condition()

    def take(self, one: Heard, /) -> int:
        """Note a callback; the status to answer."""
        with self._changed:
            self.heard.append(one)
            self._changed.notify_all()
            return 503 if len(self.heard) == 1 else 204

    def wait(self, count: int, seconds: float, /) -> bool:
        """Whether so many have come within so long."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.heard) >= count, seconds)


@contextmanager
def listening(host: str, port: int, /) -> Iterator[Listener]:
    """Listen while the block runs.

    Raises:
        OSError: the address cannot be bound to.
    """
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        timeout = _READ_SECONDS

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a path could hold anything."""

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > MAX_BODY_BYTES:
                self.send_response(413)
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(listener.take(Heard(headers, self.rfile.read(int(length)))))
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
