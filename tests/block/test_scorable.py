"""What the platform's staff tools do to a block: rescore, override, reset attempts, delete state, report, look in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from xblock.scorable import Score

from dgxblock.assessment import AssessmentXBlock
from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents
from tests.builders.sitting import assessment, begin, request, right, submit

pytestmark = pytest.mark.django_db

MENDED = documents.ASSESSMENT.replace('<choice id="x" correct="true">', '<choice id="x">', 1).replace(
    '<choice id="y" note="test:y">', '<choice id="y" correct="true">', 1
)
"""The single choice has another key: y instead of x."""


def half_right(made: Any) -> dict[str, Any]:
    return {name: each for name, each in right(made).items() if name in ("q1", "q2")}


def results(made: Any) -> list[tuple[float | None, bool]]:
    return [(each.percent, each.passed) for each in ledger.attempts(made.place())]


def test_the_block_keeps_the_number_of_attempts_where_staff_tools_look_for_it() -> None:
    made = assessment()
    assert (made.attempts, made.has_submitted_answer()) == (0, False)
    begin(made)
    assert made.attempts == 0
    submit(made)
    assert (made.attempts, made.has_submitted_answer()) == (1, True)
    assert made.get_score() == Score(1.0, 1.0)


def test_resetting_attempts_lets_the_learner_begin_anew_on_other_data_and_keeps_what_was() -> None:
    made = assessment()
    for number in (1, 2):
        begin(made, number)
        submit(made, {})
    seeds = {each.seed for each in ledger.attempts(made.place())}
    made.attempts = 0  # what the platform writes into the state
    made.save()
    assert 'data-handler="begin"' in blocks.inner(made)
    assert ledger.attempts(made.place()) == []
    (action,) = ledger.actions(made.course())
    assert action.kind == "reset" and [each["number"] for each in action.detail["attempts"]] == [1, 2]
    begin(made, 1)
    assert ledger.attempts(made.place())[0].seed not in seeds
    submit(made)
    assert (made.attempts, results(made)) == (1, [(100.0, True)])


def test_a_stale_state_is_not_taken_for_a_reset() -> None:
    made = assessment()
    begin(made)
    submit(made, {})
    made.attempts = made.counted = 0  # an older state, written over a newer one by a request that was slow
    made.save()
    blocks.inner(made)
    assert results(made) == [(0.0, False)] and ledger.actions(made.course()) == []


@pytest.mark.parametrize(("share", "passed"), [(0.9, True), (0.2, False), (1.7, True), (-1.0, False)])
def test_an_override_counts_whichever_try_does_and_is_published(share: float, passed: bool) -> None:
    made = assessment()
    begin(made)
    submit(made, half_right(made))
    before = results(made)
    made.set_score(Score(share * 3, 3.0))
    made.publish_grade()
    kept = min(1.0, max(0.0, share))
    ((percent, through),) = results(made)
    assert percent == pytest.approx(100 * kept) and through is passed
    assert made.runtime.published[-1] == ("grade", {"value": pytest.approx(kept), "max_value": 1.0})
    (change,) = ledger.changes(made.place())
    assert (change.before["passed"], float(change.before["earned"])) == (before[0][1], 20.0)
    blocks.inner(made)  # nothing takes it back
    assert made.runtime.published[-1][1]["value"] == pytest.approx(kept)


def test_an_override_without_a_submission_changes_no_attempt() -> None:
    made = assessment()
    made.set_score(Score(1.0, 1.0))
    assert ledger.attempts(made.place()) == [] and ledger.actions(made.course()) == []


def test_a_rescore_marks_again_on_the_content_as_it_is_now() -> None:
    made = assessment()
    begin(made)
    submit(made, {**right(made), "s1": "y"})
    assert results(made) == [(80.0, True)]
    made.document = MENDED
    assert made.calculate_score() == Score(1.0, 1.0)
    assert results(made) == [(80.0, True)], "calculating changes nothing"
    made.rescore(only_if_higher=False)
    assert results(made) == [(100.0, True)]
    assert made.runtime.published[-1][1]["value"] == 1.0
    (row,) = ledger.attempts(made.place())
    assert row.revision == made.revision() and ledger.document(made.revision()) == made.document


def test_only_if_higher_leaves_who_would_lose() -> None:
    made = assessment()
    begin(made)
    submit(made)
    made.document = MENDED
    made.rescore(only_if_higher=True)
    assert results(made) == [(100.0, True)] and ledger.actions(made.course()) == []
    made.rescore(only_if_higher=False)
    assert results(made) == [(80.0, True)]


def test_a_rescore_without_a_submission_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was handed in"):
        assessment().rescore(only_if_higher=False)


def test_deleting_the_state_deletes_what_was_done_and_keeps_that_it_was() -> None:
    made = assessment()
    begin(made)
    submit(made)
    somebody = assessment(learner="8")
    begin(somebody)
    made.clear_student_state(user_id="7", course_id=made.course(), item_id=str(made.scope_ids.usage_id))
    assert ledger.attempts(made.place()) == [] and len(ledger.attempts(somebody.place())) == 1
    assert [each.kind for each in ledger.actions(made.course())] == ["cleared"]


def test_the_report_has_a_row_for_each_question_of_the_learners_that_were_asked_for() -> None:
    made = assessment()
    begin(made)
    submit(made)
    unbound = blocks.block(AssessmentXBlock, documents.ASSESSMENT, learner=None)
    states = [SimpleNamespace(username="7")]
    rows = list(unbound.generate_report_data(iter(states)))
    assert [name for name, _row in rows] == ["7"] * 5
    assert rows[2][1]["Answer"] == "choice x in English" and rows[2][1]["Points"] == 10
    assert len(list(unbound.generate_report_data(iter(states), limit_responses=2))) == 2
    assert list(unbound.generate_report_data(iter([SimpleNamespace(username="8")]))) == []


@pytest.mark.parametrize("cls", [AssessmentXBlock, ExerciseXBlock])
def test_a_visitor_is_told_to_log_in_and_nothing_else(cls: type[Any]) -> None:
    document = documents.ASSESSMENT if cls is AssessmentXBlock else documents.EXERCISE
    page = blocks.block(cls, document, learner=None).public_view().content
    assert "Log in" in page and "prompt" not in page and "secret" not in page


def test_what_is_told_of_a_handed_in_paper_names_it_for_good() -> None:
    made = assessment()
    begin(made)
    sent = request(made)
    blocks.answer(made, "submit", sent)
    (row,) = ledger.attempts(made.place())
    assert row.sequence == 1 and row.digest == ledger.digest(made.place(), row, row.answers)
    assert row.digest != ledger.digest(made.place(), row, {**row.answers, "s1": ["y"]})
    assert row.values and row.marks["q1"]["value"] is not None
