"""The preview's addresses: language and variant stand in each, so that nothing has to be remembered."""

from __future__ import annotations

import functools
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import webob
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe
from xblock.exceptions import NoSuchHandlerError

from dgxblock import lab
from dgxblock.i18n import LANGUAGES, current_language
from dgxblock.i18n import gettext as _
from dgxblock.preview import parts
from dgxblock.preview.pages import page
from dgxblock.preview.runtime import BLOCKS, block_of
from dgxblock.preview.watched import TEACHING, Paper, Watched

__all__ = ["begin", "document", "handler", "index", "not_found", "own_file", "resource", "state"]

_LAST: Final = 10_000
_OWN: Final = Path(__file__).parent / "static" / "preview"


def _watched() -> Watched:
    watched: Watched = settings.PREVIEW
    return watched


def _speaking(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in the language of the address; languages and variants that do not exist are addresses that do not."""

    @functools.wraps(view)
    def spoken(request: HttpRequest, lang: str, variant: int, **more: Any) -> HttpResponse:
        if lang not in LANGUAGES or variant > _LAST:
            raise Http404
        with translation.override("zh-hans" if lang == "zh-CN" else "en"):
            return view(request, variant, **more)

    return spoken


def _paper(usage: str) -> Paper | None:
    return next((each for each in _watched().seen().papers if each.usage == usage), None)


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """The first page, in the author's language, with the teaching variant."""
    del request
    return HttpResponseRedirect(reverse("index", args=(current_language(), TEACHING)))


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """What an open page asks again and again."""
    del request
    return HttpResponse(_watched().state(), content_type="text/plain")


@require_http_methods(["GET", "HEAD", "POST"])
@_speaking
def index(request: HttpRequest, variant: int) -> HttpResponse:
    """What there is to see. Sent with POST: start again."""
    return _start_again(request) or _go(request, "") or _page(variant, {"middle": "list"}, None, "")


@require_http_methods(["GET", "HEAD", "POST"])
@_speaking
def document(request: HttpRequest, variant: int, usage: str) -> HttpResponse:
    """A document as a trainee sees it, or why it cannot be shown. Sent with POST: start again."""
    path = f"{usage}/"
    answer = _start_again(request) or _go(request, path)
    if answer is not None:
        return answer
    paper, watched = _paper(usage), _watched()
    if paper is None:
        return _page(variant, {"middle": "gone"}, None, path, status=404)
    if not _holds(paper, variant):
        return _page(variant, {"middle": "broken", "file": paper.path.name}, paper, path)
    block = block_of(paper, (current_language(), variant), watched.rounds)
    return _page(variant, {"shown": parts.show(block, "student_view"), "title": block.title()}, paper, path)


def _page(variant: int, context: dict[str, Any], here: Paper | None, path: str, *, status: int = 200) -> HttpResponse:
    watched = _watched()
    return page(watched, watched.seen(), variant, context, here=here, path=path, status=status)


def _holds(paper: Paper, variant: int) -> bool:
    """Whether there is a document and its data can be made; if not, the findings say what is wrong."""
    if paper.document is None:
        return False
    try:
        lab.build(paper.document.dataset, paper.seed(variant))
    except lab.LabError:
        return False
    return True


def _start_again(request: HttpRequest) -> HttpResponse | None:
    if request.method != "POST":
        return None
    _watched().rounds += 1
    return HttpResponseRedirect(request.path)


def _go(request: HttpRequest, path: str) -> HttpResponse | None:
    """To the variant that somebody typed, such as the 17 of a finding that names ``variant:17``."""
    typed = request.GET.get("variant", "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 5 and int(typed) <= _LAST):
        return None
    return HttpResponseRedirect(f"/{current_language()}/{int(typed)}/{path}")


@_speaking
def handler(request: HttpRequest, variant: int, usage: str, name: str) -> HttpResponse:
    """What a block's script calls. webob reads the request as the server got it: nobody has touched its body."""
    paper = _paper(usage)
    if paper is None:
        return _no_handler()
    block = block_of(paper, (current_language(), variant), _watched().rounds)
    try:
        answer = block.runtime.handle(block, name, webob.Request(request.META))
    except NoSuchHandlerError:
        return _no_handler()
    return HttpResponse(answer.body, status=answer.status_int, headers=dict(answer.headers))


def _no_handler() -> HttpResponse:
    message = _("There is nothing at this address. Nothing was changed; reload the page.")
    return JsonResponse({"error": {"code": "not-found", "message": message}}, status=404)


@require_safe
def resource(request: HttpRequest, path: str) -> HttpResponse:
    """A public file of the blocks."""
    del request
    return parts.public_file(BLOCKS["case"], path)


@require_safe
def own_file(request: HttpRequest, name: str) -> HttpResponse:
    """A script or style of the preview itself."""
    del request
    known = {each.name: each for each in _OWN.iterdir()}
    if name not in known:
        raise Http404(name)
    return HttpResponse(known[name].read_bytes(), content_type=mimetypes.guess_type(name)[0])


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that no page of ours has."""
    del request, exception
    return _page(TEACHING, {"middle": "gone"}, None, "", status=404)
