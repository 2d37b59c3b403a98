"""Staff configure schemes by hand, and hear at once what the registry would not take."""

from __future__ import annotations

import pytest
from django.forms.models import inlineformset_factory, model_to_dict

from dgxblock.registry import models
from dgxblock.registry.forms import RequirementForm, SchemeForm
from tests.builders.registry import scheme

pytestmark = pytest.mark.django_db


def test_a_good_scheme_is_accepted() -> None:
    form = SchemeForm(model_to_dict(scheme()) | {"slug": "another"})
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "Not A Slug"}, {"zone": "Nowhere"}, {"credential_code": "a b"}, {"send_members": '["sex"]'}],
)
def test_a_scheme_that_the_contract_refuses_is_refused_here(wrong: dict[str, str]) -> None:
    form = SchemeForm(model_to_dict(scheme()) | {"slug": "another", **wrong})
    assert not form.is_valid() and form.errors
    assert models.Scheme.objects.count() == 1


REQUIREMENT = {"code": "e9", "usage_key": "dgx_exercise.u9", "title_zh": "练习", "title_en": "Exercise", "position": 3}


@pytest.mark.parametrize(
    ("kind", "least", "good"),
    [
        ("exercise", "60", True), ("exercise", "0.01", True), ("exercise", "", False), ("exercise", "0", False),
        ("exercise", "-1", False), ("exercise", "101", False), ("assessment", "", True), ("case", "", True),
        ("assessment", "100.5", False),
    ],
)  # fmt: skip
def test_an_exercise_is_asked_for_with_a_least_percentage(kind: str, least: str, good: bool) -> None:
    form = RequirementForm({**REQUIREMENT, "kind": kind, "min_percent": least})
    assert form.is_valid() is good, form.errors
    assert good or set(form.errors) == {"min_percent"}


def test_a_line_under_its_scheme_is_refused_and_kept_alike() -> None:
    made = scheme()
    lines = inlineformset_factory(models.Scheme, models.Requirement, form=RequirementForm, exclude=[], extra=1)
    data = {"requirements-TOTAL_FORMS": "1", "requirements-INITIAL_FORMS": "0"}
    data |= {f"requirements-0-{name}": str(value) for name, value in REQUIREMENT.items()}
    bad = lines({**data, "requirements-0-kind": "exercise"}, instance=made)
    assert not bad.is_valid() and made.slug in str(bad.errors)
    good = lines({**data, "requirements-0-kind": "exercise", "requirements-0-min_percent": "60"}, instance=made)
    assert good.is_valid(), good.errors
    good.save()
    assert made.requirements.filter(code="e9").count() == 1
