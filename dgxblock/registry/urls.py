"""The registry's addresses on the LMS, below ``/dgx/registry/``: for registries, and for whoever watches over it."""

from __future__ import annotations

from django.urls import path

from dgxblock.registry import callbacks, watching

app_name = "dgx_registry"
urlpatterns = [
    path("<slug:registry>/receipts", callbacks.receipts, name="receipts"),
    path("health", watching.health, name="health"),
    path("metrics", watching.metrics, name="metrics"),
]
