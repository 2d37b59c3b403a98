"""The registry's addresses on the LMS, below ``/dgx/registry/``."""

from __future__ import annotations

from django.urls import path

from dgxblock.registry import badges, callbacks

app_name = "dgx_registry"
urlpatterns = [
    path("<slug:registry>/receipts", callbacks.receipts, name="receipts"),
    path("<slug:registry>/jwks.json", badges.keys, name="keys"),
    path("<slug:registry>/keys/<slug:thumbprint>", badges.one_key, name="key"),
    path("<slug:registry>/revocations", badges.revocations, name="revocations"),
    path("my-badge/<path:course_key>", badges.download, name="badge"),
]
