"""The addresses that blocks call. Who calls is who is logged in; a ``student=`` in the address means nothing."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from xblock.core import XBlock
from xblock.django.request import django_to_webob_request, webob_to_django_response
from xblock.exceptions import NoSuchHandlerError, NoSuchUsage

from dgxblock.demo import people
from dgxblock.demo.course import UNITS
from dgxblock.demo.runtime import DemoRuntime
from dgxblock.demo.views.guard import refusal
from dgxblock.preview.parts import public_file

__all__ = ["author_handler", "handler", "resource"]

_STAFFS: Final = (
    "review", "open_text", "hide_text", "staff_page", "learner_page", "staff_grant", "staff_withdraw", "staff_reset",
    "staff_questions", "staff_regrade", "staff_regrade_commit", "answers_csv", "answers_xlsx",
)  # fmt: skip
"""What the staff do in a unit. They are no trainees here, so nothing else of a trainee's."""


def handler(request: HttpRequest, usage_id: str, name: str, suffix: str = "") -> HttpResponse:
    return _handle(request, usage_id, name, suffix, roles=("trainee", "staff") if name in _STAFFS else ("trainee",))


def author_handler(request: HttpRequest, usage_id: str, name: str, suffix: str = "") -> HttpResponse:
    return _handle(request, usage_id, name, suffix, roles=("author",))


def _handle(request: HttpRequest, usage_id: str, name: str, suffix: str, *, roles: tuple[str, ...]) -> HttpResponse:
    here = people.of_user(request.user)
    if here is None:
        return refusal(403, "nobody")
    if here.role not in roles:
        return refusal(403, "role")
    runtime = DemoRuntime(str(request.user.pk), author=here.role == "author", staff=here.role == "staff")
    try:
        block = runtime.get_block(usage_id)
        answer = runtime.handle(block, name, django_to_webob_request(request), suffix)
    except (NoSuchUsage, NoSuchHandlerError):
        return refusal(404, "not-found")
    return webob_to_django_response(answer)


@require_safe
def resource(request: HttpRequest, block_type: str, path: str) -> HttpResponse:
    """A public file of a block, by the block's own rule of what is public."""
    del request
    if block_type not in {unit.block_type for unit in UNITS}:
        raise Http404(block_type)
    return public_file(XBlock.load_class(block_type), path)
