"""Schemes in the host's admin site: the one thing of this app that staff configure by hand.

Nothing else is registered: rows about people are looked at through the desk, which masks them, and nobody edits an
outbox.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from dgxblock.registry.forms import RequirementForm, SchemeForm
from dgxblock.registry.models import Requirement, Scheme


class _Requirements(admin.TabularInline):  # type: ignore[type-arg]
    model = Requirement
    form = RequirementForm
    extra = 0


@admin.register(Scheme)
class SchemeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A scheme with its requirements."""

    form = SchemeForm
    inlines: ClassVar = [_Requirements]
    list_display = ("slug", "title_zh", "course_key", "registry", "mode")
    list_filter = ("mode", "registry")

    def has_delete_permission(self, request: Any, obj: Scheme | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A scheme is paused, never deleted: certificates refer to it."""
        return False
