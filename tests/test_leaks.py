"""Nothing of a key, a reason or a verdict is in any answer, page, event or log before the policy allows it.

Every handler and view of an assessment is asked in every state of a sitting under many policies; what may be there is
said by the policy alone, independently of the code that shows it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any, Final

import pytest
from django.utils import timezone
from webob import Request

from dgxblock.assessment import AssessmentXBlock
from dgxblock.content import read
from dgxblock.ledger import api as ledger
from tests.builders import blocks, documents
from tests.builders.blocks import Overdue
from tests.builders.sitting import right

pytestmark = pytest.mark.django_db

MOMENTS: Final = ("try", "last", "close", "never")
STATES: Final = ("start", "during", "try", "last", "close")
REASONS: Final = documents.texts(documents.ASSESSMENT, "secret rationale") + documents.texts(
    documents.ASSESSMENT, "原因"
)
FEEDBACK: Final = documents.texts(documents.ASSESSMENT, "secret feedback")
VERDICTS: Final = (
    "Question by question",
    "Points by objective",
    "dgx-ok",
    "test:y",
    "test:doubled",
    "Solutions of what",
)
SOLUTIONS: Final = ("Reference",)
SCORE: Final = ("out of 100<br>", "dgx-big", "You passed", "points short")
KEYS: Final = ("correct=", "tolerance=", "misconception", " ref=", "<choice", "SELECT ")
"""Marks of the document's XML: never in anything that a learner gets."""


def policies() -> Iterator[dict[str, str]]:
    """Matrices that an author may write: reasons and solutions come no earlier than right and wrong."""
    for marks, correctness, rationale, solution in product(MOMENTS, repeat=4):
        order = MOMENTS.index
        if order(rationale) >= order(correctness) and order(solution) >= order(correctness):
            yield {"marks": marks, "correctness": correctness, "rationale": rationale, "solution": solution}


SOME: Final = [each for number, each in enumerate(policies()) if number % 5 == 0 or len(set(each.values())) == 1]


def handlers(made: Any) -> list[str]:
    return sorted(
        name for name in dir(type(made)) if getattr(getattr(type(made), name, None), "_is_xblock_handler", False)
    )


def sitting(policy: dict[str, str]) -> tuple[Any, list[tuple[str, dict[str, Any]]]]:
    said = " ".join(f'{name}="{moment}"' for name, moment in policy.items())
    document = documents.ASSESSMENT.replace(
        '<rules passMark="70" attempts="2"/>', f'<rules passMark="70" attempts="2"><review {said}/></rules>'
    )
    assert read.parse(document)
    published: list[tuple[str, dict[str, Any]]] = []
    made = blocks.block(
        Overdue.of(AssessmentXBlock), document, published=published, due=timezone.now() + timedelta(days=1)
    )
    return made, published


def requests(made: Any) -> dict[str, Any]:
    attempts = ledger.attempts(made.place())
    nonce = attempts[-1].nonce or "nonce-nonce" if attempts else "nonce-nonce"
    return {
        "begin": {"number": len(attempts), "confirm": True}, "submit": {"a": {"s1": "y"}, "nonce": nonce, "version": 0},
        "save_draft": {"a": {"s1": "y"}, "flags": {}, "version": 0}, "run_sql": {"item": "q1", "sql": "SELECT 1"},
        "review": {"key": "1:plan:7", "digest": "d", "levels": {}, "comment": ""}, "share": {"item": "q1", "on": True},
        "open_text": {"key": "1:plan:7"}, "hide_text": {"id": 1, "hidden": True, "why": "x"}, "staff_page": {},
        "staff_regrade": {"only_raise": False}, "staff_reset": {"name": "7", "reason": "xx", "confirm": True},
    }  # fmt: skip


def everything(made: Any, published: list[tuple[str, dict[str, Any]]], caplog: pytest.LogCaptureFixture) -> str:
    """All that anybody who is not of the staff can get out of the block now."""
    texts = [blocks.page(made), json.dumps(made.student_view_data()), json.dumps(made.index_dictionary())]
    texts.append(str(made.public_view().content))
    asked = requests(made)
    for name in handlers(made):
        for method, body in (("POST", json.dumps(asked.get(name, {})).encode()), ("GET", b"")):
            request = Request.blank("/?item=q1&page=1", method=method, body=body, content_type="application/json")
            texts.append(made.runtime.handle(made, name, request).body.decode("utf-8", "replace"))
    texts += [json.dumps(each) for each in published] + [record.getMessage() for record in caplog.records]
    return "\n".join(texts)


def may(policy: dict[str, str], part: str, state: str) -> bool:
    order = ("start", "during", *MOMENTS)
    return policy[part] != "never" and order.index(state) >= order.index(policy[part])


@pytest.mark.parametrize("policy", SOME, ids=lambda policy: "-".join(policy.values()))
def test_nothing_is_told_before_its_moment(policy: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    made, published = sitting(policy)
    for state in STATES:
        if state in ("during", "last"):
            blocks.answer(made, "begin", {"number": 1 + (state == "last"), "confirm": True})
        if state in ("try", "last"):
            answers = {**right(made), "s1": "y", "q1": {"value": "1", "unit": "min"}}
            sent = {"a": answers, **blocks.extra(blocks.inner(made), "submit")}
            blocks.answer(made, "submit", sent)
        if state == "close":
            made.due = timezone.now() - timedelta(minutes=1)
        before = ledger.attempts(made.place())
        told = everything(made, published, caplog)
        found = {
            "correctness": [text for text in (*FEEDBACK, *VERDICTS) if text in told],
            "rationale": [text for text in REASONS if text in told],
            "solution": [text for text in SOLUTIONS if text in told],
            "marks": [text for text in SCORE if text in told],
        }
        for part, texts in found.items():
            assert may(policy, part, state) or not texts, (state, part, texts)
            if may(policy, part, state) and part != "solution":
                assert texts, f"{part} is open in state {state}, and there is nothing of it"
        assert [key for key in KEYS if key in told] == []
        assert [each for each in ledger.attempts(made.place()) if each.submitted_at] == [
            each for each in before if each.submitted_at
        ]


def test_every_handler_of_the_block_is_asked() -> None:
    made, _published = sitting({"marks": "try", "correctness": "try", "rationale": "try", "solution": "try"})
    assert {"begin", "submit", "save_draft", "staff_page", "answers_csv", "upload", "review"} <= set(handlers(made))
