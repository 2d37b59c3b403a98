"""What a handler may believe of a request: names it knows, texts of a bounded length, nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from dgxblock.block.http import ApiError
from dgxblock.i18n import gettext as _
from dgxblock.items import shape

__all__ = ["conflict", "known_keys", "malformed", "nonce", "text", "version"]

_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MOST_VERSIONS: Final = 10**9


def malformed() -> ApiError:
    """The request does not come from our page as it is now."""
    return ApiError(400, "malformed", _("The request could not be read. Nothing was changed; reload the page."))


def text(raw: object, /) -> str:
    """A text as it may be stored: line ends as ``\\n``, no control characters.

    Raises:
        ApiError: not a text, or one that no database takes.
    """
    try:
        return shape.text(raw)
    except shape.Malformed:
        raise malformed() from None


def known_keys(raw: object, names: Collection[str], /) -> Mapping[str, Any]:
    """A JSON object with no other keys than `names`.

    Raises:
        ApiError: not an object, or with a key that the page does not have.
    """
    try:
        return shape.fields(raw, names)
    except shape.Malformed:
        raise malformed() from None


def version(data: Mapping[str, Any], /) -> int | None:
    """The version of the draft that the page has seen; None if it does not say.

    Raises:
        ApiError: not a plausible number.
    """
    raw = data.get("version")
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw < _MOST_VERSIONS:
        raise malformed()
    return raw


def nonce(data: Mapping[str, Any], /) -> str:
    """The name that the page gave to this submission, so that it counts once.

    Raises:
        ApiError: missing, or not of the form that our pages make.
    """
    raw = data.get("nonce")
    if not isinstance(raw, str) or not _NONCE.fullmatch(raw):
        raise malformed()
    return raw


def conflict(code: str, /) -> ApiError:
    """What the ledger's refusal means to the person at the page."""
    message = {
        "already-decided": _("You took this decision before, and it cannot be changed. Reload the page to see it."),
        "stale-review": _(
            "The trainee has handed in another text since. Nothing was saved; reload the page to read it."
        ),
        "not-next": _("This hint comes after another one. Nothing was changed; reload the page to see which is next."),
        "time-up": _(
            "Time is up. What was saved until then has been handed in for you; reload the page to see the result."
        ),
        "no-attempts-left": _("All tries are used up. Nothing was changed; your results are kept."),
    }.get(code, _("This try is closed already. Nothing was changed; reload the page to see where you are."))
    return ApiError(409, code, message)
