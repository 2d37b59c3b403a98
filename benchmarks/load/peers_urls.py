"""The measuring stand over HTTP: one address for what a learner sees, one for what comes between, one for handlers."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import path
from xblock.django.request import django_to_webob_request, webob_to_django_response

from benchmarks import subjects
from benchmarks.subjects import Subject

__all__ = ["everybody", "urlpatterns"]


@lru_cache(maxsize=1)
def everybody() -> dict[str, Subject]:
    """Our assessment of four questions, and the peers that are installed."""
    ours = next(each for each in subjects.ours() if each.name == "small-assessment")
    found = {ours.name: ours}
    for which in subjects.PEERS:
        try:
            peer = subjects.peer(which)
        except subjects.Missing:
            continue
        found[peer.name] = peer
    return found


def _page(request: HttpRequest, name: str, learner: str) -> HttpResponse:
    del request
    subject = everybody()[name]
    block = subject.block(learner)
    page = block.runtime.render(block, "student_view", {})
    subject.fetch(learner)
    return HttpResponse(str(page.content))


def _before(request: HttpRequest, name: str, learner: str) -> HttpResponse:
    del request
    everybody()[name].before(learner)
    return HttpResponse("")


def _call(request: HttpRequest, name: str, learner: str, handler: str, suffix: str) -> HttpResponse:
    block = everybody()[name].block(learner)
    return webob_to_django_response(block.runtime.handle(block, handler, django_to_webob_request(request), suffix))


urlpatterns = [
    path("<slug:name>/<int:learner>/", lambda request, name, learner: _page(request, name, str(learner))),
    path("<slug:name>/<int:learner>/before/", lambda request, name, learner: _before(request, name, str(learner))),
    path(
        "<slug:name>/<int:learner>/call/<slug:handler>/<slug:suffix>/",
        lambda request, name, learner, handler, suffix: _call(
            request, name, str(learner), handler, "" if suffix == "-" else suffix
        ),
    ),
]
