"""The registry's sender as an Open edX plug-in app."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Certification schemes and their delivery. Both LMS and Studio install it: they share one database."""

    name = "dgxblock.registry"
    label = "dgx_registry"
    verbose_name = "dgxblock: registry"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "dgx_registry", "regex": r"^dgx/registry/", "relative_path": "urls"},
        },
    }
