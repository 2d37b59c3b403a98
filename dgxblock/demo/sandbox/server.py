"""waitress, taught to answer in problem documents even where no application is asked."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask

from dgxblock.demo.sandbox.gate import place_of
from dgxblock.registry import contract

__all__ = ["serve"]

_CODES: Final = {413: "too-large", 431: "too-large", 500: "internal"}
_MAX_REQUEST_BYTES: Final = 4 * 1024 * 1024


class _ProblemTask(ErrorTask):
    """What waitress refuses by itself (a broken request line, a body without end) as the contract words it."""

    def execute(self) -> None:
        code = _CODES.get(self.request.error.code, "malformed")
        result_id = place_of(getattr(self.request, "path", "") or "").result_id or None
        document = contract.problem(code, result_id=result_id)
        body = contract.canonical(document)
        self.status = f"{document['status']} {self.request.error.reason}"
        self.response_headers.extend(
            [("Content-Type", contract.MEDIA_TYPE), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))]
        )
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):
    error_task_class = _ProblemTask


def serve(application: Any, host: str, port: int, /) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Raises:
        OSError: the address cannot be bound to.
    """
    BaseWSGIServer.channel_class = _Channel
    server = create_server(
        application,
        host=host,
        port=port,
        threads=8,
        ident=None,
        log_socket_errors=False,  # lost answers are lost on purpose
        max_request_body_size=_MAX_REQUEST_BYTES,
    )
    signal.signal(signal.SIGTERM, _stop)
    server.run()


def _stop(_signum: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # waitress closes its sockets on SystemExit
