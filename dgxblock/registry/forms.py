"""The form in which staff configure a scheme."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from dgxblock.registry import schemes
from dgxblock.registry.models import Scheme


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
