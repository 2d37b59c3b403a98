"""Staff configure schemes by hand, and hear at once what the registry would not take."""

from __future__ import annotations

import pytest
from django.forms.models import model_to_dict

from dgxblock.registry import models
from dgxblock.registry.forms import SchemeForm
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
