"""Our addresses as a host mounts them."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("dgx/registry/", include("dgxblock.registry.urls"))]
