"""The registry's sender as an Open edX plug-in app."""

from __future__ import annotations

import importlib
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

    def ready(self) -> None:
        """Hear of accounts that are retired, where the host is a platform that says so."""
        try:
            signals = importlib.import_module("openedx.core.djangoapps.user_api.accounts.signals")
        except (ImportError, RuntimeError):  # no LMS: in Studio, in the demo, in tests
            return
        signals.USER_RETIRE_LMS_CRITICAL.connect(retired, dispatch_uid="dgx_registry.retired")


def retired(sender: object, user: Any = None, **_more: object) -> None:
    """The platform retires an account: what names a person goes here too."""
    del sender
    from dgxblock.registry import retirement

    if user is not None and user.pk is not None:
        retirement.retire(str(user.pk))
