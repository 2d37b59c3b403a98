"""Schemes in the host's admin site: the one thing of this app that staff configure by hand.

Nothing else is registered: rows about people are looked at through the desk, which masks them, and nobody edits an
outbox.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.urls import path

from dgxblock.registry import rules, scheme_upload
from dgxblock.registry.forms import RequirementForm, RunForm, RunFormSet, SchemeForm
from dgxblock.registry.models import CourseRun, Requirement, Scheme


class _Requirements(admin.TabularInline):  # type: ignore[type-arg]
    model = Requirement
    form = RequirementForm
    extra = 0


class _Runs(admin.TabularInline):  # type: ignore[type-arg]
    model = CourseRun
    form = RunForm
    formset = RunFormSet
    extra = 0


@admin.register(Scheme)
class SchemeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A scheme with its requirements."""

    form = SchemeForm
    inlines: ClassVar = [_Requirements, _Runs]
    list_display = ("slug", "title_zh", "course_key", "registry", "mode")
    list_filter = ("mode", "registry")
    change_list_template = "dgx_registry/admin/schemes.html"

    def get_urls(self) -> list[Any]:
        """The page that takes a YAML document, beside Django's own."""
        view = self.admin_site.admin_view(partial(scheme_upload.page, self))
        return [path("from-yaml/", view, name="dgx_registry_scheme_upload"), *super().get_urls()]

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """The list, with the way to that page."""
        return super().changelist_view(request, {"from_yaml": scheme_upload.link_text(), **(extra_context or {})})

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Save the requirements, and the version of the rules that they are."""
        super().save_related(request, form, formsets, change)
        rules.keep(form.instance, rules.body(form.instance.requirements.all()))

    def has_delete_permission(self, request: Any, obj: Scheme | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A scheme is paused, never deleted: certificates refer to it."""
        return False
