"""Schemes in the host's admin site: the one thing of this app that staff configure by hand.

Nothing else is registered: rows about people are looked at through the desk, which masks them, and nobody edits an
outbox.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from dgxblock.registry import schemes
from dgxblock.registry.models import Requirement, Scheme


class _SchemeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Scheme
        exclude: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any] | None:
        """Refuse what the contract would refuse later, one sentence each."""
        cleaned = super().clean() or self.cleaned_data
        values = {name: value for name, value in cleaned.items() if name in {f.name for f in Scheme._meta.fields}}
        if not self.errors:
            for sentence in schemes.faults(Scheme(**values)):
                self.add_error(None, sentence)
        return cleaned


class _Requirements(admin.TabularInline):  # type: ignore[type-arg]
    model = Requirement
    extra = 0


@admin.register(Scheme)
class SchemeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A scheme with its requirements."""

    form = _SchemeForm
    inlines: ClassVar = [_Requirements]
    list_display = ("slug", "title_zh", "course_key", "registry", "mode")
    list_filter = ("mode", "registry")

    def has_delete_permission(self, request: Any, obj: Scheme | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A scheme is paused, never deleted: certificates refer to it."""
        return False
