"""Tries that nobody came back to: closed with what was saved, once, and not before all that was granted."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from dgxblock.insight.overdue import close_overdue
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models
from dgxblock.papers.timing import Allowed
from tests.builders import blocks
from tests.builders.sitting import assessment, begin, request, right

pytestmark = pytest.mark.django_db


def left_behind(minutes_ago: int, **options: Any) -> Any:
    """Somebody with 30 minutes who began so long ago, saved right answers to two questions of five, and went."""
    made = assessment(time_limit=30, **options)
    begin(made)
    answers = {name: each for name, each in right(made).items() if name in ("q1", "s1")}
    blocks.answer(made, "save_draft", {**request(made), "a": answers, "version": 0})
    for row in models.Attempt.objects.filter(learner_id=made.scope_ids.user_id):
        row.started_at -= timedelta(minutes=minutes_ago)
        row.deadline = row.started_at + timedelta(minutes=30)
        row.save()
    return made


@pytest.mark.parametrize(("ago", "closed"), [(29, 0), (30, 0), (31, 1), (600, 1)])
def test_only_what_ran_out_of_time_is_closed_with_what_was_saved(ago: int, closed: int) -> None:
    made = left_behind(ago)
    assert close_overdue().closed == closed
    (attempt,) = ledger.attempts(made.place())
    if closed:
        assert (attempt.ended_by, attempt.percent, sorted(attempt.answers)) == ("time", 40.0, ["q1", "s1"])
        assert attempt.submitted_at == attempt.started_at + timedelta(minutes=30)
        assert ledger.draft(made.place()) is None and "Time was up" in blocks.inner(made)
        assert made.runtime.published[-1][1]["value"] == pytest.approx(0.4), "the gradebook hears with the next visit"
    else:
        assert attempt.submitted_at is None
    assert close_overdue().closed == 0


@pytest.mark.parametrize("whom", [{"learner_id": "7"}, {"group": "三班"}])
def test_granted_minutes_are_waited_for(whom: dict[str, str]) -> None:
    made = left_behind(45)
    here = (made.course(), str(made.scope_ids.usage_id))
    ledger.grant(*here, Allowed(minutes=20), actor_id="900", reason="a power cut", **whom)
    assert (close_overdue().open, close_overdue(timezone.now() + timedelta(minutes=6)).closed) == (1, 1)


def test_a_try_without_a_clock_is_left_to_its_trainee() -> None:
    made = assessment()
    begin(made)
    assert close_overdue(timezone.now() + timedelta(days=400)).closed == 0


def test_content_that_is_lost_costs_nobody_a_try() -> None:
    made = left_behind(60)
    models.Document.objects.all().delete()
    models.Attempt.objects.update(revision="gone")
    assert (close_overdue().left, ledger.attempts(made.place())[0].submitted_at) == (1, None)


def test_the_command_says_what_it_did() -> None:
    left_behind(60)
    out = StringIO()
    call_command("dgx_results", "close", stdout=out)
    assert "Closed: 1" in out.getvalue()
