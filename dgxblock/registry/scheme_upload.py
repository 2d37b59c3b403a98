"""The admin's page that takes schemes from a YAML document: first what would change, then the change."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from dgxblock.i18n import gettext as _
from dgxblock.registry import scheme_files
from dgxblock.registry.scheme_yaml import MAX_BYTES

__all__ = ["link_text", "page"]

_TEMPLATE = "dgx_registry/admin/scheme_upload.html"


class _Form(forms.Form):
    file = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}))
    text = forms.CharField(required=False, max_length=MAX_BYTES, strip=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    state = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


def link_text() -> str:
    """What the way to the page is called."""
    return _("Load schemes from YAML")


def _texts(file: str) -> dict[str, str]:
    """The page's words. The host's template engine draws it, and knows none of our tags."""
    return {
        "title": link_text(),
        "choose": _("Choose a file first."),
        "broken": _("Nothing was changed. Mend this first:"),
        "would": _("This is what %(file)s would change:", file=file),
        "scheme": _("Certification scheme"),
        "entry": _("Entry of the document"),
        "before": _("As it is"),
        "after": _("As it would be"),
        "load": _("Load this"),
        "same": _("Nothing differs from what is in place."),
        "label": _("A YAML document, see docs/operating.md"),
        "show": _("Show what would change"),
    }


def page(admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the form, then the differences, then load what was shown. Both rights are asked for: it may add and change.

    What is loaded is what was previewed: if the schemes have changed in between, the differences are shown anew.
    """
    if not (admin.has_add_permission(request) and admin.has_change_permission(request)):
        raise PermissionDenied
    form = _Form(request.POST or None, request.FILES or None)
    name, content = _given(form) if request.method == "POST" and form.is_valid() else ("", b"")
    shown: dict[str, Any] = {}
    if content:
        plan = scheme_files.check([(name, content)])
        state = _state(plan)
        if not plan.faults and plan.differences and form.cleaned_data["state"] == state:
            loaded = scheme_files.load([(name, content)], actor=str(request.user.pk))
            if not loaded.faults:
                admin.message_user(request, _("Loaded %(name)s.", name=name))
                return HttpResponseRedirect(reverse("admin:dgx_registry_scheme_changelist"))
        form = _Form(initial={"text": content.decode("utf-8", "replace"), "name": name, "state": state})
        shown = {"faults": list(map(str, plan.faults)), "differences": plan.differences, "file": name}
    context = {
        **admin.admin_site.each_context(request), "opts": admin.model._meta, "form": form, "shown": shown,
        "say": _texts(shown.get("file", "")), "title": link_text(), "nothing": request.method == "POST" and not content,
    }  # fmt: skip
    return TemplateResponse(request, _TEMPLATE, context, status=400 if shown.get("faults") else 200)


def _given(form: _Form) -> tuple[str, bytes]:
    """The file, or the text that was previewed before."""
    file = form.cleaned_data["file"]
    if file is not None:
        return str(file.name)[:100], file.read(MAX_BYTES + 1)
    # Browsers send the lines of a hidden field with CR LF; YAML reads both alike.
    return form.cleaned_data["name"] or "scheme.yaml", form.cleaned_data["text"].encode()


def _state(plan: scheme_files.Plan) -> str:
    """Names what a preview showed."""
    return hashlib.sha256(repr((plan.documents, plan.differences)).encode()).hexdigest()
