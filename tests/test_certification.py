"""The certificate's page in its six states, and what nobody gets out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
import segno
from django.utils import translation
from pytest_django.fixtures import Settings

from dgxblock.block import host
from dgxblock.block.qr import qr
from dgxblock.certification import CertificationXBlock
from dgxblock.registry import api, models, pump
from tests.builders import blocks
from tests.builders.registry import (
    ASSESSMENT,
    COURSE,
    FIRM,
    NAME,
    PHONE,
    SmallRegistry,
    earn,
    form,
    number,
    scheme,
    site,
    small_registry,
    time_passes,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(settings: Settings, tmp_path: Path) -> Iterator[SmallRegistry]:
    with small_registry() as running:
        settings.DGXBLOCK = site(tmp_path, running.base_url)
        scheme()
        yield running


def block(learner: str | None = "7", *, course: str = COURSE, author: bool = False, **fields: Any) -> Any:
    made = blocks.block(CertificationXBlock, learner=learner, author=author, **fields)
    made.runtime.dgx_course_key = course
    made.runtime.is_author_mode = author
    return made


def page(learner: str | None = "7", language: str = "en", **how: Any) -> str:
    with translation.override(language):
        return unescape(blocks.inner(block(learner, **how)))


def rows() -> dict[str, Any]:
    tables = (models.Identity, models.Consent, models.Achievement, models.Operation)
    return {table.__name__: sorted(table._default_manager.values_list()) for table in tables}


def heading(html: str) -> str:
    found = re.search(r"<h2[^>]*>(.*?)</h2>", html)
    assert found
    return found[1]


def issued(registry: SmallRegistry, learner: str = "7") -> str:
    """A trainee with a certificate; answers with its number."""
    earn(learner)
    pump.run()
    return registry.certificates()[-1]


def test_an_open_requirement_leads_to_its_page_where_the_host_has_one(registry: SmallRegistry) -> None:
    work(earned=60, passed=False)
    links = r'<a href="([^"]+)" target="_top">'
    made = block()
    assert re.findall(links, blocks.inner(made)) == []
    made.runtime.dgx_unit_url = lambda usage: {ASSESSMENT: "/learn/assessment/"}.get(usage, "")
    assert re.findall(links, blocks.inner(made)) == ["/learn/assessment/"]


def test_on_the_platform_an_open_requirement_leads_there_by_its_usage_key(registry: SmallRegistry) -> None:
    made = block()
    made.scope_ids = made.scope_ids._replace(usage_id=SimpleNamespace(context_key="course-v1:DG+DT101+2026"))
    found = made.address("block-v1:DG+DT101+2026+type@dgx_assessment+block@a")
    assert unquote(found) == (
        "/courses/course-v1:DG+DT101+2026/jump_to/block-v1:DG+DT101+2026+type@dgx_assessment+block@a"
    )
    assert not re.search(r"[+@:]", found)


def test_print_asks_for_the_full_number_until_it_is_shown(registry: SmallRegistry) -> None:
    whole = issued(registry)
    made = block()
    before = unescape(blocks.inner(made))
    assert "choose “Show the full number” before you print" in before and f"<dd>{whole}</dd>" not in before
    after = unescape(blocks.answer(made, "reveal_number", {})["html"])
    assert "before you print" not in after and f"<dd>{whole}</dd>" in after


# -- the six states --------------------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_with_how_far_it_is(registry: SmallRegistry) -> None:
    assert heading(page()) == "3 requirements are still open"
    work(earned=60, passed=False, practice=92.5)
    html = page()
    assert heading(html) == "One requirement is still open"
    assert "92.5 points" in html
    assert "60 points" in html
    assert html.count('aria-label="met"') == 2
    assert html.count('aria-label="not enough yet"') == 1


def test_details_may_be_given_before_they_are_needed(registry: SmallRegistry) -> None:
    html = page()
    assert "<summary>Fill in the details now</summary>" in html
    blocks.answer(block(), "save_identity", form(action="later", consent=False))
    html = page()
    assert "<summary>Change the details</summary>" in html
    assert heading(html) == "3 requirements are still open"
    assert models.Consent.objects.count() == 0


def test_who_has_met_everything_is_asked_who_they_are(registry: SmallRegistry) -> None:
    work()
    api.evaluate("7", COURSE)
    html = page()
    assert heading(html) == "Check your details, so that the certificate carries the right name"
    for label in ("Name", "Type of document", "Number of the document", "Mobile phone", "Your enterprise"):
        assert f">{label}</label>" in html
    assert "<dt>Recipient</dt><dd>Demo registry</dd>" in html
    assert "I agree that the above is given to Demo registry." in html


def test_saved_details_go_their_way_and_the_page_watches_them(registry: SmallRegistry) -> None:
    work()
    api.evaluate("7", COURSE)
    html = unescape(blocks.answer(block(), "save_identity", form())["html"])
    assert heading(html) == "Your details are being checked"
    assert "Saved." in html
    assert 'data-poll="refresh"' in html
    registry.pending = True
    pump.run()
    assert heading(page()) == "Sent to the registry"
    assert 'aria-current="step"' in page()


def test_a_refusal_says_what_to_correct_and_keeps_the_form_filled(registry: SmallRegistry) -> None:
    registry.faults = ["refused=identity-mismatch"]
    earn()
    pump.run()
    html = page()
    assert heading(html) == "One thing needs correcting"
    assert "The registry says: the name and the identity number do not match." in html
    assert f'value="{NAME}"' in html
    assert 'data-poll=""' in html


def test_what_staff_must_settle_is_said_without_a_form(registry: SmallRegistry) -> None:
    registry.faults = ["refused=already-certified"]
    earn()
    pump.run()
    html = page()
    assert heading(html) == "Training staff are looking at it"
    assert "there is nothing for you to do" in html
    assert "<input" not in html


def test_an_issued_certificate_shows_the_end_of_its_number_until_asked(registry: SmallRegistry) -> None:
    whole = issued(registry)
    html = page()
    assert heading(html) == "Certificate issued"
    assert f"<dd>ending in {whole[-4:]}</dd>" in html
    assert f"<dd>{NAME}</dd>" in html
    assert f"<dd>{whole}</dd>" not in html
    assert f'href="https://registry.example/v/{whole}"' in html
    assert "Show the full number" in html
    revealed = unescape(blocks.answer(block(), "reveal_number", {})["html"])
    assert f"<dd>{whole}</dd>" in revealed
    assert "Show the full number" not in revealed
    assert f"<dd>{whole}</dd>" not in page(), "a reload masks it again"


def test_a_missing_key_hides_the_number_and_nothing_else(registry: SmallRegistry, settings: Settings) -> None:
    whole = issued(registry)
    settings.DGXBLOCK = {**settings.DGXBLOCK, "FIELD_KEYS": {"k1": "env:DGX_NOT_SET"}}
    html = page()
    assert heading(html) == "Certificate issued"
    assert whole not in html
    assert NAME not in html


def test_the_page_reads_in_both_languages(registry: SmallRegistry) -> None:
    issued(registry)
    assert 'lang="en"' in page(language="en")
    assert 'lang="zh-CN"' in page(language="zh-hans")
    assert "In-house digital coach" in page(language="en")
    assert "企业内部数字化教练" in page(language="zh-hans")


# -- without this or that --------------------------------------------------------------------------------------------


def test_a_course_without_a_scheme_says_so_to_trainees_and_otherwise_to_authors(registry: SmallRegistry) -> None:
    assert "This course does not lead to a certificate." in page(course="course-v1:other")
    assert "An operator adds a scheme for course-v1:other" in block(course="course-v1:other").findings()[0]
    assert block().findings() == []


def test_authors_read_what_the_course_leads_to_and_which_setting_is_missing(
    registry: SmallRegistry, settings: Settings
) -> None:
    assert "In-house digital coach" in str(block(author=True).author_view().content)
    settings.DGXBLOCK = {}
    assert any('DGXBLOCK["FIELD_KEYS"]' in sentence for sentence in block().findings())
    shown = unescape(str(block(author=True).author_view().content))
    assert 'DGXBLOCK["FIELD_KEYS"]' in shown


def test_without_the_registry_app_the_page_says_what_to_install(
    registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "registry", lambda: None)
    assert "INSTALLED_APPS" in page()
    response = blocks.post(block(), "save_identity", form())
    assert (response.status_int, response.json["error"]["code"]) == (503, "not-installed")


def test_nobody_in_particular_is_asked_to_log_in(registry: SmallRegistry) -> None:
    assert "Log in" in page(None)


def test_the_block_holds_no_score_and_no_document(registry: SmallRegistry) -> None:
    made = block()
    assert not getattr(made, "has_score", False)
    assert made.student_view_data() == {"display_name": "", "kind": ""}
    assert (made.title(), block(display_name="结业证书").title()) == ("Certificate", "结业证书")


# -- hostile ---------------------------------------------------------------------------------------------------------

HANDLERS = ("save_identity", "withdraw", "reveal_number", "refresh")


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize(
    ("raw", "method", "status", "code"),
    [
        (b"{", "POST", 400, "malformed"), (b"[]", "POST", 400, "malformed"), (b'"x"', "POST", 400, "malformed"),
        (b'{"name": Infinity}', "POST", 400, "malformed"), (b"\xff\xfe", "POST", 400, "malformed"),
        (b"{" + b" " * 70_000 + b"}", "POST", 413, "too-large"), (b"", "GET", 405, "method"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(
    handler: str, raw: bytes, method: str, status: int, code: str, registry: SmallRegistry
) -> None:
    earn()
    before = rows()
    response = blocks.post(block(), handler, raw=raw, method=method)
    assert (response.status_int, response.json["error"]["code"]) == (status, code)
    assert rows() == before


@pytest.mark.parametrize("handler", HANDLERS)
def test_who_may_not_gets_nothing_and_changes_nothing(
    handler: str, registry: SmallRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn()
    before = rows()
    for made, code in (
        (block(None), "nobody"),
        (block("9", author=True), "nobody"),
        (block(course="other"), "no-scheme"),
    ):
        assert blocks.post(made, handler, form()).json["error"]["code"] == code
    monkeypatch.setattr(host, "enrolled", lambda learner, course: False)
    response = blocks.post(block(), handler, form())
    assert (response.status_int, response.json["error"]["code"]) == (403, "not-enrolled")
    assert rows() == before


@pytest.mark.parametrize(
    ("members", "marked"),
    [
        ({"name": ""}, {"name"}), ({"name": "周\u202e敏"}, set()), ({"name": ["周敏"]}, {"name"}),
        ({"name": None}, {"name"}),
        ({"name": "x" * 65}, {"name"}), ({"id_no": "110105194912310021"}, {"id_no"}), ({"id_no": 7}, {"id_no"}),
        ({"id_no": {"$ne": ""}}, {"id_no"}), ({"id_type": "CN-ALL"}, {"id_type"}), ({"phone": "12"}, {"phone"}),
        ({"enterprise": "x" * 101}, {"enterprise"}), ({"consent": False}, {"consent"}),
        ({"consent": "perhaps"}, {"consent"}),
        ({"name": "", "phone": "1", "consent": None}, {"name", "phone", "consent"}),
    ],
)  # fmt: skip
def test_mistakes_stand_beside_their_fields_and_nothing_is_stored(
    members: dict[str, Any], marked: set[str], registry: SmallRegistry
) -> None:
    work()
    api.evaluate("7", COURSE)
    before = rows()
    response = blocks.post(block(), "save_identity", form(**members))
    if not marked:  # a right-to-left mark is nobody's mistake, and never breaks the page
        assert response.status_int in (200, 400)
        return
    error = response.json["error"]
    assert (response.status_int, error["code"], set(error["fields"])) == (400, "invalid", marked)
    assert all(error["fields"].values())
    assert rows() == before


def test_no_answer_repeats_a_number_or_a_phone(registry: SmallRegistry) -> None:
    work()
    api.evaluate("7", COURSE)
    answer = blocks.answer(block(), "save_identity", form())["html"]
    registry.pending = True
    for html in (answer, page(), blocks.answer(block(), "refresh", {})["html"]):
        assert number() not in html
        assert PHONE not in html
    wrong = blocks.post(block("8"), "save_identity", form(id_no=number()[:-1] + "A")).text
    assert number()[:-1] not in wrong


def test_details_are_shown_as_text_whatever_they_hold(registry: SmallRegistry) -> None:
    blocks.answer(
        block(), "save_identity", form(name="<b>周</b>", enterprise='"><script>alert(1)</script>', action="later")
    )
    html = str(blocks.inner(block()))
    assert "<script>" not in html
    assert "<b>周" not in html


def test_a_trainee_never_sees_anothers_page(registry: SmallRegistry) -> None:
    whole = issued(registry, "7")
    other = page("8")
    for secret in (whole, NAME, FIRM, whole[-4:]):
        assert secret not in other
    response = blocks.post(block("8"), "reveal_number", {"learner_id": "7"})
    assert (response.status_int, response.json["error"]["code"]) == (409, "no-certificate")


# -- consent and news ------------------------------------------------------------------------------------------------


def test_consent_can_be_withdrawn_before_anything_is_sent(registry: SmallRegistry) -> None:
    earn()
    html = unescape(blocks.answer(block(), "withdraw", {})["html"])
    assert "Your consent is withdrawn." in html
    assert "You withdrew your consent on" in html
    pump.run()
    assert registry.certificates() == []
    blocks.answer(block(), "withdraw", {})
    blocks.answer(block(), "save_identity", form())
    pump.run()
    assert len(registry.certificates()) == 1


def test_an_issued_certificate_offers_no_withdrawal(registry: SmallRegistry) -> None:
    issued(registry)
    assert 'data-handler="withdraw"' not in page()


def test_refresh_sends_a_page_only_when_something_is_new(registry: SmallRegistry) -> None:
    earn()
    found = re.search(r'data-state="(\w+)"', page())
    assert found
    assert blocks.answer(block(), "refresh", {"state": found[1]}) == {"state": found[1]}
    registry.pending = True
    pump.run()
    news = blocks.answer(block(), "refresh", {"state": found[1]})
    assert news["state"] != found[1]
    assert heading(news["html"]) == "Sent to the registry"
    registry.decide()
    time_passes(120)
    pump.run()
    assert heading(blocks.answer(block(), "refresh", {"state": [news["state"]]})["html"]) == "Certificate issued"


def test_the_code_holds_the_address_of_the_verification_page(registry: SmallRegistry) -> None:
    address = f"https://registry.example/v/{issued(registry)}"
    drawn = qr(address, "u")
    assert f'd="{re.findall(chr(34).join(["d=", "([^", "]+)"]) + chr(34), drawn)[-1]}"' in page()
    modules = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn)}
    expected = {
        (x, y) for y, line in enumerate(segno.make_qr(address, error="m").matrix) for x, dark in enumerate(line) if dark
    }
    assert modules == expected
    assert 'fill="#000"' in drawn
