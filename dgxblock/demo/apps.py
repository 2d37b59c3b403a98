"""The demo as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Gradebook and commands of the demo site."""

    name = "dgxblock.demo"
    label = "dgx_demo"
    verbose_name = "dgxblock: demo"
    default_auto_field = "django.db.models.BigAutoField"
