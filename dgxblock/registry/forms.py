"""The forms in which staff configure a scheme and what it asks for."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from dgxblock.registry import scheme_settled, schemes
from dgxblock.registry.models import CourseRun, Requirement, Scheme


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
        if self.instance.pk and not self.errors:
            self._settled(cleaned)
        return cleaned

    def _settled(self, cleaned: dict[str, Any]) -> None:
        """Refuse what would certify somebody twice, or elsewhere."""
        stored = Scheme.objects.get(pk=self.instance.pk)
        for name in scheme_settled.fixed(stored, cleaned["cycle"]):
            if cleaned[name] != getattr(stored, name):
                self.add_error(name, scheme_settled.says())
        if cleaned["course_key"] != stored.course_key and scheme_settled.held_runs(stored):
            self.add_error("course_key", scheme_settled.says_first(stored.course_key))


class RunForm(forms.ModelForm):  # type: ignore[type-arg]
    number = forms.IntegerField(min_value=2, max_value=32_000)
    blocks = forms.JSONField(required=False, initial=dict)

    class Meta:
        model = CourseRun
        exclude: ClassVar[list[str]] = ["scheme"]

    def clean_blocks(self) -> Any:
        """Most runs name no block."""
        return self.cleaned_data["blocks"] or {}


class RunFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The further runs of a scheme: those in which somebody has earned stay, with their numbers."""

    def clean(self) -> None:
        """Refuse to take a run away, or to count it anew, that certificates are counted by."""
        super().clean()
        held = scheme_settled.held_runs(self.instance) if self.instance.pk else set()
        for form in self.initial_forms:
            before = CourseRun.objects.filter(pk=form.instance.pk).first()
            if before is None or before.course_key not in held:
                continue
            given = form.cleaned_data if hasattr(form, "cleaned_data") else {}
            same = (given.get("number"), given.get("course_key")) == (before.number, before.course_key)
            if form in self.deleted_forms or not same:
                raise forms.ValidationError(scheme_settled.says_run(before.course_key))


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
