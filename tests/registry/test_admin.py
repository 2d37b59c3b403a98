"""Staff configure schemes by hand, and hear at once what the registry would not take."""

from __future__ import annotations

import pytest
from django.forms.models import inlineformset_factory, model_to_dict

from dgxblock.registry import api, models
from dgxblock.registry.forms import RequirementForm, RunForm, RunFormSet, SchemeForm
from tests.builders.registry import COURSE, scheme, work

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


NEXT = "course-v1:DG+DT1+2027"


def rerun(**members: object) -> models.Scheme:
    """A scheme with a second run, in which somebody has earned."""
    made = scheme(**members)
    models.CourseRun.objects.create(scheme=made, course_key=NEXT, number=2)
    work()
    api.evaluate("7", COURSE)
    models.Achievement.objects.update(course_key=NEXT, cycle=2 if made.cycle == "run" else 1)
    return made


@pytest.mark.parametrize(
    ("changed", "stays"),
    [
        ({"registry": "other"}, "registry"), ({"credential_code": "COACH-3"}, "credential_code"),
        ({"zone": "UTC"}, "zone"), ({"kind": "dossier"}, "kind"), ({"slug": "another"}, "slug"),
        ({"course_key": "course-v1:X+Y+Z"}, "course_key"), ({"cycle": "run"}, "cycle"), ({"assessor": "别的"}, ""),
        ({"cycle": "renewal", "renewal_months": 24}, ""),
    ],
)  # fmt: skip
def test_what_certificates_are_counted_by_stays_once_somebody_has_earned(
    changed: dict[str, object], stays: str
) -> None:
    form = SchemeForm(model_to_dict(rerun()) | changed, instance=models.Scheme.objects.get())
    assert form.is_valid() is (not stays) and set(form.errors) == ({stays} if stays else set())


@pytest.mark.parametrize(
    ("changed", "good"),
    [
        ({}, True), ({"number": "3"}, False), ({"number": "1"}, False), ({"DELETE": "on"}, False),
        ({"course_key": "course-v1:X+Y+Z"}, False), ({"blocks": '{"case": "x"}'}, True),
    ],
)  # fmt: skip
def test_a_run_in_which_somebody_has_earned_keeps_its_number(changed: dict[str, str], good: bool) -> None:
    made = rerun(cycle="run")
    run = made.runs.get()
    lines = inlineformset_factory(
        models.Scheme, models.CourseRun, form=RunForm, formset=RunFormSet, exclude=[], extra=0
    )
    first = {"id": str(run.pk), "course_key": NEXT, "number": "2", "blocks": "{}", **changed}
    data = {"runs-TOTAL_FORMS": "1", "runs-INITIAL_FORMS": "1"} | {f"runs-0-{k}": v for k, v in first.items()}
    found = lines(data, instance=made)
    assert found.is_valid() is good, (found.errors, found.non_form_errors())
    if good:
        found.save()
    assert models.CourseRun.objects.values_list("course_key", "number").get() == (NEXT, 2)
