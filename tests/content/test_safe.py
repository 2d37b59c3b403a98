"""Documents that want to do harm are refused, each for its own reason and at its own place."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from dgxblock.content import check, read, render, write
from dgxblock.content.findings import ContentError
from dgxblock.content.model import Case
from dgxblock.content.safe import MAX_BYTES, load
from tests.builders.content import BI, CASE, DOCUMENTS, bi, whole

GOOD = whole(CASE)
BOMB = '<!DOCTYPE case [\n<!ENTITY a "aaaaaaaaaa">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">\n]>\n' + GOOD.replace(
    "<p>", "<p>&b;"
)
FILE = '<!DOCTYPE case [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n' + GOOD.replace("小案例", "&x;")
PARAMETER = '<!DOCTYPE case [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>\n' + GOOD
INCLUDE = GOOD.replace(
    "<epilogue>", '<epilogue><x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
)
DEEP = GOOD.replace(BI, f'<t xml:lang="zh-CN">{"<em>" * 60}深{"</em>" * 60}</t><t xml:lang="en">deep</t>', 1)

HOSTILE = {
    "an entity bomb": (BOMB, "entity", 2),
    "an external entity": (FILE, "external-entity", 1),
    "an external parameter entity": (PARAMETER, "external-entity", 1),
    "a DTD by address": ('<!DOCTYPE case SYSTEM "http://127.0.0.1:9/x.dtd">\n' + GOOD, "doctype", 1),
    "an empty DTD": ("<!DOCTYPE case>\n" + GOOD, "doctype", 1),
    "an entity of HTML": (GOOD.replace("English", "A&nbsp;B", 1), "entity", 4),
    "XInclude": (INCLUDE, "xinclude", 1 + GOOD[: GOOD.index("<epilogue>")].count("\n")),
    "a style sheet": ('<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>\n' + GOOD, "instruction", 1),
    "sixty levels": (DEEP, "depth", 4),
    "a thousand levels": ("<case xmlns='urn:dgx:content:1'>" + "<p>" * 1000, "depth", 1),
    "sixty thousand attributes": (
        "<case xmlns='urn:dgx:content:1' " + " ".join(f"a{n}=''" for n in range(60_000)) + "/>",
        "attributes",
        1,
    ),
    "a hundred thousand elements": ("<case xmlns='urn:dgx:content:1'>" + "<p/>" * 100_000 + "</case>", "parts", 1),
    "a hundred thousand comments": ("<case xmlns='urn:dgx:content:1'>" + "<!---->" * 100_000 + "</case>", "parts", 1),
    "two megabytes": (GOOD.replace("English", "E" * (2 * MAX_BYTES), 1), "size", 1),
    "invalid UTF-8": (GOOD.encode().replace("小".encode(), b"\xff\xfe"), "encoding", 3),
    "GBK": (GOOD.encode("gbk", "replace"), "encoding", 3),
    "GBK that says so": (('<?xml version="1.0" encoding="GBK"?>\n' + GOOD).encode("gbk", "replace"), "encoding", 4),
    "another encoding by name": ('<?xml version="1.0" encoding="ISO-8859-1"?><case/>', "encoding", 1),
    "UTF-16": (GOOD.encode("utf-16"), "encoding", 1),
    "a lone surrogate": (GOOD.replace("English", "\ud800", 1), "encoding", 4),
    "NUL": (GOOD.replace("English", "\0", 1), "syntax", 4),
    "a control character by number": (GOOD.replace("English", "&#1;", 1), "syntax", 4),
    "nothing": ("", "not-xml", 1),
    "a zip": (b"PK\x03\x04" + bytes(60), "not-xml", 1),
    "JSON": ('{"case": 1}', "not-xml", 1),
    "half a document": (GOOD[: len(GOOD) // 2], "tag-open", 1 + GOOD[: len(GOOD) // 2].count("\n")),
    "two roots": (GOOD + "<case/>", "syntax", 1 + GOOD.count("\n")),
    "an attribute twice": (GOOD.replace('id="O1"', 'id="O1" id="O1"', 1), "syntax", None),
    "another root": (GOOD.replace("<case ", "<html ", 1).replace("</case>", "</html>"), "root", 1),
    "no namespace": (GOOD.replace(' xmlns="urn:dgx:content:1"', ""), "namespace", 1),
    "another namespace": (GOOD.replace("urn:dgx:content:1", "urn:dgx:contents:1", 1), "namespace", 1),
    "a newer version": (GOOD.replace("urn:dgx:content:1", "urn:dgx:content:2", 1), "newer-version", 1),
    "a script of SVG": (
        GOOD.replace("English", '<s:svg xmlns:s="http://www.w3.org/2000/svg" onload="x()"/>', 1),
        "namespace",
        4,
    ),
    "an attribute of XLink": (
        GOOD.replace("<epilogue>", '<epilogue xmlns:l="http://www.w3.org/1999/xlink" l:href="javascript:x()">'),
        "namespace",
        1 + GOOD[: GOOD.index("<epilogue>")].count("\n"),
    ),
}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the reader wanted the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(("document", "code", "line"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_refused_quickly_with_its_own_finding(
    document: str | bytes, code: str, line: int | None, offline: None
) -> None:
    begun = time.perf_counter()
    findings = check.check(document)
    assert time.perf_counter() - begun < 1
    assert [each.code for each in findings] == [code]
    assert line is None or findings[0].line == line
    assert "root:" not in str(findings[0])
    for attempt in (read.parse, read.parse_dataset, write.canonical, write.revision, write.to_element):
        with pytest.raises(ContentError) as caught:
            attempt(document)
        assert [each.code for each in caught.value.findings] == [code]


def test_a_file_beyond_the_limit_is_not_even_read_whole(tmp_path: Path) -> None:
    from dgxblock.content.folder import read_bytes

    huge = tmp_path / "case.xml"
    with huge.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert len(read_bytes(huge)) == MAX_BYTES + 1


def test_script_in_text_stays_text() -> None:
    attack = "&lt;script>alert(1)&lt;/script>&lt;img src=x onerror='x()'> &amp;lt; \"q\""
    case = read.parse(GOOD.replace(bi("小案例", "A small case"), bi(attack, attack), 1))
    assert isinstance(case, Case)
    for lang in ("zh-CN", "en"):
        shown = render.html(case.title, lang)
        assert "<" not in shown
        assert shown.startswith(
            "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#x27;x()&#x27;&gt; &amp;lt;"
        )
    assert read.parse(write.canonical(GOOD)) == read.parse(GOOD)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "//example.org/x",
        "file:///etc/passwd",
        "https:",
        "http://",
        "http://[",
        "https://example.org/a b",
        "",
    ],
)
def test_a_source_without_a_web_address_is_refused(url: str) -> None:
    findings = check.check(GOOD.replace("https://example.org/report", url))
    assert [each.code for each in findings] == ["url-unsafe"]


def test_positions_count_characters_and_go_beyond_what_libxml2_counts() -> None:
    tree = load("<case xmlns='urn:dgx:content:1'>\n" + "<!-- 线 -->\n\n\n\n" * 17_500 + "<!-- 线 --><p/></case>")
    assert tree.positions[tree.root[-1]] == (70_002, 11)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_byte_order_mark_and_a_declaration_are_welcome(kind: str) -> None:
    document = whole(DOCUMENTS[kind])
    plain = read.parse(document)
    assert read.parse(b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="utf-8"?>\r\n' + document.encode()) == plain
    assert read.parse('<?xml version="1.0" encoding="UTF-8"?>\n' + document) == plain
