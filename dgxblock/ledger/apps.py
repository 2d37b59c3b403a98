"""The ledger as an Open edX plug-in app."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """What learners did. Both LMS and Studio install it: they share one database."""

    name = "dgxblock.ledger"
    label = "dgx_ledger"
    verbose_name = "dgxblock: ledger"
    default_auto_field = "django.db.models.BigAutoField"
    plugin_app: ClassVar[dict[str, Any]] = {}
