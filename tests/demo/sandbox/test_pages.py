"""The sandbox's pages: what people see, in both languages, and what the forms refuse."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
import requests

from tests.demo.sandbox.registry import Registry, new_id

LABELS = {"zh": "沙箱登记机构，不签发真实证书", "en": "Sandbox registry, issues no real certificates"}


def page(registry: Registry, path: str = "/", *, lang: str = "en", status: int = 200) -> str:
    """A page as a browser without cookies gets it."""
    joint = "&" if "?" in path else "?"
    answer = requests.get(f"{registry.base}{path}{joint}lang={lang}", timeout=30)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.text


def tell(registry: Registry, path: str, /, **fields: str) -> requests.Response:
    """Post a form with the token of the page."""
    session = requests.Session()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', session.get(f"{registry.base}/", timeout=30).text)
    assert token is not None
    return session.post(
        registry.base + path, data={"csrfmiddlewaretoken": token[1], **fields}, allow_redirects=False, timeout=30
    )


def mode(registry: Registry) -> str:
    return str(requests.get(f"{registry.base}/healthz", timeout=30).json()["behaviour"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/v/nope", 404), ("/nope", 404), ("/healthz/", 404)])
def test_every_page_says_that_this_is_a_sandbox(registry: Registry, path: str, status: int, lang: str) -> None:
    text = page(registry, path, lang=lang, status=status)
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in text
    assert LABELS["en"] in text or LABELS[lang] in text
    assert 'href="/static/dgxblock/dgx.css"' in text


def test_the_language_stays_until_another_is_chosen(registry: Registry) -> None:
    session = requests.Session()
    session.headers["Accept-Language"] = "zh-CN"
    assert '<html lang="zh-CN">' in session.get(f"{registry.base}/", timeout=30).text
    session.get(f"{registry.base}/?lang=en", timeout=30)
    assert '<html lang="en">' in session.get(f"{registry.base}/", timeout=30).text
    session.get(f"{registry.base}/?lang=nonsense", timeout=30)
    assert '<html lang="en">' in session.get(f"{registry.base}/", timeout=30).text


def test_the_register_shows_a_certificate_with_masked_name_and_number_and_its_page_shows_the_number(
    registry: Registry,
) -> None:
    number = registry.issue(name="欧阳测试").json()["certificate"]["no"]
    text = page(registry)
    public, code = number.rsplit("-", 1)
    assert f"{public}-********" in text
    assert code not in text and "/v/" not in text
    assert "欧**" in text
    assert "欧阳" not in text
    verified = page(registry, f"/v/{number}")
    assert "This certificate is valid" in verified
    assert f"<dd>{number}</dd>" in verified
    assert '<h2 class="dgx-q" lang="zh-CN">数字化转型负责人</h2>' in verified
    assert "written as their sender wrote them" in verified
    assert "发送方的写法" not in page(registry, f"/v/{number}", lang="zh")
    assert "欧**" in verified
    assert "数字化转型负责人" in verified


@pytest.mark.parametrize(
    ("host", "way"), [("demo.example:8001", "demo.example"), ("[::1]:9", "[::1]"), ("a b", "localhost")]
)
def test_every_page_leads_back_to_the_demo_under_the_visitors_own_name_for_it(
    registry: Registry, host: str, way: str
) -> None:
    text = requests.get(f"{registry.base}/?lang=en", headers={"Host": host}, timeout=30).text
    assert f'<a class="dgx-btn" href="http://{way}:8000">Back to the demo</a>' in text


def test_a_revoked_certificate_says_so_and_since_when(registry: Registry) -> None:
    result_id = new_id()
    number = registry.issue(result_id).json()["certificate"]["no"]
    registry.revoke(result_id)
    text = page(registry, f"/v/{number}")
    assert "This certificate has been revoked" in text
    assert "1 December 2026" in text


def test_a_name_that_looks_like_markup_stays_text(registry: Registry) -> None:
    registry.issue(name="<script>alert(1)</script>")
    text = page(registry)
    assert "&lt;**" in text
    assert "<script" not in text


def test_numbers_cannot_be_guessed_by_counting(registry: Registry) -> None:
    first, second = (registry.issue().json()["certificate"]["no"] for _ in range(2))
    serial, code = first.rsplit("-", 1)
    following, _ = second.rsplit("-", 1)
    assert int(following[-6:]) == int(serial[-6:]) + 1
    assert len(code) == 8
    for guess in (serial, following + "-" + code, serial + "-" + "2" * 8, first.lower()):
        page(registry, f"/v/{guess}", status=404)


@pytest.mark.parametrize("number", ["%00", "' OR 1=1 --", "../../etc/passwd", "x" * 5000, "张测试", "<blink>"])
def test_a_number_that_is_none_finds_nothing_and_is_not_repeated(registry: Registry, number: str) -> None:
    answer = requests.get(f"{registry.base}/v/{quote(number, safe='%')}", timeout=30)
    assert answer.status_code == 404
    assert number.strip("<>") not in answer.text.partition("<main")[2]


def test_the_switch_stays_where_it_was_turned(registry: Registry) -> None:
    assert tell(registry, "/behaviour", mode="decide-later").status_code == 303
    assert mode(registry) == "decide-later"
    assert "The switch stands at “Decides later”." in page(registry)
    tell(registry, "/behaviour", mode="normal")
    assert "The switch stands at" not in page(registry)


@pytest.mark.parametrize(
    "fields", [{}, {"mode": ""}, {"mode": "explode"}, {"mode": "NORMAL"}, {"mode": "normal'--"}], ids=repr
)
def test_a_position_that_the_switch_does_not_have_is_refused(registry: Registry, fields: dict[str, str]) -> None:
    answer = tell(registry, "/behaviour", **fields)
    assert answer.status_code == 400
    assert mode(registry) == "normal"


def test_a_form_from_elsewhere_turns_nothing(registry: Registry) -> None:
    answer = requests.post(f"{registry.base}/behaviour", data={"mode": "slow"}, timeout=30)
    assert answer.status_code == 403
    assert mode(registry) == "normal"
    assert requests.get(f"{registry.base}/behaviour", timeout=30).status_code == 405
    assert requests.post(f"{registry.base}/decide", timeout=30).status_code == 403


def test_a_button_decides_what_waits(registry: Registry) -> None:
    registry.misbehave("decide-later")
    result_id = new_id()
    registry.issue(result_id)
    assert registry.certificates_of(result_id) == 0
    assert "To be decided" in page(registry)
    assert tell(registry, "/decide").status_code == 303
    assert registry.certificates_of(result_id) == 1


@pytest.mark.parametrize("query", ["page=0", "page=99999", "page=x", "page=-1", "page=1%00"])
def test_a_page_that_is_not_there_shows_one_that_is(registry: Registry, query: str) -> None:
    registry.issue()
    assert "S0000441900" in page(registry, f"/?{query}")


def test_health_is_told_as_json(registry: Registry) -> None:
    answer = requests.get(f"{registry.base}/healthz", timeout=30)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["status"] == "ok"


@pytest.mark.parametrize(
    "path", ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static/sandbox/../../settings.py",
     "/static/", "/static/dgxblock/"]
)  # fmt: skip
def test_only_files_for_browsers_are_served(registry: Registry, path: str) -> None:
    with requests.Session() as session:
        prepared = session.prepare_request(requests.Request("GET", registry.base))
        prepared.url = registry.base + path
        answer = session.send(prepared, timeout=30)
    assert answer.status_code == 404
    assert "SECRET_KEY" not in answer.text


def test_the_styles_are_served(registry: Registry) -> None:
    for path in re.findall(r'href="(/static/[^"]+)"', page(registry)):
        assert requests.get(registry.base + path, timeout=30).status_code == 200
