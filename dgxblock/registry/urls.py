"""The registry's one address on the LMS, below ``/dgx/registry/``."""

from __future__ import annotations

from django.urls import path

from dgxblock.registry import callbacks

app_name = "dgx_registry"
urlpatterns = [path("<slug:registry>/receipts", callbacks.receipts, name="receipts")]
