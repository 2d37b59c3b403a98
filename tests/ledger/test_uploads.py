"""Uploads in the ledger: what is kept, for how long, for whom, and what staff are told."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from dgxblock.ledger import api, models
from tests.builders.ledger import COURSE, place

pytestmark = pytest.mark.django_db
READING = {"cells": [{"id": "a", "at": "S!B5", "kind": "number", "value": 1.0}], "owner": ""}


def add(where: api.Place, content: bytes, /, *, item: str = "w1", owner: str = "", foreign: bool = False) -> int:
    return api.add_upload(
        where, item, sha256=content.hex().ljust(64, "0"), name="a.xlsx", content=content, reading=READING, owner=owner,
        foreign=foreign,
    ).id  # fmt: skip


def kept(where: api.Place) -> list[int]:
    rows = models.Upload.objects.filter(**where.where(), content__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def attempt(where: api.Place, seed: str, answers: dict[str, Any]) -> None:
    opened = api.open_attempt(where, kind="exercise", seed=seed, revision="r", limit=None)
    api.submit_attempt(
        where, opened.number, nonce=f"{where.learner_id}-{opened.number}", answers=answers, marks={}, earned=1,
        possible=1, passed=False,
    )  # fmt: skip


def test_the_latest_three_files_are_kept_and_those_that_something_refers_to() -> None:
    here = place()
    ids = [add(here, bytes([number])) for number in range(2)]
    attempt(here, "s", {"w1": {"upload": ids[0]}})
    api.save_draft(here, {"w1": {"upload": ids[1]}})
    ids += [add(here, bytes([number])) for number in range(2, 7)]

    assert kept(here) == [ids[0], ids[1], *ids[-3:]]
    assert models.Upload.objects.count() == 7, "what was read of the others stays on record"
    assert api.upload_file(COURSE, ids[2]) is None
    stored = api.upload_file(COURSE, ids[0])
    assert stored is not None and (stored.content, stored.place, stored.item_id) == (b"\x00", here, "w1")
    assert api.upload_file("course-v1:X+Y+Z", ids[0]) is None


def test_other_questions_and_other_learners_have_files_of_their_own() -> None:
    first = add(place(), b"1", item="w2")
    second = add(place("8"), b"1")
    for number in range(5):
        add(place(), bytes([number]))
    assert first in kept(place()) and kept(place("8")) == [second]


def test_the_same_file_once_more_is_the_same_upload() -> None:
    first = add(place(), b"1")
    assert add(place(), b"1") == first
    add(place(), b"2")
    assert add(place(), b"1") != first, "it came after another one: it counts again"


def test_an_upload_is_found_by_its_own_learner_only() -> None:
    number = add(place(), b"1")
    assert set(api.uploads(place(), {number, 999})) == {number}
    assert not api.uploads(place("8"), {number}) and not api.uploads(place(usage="u9"), {number})
    assert api.latest_upload(place(), "w1") == api.uploads(place(), {number})[number]
    assert api.latest_upload(place("8"), "w1") is None


def test_forgetting_a_learner_forgets_the_files() -> None:
    add(place(), b"1")
    add(place("8"), b"2")
    api.forget(place())
    assert list(models.Upload.objects.values_list("learner_id", flat=True)) == ["8"]


def test_staff_are_told_whose_data_a_file_holds_and_who_sent_the_same() -> None:
    attempt(place("8"), "e" * 64, {})
    add(place("8"), b"same", owner="e" * 16)
    add(place("7"), b"same", owner="e" * 16, foreign=True)
    add(place("9"), b"else", owner="0" * 16, foreign=True)
    add(place("10"), b"own")
    add(place("11", course="course-v1:X+Y+Z"), b"own")

    told = [(one.learner_id, one.foreign, one.owner_id, one.alike, one.content) for one in api.suspects(COURSE)]
    assert told == [("9", True, "", (), True), ("7", True, "8", ("8",), True), ("8", False, "", ("7",), True)]


def test_one_file_sent_often_is_one_line() -> None:
    for content in (b"a", b"b", b"a", b"c"):
        add(place(), content, foreign=True, owner="f" * 16)
    assert len(api.suspects(COURSE)) == 3


def test_who_floods_the_list_does_not_push_the_others_out() -> None:
    add(place("8"), b"another's", owner="b" * 16, foreign=True)
    for number in range(20):
        add(place("7"), bytes([number]), owner="c" * 16, foreign=True)
    found = api.suspects(COURSE, most=5)
    assert [each.learner_id for each in found] == ["7", "7", "7", "8"]
    assert [each.id for each in found] == sorted((each.id for each in found), reverse=True)


def test_the_list_costs_the_same_for_few_and_for_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    add(place("1"), b"same")
    for learner in range(2, 40):
        add(place(str(learner)), b"same", owner="f" * 16, foreign=learner % 2 == 0)
        if learner in (2, 39):
            with django_assert_num_queries(5):
                assert len(api.suspects(COURSE)) == learner
