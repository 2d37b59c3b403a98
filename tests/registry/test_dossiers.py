"""A dossier is handed in by one person and decided by another, and its approval earns the credential once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from dgxblock.registry import api, dossiers, models, retirement
from dgxblock.registry.api import Came
from dgxblock.registry.dossiers import Act
from dgxblock.registry.states import DossierState
from tests.builders.registry import COURSE, SmallRegistry, form, scheme, site, small_registry, work

GOOD = [
    {"title": "产线改造方案", "url": "https://example.org/plan", "text": "我负责数据采集部分。"},
    {"title": "测评", "sha256": "a" * 64},
]


@pytest.mark.parametrize(("act", "state"), list(product(Act, DossierState)))
def test_what_may_follow_what(act: Act, state: DossierState) -> None:
    allowed = {
        (Act.SUBMIT, "submitted"): "submitted", (Act.SUBMIT, "returned"): "submitted",
        (Act.TAKE, "submitted"): "under-review", (Act.RETURN, "under-review"): "returned",
        (Act.APPROVE, "under-review"): "approved", (Act.REJECT, "under-review"): "rejected",
    }  # fmt: skip
    actor = "7" if act is Act.SUBMIT else "9"
    step = dossiers.after(act, state, actor=actor, learner_id="7", reviewer="9")
    assert step.state == allowed.get((act, str(state)))
    assert (step.came == Came.DONE) is (step.state is not None)


@pytest.mark.parametrize("act", [Act.TAKE, Act.RETURN, Act.APPROVE, Act.REJECT])
def test_nobody_reviews_their_own_and_only_who_took_it_decides(act: Act) -> None:
    state = "submitted" if act is Act.TAKE else "under-review"
    for actor, came in (("7", Came.SAME_PERSON), ("", Came.SAME_PERSON)):
        assert dossiers.after(act, state, actor=actor, learner_id="7", reviewer="7").came == came
    other = dossiers.after(act, "under-review", actor="8", learner_id="7", reviewer="9")
    assert other.came == (Came.DONE if act is Act.TAKE else Came.NOT_YOURS)
    assert dossiers.after(Act.SUBMIT, "returned", actor="9", learner_id="7", reviewer="").came == Came.NOT_YOURS


@pytest.fixture
def registry(settings: Settings, tmp_path: Path, transactional_db: None) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url, deadline_seconds=10)
        made = scheme(kind="dossier")
        made.requirements.all().delete()
        yield running


def hand_in() -> str:
    assert api.submit_dossier("7", COURSE, GOOD) == {}
    found = api.dossier("7", COURSE)
    assert found is not None
    return found.id


def told() -> tuple[str, str]:
    found = api.status("7", COURSE)
    assert found is not None
    return str(found.stage), found.problem.code if found.problem else ""


def test_an_approved_dossier_is_certified_like_any_result(registry: SmallRegistry) -> None:
    assert told() == ("not-yet", "")
    which = hand_in()
    assert told() == ("staff", "dossier-submitted")
    assert api.take_dossier(which, actor="9") == Came.DONE and told() == ("staff", "dossier-under-review")
    assert api.return_dossier(which, actor="9", reason="缺验收报告") == Came.DONE
    assert told() == ("not-yet", "dossier-returned")
    found = api.status("7", COURSE)
    assert found is not None and found.problem is not None and found.problem.advice == "缺验收报告"
    assert hand_in() == which and api.take_dossier(which, actor="9") == Came.DONE
    assert not models.Achievement.objects.exists()
    assert api.approve_dossier(which, actor="9", score="88.5") == Came.DONE
    assert told()[0] == "details" and api.save_identity("7", COURSE, form()) == {}
    api.pump_once()
    assert told() == ("issued", "") and len(registry.certificates()) == 1
    assert [one["result"]["score"] for one in registry.documents.values()] == ["88.5"]
    made = models.Achievement.objects.get()
    assert (made.source, made.cycle, models.Dossier.objects.get().achievement) == ("course", 1, made)
    done = [one.what for one in models.DossierEvent.objects.order_by("pk")]
    assert done == ["submit", "take", "return", "submit", "take", "approve"]
    work("7", passed=False, earned=1)
    api.evaluate("7", COURSE)
    assert api.sweep() == 0 and not models.Achievement.objects.get().withdrawn
    assert api.approve_dossier(which, actor="9", score="90") == Came.GONE and models.Operation.objects.count() == 1


def test_a_retired_account_leaves_the_digest_of_its_evidence_and_no_more(registry: SmallRegistry) -> None:
    which = hand_in()
    before = models.DossierEvent.objects.get()
    retirement.retire("7")
    after = models.DossierEvent.objects.get()
    assert (after.evidence, after.sha256) == ([], before.sha256) and len(before.evidence) == 2
    assert [one.id for one in api.dossier_queue(COURSE)] == [which]


def test_a_rejected_dossier_earns_nothing_and_stays_so(registry: SmallRegistry) -> None:
    which = hand_in()
    api.take_dossier(which, actor="9")
    assert api.reject_dossier(which, actor="9", reason="not the trainee's work") == Came.DONE
    assert told() == ("not-yet", "dossier-rejected")
    assert set(api.submit_dossier("7", COURSE, GOOD)) == {"form"}
    for again in (api.take_dossier(which, actor="8"), api.approve_dossier(which, actor="9", score="90")):
        assert again == Came.GONE
    assert not models.Achievement.objects.exists() and models.DossierEvent.objects.count() == 3


def test_what_is_under_review_is_not_changed_and_what_waits_is(registry: SmallRegistry) -> None:
    which = hand_in()
    assert api.submit_dossier("7", COURSE, GOOD[:1]) == {}
    found = api.dossier("7", COURSE)
    assert found is not None and [one["title"] for one in found.evidence] == ["产线改造方案"]
    assert len(found.history) == 2 and len(found.evidence_sha256) == 64
    api.take_dossier(which, actor="9")
    assert set(api.submit_dossier("7", COURSE, GOOD)) == {"form"}
    event = models.DossierEvent.objects.order_by("pk")[0]
    with pytest.raises(TypeError):
        event.save()


@pytest.mark.parametrize(
    "wrong",
    [None, "", "text", b"x", {}, [], 7, [None], ["x"], [[]], [{}], [{"title": "a"}], [{"text": "a"}],
     [{"title": " ", "text": "a"}],
     [{"title": "a", "text": " "}], [{"title": "a", "text": 7}], [{"title": "a", "text": None}],
     [{"title": "a" * 201, "text": "a"}],
     [{"title": "a", "text": "a" * 4001}], [{"title": "a", "text": "a\x00"}], [{"title": "a", "text": "\ud800"}],
     [{"title": "a", "url": "javascript:alert(1)"}], [{"title": "a", "url": "https://"}],
     [{"title": "a", "url": "http://[::1"}],
     [{"title": "a", "url": "//example.org"}], [{"title": "a", "url": "https://a b"}],
     [{"title": "a", "url": "https://a/" + "x" * 500}],
     [{"title": "a", "url": "data:text/html,x"}], [{"title": "a", "sha256": "A" * 64}],
     [{"title": "a", "sha256": "a" * 63}],
     [{"title": "a", "sha256": "a" * 64 + "\n"} | {"extra": "x"}], [{"title": "a", "text": "a", "file": "x"}],
     [{"title": "a", "text": "a"}] * 21],
)  # fmt: skip
def test_evidence_that_is_none_is_refused(registry: SmallRegistry, wrong: Any) -> None:
    assert set(api.submit_dossier("7", COURSE, wrong)) == {"evidence"}
    assert not models.Dossier.objects.exists() and not models.DossierEvent.objects.exists()


def test_what_a_reviewer_does_wrong_changes_nothing(registry: SmallRegistry) -> None:
    which = hand_in()
    early = [
        api.take_dossier(which, actor="7"), api.take_dossier(which, actor=""),
        api.approve_dossier(which, actor="9", score="90"),
        api.take_dossier(str(uuid.uuid4()), actor="9"), api.take_dossier("nonsense", actor="9"),
    ]  # fmt: skip
    assert early == ["same-person", "same-person", "gone", "gone", "gone"]
    api.take_dossier(which, actor="9")
    for score in ("", "101", "-1", "nan", "Infinity", "ninety", "1e9"):
        assert api.approve_dossier(which, actor="9", score=score) == Came.REASON
    late = [
        api.approve_dossier(which, actor="8", score="90"), api.approve_dossier(which, actor="7", score="90"),
        api.return_dossier(which, actor="9", reason=" "), api.reject_dossier(which, actor="9", reason="x" * 501),
        api.take_dossier(which, actor="9"),
    ]  # fmt: skip
    assert late == ["not-yours", "same-person", "reason", "reason", "gone"]
    assert models.DossierEvent.objects.count() == 2 and not models.Achievement.objects.exists()
    assert api.take_dossier(which, actor="8") == Came.DONE, "a colleague goes on"
    assert api.approve_dossier(which, actor="9", score="90") == Came.NOT_YOURS


@pytest.mark.parametrize("change", [{"kind": "results"}, {"mode": "paused"}, {"course_key": "course-v1:other"}])
def test_a_course_without_such_a_scheme_takes_none(registry: SmallRegistry, change: dict[str, str]) -> None:
    models.Scheme.objects.update(**change)
    assert set(api.submit_dossier("7", COURSE, GOOD)) == {"form"}
    assert not models.Dossier.objects.exists()


def test_the_queue_has_who_waits_longest_first(
    registry: SmallRegistry, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for learner in ("7", "8", "9"):
        assert api.submit_dossier(learner, COURSE, GOOD) == {}
    first = api.dossier_queue(COURSE)[0]
    api.take_dossier(first.id, actor="20")
    with django_assert_num_queries(3):
        rows = api.dossier_queue(COURSE)
    assert [(one.learner_id, one.state) for one in rows] == [
        ("8", "submitted"),
        ("9", "submitted"),
        ("7", "under-review"),
    ]
    assert "产线" not in repr(rows)


def test_a_dossier_that_was_awarded_by_hand_meanwhile_is_one_result(registry: SmallRegistry) -> None:
    which = hand_in()
    api.take_dossier(which, actor="9")
    made = models.Scheme.objects.get()
    assert api.award(
        "7", COURSE, score="70", assessed_on=models.Dossier.objects.get().submitted_at.date(), actor="9", reason="r"
    )
    assert api.approve_dossier(which, actor="9", score="90") == Came.DONE
    assert models.Achievement.objects.filter(scheme=made).count() == models.Operation.objects.count() == 1
    assert api.missing_settings() == []
