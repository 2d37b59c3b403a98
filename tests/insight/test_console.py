"""The registry console: what it shows, who may do what, and what hostile requests leave untouched."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.views.debug import SafeExceptionReporterFilter
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models, pump
from tests.builders.registry import COURSE, SmallRegistry, earn, form, number, operation, scheme, site, small_registry

pytestmark = pytest.mark.django_db
HERE = f"/courses/{COURSE}/registry/"
OTHER = "44190019900101000"


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    settings.ROOT_URLCONF = "dgxblock.insight.urls"
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def person(name: str, **members: Any) -> Any:
    return get_user_model().objects.create(username=name, **members)


def staff(name: str = "staff", *permissions: str, **client: Any) -> Client:
    user = person(name, is_staff=True)
    for each in permissions:
        user.user_permissions.add(Permission.objects.get(codename=each))
    browser = Client(headers={"accept-language": "en"}, **client)
    browser.force_login(user)
    return browser


def refused(registry: SmallRegistry, learner: str = "7", code: str = "identity-mismatch", **members: object) -> str:
    """The id of a result that the registry refused."""
    registry.faults = [f"refused={code}"]
    earn(learner, **members)
    pump.run()
    assert operation(learner).state == "REJECTED"
    return str(operation(learner).uuid)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def state() -> list[Any]:
    """Everything that an action could have changed."""
    return [
        list(models.Operation.objects.order_by("pk").values("pk", "state", "reason", "owner", "seq")),
        list(models.WorkItem.objects.order_by("pk").values("pk", "state", "requester", "approver")),
        list(models.Achievement.objects.order_by("pk").values("pk", "person_key", "verdict", "withdrawn")),
        models.Decision.objects.count(), models.Ruling.objects.count(), models.Identity.objects.count(),
        list(models.ReconRun.objects.values("pk", "signed_by")),
    ]  # fmt: skip


# -- what it shows -----------------------------------------------------------------------------------------------------


def test_an_empty_course_says_what_will_be_here(registry: SmallRegistry) -> None:
    html = text(staff().get(HERE))
    assert "Nothing in this queue." in html and "<svg" not in html
    assert "Nothing has been compared yet." in text(staff("second").get(f"{HERE}comparisons/"))


@pytest.mark.parametrize(
    ("code", "queue"),
    [("identity-mismatch", "trainee"), ("already-certified", "staff"), ("unknown-credential", "operator")],
)
def test_a_result_stands_in_the_queue_of_whoever_acts_next(registry: SmallRegistry, code: str, queue: str) -> None:
    which = refused(registry, code=code)
    counted = api.queue_counts(COURSE)
    assert {name for name, n in counted.items() if n} == {queue}
    assert which in text(staff().get(HERE, {"queue": queue}))


def test_a_result_that_was_sent_again_is_in_one_queue_only(registry: SmallRegistry) -> None:
    which = refused(registry, code="already-certified")
    assert api.replay(which, actor="1")
    assert api.queue_counts(COURSE) == {"staff": 0, "operator": 0, "trainee": 0, "waiting": 1, "settled": 0}
    pump.run()
    assert api.queue_counts(COURSE)["settled"] == 1


def test_a_refusal_is_told_in_words_with_the_field_and_what_to_do(registry: SmallRegistry) -> None:
    html = text(staff().get(f"{HERE}results/{refused(registry)}/"))
    assert "The name and the identity number do not match" in html
    assert "Where: Name or number of the document" in html
    assert "Compare both with the document." in html
    assert "Requirements met" in html and "422" in html
    assert number() not in html and "周敏" not in html


@pytest.mark.parametrize("queue", ["x", "STAFF", "staff' OR 1=1", ""])
def test_no_other_queue_exists(registry: SmallRegistry, queue: str) -> None:
    assert staff().get(HERE, {"queue": queue}).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "9" * 40, "١", "x"])
def test_a_page_that_is_none_is_an_empty_or_the_first_one(registry: SmallRegistry, page: str) -> None:
    refused(registry, code="already-certified")
    assert staff().get(HERE, {"page": page}).status_code == 200


@pytest.mark.parametrize("said", ["<script>", "acted&done=x", "nothing"])
def test_the_address_cannot_put_words_into_the_page(registry: SmallRegistry, said: str) -> None:
    assert 'role="status"' not in text(staff().get(HERE, {"said": said, "done": "<b>"})) or said.startswith("acted")


# -- searching ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", ["周敏", " 周敏 ", "周*", "1231", number(), number().lower(), "441900 19900101 1231", "周* …1231"]
)
def test_a_trainee_is_found_by_name_or_number_or_mask(registry: SmallRegistry, asked: str) -> None:
    earn()
    answer = staff().post(f"{HERE}search/", {"q": asked})
    assert str(operation().uuid) in text(answer)
    assert "no-store" in answer.headers["Cache-Control"] and number() not in text(answer)


@pytest.mark.parametrize(
    "asked", ["", "%", "_*", "周", "周民", number()[:-1], "0" * 500, "\x00", "' OR 1=1 --", "1230"]
)
def test_nobody_is_found_by_what_does_not_fit(registry: SmallRegistry, asked: str) -> None:
    earn()
    assert "Nobody with a result" in text(staff().post(f"{HERE}search/", {"q": asked}))


def test_a_search_comes_by_post_alone_and_finds_nobody_of_another_course(registry: SmallRegistry) -> None:
    earn()
    browser = staff()
    assert browser.get(f"{HERE}search/", {"q": "周敏"}).status_code == 405
    there = browser.post("/courses/course-v1:DG+X+1/registry/search/", {"q": "周敏"})
    assert str(operation().uuid) not in text(there)


def test_what_was_looked_for_is_in_no_report_of_a_failure(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(api, "search", fails)
    browser, heard = staff(), list[Any]()
    browser.raise_request_exception = False
    got_request_exception.connect(lambda request, **_rest: heard.append(request), weak=False, dispatch_uid="heard")
    try:
        assert browser.post(f"{HERE}search/", {"q": "周敏"}).status_code == 500
    finally:
        got_request_exception.disconnect(dispatch_uid="heard")
    reported = SafeExceptionReporterFilter().get_post_parameters(heard[0])
    assert "q" in reported and "周敏" not in str(reported)


# -- actions -----------------------------------------------------------------------------------------------------------


def test_many_are_sent_again_with_one_reason_on_record(registry: SmallRegistry) -> None:
    first = refused(registry, "7", "already-certified")
    second = refused(registry, "8", "already-certified", id_no=number(OTHER), name="林晓")
    answer = staff().post(f"{HERE}act/", {"op": [first, second], "action": "replay", "reason": "registry asked"})
    assert answer.status_code == 302 and "done=2&left=0" in answer.headers["Location"]
    assert set(models.Decision.objects.values_list("what", "reason")) == {("replayed", "registry asked")}
    pump.run()
    assert api.queue_counts(COURSE)["settled"] == 2


def test_what_staff_hold_is_let_go_by_staff_alone(registry: SmallRegistry) -> None:
    which = str(earn().uuid)
    browser = staff()
    browser.post(f"{HERE}act/", {"op": which, "action": "hold", "reason": "ask first"})
    assert (operation().state, operation().reason, operation().owner) == ("HELD", "by-staff", "staff")
    api.sweep()
    api.save_identity("7", COURSE, form(enterprise="乙厂"))
    pump.run()
    assert operation().state == "HELD" and not registry.puts
    browser.post(f"{HERE}act/", {"op": which, "action": "let-go", "reason": "asked"})
    pump.run()
    assert operation().state == "DONE" and len(registry.puts) == 1


def test_letting_go_opens_no_gate_that_shut_meanwhile(registry: SmallRegistry) -> None:
    which = str(earn().uuid)
    api.act(COURSE, [which], "hold", actor="1", reason="r")
    api.withdraw_consent("7", COURSE)
    api.act(COURSE, [which], "let-go", actor="1", reason="r")
    pump.run()
    assert (operation().state, operation().reason) == ("HELD", "consent") and not registry.puts


HOSTILE = {
    "no reason": ({"reason": ""}, 400),
    "a blank reason": ({"reason": " \n"}, 400),
    "too long a reason": ({"reason": "x" * 501}, 400),
    "nothing chosen": ({"op": []}, 400),
    "an unknown action": ({"action": "delete"}, 400),
    "too many": ({"op": [str(uuid.uuid4()) for _ in range(201)]}, 400),
    "an oversized body": ({"reason": "x" * 70_000}, 413),
    "no id": ({"op": ["1; DROP TABLE"]}, 302),
    "nobody's id": ({"op": [str(uuid.uuid4())]}, 302),
}


@pytest.mark.parametrize(("change", "status"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_action_changes_nothing(registry: SmallRegistry, change: dict[str, Any], status: int) -> None:
    which = refused(registry, code="already-certified")
    browser, before = staff(), state()
    answer = browser.post(f"{HERE}act/", {"op": [which], "action": "replay", "reason": "r", **change})
    assert (answer.status_code, state()) == (status, before)


def test_a_second_press_changes_nothing(registry: SmallRegistry) -> None:
    which = refused(registry, code="already-certified")
    browser, sent = staff(), {"op": which, "action": "replay", "reason": "r"}
    browser.post(f"{HERE}act/", sent)
    before = state()
    assert "done=0&left=1" in browser.post(f"{HERE}act/", sent).headers["Location"]
    assert state() == before


def posts(which: str, item: str) -> dict[str, dict[str, Any]]:
    """Every address that changes something, with what it takes."""
    return {
        "act/": {"op": which, "action": "replay", "reason": "r"},
        f"items/{item}/": {"decide": "approve", "reason": "r", "seen": api.work_items(COURSE)[0].seen},
        f"results/{which}/correct/": {**form(name="周民"), "reason": "r"},
        f"results/{which}/revoke/": {"code": "fraud", "reason": "r"},
        f"results/{which}/reveal/": {"which": "id", "reason": "r"},
        f"comparisons/{uuid.uuid4()}/sign/": {"reason": "r"},
        f"comparisons/{uuid.uuid4()}/{uuid.uuid4()}/": {"decide": "explain", "reason": "r"},
    }


@pytest.mark.parametrize("number_of", range(7))
@pytest.mark.parametrize("who", ["nobody", "trainee", "staff of another course", "no token", "no reason"])
def test_whoever_may_not_changes_nothing(registry: SmallRegistry, who: str, number_of: int) -> None:
    which = refused(registry, code="already-certified")
    assert not api.request_correction("7", COURSE, form(name="周民"), actor="99", reason="r")
    path, given = list(posts(which, api.work_items(COURSE)[0].id).items())[number_of]
    address, browser, expected = f"{HERE}{path}", Client(), 403
    if who == "trainee":
        browser.force_login(person("trainee"))
    elif who == "staff of another course":  # site staff, by another course's address
        browser, address = staff("s", "reveal_numbers"), address.replace(COURSE, "course-v1:DG+X+1")
        expected = 302 if path == "act/" else 409 if "reveal" in path else 404
        if "reveal" in path:
            expected = 404
    elif who == "no token":
        browser = staff("s", "reveal_numbers", enforce_csrf_checks=True)
    elif who == "no reason":
        browser, given, expected = staff("s", "reveal_numbers"), {**given, "reason": ""}, 400
        expected = 404 if "comparisons" in path else 400
    before = state()
    assert browser.post(address, given).status_code == expected
    assert state() == before


# -- two people --------------------------------------------------------------------------------------------------------


def test_details_that_staff_correct_go_out_once_a_colleague_agrees(registry: SmallRegistry) -> None:
    which = refused(registry)
    asker, colleague = staff("asker"), staff("colleague")
    answer = asker.post(f"{HERE}results/{which}/correct/", {**form(name="周民"), "reason": "seen the card"})
    assert answer.status_code == 302
    found = api.work_items(COURSE)[0]
    item, seen = f"{HERE}items/{found.id}/", {"decide": "approve", "seen": found.seen}
    before = state()
    assert asker.post(item, {**seen, "reason": "r"}).status_code == 409
    assert state() == before
    assert "Send again" not in text(asker.get(f"{HERE}results/{which}/"))
    assert colleague.post(item, {**seen, "reason": "compared"}).status_code == 302
    assert "Send again" in text(asker.get(f"{HERE}results/{which}/"))
    asker.post(f"{HERE}act/", {"op": which, "action": "replay", "reason": "corrected"})
    pump.run()
    assert operation().state == "DONE"
    assert '"周民"' in registry.puts[-1].decode()


def test_nobody_approves_details_that_they_put_in_place_of_a_trainees(registry: SmallRegistry) -> None:
    earn()
    pump.run()
    assert not api.request_correction("7", COURSE, form(name="周民"))
    assert not api.request_correction("7", COURSE, form(name="周珉"), actor="5", reason="r")
    assert api.approve(api.work_items(COURSE)[0].id, actor="5") == "same-person"
    assert models.Identity.objects.count() == 1


def test_nobody_approves_details_that_were_put_in_place_of_what_they_looked_at(registry: SmallRegistry) -> None:
    which, asker, colleague = refused(registry), staff("asker"), staff("colleague")
    asker.post(f"{HERE}results/{which}/correct/", {**form(name="周民"), "reason": "seen the card"})
    item = f"{HERE}items/{api.work_items(COURSE)[0].id}/"
    looked_at = re.search('name="seen" value="([0-9a-f]+)"', text(colleague.get(f"{HERE}results/{which}/")))
    assert looked_at
    asker.post(f"{HERE}results/{which}/correct/", {**form(id_no=number(OTHER)), "reason": "another card"})
    before = state()
    for seen in ({"seen": looked_at[1]}, {}):
        answer = colleague.post(item, {"decide": "approve", "reason": "compared", **seen})
        assert answer.status_code == 409 and "changed after you opened the page" in text(answer)
    assert state() == before


@pytest.mark.parametrize("asked_by", ["a colleague", "themselves"])
@pytest.mark.parametrize("decide", ["approve", "refuse"])
def test_nobody_of_the_staff_decides_about_their_own_result(
    registry: SmallRegistry, decide: str, asked_by: str
) -> None:
    browser = staff("trains too")
    me = str(get_user_model().objects.get().pk)
    which = refused(registry, me, "already-certified")
    browser.post(f"{HERE}act/", {"op": which, "action": "replay", "reason": "r"})
    assert operation(me).state == "REJECTED"
    api.replay(which, actor="99")
    pump.run()
    assert api.request_revocation(which, code="fraud", actor="99" if asked_by == "a colleague" else me, reason="r")
    before, one = state(), api.work_items(COURSE)[0]
    answer = browser.post(f"{HERE}items/{one.id}/", {"decide": decide, "reason": "r", "seen": one.seen})
    assert answer.status_code == 409 and "about your own result" in text(answer)
    assert state() == before


def test_a_refusal_of_an_item_wants_a_reason_and_is_final(registry: SmallRegistry) -> None:
    which, browser = refused(registry), staff()
    assert not api.request_correction("7", COURSE, form(name="周民"), actor="99", reason="r")
    item = f"{HERE}items/{api.work_items(COURSE)[0].id}/"
    assert browser.post(item, {"decide": "refuse", "reason": "no card"}).status_code == 302
    before = state()
    assert browser.post(item, {"decide": "approve", "reason": "r"}).status_code == 409
    assert state() == before and which


def test_wrong_details_are_told_beside_their_fields_and_ask_for_nothing(registry: SmallRegistry) -> None:
    which, browser = refused(registry), staff()
    before = state()
    answer = browser.post(f"{HERE}results/{which}/correct/", {**form(id_no="1" * 18), "reason": "r"})
    assert answer.status_code == 400 and 'class="dgx-error"' in text(answer)
    assert state() == before


# -- full numbers ------------------------------------------------------------------------------------------------------


def test_a_full_number_is_shown_for_a_minute_with_its_reason_on_record(registry: SmallRegistry) -> None:
    which = refused(registry)
    answer = staff("s", "reveal_numbers").post(
        f"{HERE}results/{which}/reveal/", {"which": "id", "reason": "phone call"}
    )
    assert number() in text(answer)
    assert answer.headers["Refresh"] == f"60; url={HERE}results/{which}/"
    assert "no-store" in answer.headers["Cache-Control"]
    kept = models.Decision.objects.get()
    assert (kept.what, kept.reason) == ("revealed", "phone call")
    assert number() not in str(list(models.Decision.objects.values()))


def test_staff_without_the_permission_see_no_full_number(registry: SmallRegistry) -> None:
    which, browser = refused(registry), staff()
    before = state()
    assert browser.post(f"{HERE}results/{which}/reveal/", {"which": "id", "reason": "r"}).status_code == 403
    assert "Reason for looking" not in text(browser.get(f"{HERE}results/{which}/"))
    assert state() == before


@pytest.mark.parametrize("which_number", ["", "name", "certificate", "phone"])
def test_nothing_else_can_be_looked_at(registry: SmallRegistry, which_number: str) -> None:
    which, browser = refused(registry), staff("s", "reveal_numbers")
    answer = browser.post(f"{HERE}results/{which}/reveal/", {"which": which_number, "reason": "r"})
    assert answer.status_code == 409 and "Refresh" not in answer.headers
    assert models.Decision.objects.count() == 0


# -- comparisons -------------------------------------------------------------------------------------------------------


def test_a_comparison_is_signed_once_by_site_staff(registry: SmallRegistry) -> None:
    moment = earn().created_at
    run = models.ReconRun.objects.create(
        registry="sandbox", state="clean", since=moment.date(), until=moment.date(), started_at=moment, ended_at=moment
    )
    browser, address = staff(), f"{HERE}comparisons/{run.uuid}/sign/"
    assert "Sign off" in text(browser.get(f"{HERE}comparisons/", {"run": str(run.uuid)}))
    assert browser.post(address, {"reason": "looked"}).status_code == 302
    assert browser.post(address, {"reason": "again"}).status_code == 409
    run.refresh_from_db()
    assert run.signed_by and re.fullmatch("[0-9a-f]{64}", run.signed_sha256)


# -- what it costs -----------------------------------------------------------------------------------------------------


def test_the_pages_cost_the_same_for_many_as_for_one(registry: SmallRegistry) -> None:
    browser, counted = staff(), []
    for turn in range(2):
        for each in range(1 + 2 * turn):
            learner = str(person(f"t{turn}{each}").pk)
            refused(registry, learner, "already-certified", id_no=number(f"441900199001012{turn}{each}"))
        with CaptureQueriesContext(connection) as first:
            assert browser.get(HERE).status_code == 200
        with CaptureQueriesContext(connection) as second:
            assert browser.get(f"{HERE}results/{operation(learner).uuid}/").status_code == 200
        counted.append((len(first), len(second)))
    assert counted == [(20, 21)] * 2
