"""Badges for the public: a learner's own to take away, the keys that verify them, and those that were revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from dgxblock.registry import conf, document, schemes, vault
from dgxblock.registry.adapters import Registry, jws, openbadge
from dgxblock.registry.adapters.badge import issuer_of
from dgxblock.registry.models import Achievement, Operation
from dgxblock.registry.states import OpKind, OpState, RemoteState

__all__ = ["badge", "download", "keys", "one_key", "revocations", "url_of"]

_ADAPTER = "badge"
_FRESH = "max-age=300"
MEDIA_TYPE = "application/vc+jwt"


def badge(learner_id: str, course_key: str, /) -> tuple[bytes, str] | None:
    """See `dgxblock.registry.api.badge`."""
    scheme = schemes.for_course(course_key)
    if scheme is None:
        return None
    rows = Achievement.objects.filter(scheme=scheme, learner_id=learner_id, remote_state=RemoteState.ISSUED)
    achievement = rows.order_by("-cycle").first()
    if achievement is None:
        return None
    try:
        registry = conf.registry(scheme.registry)
        if registry.adapter != _ADAPTER:
            return None
        told = Operation.objects.filter(
            achievement=achievement, registry=registry.slug, state=OpState.DONE,
            kind__in=(OpKind.ISSUE, OpKind.CORRECT),
        )  # fmt: skip
        operation = told.order_by("-seq").first()
        if operation is None:
            return None
        return document.thaw(operation), f"{achievement.credential_code}-{str(achievement.uuid)[:8]}.jwt"
    except (conf.Unset, vault.Closed):
        return None


def url_of(course_key: str, /) -> str:
    """Where a learner takes the badge of a course away; empty where the host has not mounted our addresses."""
    for name in ("dgx_registry:badge", "badge"):
        try:
            return reverse(name, args=(course_key,))
        except NoReverseMatch:
            continue
    return ""


@require_safe
def download(request: HttpRequest, course_key: str) -> HttpResponse:
    """The badge of whoever is logged in, and nobody else's."""
    user = getattr(request, "user", None)
    found = badge(str(user.pk), course_key) if user is not None and user.is_authenticated else None
    if found is None:
        raise Http404
    response = HttpResponse(found[0], content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{found[1]}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def keys(request: HttpRequest, registry: str) -> HttpResponse:
    """The keys of all badges that were ever issued (RFC 7517)."""
    del request
    return _public({"keys": _jwks(_issuing(registry))})


@require_safe
def one_key(request: HttpRequest, registry: str, thumbprint: str) -> HttpResponse:
    """One key: what a badge's ``kid`` leads to."""
    del request
    for one in _jwks(_issuing(registry)):
        if one["kid"].endswith(f"/keys/{thumbprint}"):
            return _public(one)
    raise Http404


@require_safe
def revocations(request: HttpRequest, registry: str) -> HttpResponse:
    """The badges that were revoked (1EdTech Revocation List)."""
    del request
    where = _issuing(registry)
    rows = Achievement.objects.filter(operations__registry=where.slug, remote_state=RemoteState.REVOKED)
    names = sorted({openbadge.number(str(name)) for name in rows.values_list("uuid", flat=True)})
    return _public(openbadge.revocations(issuer_of(where), names))


def _issuing(slug: str, /) -> Registry:
    try:
        where = conf.registry(slug)
    except conf.Unset:
        raise Http404 from None
    if where.adapter != _ADAPTER:
        raise Http404
    return where


def _jwks(where: Registry, /) -> list[dict[str, str]]:
    """Of all keys of ``sign_keys``, whatever their dates: what a retired one has signed is still true."""
    issuer = issuer_of(where)
    try:
        every = conf.every_sign_key(where)
    except conf.Unset:
        raise Http404 from None
    return [jws.jwk(key, openbadge.kid(issuer, key)) for key in every if key.kind in ("whsk", "whpk")]


def _public(answer: Mapping[str, Any], /) -> JsonResponse:
    response = JsonResponse(answer)
    response["Cache-Control"] = _FRESH
    response["Access-Control-Allow-Origin"] = "*"  # whoever verifies may do so from a page of their own
    return response
