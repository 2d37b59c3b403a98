"""The staff pages as an Open edX plug-in app."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Who is where, and what became of each result. LMS only; it has no tables of its own."""

    name = "dgxblock.insight"
    label = "dgx_insight"
    verbose_name = "dgxblock: staff desk"
    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": {
            "lms.djangoapp": {"namespace": "dgx_insight", "regex": r"^dgx/", "relative_path": "urls"},
        },
    }
