"""Handlers that fail politely: JSON in, JSON out, and every refusal a status, a code and a sentence."""

from __future__ import annotations

import functools
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from webob import Request, Response
from xblock.core import XBlock

from dgxblock.i18n import gettext as _
from dgxblock.secrets import MissingSecret

__all__ = ["MAX_BODY", "MAX_FILE", "ApiError", "Sent", "api_handler", "file_handler", "large_handler"]

MAX_BODY: Final = 64 * 1024
"""Bytes. The largest honest request is a draft of a few essays of 4,000 characters."""

MAX_FILE: Final = 2_000_000
"""Bytes of an uploaded file."""
_LARGE: Final = MAX_FILE * 4 // 3 + MAX_BODY
"""Bytes of a request that holds a file in base64, as an author's form sends one."""
_AROUND: Final = 4096
"""Bytes that a form puts around its one file."""
_FILE: Final = "file"

log = logging.getLogger(__name__)


class Sent(NamedTuple):
    """A file that arrived, and the question that it answers: all three as somebody else wrote them."""

    name: str
    content: bytes
    item: str


class ApiError(Exception):
    """A refusal that the page can show. `fields` maps a control's name to the sentence beside it; `theirs` is what
    else was saved meanwhile (`drafts.stale`)."""

    def __init__(
        self, status: int, code: str, message: str, /, *,
        fields: Mapping[str, str] | None = None, theirs: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(code)
        self.status, self.code, self.message, self.fields = status, code, message, dict(fields or {})
        self.theirs = dict(theirs or {})

    def response(self) -> Response:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            error["fields"] = self.fields
        if self.theirs:
            error["theirs"] = self.theirs
        body = json.dumps({"error": error})
        return Response(body, status=self.status, content_type="application/json", charset="utf8")


def _constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are not JSON


def _body(request: Request, most: int = MAX_BODY) -> dict[str, Any]:
    if request.method != "POST":
        raise ApiError(405, "method", _("This address takes POST only."))
    raw = request.body_file.read(most + 1)
    if len(raw) > most:
        sentence = _("That is too much at once. Nothing was changed; shorten it and send it again.")
        raise ApiError(413, "too-large", sentence)
    try:
        data = json.loads(raw.decode("utf-8"), parse_constant=_constant)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ApiError(400, "malformed", _("The request could not be read. Nothing was changed; reload the page."))
    return data


def _check_owner(block: Any, request: Request) -> None:
    """A page may outlive its login: what one person wrote must not be sent on as the next one's.

    Raises:
        ApiError: the page says whose it is, and that is not who is logged in now.
    """
    whose = request.headers.get("X-Dgx-Owner")
    if whose and whose != block.owner():
        sentence = _(
            "Somebody else is logged in here now, so nothing was saved. What is written here is kept on this device "
            "for the person who wrote it."
        )
        raise ApiError(403, "somebody-else", sentence)


def _sent(request: Request) -> Sent:
    """The one file of a form, in the field ``file``; the question is in the address, as ``?item=q1``."""
    if request.method != "POST":
        raise ApiError(405, "method", _("This address takes POST only."))
    if (request.content_length or 0) > MAX_FILE + _AROUND:  # before anything of it is read
        raise _too_large()
    try:
        fields = list(request.POST.items()) if request.content_type == "multipart/form-data" else []
    except Exception:  # noqa: BLE001 whoever parses forms here raises what it likes
        fields = []
    if [name for name, _value in fields] != [_FILE] or not getattr(fields[0][1], "filename", None):
        sentence = _("No file arrived. Please choose one file and upload it again; nothing was changed.")
        raise ApiError(400, "no-file", sentence)
    content = fields[0][1].file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise _too_large()
    return Sent(str(fields[0][1].filename), content, str(request.GET.get("item", "")))


def _too_large() -> ApiError:
    sentence = _("The file is larger than 2 MB and was not read. Please delete pictures and spare sheets, save and "
                 "upload it again. What you handed in before is still there.")  # fmt: skip
    return ApiError(413, "too-large", sentence)


def file_handler(method: Callable[[Any, Sent], dict[str, Any]], /) -> Callable[..., Response]:
    """Turn ``method(self, sent) -> dict`` into an XBlock handler for one uploaded file; else as `api_handler`."""
    return _handler(method, _sent)


def api_handler(method: Callable[[Any, dict[str, Any]], dict[str, Any]], /) -> Callable[..., Response]:
    """Turn ``method(self, data) -> dict`` into an XBlock handler.

    The answer is JSON. `ApiError` becomes its status; anything else becomes a 500 with an incident number, which the
    log repeats, and never a trace. A failure inside ``transaction.atomic()`` has been rolled back by then.
    """
    return _handler(method, _body)


def large_handler(
    check: Callable[[Any], None], /
) -> Callable[[Callable[[Any, dict[str, Any]], dict[str, Any]]], Callable[..., Response]]:
    """As `api_handler`, for requests that may hold a file; `check(self)` refuses who may not send one,
    before any of it is read."""
    return lambda method: _handler(method, lambda request: _body(request, _LARGE), check)


_Read = TypeVar("_Read")


def _handler(
    method: Callable[[Any, _Read], dict[str, Any]],
    read: Callable[[Request], _Read],
    check: Callable[[Any], None] = lambda _block: None,
    /,
) -> Callable[..., Response]:

    @XBlock.handler
    @functools.wraps(method)
    def handler(self: Any, request: Request, suffix: str = "") -> Response:
        del suffix
        try:
            _check_owner(self, request)
            check(self)
            answer = method(self, read(request))
        except ApiError as error:
            return error.response()
        except MissingSecret as missing:
            log.error("dgxblock: no secret at %s", missing.reference)
            return ApiError(
                503, "settings",
                _("A key of this site is missing, so nothing could be recorded. What was saved before is kept; "
                  "please tell the staff."),
            ).response()  # fmt: skip
        except Exception:
            incident = uuid.uuid4().hex[:8]
            log.exception("dgxblock handler %s failed, incident %s", method.__name__, incident)
            return ApiError(
                500, "internal",
                _("Something went wrong on our side. What was saved before is kept. "
                  "Try again in a minute; if it stays so, tell the staff the number %(incident)s.", incident=incident),
            ).response()  # fmt: skip
        return Response(json.dumps(answer), content_type="application/json", charset="utf8")

    return handler
