"""The forms in which staff configure a scheme and what it asks for."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from dgxblock.registry import schemes
from dgxblock.registry.models import Requirement, Scheme


class SchemeForm(forms.ModelForm):  # type: ignore[type-arg]
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


class RequirementForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Requirement
        exclude: ClassVar[list[str]] = ["scheme"]

    def clean(self) -> dict[str, Any] | None:
        """Refuse what would certify somebody for an empty exercise, or nobody at all."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            names = ("code", "kind", "usage_key", "min_percent", "min_hours")
            made = Requirement(scheme=self._scheme(), **{name: cleaned.get(name) for name in names})
            for sentence in schemes.requirement_faults(made):
                self.add_error("min_percent", sentence)
        return cleaned

    def _scheme(self) -> Scheme:
        """The scheme that the line belongs to; one without a name while both are being added."""
        found: Scheme | None = getattr(self.instance, "scheme", None) if self.instance.scheme_id else None
        return found or Scheme(slug="")
