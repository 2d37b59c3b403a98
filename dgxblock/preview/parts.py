"""What any small host of our blocks needs: a block's view in three parts, and the blocks' public files."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from xblock.exceptions import DisallowedFileError

__all__ = ["Shown", "public_file", "show"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A rendered view: markup for the head, the body, and scripts for the foot."""

    head: SafeString
    body: SafeString
    foot: SafeString


def show(block: Any, view: str, /) -> Shown:
    """What the runtime makes of a block's view. The markup is the block's and was escaped there."""
    fragment = block.runtime.render(block, view, {})
    parts = (fragment.head_html(), fragment.body_html(), fragment.foot_html())
    return Shown(*(mark_safe(part) for part in parts))  # noqa: S308


def public_file(block_class: Any, path: str, /) -> HttpResponse:
    """A public file of a block, by the block's own rule of what is public.

    Raises:
        Http404: there is none, or it is not public.
    """
    try:
        with block_class.open_local_resource(path) as file:
            content = file.read()
    except (OSError, ValueError, DisallowedFileError) as error:
        raise Http404(path) from error
    return HttpResponse(content, content_type=mimetypes.guess_type(path)[0] or "application/octet-stream")
