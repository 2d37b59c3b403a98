"""The registry's addresses on the LMS, below ``/dgx/registry/``: for registries, and for whoever watches over it."""

from __future__ import annotations

from django.urls import path

from dgxblock.registry import badges, callbacks, watching

app_name = "dgx_registry"
urlpatterns = [
    path("<slug:registry>/receipts", callbacks.receipts, name="receipts"),
    path("health", watching.health, name="health"),
    path("metrics", watching.metrics, name="metrics"),
    path("<slug:registry>/jwks.json", badges.keys, name="keys"),
    path("<slug:registry>/keys/<slug:thumbprint>", badges.one_key, name="key"),
    path("<slug:registry>/revocations", badges.revocations, name="revocations"),
    path("my-badge/<path:course_key>", badges.download, name="badge"),
]
