"""A refused result, from the registry's no to the certificate: two of the staff and a trainee, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.stand import ROOT, Stand
from tests.browser.walker import Walker

COURSE = "/dgx/courses/"


def behave(stand: Stand, mode: str, /) -> None:
    """Turn the sandbox registry's switch, as a visitor of its page would."""
    session = requests.Session()
    page = session.get(stand.registry, timeout=10).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    data = {"mode": mode, **({"csrfmiddlewaretoken": token[1]} if token else {})}
    answer = session.post(f"{stand.registry}/behaviour", data=data, headers={"Referer": stand.registry}, timeout=10)
    assert answer.ok, answer.status_code


def inside(stand: Stand, script: str, /) -> str:
    """What a script prints that runs beside the demo, with its settings."""
    environment = {
        **os.environ, "DGX_DEMO_HOME": str(stand.home / "var"), "DJANGO_SETTINGS_MODULE": "dgxblock.demo.settings",
        "PORT": str(stand.port), "REGISTRY_PORT": str(stand.registry_port),
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {script}"], cwd=ROOT, env=environment, check=True,
        timeout=120, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return ran.stdout.strip()


def meets_everything(stand: Stand, who: str, /) -> None:
    """The trainee's work in the course, done: the walks of the other tests do it by hand."""
    inside(stand, f"from tests.builders.demo import meets_everything; meets_everything('{who}')")


def code(stand: Stand) -> str:
    """The code of the latest certificate, as its QR code has it."""
    return inside(
        stand,
        "from dgxblock.registry.models import Achievement as A; from dgxblock.registry.verification import code_of; "
        "print(code_of(A.objects.exclude(issued_on=None).order_by('-pk')[0].uuid))",
    )


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_staff_read_why_correct_it_and_send_it_again(browser: Browser, stand: Stand, lang: str) -> None:
    trainee = Walker.arrive(browser, stand, lang)
    page = trainee.page
    trainee.be("he-qiang")
    page.goto(stand.site)
    page.locator("form[action='/start-over/'] button").click()
    trainee.be("he-qiang")
    meets_everything(stand, "he-qiang")
    trainee.open("certificate")
    name, number, phone, firm = trainee.papers()
    wrong = "何墙" if lang == "zh-CN" else "何嫱"
    for field, value in (("name", wrong), ("id_no", number), ("phone", phone), ("enterprise", firm)):
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=consent]").check()
    behave(stand, "refuse-identity")
    trainee.submit("save_identity", "button[value=submit]")
    expect(page.locator(".dgx-note.dgx-bad b").first).to_be_visible(timeout=40_000)
    behave(stand, "normal")

    asker = Walker.arrive(browser, stand, lang)
    desk = asker.page
    asker.be("demo-staff")
    desk.goto(f"{stand.site}/staff/")
    desk.locator("a[href$='/registry/']").click()
    asker.look("console-1-queues")
    desk.locator("input[name=q]").fill(number)
    desk.locator("form[role=search] button").click()
    assert number not in desk.url
    asker.look("console-2-found")
    desk.locator("tbody th a").first.click()
    result = desk.url
    assert COURSE in result
    expect(desk.locator(".dgx-note.dgx-bad")).to_contain_text(re.compile("姓名|Name or number"))
    asker.look("console-3-why")
    assert "<script" not in desk.content(), "the console is complete without scripts"
    assert number not in desk.content()

    desk.locator("form[action$='/reveal/'] [name=reason]").fill("phone call")
    desk.locator("button[value=id]").click()
    expect(desk.locator(".dgx-note b").first).to_have_text(number)
    desk.goto(result)
    assert number not in desk.content()

    desk.locator("details summary").filter(has_text=re.compile("Ask for other details|更正|别的")).click()
    correct = desk.locator("form[action$='/correct/']")
    correct.locator("[name=name]").fill(name)
    correct.locator("[name=reason]").fill("seen the card")
    correct.locator("button").click()
    assert "said=asked" in desk.url
    asker.look("console-4-asked")
    for tab in ("comparisons", "claims"):
        desk.goto(f"{result.partition('results/')[0]}{tab}/")
        asker.look(f"console-6-{tab}")
    desk.goto(result)
    assert desk.locator("button[value=approve]").count() == 0

    lead = Walker.arrive(browser, stand, lang)
    lead.be("demo-lead")
    lead.page.goto(result.partition("results/")[0])
    lead.look("console-5-decision")
    lead.page.locator("form:has(button[value=approve]) [name=reason]").first.fill("compared")
    lead.page.locator("button[value=approve]").first.click()
    expect(lead.page.locator("[role=status]").first).to_be_visible()
    lead.leave()

    desk.goto(result)
    desk.locator("#wy").fill("corrected")
    desk.locator("button[value=replay]").click()
    assert "done=1&left=0" in desk.url
    asker.leave()

    trainee.open("certificate")
    expect(page.locator(".dgx-cert")).to_be_visible(timeout=40_000)
    expect(page.locator(".dgx-cert")).to_contain_text(name)
    expect(page.locator(".dgx-qr")).to_be_visible()
    page.goto(f"{stand.site}/dgx/registry/verify/{code(stand)}")
    trainee.look("verify")
    expect(page.locator(".dgx-note.dgx-ok")).to_be_visible()
    assert name not in page.content()
    page.goto(f"{stand.site}/dgx/registry/verify/{'A' * 43}")
    trainee.look("verify-unknown")
    trainee.leave()
