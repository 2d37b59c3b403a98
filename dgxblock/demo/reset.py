"""Starting a trainee's demo over."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from workbench.models import XBlockState

from dgxblock.demo.course import COURSE_KEY, UNITS
from dgxblock.demo.models import DemoGrade
from dgxblock.ledger import api as ledger

__all__ = ["start_over"]


def start_over(user: Any, /) -> Any:
    """Close the trainee's account and open a fresh one of the same name; answers with the new user.

    What the old account did in the course is deleted. What the registry was told is not, here or there: it is part of
    the promise that nobody is certified twice, and no demo may show that promise broken.
    """
    learner_id, username = str(user.pk), user.username
    with transaction.atomic():
        for unit in UNITS:
            ledger.forget(ledger.Place(learner_id, COURSE_KEY, unit.usage_id))
        DemoGrade.objects.filter(learner_id=learner_id).delete()
        XBlockState.objects.filter(user_id=learner_id).delete()
        user.username, user.is_active = f"{username}-{user.pk}", False
        user.save(update_fields=["username", "is_active"])
        fresh = get_user_model()(username=username, first_name=user.first_name)
        fresh.set_unusable_password()
        fresh.save()
    return fresh
