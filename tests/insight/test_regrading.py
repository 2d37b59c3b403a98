"""Marking many again: what the trial says is what the deed does, in memory that does not grow with the number."""

from __future__ import annotations

import time
import tracemalloc
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dgxblock import lab
from dgxblock.content import read, write
from dgxblock.insight import regrading
from dgxblock.items import grade, stored
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models
from tests.block.test_scorable import MENDED
from tests.builders import documents

pytestmark = pytest.mark.django_db
HERE = ("course-v1:DG+DT1+2026", "dgx_assessment.d.u0")


def fill(count: int) -> None:
    """That many attempts as the block stores them: half chose y, wrong in the document and right in `MENDED`."""
    document = read.parse(documents.ASSESSMENT)
    revision = write.revision(documents.ASSESSMENT)
    ledger.keep_document(revision, documents.ASSESSMENT)
    sheet = lab.build(document.dataset, "s")
    values: dict[str, Any] = dict(sheet.values)
    answers = [{"q1": {"value": "1", "unit": "min"}, "s1": [choice], "m1": ["x", "y"]} for choice in "xy"]
    marks = [stored(grade(document.items, each, sheet)) for each in answers]  # type: ignore[union-attr]
    now = timezone.now()
    models.Attempt.objects.bulk_create([
        models.Attempt(
            learner_id=str(number), course_key=HERE[0], usage_key=HERE[1], number=1, kind="assessment", seed="s",
            revision=revision, started_at=now, submitted_at=now, nonce=f"n{number}", answers=answers[number % 2],
            marks=marks[number % 2], earned=20 - 10 * (number % 2), possible=50, passed=False, sequence=1,
            values=values, pass_mark=40,
        )
        for number in range(count)
    ], batch_size=500)  # fmt: skip


def mended() -> tuple[Any, str]:
    ledger.keep_document(write.revision(MENDED), MENDED)
    return read.parse(MENDED), write.revision(MENDED)


def test_two_thousand_are_marked_again_at_the_budgeted_speed_in_flat_memory() -> None:
    fill(2000)
    new, revision = mended()
    regrading.dry_run(*HERE, new, revision)  # what is read once is read
    tracemalloc.start()
    began = time.process_time()
    diff = regrading.dry_run(*HERE, new, revision)
    took = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (diff.learners, diff.gain, diff.lose, diff.pass_, diff.fail) == (2000, 1000, 1000, 1000, 0)
    assert len(diff.lines) == regrading.MOST_LINES and all(line.crosses for line in diff.lines)
    assert peak < 12e6, f"{peak / 1e6:.1f} MB"
    assert took < 8, f"{took:.2f} s of a core, traced; 100,000 a minute would be 1.2 s untraced"


def test_the_deed_does_what_the_trial_said_once_and_keeps_what_was() -> None:
    fill(30)
    new, revision = mended()
    diff = regrading.dry_run(*HERE, new, revision)
    done = regrading.commit(*HERE, new, revision, actor_id="900", reason="key")
    assert (done.changed, done.learners, done.left) == (30, 30, 0) and diff.gain + diff.lose == 30
    assert models.Attempt.objects.filter(passed=True).count() == diff.pass_
    assert {each.before["sequence"] for each in models.Change.objects.all()} == {1}
    again = regrading.commit(*HERE, new, revision, actor_id="900", reason="key")
    assert again.changed == 0 and models.Action.objects.filter(kind="regrade").count() == 1


def test_what_changes_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(10)
    new, revision = mended()
    real = ledger.revise

    def late(action: int, rows: Any) -> set[int]:
        models.Attempt.objects.filter(learner_id="3").update(sequence=9)
        return real(action, rows)

    monkeypatch.setattr(ledger, "revise", late)
    done = regrading.commit(*HERE, new, revision, actor_id="900", reason="key")
    assert (done.changed, done.left) == (9, 1)


def test_the_command_tries_first_and_does_it_only_with_a_reason(tmp_path: Path) -> None:
    fill(4)
    file = tmp_path / "mended.xml"
    file.write_text(MENDED, encoding="utf-8")
    out = StringIO()
    call_command("dgx_results", "regrade", *HERE, str(file), stdout=out)
    assert "of 4 trainees 2 gain and 2 lose" in out.getvalue() and models.Change.objects.count() == 0
    with pytest.raises(CommandError, match="--reason"):
        call_command("dgx_results", "regrade", *HERE, str(file), "--commit", stdout=out)
    call_command(
        "dgx_results", "regrade", *HERE, str(file), "--commit", "--reason", "key", "--actor", "900", stdout=out
    )
    assert "4 tries of 4 trainees changed" in out.getvalue()


@pytest.mark.parametrize("text", ["<case", "", "\x00", documents.CASE])
def test_a_file_that_is_no_assessment_changes_nothing(tmp_path: Path, text: str) -> None:
    fill(2)
    file = tmp_path / "bad.xml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("dgx_results", "regrade", *HERE, str(file), "--commit", "--reason", "key", "--actor", "900")
    assert models.Change.objects.count() == 0
