"""A workbook is downloaded, filled in and uploaded in a browser, on a phone too; no refusal and no network loses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.browser.looks import DESK, PHONE
from tests.browser.stand import ROOT, free_port
from tests.builders.content import EXERCISE, write_folder
from tests.builders.uploads import filled
from tests.content.test_workbook import LAST, WORKBOOK

PLACES = {"rate": "OEE!B5", "good": "OEE!B6", "plan": "损失 表!C4"}
RIGHT: dict[str, tuple[str, float | str]] = {"rate": ("=A1/B1", 0.566), "good": ("", 660.0), "plan": ("", 660.0)}
"""Right; a known wrong road; right, but typed in."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The exercise as its author sees it: the real page, handlers and laboratory."""
    exercise = EXERCISE.replace(LAST, f"  {WORKBOOK}\n  {LAST}")
    folder = write_folder(Path(tmp_path_factory.mktemp("case")), exercise=exercise)
    port = free_port()
    command = [sys.executable, "-m", "dgxblock", "cases", "preview", str(folder), "--port", str(port), "--lang", "en"]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    site, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if requests.get(site, timeout=5).ok:
                break
        except requests.ConnectionError:
            assert running.poll() is None, "the preview ended"
            time.sleep(0.2)
    yield site
    running.send_signal(signal.SIGINT)
    running.wait(20)


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": content}


def opened(page: Page, address: str, lang: str, variant: int) -> Locator:
    """The question on the page of its exercise."""
    page.goto(f"{address}/{lang}/{variant}/")
    links = [link.get_attribute("href") or "" for link in page.locator(f'a[href^="/{lang}/{variant}/"]').all()]
    for link in links:
        page.goto(address + link)
        if page.locator("input[type=file]").count():
            break
    return page.locator(".dgx-item").filter(has=page.locator("input[type=file]"))


def template(page: Page, item: Locator) -> bytes:
    with page.expect_download() as download:
        item.locator("a[download]").click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize(("lang", "size", "variant"), [("en", DESK, 11), ("zh-CN", PHONE, 12)])
def test_a_workbook_goes_out_and_comes_back_and_nothing_that_was_taken_is_lost(
    browser: Browser, address: str, lang: str, size: Any, variant: int
) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    item = opened(page, address, lang, variant)
    field, fault = item.locator("input[type=file]"), item.locator("[data-fault]")
    expect(field).to_be_visible()
    data = template(page, item)

    field.set_input_files(file("一号线.xlsm", b"PK"))
    expect(fault).to_contain_text("一号线.xlsm")
    field.set_input_files(file("large.xlsx", bytes(2_000_001)))
    expect(fault).to_contain_text("2 MB")
    expect(item.locator("[data-told]")).to_have_count(0)

    field.set_input_files(file("一号线v1.xlsx", filled(data, RIGHT, places=PLACES)))
    told = item.locator("[data-told]")
    expect(told).to_contain_text("一号线v1.xlsx")
    expect(told).to_be_focused()
    expect(item.locator("li")).to_have_count(3)
    expect(page.locator("[data-status]").first).to_have_class("dgx-status dgx-ok dgx-push")

    field.set_input_files(file("一号线v2.xlsx", b"PK\x03\x04 damaged"))
    expect(fault).to_contain_text("一号线v2.xlsx")
    expect(fault).to_contain_text("一号线v1.xlsx")
    expect(field).to_be_focused()
    context.set_offline(True)
    field.set_input_files(file("一号线v3.xlsx", data))
    expect(fault).to_contain_text("一号线v3.xlsx")
    context.set_offline(False)
    page.reload()
    expect(told).to_contain_text("一号线v1.xlsx")

    page.locator("form[data-handler=check] button[type=submit]").click()
    expect(item.locator(".dgx-tag")).to_be_visible()
    tones = [mark.get_attribute("data-s") for mark in item.locator("li .dgx-mark").all()]
    assert tones == ["full", "stop", "half"]
    found = Axe().run(page, context={"include": [[".dgx"]]}).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and faults == []
    context.close()
