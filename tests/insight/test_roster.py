"""The page for rosters: who may, what it shows, what a confirmation needs."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models
from tests.builders.registry import COURSE, FIRM, NAME, PHONE, number, scheme, site
from tests.builders.rosters import csv_file, person, xlsx_file

pytestmark = pytest.mark.django_db
ADDRESS = f"/registry/roster/{COURSE}/"


@pytest.fixture(autouse=True)
def host(settings: Settings, tmp_path: Path) -> None:
    settings.ROOT_URLCONF = "dgxblock.insight.urls"
    settings.DGXBLOCK = site(tmp_path)
    scheme()
    get_user_model().objects.create(username="zhou", pk=7)


def client(**members: Any) -> Client:
    browser = Client(headers={"accept-language": "en"})
    count = get_user_model().objects.count()
    browser.force_login(get_user_model().objects.create(username=f"user{count}", **members))
    return browser


def post(browser: Client, data: bytes | None, **fields: str) -> tuple[int, str]:
    files = {} if data is None else {"file": SimpleUploadedFile("名单.csv", data)}
    response = browser.post(ADDRESS, {**files, **fields})
    return response.status_code, unescape(response.content.decode())


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "template.csv", "/registry/roster/no-such-course/"])
def test_only_staff_see_it(address: str) -> None:
    assert Client().get(address).status_code == 403
    assert client().get(address).status_code == 403
    assert client(is_staff=True).get(address).status_code == 200


def test_a_trainee_changes_nothing() -> None:
    data = csv_file([person()])
    digest = api.preview_roster(COURSE, data).sha256
    for browser in (Client(), client()):
        assert post(browser, data, action="save", sha256=digest)[0] == 403
    assert not models.RosterEntry.objects.exists()


def test_a_form_of_another_site_is_refused() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(get_user_model().objects.create(username="staff", is_staff=True))
    data = csv_file([person()])
    fields = {"action": "save", "sha256": api.preview_roster(COURSE, data).sha256}
    assert post(browser, data, **fields)[0] == 403 and not models.RosterEntry.objects.exists()
    page = browser.get(ADDRESS).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert post(browser, data, **fields, csrfmiddlewaretoken=token)[0] == 200
    assert models.RosterEntry.objects.count() == 1


@pytest.mark.parametrize("made", [csv_file, xlsx_file])
def test_preview_then_confirmation(made: Any) -> None:
    browser, data = client(is_staff=True), made([person(), person("<b>x</b>", phone="1")])
    data = made([person(), person("<b>x</b>", id_no=number("44190019850101123"), phone="1")])
    status, page = post(browser, data, action="preview")
    assert status == 200 and "Save 1 row" in page and "周*" in page and "E3 phone: " in page
    for secret in (NAME, number(), PHONE, FIRM):
        assert secret not in page
    assert not models.RosterEntry.objects.exists()
    digest = page.partition('name="sha256" value="')[2].partition('"')[0]
    assert "not the file" in post(browser, made([person(phone="")]), action="save", sha256=digest)[1]
    assert not models.RosterEntry.objects.exists()
    status, page = post(browser, data, action="save", sha256=digest)
    assert status == 200 and "1 row is saved." in page
    assert models.RosterEntry.objects.get().learner_id == "7"


def test_what_a_file_holds_is_escaped() -> None:
    browser = client(is_staff=True)
    file = SimpleUploadedFile("x.csv", csv_file([person("<script>alert(1)</script>")]))
    page = browser.post(ADDRESS, {"file": file, "action": "preview"}).content.decode()
    assert "<script>" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("data", [None, b"", b"x" * 2_000_001, b"%PDF-1.7"])
def test_a_file_that_is_none_is_refused_in_a_sentence(data: bytes | None) -> None:
    status, page = post(client(is_staff=True), data, action="preview")
    assert status == 200 and 'role="alert"' in page and "othing was saved" in page


def test_the_template_has_our_headings() -> None:
    response = client(is_staff=True).get(ADDRESS + "template.csv")
    assert response.content.startswith(b"\xef\xbb\xbflearner,name,") and "attachment" in response["Content-Disposition"]


def test_the_page_is_not_kept_by_browsers() -> None:
    assert "no-store" in client(is_staff=True).get(ADDRESS)["Cache-Control"]


def test_the_staff_desk_leads_here() -> None:
    assert f'href="{ADDRESS}"' in client(is_staff=True).get(f"/courses/{COURSE}/").content.decode()
