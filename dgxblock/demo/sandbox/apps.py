"""The sandbox registry as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Only ever installed in the sandbox's own process."""

    name = "dgxblock.demo.sandbox"
    label = "dgx_sandbox"
    verbose_name = "DGX sandbox registry"
