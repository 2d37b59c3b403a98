"""The demo's pages: who may see them, what they say, and that nothing on them is more than a strict site allows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from dgxblock.demo.course import UNITS
from tests.builders.demo import as_person, handler, press, send, visitor

pytestmark = pytest.mark.usefixtures("demo")

OPEN = ["/"]
TRAINEE = [f"/learn/{unit.slug}/" for unit in UNITS]
AUTHOR = ["/author/", *(f"/author/{unit.slug}/edit/" for unit in UNITS)]
STAFF = ["/staff/", "/staff/exercise/", "/staff/assessment/"]
OWNERS = {"zhou-min": TRAINEE, "demo-author": AUTHOR, "demo-staff": STAFF}


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_first_page_offers_every_role() -> None:
    page = text(visitor().get("/"))
    for who in ("zhou-min", "lin-xiao", "he-qiang", "demo-author", "demo-staff", "demo-lead"):
        assert f'action="/enter/{who}/"' in page
    assert 'href="http://testserver:8001/"' in page
    assert "Yield or takt?" in page


def test_the_first_page_counts_what_is_there() -> None:
    page = text(visitor().get("/"))
    assert "Seven pieces of evidence, two decisions" in page
    assert "Eight questions, 70 points to pass." in page
    chinese = text(visitor("zh-CN").get("/"))
    assert "七份证据，两个决定" in chinese and "八道题，70分通过。" in chinese
    assert "电子装联" in chinese and "Electronics assembly" in page


@pytest.mark.parametrize(
    ("asked", "lang"), [("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB", "en"), ("fr", "zh-CN"), ("", "zh-CN")]
)
def test_the_language_is_the_browsers_and_else_chinese(asked: str, lang: str) -> None:
    assert f'<html lang="{lang}">' in text(visitor(asked).get("/"))


def test_the_language_switch_stays() -> None:
    client = visitor("zh-CN")
    answer = press(client, "/language/", language="en", next="/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.cookies["django_language"]["max-age"] == 365 * 24 * 3600
    assert '<html lang="en">' in text(client.get("/"))
    assert '<html lang="en">' in text(as_person("zhou-min", "en").get("/learn/case/"))


def test_the_language_switch_leads_nowhere_else() -> None:
    assert press(visitor(), "/language/", language="en", next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize("address", [*TRAINEE, *AUTHOR, *STAFF])
def test_who_is_nobody_yet_is_sent_to_choose(address: str) -> None:
    answer = visitor().get(address)
    assert (answer.status_code, answer["Location"]) == (302, "/#who")


@pytest.mark.parametrize("who", OWNERS)
def test_each_role_sees_its_own_pages_and_no_others(who: str) -> None:
    client = as_person(who)
    for owner, addresses in OWNERS.items():
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == (200 if owner == who else 403), address
            if owner != who:
                assert "This page is for somebody else" in text(answer)


def test_entering_leads_to_the_roles_own_page() -> None:
    for who, address in (("lin-xiao", "/learn/case/"), ("demo-author", "/author/"), ("demo-staff", "/staff/")):
        assert press(visitor(), f"/enter/{who}/")["Location"] == address


@pytest.mark.parametrize("who", ["root", "admin", "zhou-min-1", "ZHOU-MIN"])
def test_nobody_else_can_be_entered(who: str) -> None:
    client = visitor()
    assert press(client, f"/enter/{who}/").status_code == 404
    assert client.get("/learn/case/").status_code == 302


def test_entering_needs_the_pages_token() -> None:
    client = visitor()
    answer = client.post("/enter/demo-staff/")
    assert answer.status_code == 403
    assert "This page was open for too long" in text(answer)
    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize("address", ["/enter/zhou-min/", "/leave/", "/start-over/"])
def test_what_changes_something_takes_post_only(address: str) -> None:
    assert as_person("zhou-min").get(address).status_code == 405


def test_leaving_forgets_who_was_here() -> None:
    client = as_person("zhou-min")
    press(client, "/leave/")
    assert client.get("/learn/case/").status_code == 302


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.slug)
def test_a_unit_shows_its_block_with_the_way_on(unit: Any) -> None:
    page = text(as_person("zhou-min").get(f"/learn/{unit.slug}/"))
    assert f"data-usage='{unit.usage_id}'" in page
    assert "data-dgx" in page
    assert f"<h1>{unit.number} " in page
    assert "This part could not be shown" not in page
    at = UNITS.index(unit)
    assert ('rel="prev"' in page, 'rel="next"' in page) == (at > 0, at < len(UNITS) - 1)


@pytest.mark.parametrize(
    "address",
    ["/learn/nothing/", "/author/nothing/edit/", "/admin/", "/scenario/x/", "/resource/dgx_exercise/public/no.css"],
)
def test_what_is_not_there_says_so_kindly(address: str) -> None:
    who = "demo-author" if address.startswith("/author") else "zhou-min"
    answer = as_person(who).get(address)
    assert answer.status_code == 404
    assert "There is nothing at this address" in text(answer)


@pytest.mark.parametrize(
    "path",
    [
        "templates/dgxblock/root.html", "public/../../secrets.py", "public/%2e%2e/%2e%2e/certification.py", "public/",
        "/etc/passwd", "public/.hidden", "public/x\x00.css", "static/public/dgx.css",
    ],
)  # fmt: skip
def test_only_public_files_of_a_block_are_served(path: str) -> None:
    assert visitor().get(f"/resource/dgx_certification/{path}").status_code == 404


def test_public_files_are_served_with_their_type_and_answered_from_the_browsers_copy() -> None:
    client = visitor()
    answer = client.get("/resource/dgx_certification/public/dgx.css")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/css")
    again = client.get("/resource/dgx_certification/public/dgx.css", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("who", "address"), [(w, a) for w, pages in OWNERS.items() for a in pages] + [("he-qiang", "/")]
)
def test_no_page_needs_more_than_its_strict_policy(who: str, address: str) -> None:
    answer = as_person(who).get(address)
    page = text(answer)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    # SQLite in the browser is WebAssembly, which this allows and no script's text
    assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", "")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", page)
    for script in re.findall(r"<script([^>]*)>", page):
        assert " src=" in script or "json/xblock-args" in script
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*(src|href)=[\"'](https?:)?//", page)
    assert len(re.findall(r"<h1", page)) == 1
    ids = re.findall(r"\sid=[\"']([^\"']+)", page)
    assert len(ids) == len(set(ids))


def test_health_is_json_and_says_nothing_about_people() -> None:
    answer = visitor().get("/healthz")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json()["status"] == "ok"
    assert "zhou" not in text(answer)


def test_the_registry_link_follows_the_name_that_the_visitor_used() -> None:
    for host, link in (("10.0.0.5:8000", "http://10.0.0.5:8001/"), ("[::1]:8000", "http://[::1]:8001/")):
        assert f'href="{link}"' in text(visitor().get("/", headers={"host": host}))


def test_a_failure_is_told_without_a_trace_even_when_the_database_is_what_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = as_person("zhou-min")
    client.raise_request_exception = False

    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("secret table")

    monkeypatch.setattr("dgxblock.demo.people.of_user", broken)
    answer = client.get("/learn/case/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in text(answer)
    script = send(client, handler("case", "decide"))
    assert (script.status_code, script.json()["error"]["code"]) == (500, "internal")
    for one in (answer, script):
        assert "secret table" not in text(one)
        assert "Traceback" not in text(one)


def test_health_tells_when_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise DatabaseError("secret table")

    monkeypatch.setattr("django.db.models.query.QuerySet.exists", broken)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert "secret" not in text(answer)


@pytest.mark.parametrize(
    ("language", "mark", "kind"),
    [("en", "Draft: sources checked by excerpt only", "From reports"), ("zh-CN", "草稿：来源只核对了摘录", "公开报道")],
)
def test_the_library_marks_what_rests_on_excerpts(language: str, mark: str, kind: str) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text(visitor(language).get("/")))
    marked = [row for row in rows if mark in row]
    assert len(marked) == 2 and all(kind in row for row in marked)
    assert not any(kind in row for row in rows if row not in marked) and len(rows) > 2
