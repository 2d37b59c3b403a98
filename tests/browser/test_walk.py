"""The whole way, as people go it: from the case to an entry in the registry, in both languages."""

from __future__ import annotations

import contextlib
import http.client
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser import answers
from tests.browser.keyboard import Keyboard
from tests.browser.stand import Stand
from tests.browser.walker import Walker

LANGUAGES = ("zh-CN", "en")
TRAINEE = {"zh-CN": "zhou-min", "en": "lin-xiao"}


def entries(stand: Stand, name: str) -> int:
    """How many certificates the registry's own database holds under a masked name."""
    rows = stand.rows(
        "registry.sqlite3",
        "SELECT count(*) FROM dgx_sandbox_certificate c JOIN dgx_sandbox_entry e ON e.id = c.entry_id "
        "WHERE e.holder LIKE ?",
        f"{name[0]}%",
    )
    return int(rows[0][0])


def work_exercise(walker: Walker) -> dict[str, Any]:
    with walker.page.expect_download() as download:
        walker.page.locator("a[download]").nth(1).click()
    file = download.value.path().read_bytes()
    centre, width, _a2 = (float(text) for text in walker.page.locator(".dgx-item .dgx-kpi dd").all_inner_texts()[:3])
    return answers.exercise(file, centre, width)


def questions(walker: Walker) -> Iterator[str]:
    """Ids of the questions that this trainee was drawn, in the order shown; goes on to the next after each."""
    for _ in range(walker.page.locator("[data-step]:not([data-review])").count()):
        step = walker.page.locator("[data-step]:not([hidden])")
        yield str(step.get_attribute("aria-labelledby")).removesuffix("-p").rpartition("-")[2]
        step.locator("[data-next]").click()


def sit(walker: Walker, who: str, *, right: bool) -> None:
    """Begin, answer one question after the other, look over it, hand in."""
    walker.page.locator("form[data-handler=begin] input[name=confirm]").check()
    walker.submit("begin")
    known = answers.assessment(walker.stand, who)
    for item in questions(walker):
        answer = known[item]
        if right:
            walker.answer(item, answer)
        elif isinstance(answer, tuple):
            walker.answer(item, (1.0, answer[1]))
    expect(walker.page.locator("[data-review]")).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_trainee_goes_from_the_case_to_a_certificate(browser: Browser, stand: Stand, lang: str) -> None:
    who = TRAINEE[lang]
    walker = Walker.arrive(browser, stand, lang, accept_downloads=True)
    page = walker.page
    walker.look("home")

    walker.be(who)
    walker.open("case")
    walker.look("case-1-reading")
    expect(page.locator("svg.dgx-chart")).to_have_count(4)
    before = page.content()
    walker.decide(0)
    after = page.locator("[data-focus]").inner_text()
    assert after and after not in before, "what a choice leads to was on the page before it was made"
    walker.look("case-2-decided")
    walker.decide(1)
    walker.reflect("换模从来没记过。" if lang == "zh-CN" else "Nobody ever timed a mould change.")
    walker.look("case-3-finished")
    page.reload()
    expect(page.locator("form[data-autosave=save_reflection] textarea").first).to_have_value(re.compile("换模|mould"))

    walker.open("exercise")
    right = work_exercise(walker)
    walker.look("exercise-1-data")
    page.locator("[name='a.a.value']").fill("4,29")
    page.keyboard.press("Enter")
    walker.submit("check")
    expect(page.locator("[data-error-for='a.a.value']")).to_be_visible()
    expect(page.locator("form[data-handler=check]")).to_contain_text(re.compile("3"))
    walker.leave_page_and_return(typed="[name='a.a.value']", text="12.5")
    mean = round(sum(right[name][0] for name in ("a", "q", "p")) / 3, 1)
    walker.fill(
        {**right, "oee": (mean, "%"), "changeover": (right["changeover"][0], "s"), "pareto": right["pareto"][::-1]}
    )
    walker.upload("book", lambda template: answers.workbook(template, right))
    walker.submit("check")
    walker.look("exercise-2-feedback")
    expect(page.locator(".dgx-item.dgx-part")).to_have_count(3)
    walker.fill({name: right[name] for name in ("oee", "changeover", "pareto")})
    walker.submit("check")
    expect(page.locator(".dgx-note.dgx-ok [data-focus], .dgx-note.dgx-ok[data-focus]")).to_have_count(1)
    walker.look("exercise-3-solved")

    walker.open("assessment")
    walker.look("assessment-1-start")
    sit(walker, who, right=True)
    walker.look("assessment-2-review")
    walker.submit("submit")
    expect(page.locator(".dgx-big")).to_have_text("100")
    walker.look("assessment-3-passed")

    walker.open("certificate")
    walker.look("certificate-1-details")
    name, number, phone, firm = walker.papers()
    for field, value in (("name", name), ("id_no", number[:-1] + "0"), ("phone", phone), ("enterprise", firm)):
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=consent]").check()
    walker.submit("save_identity", "button[value=submit]")
    expect(page.locator("[data-error-for=id_no]")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value(name)
    walker.look("certificate-2-wrong-number")
    page.locator("[name=id_no]").fill(number)
    walker.submit("save_identity", "button[value=submit]")
    expect(page.locator(".dgx-steps")).to_be_visible()
    walker.look("certificate-3-sent")
    for _ in range(30):
        if page.locator(".dgx-cert").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    walker.look("certificate-4-issued")
    expect(page.locator(".dgx-qr")).to_be_visible()
    walker.submit("reveal_number", "button:not([data-print]):not([data-copy])")
    certificate = re.search(r"S\d{10,}", page.locator(".dgx-cert").inner_text())
    assert certificate, page.locator(".dgx-cert").inner_text()
    assert entries(stand, name) == 1
    verification = page.locator(".dgx-cert a[target=_blank]").get_attribute("href")
    assert verification and verification.startswith(stand.registry)
    page.goto(verification)
    walker.look("registry-verification")
    assert certificate.group() in page.content() and name not in page.content()
    walker.leave()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_trainee_who_fails_both_tries_gets_no_certificate(browser: Browser, stand: Stand, lang: str) -> None:
    walker = Walker.arrive(browser, stand, lang, accept_downloads=True)
    page = walker.page
    before = entries(stand, "何")  # other walks certify him
    walker.be("he-qiang")
    page.goto(stand.site)
    page.locator("form[action='/start-over/'] button").click()
    walker.open("assessment")
    for attempt in (1, 2):
        if attempt == 1:
            sit(walker, "he-qiang", right=False)
        else:
            walker.submit("begin")
            assert list(questions(walker))
        walker.submit("submit")
        expect(page.locator(".dgx-big")).not_to_have_text("100")
    expect(page.locator("form[data-handler=begin]")).to_have_count(0)
    walker.look("assessment-4-failed")
    walker.open("certificate")
    walker.look("certificate-5-not-yet")
    assert page.locator(".dgx-cert").count() == 0
    assert entries(stand, "何") == before
    walker.leave()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_author_chooses_sets_and_sees(browser: Browser, stand: Stand, lang: str) -> None:
    walker = Walker.arrive(browser, stand, lang)
    page = walker.page
    walker.be("demo-author")
    page.goto(f"{stand.site}/author/")
    walker.look("author-1-unit")
    page.goto(f"{stand.site}/author/assessment/edit/")
    walker.look("author-2-edit")
    page.locator("[name=pass_mark]").fill("101")
    page.locator("[name=max_attempts]").fill("zwei")
    page.locator("form[data-studio] button[type=submit]").click()
    expect(page.locator("[data-error-for=pass_mark]")).to_be_visible()
    expect(page.locator("[data-error-for=max_attempts]")).to_be_visible()
    walker.look("author-3-refused")
    page.locator("[name=library]").first.check()
    page.locator("[name=display_name]").fill("")
    page.locator("[name=pass_mark]").fill("70")
    page.locator("[name=max_attempts]").fill("2")
    page.locator("form[data-studio] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/author/(\?.*)?$"))
    walker.look("author-4-saved")
    page.goto(f"{stand.site}/author/assessment/edit/")
    expect(page.locator("[name=pass_mark]")).to_have_value("70")
    walker.leave()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_staff_see_every_stage_and_the_registry_every_entry(browser: Browser, stand: Stand, lang: str) -> None:
    walker = Walker.arrive(browser, stand, lang)
    page = walker.page
    walker.be("demo-staff")
    page.goto(f"{stand.site}/staff/")
    walker.look("staff")
    expect(page.locator("tbody tr:visible").first).to_be_visible()
    page.goto(stand.registry)
    walker.look("registry")
    walker.leave()


def test_the_keyboard_alone_completes_the_way(browser: Browser, stand: Stand) -> None:
    walker = Walker.arrive(browser, stand, "en", accept_downloads=True)
    page, hands = walker.page, Keyboard(walker.page)
    before = entries(stand, "何")
    hands.go("ul form[action='/enter/he-qiang/'] button")
    hands.go("a.demo-brand")
    hands.go("form[action='/start-over/'] button")
    hands.go("ul form[action='/enter/he-qiang/'] button")

    for _ in range(2):
        hands.press("form[data-handler=decide] input[type=radio]", "Space")
        hands.send("decide", "form[data-handler=decide] button[type=submit]")
    hands.type("form[data-autosave=save_reflection] textarea", "By keyboard")
    expect(page.locator("form[data-autosave=save_reflection] [data-status]")).to_contain_text(re.compile(r"\d\d:\d\d"))

    hands.go("a[rel=next]")
    with page.expect_download() as download:
        hands.press("a[download][href*=csv]", "Enter")
    centre, width, _a2 = (float(text) for text in page.locator(".dgx-item .dgx-kpi dd").all_inner_texts()[:3])
    right = answers.exercise(download.value.path().read_bytes(), centre, width)
    hands.fill(right)
    hands.upload("book", lambda template: answers.workbook(template, right))
    hands.send("check", "form[data-handler=check] button[type=submit]")
    expect(page.locator(".dgx-item.dgx-part")).to_have_count(0)

    hands.go("a[rel=next]")
    hands.press("form[data-handler=begin] input[name=confirm]", "Space")
    hands.send("begin", "form[data-handler=begin] button[type=submit]")
    known = answers.assessment(stand, "he-qiang")
    for _ in range(page.locator("[data-step]:not([data-review])").count()):
        step = str(page.locator("[data-step]:not([hidden])").get_attribute("aria-labelledby"))
        item = step.removesuffix("-p").rpartition("-")[2]
        hands.fill({item: known[item]})
        hands.press("section[data-step]:not([hidden]) [data-next]", "Enter")
    hands.send("submit", "[data-review] button[type=submit]")
    expect(page.locator(".dgx-big")).to_have_text("100")

    hands.go("a[rel=next]")
    name, number, phone, firm = walker.papers()
    for field, value in (("name", name), ("id_no", number), ("phone", phone), ("enterprise", firm)):
        hands.type(f"[name={field}]", value)
    hands.press("[name=consent]", "Space")
    hands.send("save_identity", "button[value=submit]")
    expect(page.locator(".dgx-cert")).to_be_visible(timeout=40_000)
    assert entries(stand, name) == before + 1
    walker.leave()


def test_the_case_reads_without_scripts(browser: Browser, stand: Stand) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(stand.site)
    page.locator("ul form[action='/enter/he-qiang/'] button").first.click()
    page.goto(stand.site)
    page.locator("form[action='/start-over/'] button").click()
    page.locator("ul form[action='/enter/he-qiang/'] button").first.click()
    page.goto(f"{stand.site}/learn/case/")
    text = page.locator("[data-dgx]").inner_text()
    assert len(text) > 900
    assert page.locator("figure svg.dgx-chart").count() >= 4
    page.locator("details summary").first.click()
    expect(page.locator("details[open] table").first).to_be_visible()
    assert page.locator("noscript").count() >= 1
    context.close()


def test_both_processes_say_that_they_are_well(stand: Stand) -> None:
    for address in (stand.site, stand.registry):
        answer = requests.get(f"{address}/healthz", timeout=5)
        assert answer.ok and isinstance(answer.json(), dict)


@pytest.mark.parametrize(
    "path", ["/static/../../settings.py", "/static/%2e%2e/%2e%2e/etc/passwd", "/resource/dgx_exercise/../x"]
)
def test_a_path_that_climbs_out_is_not_there(stand: Stand, path: str) -> None:
    for port in (stand.port, stand.registry_port):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.closing(line):
            line.request("GET", path)
            assert line.getresponse().status == 404


def test_what_the_demo_writes_is_for_its_owner_only(stand: Stand) -> None:
    written = [path for path in (stand.home / "var").rglob("*") if path.is_file()]
    assert len(written) > 8
    assert [path.name for path in written if path.stat().st_mode & 0o077] == []


def test_two_trainees_see_different_numbers_and_one_always_the_same(browser: Browser, stand: Stand) -> None:
    files: list[bytes] = []
    for who in ("zhou-min", "lin-xiao", "zhou-min"):
        walker = Walker.arrive(browser, stand, "en", accept_downloads=True)
        walker.be(who)
        walker.open("exercise")
        with walker.page.expect_download() as download:
            walker.page.locator("a[download]").nth(1).click()
        files.append(download.value.path().read_bytes())
        walker.leave()
    assert files[0] != files[1]
    assert files[0] == files[2]
