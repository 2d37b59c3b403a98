"""Texts in the reader's language, in every kind of host."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from django.utils import translation

from dgxblock.i18n import current_language, gettext, ngettext, normalise


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("zh-hans", "zh-CN"),
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("en-us", "en"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("C.UTF-8", "en"),
    ],
)
def test_language_codes_of_any_host_find_one_of_ours(code: str | None, expected: str) -> None:
    assert normalise(code) == expected


def test_the_page_decides_the_language() -> None:
    with translation.override("zh-hans"):
        assert (current_language(), gettext("Save")) == ("zh-CN", "保存")
    with translation.override("en"):
        assert (current_language(), gettext("Save")) == ("en", "Save")


def test_two_threads_read_two_languages_at_once() -> None:
    seen: dict[str, set[str]] = {"zh-hans": set(), "en": set()}

    def read(code: str) -> None:
        with translation.override(code):
            for _ in range(200):
                seen[code].add(gettext("Save"))

    threads = [threading.Thread(target=read, args=(code,)) for code in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"zh-hans": {"保存"}, "en": {"Save"}}


def test_a_text_that_nobody_translated_stays_english() -> None:
    assert gettext("No such message", language="zh-CN") == "No such message"


def test_parameters_fill_the_text_and_a_percent_sign_without_parameters_stays() -> None:
    assert gettext("100% sure", language="en") == "100% sure"
    assert ngettext("%(n)s try", "%(n)s tries", 1, language="en") == "1 try"
    assert ngettext("%(n)s try", "%(n)s tries", 3, language="en") == "3 tries"


def test_the_command_line_needs_no_django_and_follows_the_shell() -> None:
    code = (
        "import sys; sys.modules['django'] = None; sys.modules['django.conf'] = None\n"
        "from dgxblock.i18n import gettext; print(gettext('Save'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"},
    )
    assert run.stdout.strip() == "保存"
