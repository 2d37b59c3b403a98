"""Filling the demo: again and again, without touching what somebody did."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from dgxblock.content.library import Library
from dgxblock.demo import blocks, people, reset, seed
from dgxblock.demo.course import COURSE_KEY, UNITS
from dgxblock.demo.folder import Folder
from dgxblock.ledger import models as ledger
from dgxblock.registry import api as registry
from dgxblock.registry import models
from dgxblock.registry.contract import id_number_fits
from tests.builders.demo import as_person, meets_everything, place, press


def test_everybody_is_there_and_only_staff_are_staff(demo: Folder) -> None:
    users = get_user_model().objects
    assert set(users.values_list("username", flat=True)) == {one.username for one in people.PEOPLE}
    assert set(users.filter(is_staff=True).values_list("username", flat=True)) == {"demo-staff", "demo-lead"}
    assert not users.filter(is_superuser=True).exists()
    assert not any(user.has_usable_password() for user in users.all())


def test_the_scheme_asks_for_the_units_of_the_course(demo: Folder) -> None:
    scheme = registry.scheme(COURSE_KEY)
    assert scheme is not None
    assert [(kind, key) for kind, key, _percent in scheme.needed] == [(u.slug, u.usage_id) for u in UNITS[:3]]
    assert registry.missing_settings() == []


def test_seeding_again_changes_nothing(demo: Folder) -> None:
    meets_everything("zhou-min")
    before = (
        sorted(get_user_model().objects.values_list()), sorted(models.Scheme.objects.values_list("pk", "slug")),
        models.Requirement.objects.count(), ledger.Attempt.objects.count(),
    )  # fmt: skip
    seed.seed(demo)
    after = (
        sorted(get_user_model().objects.values_list()), sorted(models.Scheme.objects.values_list("pk", "slug")),
        models.Requirement.objects.count(), ledger.Attempt.objects.count(),
    )  # fmt: skip
    assert after == before
    assert blocks.fill(blocks.library(), demo) == []


def test_an_authors_edit_stays(demo: Folder) -> None:
    block = blocks.load(UNITS[0], None, author=True)
    block.document = block.document.replace('version="1"', 'version="9"', 1)
    block.save()
    assert blocks.fill(blocks.library(), demo) == []
    assert 'version="9"' in blocks.load(UNITS[0], "7").document


def test_a_unit_that_nobody_edited_follows_the_library(demo: Folder, tmp_path: Path) -> None:
    entry = next(iter(blocks.library().list()))
    newer = tmp_path / "library" / entry.folder.name
    newer.mkdir(parents=True)
    for file in entry.folder.glob("*.xml"):
        text = file.read_text(encoding="utf-8")
        (newer / file.name).write_text(
            text.replace('version="1"', 'version="2"', 1) if file.name == "case.xml" else text
        )
    assert blocks.fill(Library((newer.parent,)), demo) == ["case"]
    assert blocks.load(UNITS[0], "7").library_ref == f"{entry.case_id}@2"


def test_without_the_case_the_demo_says_what_to_look_at(demo: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "library", lambda: Library(()))
    with pytest.raises(seed.CannotSeed, match="cases check"):
        seed.seed(demo)


def test_made_up_papers_pass_the_check_and_differ_by_account() -> None:
    trainees = [one for one in people.PEOPLE if one.role == "trainee"]
    numbers = [people.papers(one, account).id_no for one in trainees for account in range(40)]
    assert all(id_number_fits("CN-RIC", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_starting_over_gives_a_fresh_account_and_touches_nobody_else(demo: Folder) -> None:
    old, other = meets_everything("zhou-min"), meets_everything("lin-xiao")
    client = as_person("zhou-min")
    assert press(client, "/start-over/")["Location"] == "/?again=1"
    assert "Started over." in client.get("/?again=1").content.decode()
    new = str(get_user_model().objects.get(username="zhou-min").pk)
    assert new != old
    assert not ledger.Attempt.objects.filter(learner_id__in=[old, new]).exists()
    assert ledger.Attempt.objects.filter(learner_id=other).count() == 2
    assert not get_user_model().objects.get(pk=old).is_active
    # What was earned is not forgotten by the sender: it may be at the registry already.
    assert set(models.Achievement.objects.values_list("learner_id", flat=True)) == {old, other}
    assert place("zhou-min", "case").learner_id == new
    status = registry.status(new, COURSE_KEY)
    assert status is not None
    assert str(status.stage) == "not-yet"


@pytest.mark.parametrize("who", ["demo-author", "demo-staff"])
def test_only_trainees_start_over(who: str, demo: Folder) -> None:
    meets_everything("zhou-min")
    before = sorted(get_user_model().objects.values_list("username", flat=True))
    assert press(as_person(who), "/start-over/").status_code == 403
    assert sorted(get_user_model().objects.values_list("username", flat=True)) == before
    assert ledger.Attempt.objects.count() == 2


def test_starting_over_is_all_or_nothing(demo: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    meets_everything("zhou-min")
    user = get_user_model().objects.get(username="zhou-min")
    monkeypatch.setattr(get_user_model(), "set_unusable_password", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reset.start_over(user)
    assert ledger.Attempt.objects.count() == 2
    assert get_user_model().objects.get(username="zhou-min").is_active
