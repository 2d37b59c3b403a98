"""Addresses of the sandbox registry."""

from __future__ import annotations

from django.urls import path, re_path

from dgxblock.demo.sandbox import pages, wire

urlpatterns = [
    re_path(r"^v1(?:/|$)", wire.handle, name="wire"),
    path("", pages.register, name="register"),
    path("v/<str:number>", pages.verify, name="verify"),
    path("behaviour", pages.behaviour, name="behaviour"),
    path("decide", pages.decide, name="decide"),
    path("revoke", pages.revoke, name="revoke"),
    path("healthz", pages.healthz, name="healthz"),
]
handler400 = "dgxblock.demo.sandbox.pages.bad_request"
handler404 = "dgxblock.demo.sandbox.pages.not_found"
handler500 = "dgxblock.demo.sandbox.pages.server_error"
