"""One HTTP exchange under one deadline, from connecting to the last byte.

``requests`` alone has no such deadline: its time-outs start anew with every byte, so a registry that drips holds a
worker for as long as it likes. Here the exchange runs in a thread of its own, and when time is up its socket is shut.
The thread is fenced: once the deadline has passed it can neither open a connection nor use one.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

__all__ = ["Exchange", "exchange"]

_AGENT: Final = "dgxblock"
_CHUNK: Final = 16 * 1024
_GRACE: Final = 2.0
"""Seconds by which the library's own time-outs come after the deadline, so that one of the two decides."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of a request. With `status` None there was no whole answer.

    `began` says whether a first byte may have left: only if it is False did the request certainly not arrive.
    """

    began: bool
    seconds: float
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = field(default=b"", repr=False)
    fault: str = ""


class _Late(Exception):
    """The deadline has passed."""


class _Fence:
    """What the exchange and its watchman share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = False
        self._socket: socket.socket | None = None
        self.began = False

    def attach(self, sock: socket.socket) -> None:
        """A connection was opened."""
        with self._lock:
            if self._over:
                sock.close()
                raise _Late
            self._socket = sock

    def begin(self) -> None:
        """The first byte is about to leave."""
        with self._lock:
            if self._over:
                raise _Late
            self.began = True

    def end(self) -> bool:
        """No more from now on. Returns whether a first byte may have left."""
        with self._lock:
            self._over = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
            return self.began


def _adapter(fence: _Fence) -> HTTPAdapter:
    """An adapter whose connections report to `fence`. It never retries and is used for one exchange."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            sock: socket.socket = super()._new_conn()
            fence.attach(sock)
            return sock

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            fence.begin()
            super().send(data)

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            sock: socket.socket = super()._new_conn()
            fence.attach(sock)
            return sock

        def connect(self) -> None:
            super().connect()
            if self.sock is not None:
                fence.attach(self.sock)  # wrapping it in TLS made another object of it

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            fence.begin()
            super().send(data)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    adapter = HTTPAdapter(max_retries=0)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}
    return adapter


def exchange(
    method: str, url: str, headers: dict[str, str], body: bytes | None, /, *,
    deadline: float, limit: int, ca: str | None = None, client_cert: tuple[str, str] | None = None,
) -> Exchange:  # fmt: skip
    """Send one request and read its whole answer; never raises for what the network or the registry does.

    Args:
        method: of HTTP.
        url: complete.
        headers: of the request.
        body: bytes, sent as they are.
        deadline: seconds for everything.
        limit: bytes of an answer's body; a longer one is a fault.
        ca: file with the registry's certification authority, where it is not a public one.
        client_cert: files of our certificate and its key, where the registry asks for one.
    """
    fence = _Fence()
    box: list[Exchange] = []
    done = threading.Event()
    start = time.monotonic()

    def run() -> None:
        try:
            box.append(_exchange(fence, method, url, headers, body, start, deadline, limit, ca, client_cert))
        finally:
            done.set()

    threading.Thread(target=run, name="dgx-exchange", daemon=True).start()
    finished = done.wait(deadline)
    began = fence.end()
    spent = time.monotonic() - start
    if finished and box:
        return box[0]
    return Exchange(began=began, seconds=spent, fault="deadline" if not finished else "internal")


def _exchange(
    fence: _Fence, method: str, url: str, headers: dict[str, str], body: bytes | None,
    start: float, deadline: float, limit: int, ca: str | None, client_cert: tuple[str, str] | None,
) -> Exchange:  # fmt: skip
    def result(
        fault: str, status: int | None = None, read: bytes = b"", found: dict[str, str] | None = None
    ) -> Exchange:
        spent = time.monotonic() - start
        return Exchange(fence.began, spent, status, found or {}, read, fault)

    with requests.Session() as session:
        session.trust_env = False  # no proxy, no .netrc, no CA bundle from the environment
        session.mount("http://", _adapter(fence))
        session.mount("https://", _adapter(fence))
        try:
            with session.request(
                method, url, data=body, stream=True, allow_redirects=False, timeout=deadline + _GRACE,
                verify=ca or True, cert=client_cert,
                headers={"User-Agent": _AGENT, "Accept-Encoding": "identity", "Accept": "application/json",
                         "Connection": "close", **headers},
            ) as answer:  # fmt: skip
                found = {name.lower(): value for name, value in answer.headers.items()}
                read = bytearray()
                # Raw bytes: `iter_content` would undo a content coding, and inflate a small body without limit.
                while chunk := answer.raw.read(_CHUNK, decode_content=False):
                    read += chunk
                    if len(read) > limit:
                        return result("too-long")
                return result("", answer.status_code, bytes(read), found)
        except requests.exceptions.SSLError:
            return result("tls")
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout):
            return result("connection")
        except Exception as error:  # noqa: BLE001 - whatever urllib3 and http.client make of a hostile answer
            return result("deadline" if isinstance(error, _Late) else type(error).__name__[:40].lower())
