"""Files that nobody means well with: each is told of in time, none does what it asks, and nothing raises."""

# ruff: noqa: E501  attacks read better unbroken

from __future__ import annotations

import csv
import io
import random
import time
import zipfile
from typing import Any

import pytest

from dgxblock import bank
from dgxblock.bank import qti
from dgxblock.bank.csv_format import guarded, unguarded
from dgxblock.content.model import Span, Text

MB = 1_000_000
SECONDS = 8.0
"""For the worst on a busy machine; an attack that worked would take minutes."""
ITEM = f"""<qti-assessment-item xmlns="{qti.NAMESPACE}" identifier="i1" title="t" adaptive="false" time-dependent="false">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-item-body><p>What?</p><qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
<qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice>
<qti-simple-choice identifier="C">c</qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>"""

TEXTS: dict[str, bytes] = {
    "one line of 200 MB": b"a" * 200 * MB,
    "five MB of one letter": b"a" * 5 * MB,
    "five MB of empty lines": b"\n" * 5 * MB,
    "five MB of spaces": b" " * 5 * MB,
    "a million options": b"Q {" + b"~a" * MB + b"}",
    "a million answers that are right": b"Q {" + b"=a" * MB + b"}",
    "a million pairs": b"Q {" + b"=a->b" * (MB - 10) + b"}",
    "braces": b"{" * 5 * MB,
    "brackets that close": b"}" * 5 * MB,
    "backslashes": b"Q {=a" + b"\\" * 4 * MB + b"}",
    "weights": b"Q {" + b"~%50" * MB + b"}",
    "tags that never end": b"[html]" + b"<a " * MB + b"{=a ~b ~c}",
    "comments that never end": b"[html]" + b"<!--" * MB + b"{=a ~b ~c}",
    "breaks": b"[html]" + b"a<br>" * (MB // 2) + b"{=a ~b ~c}",
    "entities": b"[html]" + b"&amp;" * (MB // 2) + b"{=a ~b ~c}",
    "names": b"::" * 2 * MB,
    "quotes": b"question\n" + b'"' * 4 * MB,
    "one open quote": b'question,answer\n"' + b"a,b\n" * MB,
    "commas": b"question" + b"," * 4 * MB,
    "semicolons": b"question" + b";" * 4 * MB + b"\n" + b";" * (MB // 2),
    "many rows": b"type,question,answer\n" + b"short,q,a\n" * 300_000,
    "options of Aiken": b"Q\n" + b"A. x\n" * MB + b"ANSWER: A\n",
    "answers of Aiken": b"ANSWER: A\n" * 400_000,
    "NULs": b"\0" * 5 * MB,
    "bytes that are no text": b"\xff\x00\x80" * MB,
    "half a character": "题干,答案\n问".encode()[:-1] + b"\n",
    "a lone mark": b"\xef\xbb\xbf",
    "UTF-16 cut off": "question".encode("utf-16")[:-1],
    "nothing": b"",
    "right-to-left and zero width": "type,question,answer\nshort,\u202e\u200bq,x".encode(),
    "digits": b"Q {#" + b"9" * 4 * MB + b"}",
    "digits in a cell": b"type,question,answer\nnumber,q," + b"9" * 100_000,
    "exponents": b"Q {#1e" + b"9" * MB + b"}",
}


@pytest.mark.parametrize("format", ["csv", "gift", "aiken", "qti"])
@pytest.mark.parametrize("name", list(TEXTS))
def test_a_hostile_text_is_told_of_in_time(name: str, format: str) -> None:
    started = time.monotonic()
    taken = bank.read("x", TEXTS[name], format=format)
    assert time.monotonic() - started < SECONDS
    assert taken.items or taken.refused
    assert len(taken.items) <= 1000
    for each in taken.refused[:50]:
        assert len(each.sentence("en")) < 900


def xml(text: str) -> bytes:
    return text.encode()


BODY = "<qti-item-body>"
XML: list[tuple[str, bytes, str]] = [
    ("a document type", xml(f"<!DOCTYPE x>{ITEM}"), "xml"),
    ("an entity", xml(f'<!DOCTYPE x [<!ENTITY a "b">]>{ITEM}'), "xml"),
    ("laughs", xml('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + ITEM.replace("What?", "&b;")), "xml"),
    ("a foreign file", xml('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + ITEM), "xml"),
    ("an inclusion", xml(ITEM.replace(BODY, BODY + '<x xmlns="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>')), "xml"),
    ("depth", xml(ITEM.replace("What?", "<p>" * 60 + "</p>" * 60)), "xml"),
    ("many parts", xml(ITEM.replace("What?", "<b/>" * 30_000)), "xml"),
    ("many attributes", xml(ITEM.replace("<p>", "<p " + " ".join(f'a{n}="x"' for n in range(40)) + ">")), "xml"),
    ("a large file", xml(ITEM.replace("What?", "a" * 2 * MB)), "xml"),
    ("a long text", xml(ITEM.replace("What?", "a" * 300_000)), "too-long"),
    ("many options", xml(ITEM.replace("</qti-choice-interaction>", '<qti-simple-choice identifier="x">x</qti-simple-choice>' * 900 + "</qti-choice-interaction>")), "too-many"),
    ("another encoding", ITEM.encode("utf-16"), "xml"),
    ("no XML", b"question,answer", "xml"),
    ("cut off", xml(ITEM[:-20]), "xml"),
    ("another language", b"<html/>", "not-qti"),
    ("our own language", b'<assessment xmlns="urn:dgx:content:1"/>', "not-qti"),
    ("QTI 2", b'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>', "qti-version"),
    ("QTI 1", b"<questestinterop/>", "qti-version"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "code"), XML, ids=[each[0] for each in XML])
def test_hostile_xml_is_refused(name: str, data: bytes, code: str) -> None:
    started = time.monotonic()
    taken = bank.read("x.xml", data)
    assert time.monotonic() - started < SECONDS
    assert taken.items == ()
    assert [each.code for each in taken.refused] == [code]
    assert "root:" not in taken.refused[0].sentence("en")


def test_the_item_of_this_table_is_sound() -> None:
    taken = bank.read("x.xml", ITEM.encode())
    assert (len(taken.items), taken.refused) == (1, ())


MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><resources>
<resource identifier="r" type="imsqti_item_xmlv3p0" href="%s"/></resources></manifest>"""


def package(files: dict[str, bytes], **more: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        for name, mode in more.get("modes", {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr, info.create_system = mode << 16, 3
            archive.writestr(info, "/etc/passwd")
        for name in more.get("twice", ()):
            archive.writestr(name, b"again")
    return out.getvalue()


NOISE = random.Random(1).randbytes(MB).hex()
"""Two million letters that do not shrink much."""
GOOD = {"imsmanifest.xml": (MANIFEST % "i.xml").encode(), "i.xml": ITEM.encode()}
PACKAGES: list[tuple[str, bytes, str]] = [
    ("a bomb", package({**GOOD, "x.bin": b"\0" * 30 * MB}), "zip"),
    ("many files", package({**GOOD, **{f"f{n}": b"" for n in range(2100)}}), "zip"),
    ("a way up", package({**GOOD, "../x.xml": b""}), "zip"),
    ("an absolute name", package({**GOOD, "/etc/x.xml": b""}), "zip"),
    ("a drive", package({**GOOD, "C:\\x.xml": b""}), "zip"),
    ("a link", package(GOOD, modes={"link": 0o120777}), "zip"),
    ("a device", package(GOOD, modes={"pipe": 0o010777}), "zip"),
    ("a name in another case", package({**GOOD, "I.xml": b""}), "zip"),
    ("no manifest", package({"i.xml": ITEM.encode()}), "no-manifest"),
    ("a damaged end", package(GOOD)[:-3], "zip"),
    ("a damaged middle", package(GOOD)[:60] + b"\xff" * 40 + package(GOOD)[100:], "zip"),
    ("not even that", b"PK", "zip"),
    ("a manifest with an entity", package({**GOOD, "imsmanifest.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><manifest/>'}), "xml"),
    ("a file outside", package({**GOOD, "imsmanifest.xml": (MANIFEST % "../../etc/passwd").encode()}), "no-file"),
    ("an address", package({**GOOD, "imsmanifest.xml": (MANIFEST % "http://example.org/i.xml").encode()}), "no-file"),
    ("a large item", package({**GOOD, "i.xml": ITEM.replace("What?", NOISE).encode()}), "too-large"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "code"), PACKAGES, ids=[each[0] for each in PACKAGES])
def test_a_hostile_package_is_refused(name: str, data: bytes, code: str) -> None:
    started = time.monotonic()
    taken = bank.read("x.zip", data)
    assert time.monotonic() - started < SECONDS
    assert taken.items == ()
    assert code in [each.code for each in taken.refused]


def test_a_file_that_no_list_names_is_told() -> None:
    taken = bank.read("x.zip", package({**GOOD, "picture.png": b"x"}))
    assert len(taken.items) == 1
    assert [(each.place.file, each.code) for each in taken.refused] == [("picture.png", "file")]


FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|'/C calc'!A0", "＝1", "\t=1", " =1", "'=1", "''=1", "' =1", "-", "=",
    '=HYPERLINK("http://x")',
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_export_runs_and_its_text_comes_back(text: str) -> None:
    (item,) = bank.read("x.csv", b"type,question,option A,option B,option C,answer\nsingle,q,a,b,c,A", lang="en").items
    from dataclasses import replace

    evil = replace(item, prompt=Text((Span("text", text.strip()),), (Span("text", text.strip()),)))
    data = bank.write("csv", [evil], (), lang="en").data
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), cell
    assert bank.read("x.csv", data).items == (evil,)
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["-5", "+3.25", "12", "'x", "it's", "", "a=b"])
def test_what_no_spreadsheet_runs_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text
