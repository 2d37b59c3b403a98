"""Free text in an exercise: handed in, judged by the staff by a rubric, shown to the class by choice."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dgxblock.exercise import ExerciseXBlock
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models
from tests.builders import blocks, documents
from tests.builders.documents import ESSAY, both
from tests.builders.hostile import RAW, refused_politely
from tests.builders.practice import check, nonce

pytestmark = pytest.mark.django_db

TASK = f'<task id="t3">{both("title", "Task three")}{ESSAY}</task>'
DOCUMENT = documents.EXERCISE.replace('<task id="t2">', TASK + '<task id="t2">')
PLAN = "Within 72 hours we film ten changeovers on Line 1; Lin Xiao owns it."
OTHER_PLAN = "By Friday the setter moves the preparation outside the stop."


def exercise(learner: str = "7", **options: Any) -> Any:
    return blocks.block(ExerciseXBlock, DOCUMENT, learner=learner, **options)


def staff(learner: str = "900") -> Any:
    made = exercise(learner)
    made.runtime.dgx_staff = True
    return made


def handed_in(learner: str = "7", text: str = PLAN, **options: Any) -> Any:
    made = exercise(learner, **options)
    check(made, {"plan": text})
    return made


def waiting_key(learner: str = "7", number: int = 1) -> str:
    return f"{number}:plan:{learner}"


def judge(
    aim: str = "full", owner: str = "yes", *, learner: str = "7", text: str = PLAN, number: int = 1, **more: Any
) -> Any:
    request = {
        "key": waiting_key(learner, number), "digest": ledger.text_digest(text),
        "levels": {"aim": aim, "owner": owner}, "comment": "Clear aim.", **more,
    }  # fmt: skip
    return blocks.post(staff(), "review", request)


def percent(made: Any) -> float | None:
    return ledger.attempts(made.place())[-1].percent


# -- handing in ------------------------------------------------------------------------------------------------------


def test_a_text_waits_for_a_person_and_earns_nothing_meanwhile() -> None:
    made = exercise()
    page = check(made, {"plan": PLAN})
    assert "Being read by the staff" in page and percent(made) == 0.0
    assert "criterion aim in English" in page and "secret rationale plan" not in page


@pytest.mark.parametrize(
    ("text", "said"), [("short", "has 5 characters; write at least 20"), ("x" * 201, "has 201 characters; at most 200")]
)
def test_a_text_of_the_wrong_length_costs_no_try_and_is_kept(text: str, said: str) -> None:
    made = exercise()
    blocks.answer(made, "save_draft", {"a": {"plan": text}, "version": 0})
    response = blocks.post(made, "check", {"a": {"plan": text}, "nonce": nonce(made)})
    refused_politely(response, 400, "unread")
    assert said in response.json["error"]["fields"]["a.plan"]
    assert text in blocks.inner(made) and not any(each.submitted_at for each in ledger.attempts(made.place()))


@pytest.mark.parametrize("text", [None, 7, ["x"], {"value": "x"}, "\udc00" * 30, "x" * 1401, True])
def test_what_is_no_text_is_refused(text: Any) -> None:
    made = exercise()
    refused_politely(blocks.post(made, "check", {"a": {"plan": text}, "nonce": nonce(made)}), 400, "malformed")


def test_markup_in_a_text_is_text() -> None:
    evil = "<script>alert(1)</script> " + PLAN
    made = handed_in(text=evil)
    for page in (blocks.inner(made), blocks.inner(staff())):
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


# -- judging ---------------------------------------------------------------------------------------------------------


def test_the_staff_read_judge_and_the_trainee_sees_levels_comment_and_score() -> None:
    published: list[tuple[str, dict[str, Any]]] = []
    made = handed_in(published=published)
    page = blocks.inner(staff())
    assert PLAN in page and "One text waits." in page
    after = judge("some")
    assert after.status_int == 200 and "Nothing waits." in after.json["html"]
    assert percent(made) == pytest.approx(100 * 30 * (2 / 3) / 70, abs=0.01)
    page = blocks.inner(made)
    assert "Clear aim." in page and "How it was judged" in page and "Partly" in page
    assert published[-1][1]["value"] == pytest.approx(2 / 7, abs=0.001)  # the gradebook follows with the next visit
    count = len(published)
    blocks.inner(made)
    assert len(published) == count


def test_a_later_judgement_counts_and_the_earlier_stays_on_record() -> None:
    made = handed_in()
    judge("none", "no")
    assert judge("full", "yes").status_int == 200
    assert percent(made) == pytest.approx(100 * 30 / 70, abs=0.01)
    assert [row.mark["fraction"] for row in models.Review.objects.order_by("pk")] == [0.0, 1.0]
    assert {row.reviewer_id for row in models.Review.objects.all()} == {"900"}


def test_an_unchanged_text_keeps_its_judgement_in_the_next_try_and_a_changed_one_waits_again() -> None:
    made = handed_in()
    judge()
    check(made, {"plan": PLAN, "s1": "x"})
    assert ledger.attempts(made.place())[-1].marks["plan"]["verdict"] == "right"
    check(made, {"plan": OTHER_PLAN})
    assert ledger.attempts(made.place())[-1].marks["plan"]["verdict"] == "waiting"


def test_everything_else_right_and_a_text_waiting_ends_the_work() -> None:
    from tests.builders.practice import right

    made = exercise()
    page = check(made, {**right(made), "plan": PLAN})
    assert "Your text is with the staff." in page and "Check answers" not in page


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"levels": {"aim": "full"}}, 400, "levels"),
        ({"levels": {}}, 400, "levels"),
        ({"levels": {"aim": "best", "owner": "yes"}}, 400, "malformed"),
        ({"levels": {"aim": "full", "owner": "yes", "more": "x"}}, 400, "malformed"),
        ({"levels": {"aim": ["full"], "owner": "yes"}}, 400, "malformed"),
        ({"levels": [1]}, 400, "malformed"),
        ({"comment": "x" * 2001}, 400, "malformed"),
        ({"comment": 7}, 400, "malformed"),
        ({"digest": "0" * 64}, 409, "stale-review"),
        ({"digest": None}, 400, "malformed"),
        ({"key": "1:q1:7"}, 400, "malformed"),
        ({"key": "1:plan"}, 400, "malformed"),
        ({"key": "999999:plan:7"}, 400, "malformed"),
        ({"key": "9:plan:7"}, 409, "not-open"),
        ({"key": "1:plan:8"}, 409, "not-open"),
        ({"key": None}, 400, "malformed"),
        ({"fraction": 1}, 400, "malformed"),
    ],
)
def test_a_forged_judgement_changes_nothing(change: dict[str, Any], status: int, code: str) -> None:
    made = handed_in()
    before = ledger.attempts(made.place())
    refused_politely(judge(**change), status, code)
    assert ledger.attempts(made.place()) == before and not models.Review.objects.exists()


@pytest.mark.parametrize(
    ("handler", "request_"),
    [
        ("review", {"key": "1:plan:7", "digest": "x", "levels": {}, "comment": ""}),
        ("open_text", {"key": "1:plan:7"}), ("hide_text", {"id": 1, "hidden": True, "why": "x"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("who", ["7", "8", None])
def test_trainees_and_strangers_cannot_do_what_the_staff_do(handler: str, request_: Any, who: str | None) -> None:
    handed_in()
    made = exercise(who) if who else blocks.block(ExerciseXBlock, DOCUMENT, learner=None)
    refused_politely(blocks.post(made, handler, request_), 403, "not-staff" if who else "nobody")
    assert "For the staff" not in (blocks.inner(made) if who else "")


@pytest.mark.parametrize("handler", ["review", "open_text", "share", "hide_text"])
@pytest.mark.parametrize(("raw", "status", "code"), RAW)
def test_a_body_that_is_no_request_is_refused(handler: str, raw: bytes, status: int, code: str) -> None:
    refused_politely(blocks.post(staff(), handler, raw=raw), status, code)


def test_a_user_service_that_names_somebody_else_makes_nobody_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    from dgxblock.block import host

    class User:
        def __init__(self, user_id: str) -> None:
            self.opt_attrs = {"edx-platform.user_id": user_id, "edx-platform.user_is_staff": True}

    class Service:
        def __init__(self, user_id: str) -> None:
            self.user = User(user_id)

        def get_current_user(self) -> User:
            return self.user

    made = exercise()
    monkeypatch.setattr(made.runtime, "service", lambda block, name: Service("900"))
    assert not host.is_staff(made)
    monkeypatch.setattr(made.runtime, "service", lambda block, name: Service("7"))
    assert host.is_staff(made)


def test_the_staffs_panel_costs_the_same_for_one_text_and_for_twenty() -> None:
    counts = []
    blocks.inner(staff())  # the runtime makes its row for who looks
    for learners in (range(1, 2), range(2, 21)):
        for learner in learners:
            handed_in(str(learner))
        with CaptureQueriesContext(connection) as captured:
            blocks.inner(staff())
        counts.append(len(captured))
    assert counts[0] == counts[1]


# -- sharing ---------------------------------------------------------------------------------------------------------


def share(made: Any, *, on: bool = True, named: bool = False) -> str:
    return str(blocks.answer(made, "share", {"item": "plan", "on": on, "named": named})["html"])


def test_a_text_is_shown_only_by_choice_and_only_to_who_has_handed_in() -> None:
    made = handed_in()
    assert PLAN not in blocks.inner(handed_in("8", OTHER_PLAN))
    share(made)
    assert PLAN in blocks.inner(exercise("8")) and PLAN not in blocks.inner(exercise("9"))
    share(made, on=False)
    assert PLAN not in blocks.inner(exercise("8"))


def test_a_name_is_shown_only_with_consent() -> None:
    user = get_user_model().objects.create(username="zhou", first_name="周敏")
    made = handed_in(str(user.pk))
    handed_in("8", OTHER_PLAN)
    share(made)
    assert "周敏" not in blocks.inner(exercise("8"))
    share(made, named=True)
    assert "周敏" in blocks.inner(exercise("8"))


def test_the_staff_hide_with_a_reason_that_the_author_reads_and_sharing_again_does_not_undo_it() -> None:
    made = handed_in()
    handed_in("8", OTHER_PLAN)
    share(made)
    [row] = models.SharedText.objects.all()
    refused_politely(blocks.post(staff(), "hide_text", {"id": row.pk, "hidden": True, "why": " "}), 400, "reason")
    blocks.answer(staff(), "hide_text", {"id": row.pk, "hidden": True, "why": "Names a customer."})
    assert PLAN not in blocks.inner(exercise("8")) and "Names a customer." in blocks.inner(made)
    share(made)
    share(made, on=False)
    share(made)
    assert PLAN not in blocks.inner(exercise("8"))
    blocks.answer(staff(), "hide_text", {"id": row.pk, "hidden": False})
    assert PLAN in blocks.inner(exercise("8"))


@pytest.mark.parametrize(
    "request_",
    [
        {"item": "q1", "on": True}, {"item": "plan", "on": 1}, {"item": "plan", "on": True, "named": "yes"},
        {"item": ["plan"], "on": True}, {"on": True}, {"item": "plan", "on": True, "learner_id": "8"},
    ],
)  # fmt: skip
def test_a_forged_request_to_share_is_refused(request_: Any) -> None:
    made = handed_in()
    refused_politely(blocks.post(made, "share", request_), 400, "malformed")
    assert not models.SharedText.objects.exists()


def test_nothing_is_shared_before_it_is_handed_in() -> None:
    made = exercise()
    refused_politely(blocks.post(made, "share", {"item": "plan", "on": True, "named": False}), 409, "not-handed-in")


@pytest.mark.parametrize("shared_id", [0, -1, True, "1", 2**70, None, 999])
def test_hiding_what_is_not_there_is_refused(shared_id: Any) -> None:
    refused_politely(blocks.post(staff(), "hide_text", {"id": shared_id, "hidden": True, "why": "x"}), 400, "malformed")


def test_a_text_of_another_block_cannot_be_hidden_from_here() -> None:
    made = handed_in(usage="u1")
    share(made)
    [row] = models.SharedText.objects.all()
    refused_politely(blocks.post(staff(), "hide_text", {"id": row.pk, "hidden": True, "why": "x"}), 400, "malformed")


def test_deleting_a_learners_state_takes_the_texts_along() -> None:
    made = handed_in()
    share(made)
    judge()
    ledger.forget(made.place())
    assert not models.SharedText.objects.exists() and not models.Review.objects.exists()


def test_every_id_of_the_pages_is_there_once() -> None:
    made = handed_in()
    handed_in("8", OTHER_PLAN)
    share(made)
    for html in (blocks.inner(made), blocks.inner(exercise("8")), blocks.inner(staff())):
        assert blocks.repeated_ids(html) == [] and blocks.dangling_references(html) == []


def test_only_content_with_a_text_asks_for_texts() -> None:
    assert exercise().asks_for_texts()
    for other in (documents.EXERCISE, "", "<exercise"):
        made = exercise()
        made.document = other
        assert not made.asks_for_texts()
