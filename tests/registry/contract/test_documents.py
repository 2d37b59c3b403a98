"""Reading and writing documents: strict, whatever comes."""

from __future__ import annotations

from typing import Any

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import result

EMPTY = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"{} {}", "not-json"),
        (b"<!DOCTYPE html>", "not-json"),
        (b"{'a':1}", "not-json"),
        (b"[1,]", "not-json"),
        (b"NaN", "not-json"),
        (b'{"a":-Infinity}', "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'{"a":"\xff"}', "not-utf-8"),
        ("张".encode("gb18030"), "not-utf-8"),
        ("{}".encode("utf-16"), "not-utf-8"),
        (b'{"a":1,"a":1}', "name-twice"),
        (b'{"a":{"b":1,"\\u0062":2}}', "name-twice"),
        (b'{"a":"\\ud800"}', "lone-surrogate"),
        (b'{"\\udfff":1}', "lone-surrogate"),
        (b"1e400", "number-out-of-range"),
        (b'{"seq":9007199254740993}', "number-out-of-range"),
        (b"9" * 6000, "number-out-of-range"),
        (b"[" * 40 + b"]" * 40, "too-deep"),
        (b"[" * 200_000, "too-deep"),
        (b'{"a":' * 50_000, "too-deep"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_what_is_not_one_clean_document_is_malformed(content: bytes, code: str) -> None:
    with pytest.raises(c.Malformed) as caught:
        c.loads(content)
    assert caught.value.code == code
    assert str(caught.value) == code


def test_a_number_without_fraction_is_an_integer_however_it_is_written() -> None:
    assert [type(value) for value in c.loads(b"[1, 1.0, 1e2, 1.5]")] == [int, int, int, float]


@pytest.mark.parametrize("document", [1.5, {"a": float("nan")}, 2**53, {1: 2}, {"a": {1, 2}}, ["\ud800"]], ids=repr)
def test_what_the_contract_does_not_write_is_refused(document: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        c.canonical(document)


def test_names_are_sorted_as_rfc_8785_sorts_them() -> None:
    # By UTF-16 code units a character beyond the BMP (D8xx) sorts before U+FB33; by code points, after.
    assert (
        c.canonical({"\ufb33": 1, "\U0001f600": 2, "a": True, "": None})
        == '{"":null,"a":true,"😀":2,"\ufb33":1}'.encode()
    )


def test_only_the_mandatory_escapes_are_written() -> None:
    assert c.canonical({"a": '/<>&"\\\n\x1f\x7f\u2028'}) == b'{"a":"/<>&\\"\\\\\\n\\u001f\x7f\xe2\x80\xa8"}'


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        (EMPTY, True),
        (f"sha-512=:AAAA:, {EMPTY}", True),
        (f"{EMPTY},{EMPTY}", False),
        ("sha-256=:57DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", False),
        ("sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", False),
        ("sha-512=:AAAA:", False),
        ("", False),
        ("sha-256=::", False),
    ],
)  # fmt: skip
def test_only_a_right_sha_256_digest_matches(header: str, matches: bool) -> None:
    assert c.content_digest_matches(header, b"") is matches


@pytest.mark.parametrize(
    "key",
    ["", "a:b:c", "a:aaaaaaaaabaabaaaaaaaaaaaaa:0", "a:aaaaaaaaabaabaaaaaaaaaaaaa:1000000",
     "A:aaaaaaaaabaabaaaaaaaaaaaaa:1",
     "a:aaaaaaaaabaabaaaaaaaaaaaab:1", "-a:aaaaaaaaabaabaaaaaaaaaaaaa:1", "a:aaaaaaaaaaaaaaaaaaaaaaaaaa:1",
     "a:aaaaaaaaabaabaaaaaaaaaaaaa:1\n", "a:aaaaaaaaabaabaaaaaaaaaaaaa:１", "batch:" + "0" * 64],
)  # fmt: skip
def test_a_key_that_nobody_could_have_made_is_refused(key: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        c.parse_op_key(key)


@pytest.mark.parametrize(
    ("scheme", "result_id", "seq"),
    [
        ("a:b", "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", 1),
        ("", "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", 1),
        ("x" * 33, "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", 1),
        ("a", "018F4C2E-7B1A-7C3D-9E5F-0A1B2C3D4E5F", 1),
        ("a", "../../etc/passwd", 1),
        ("a", "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", 0),
        ("a", "018f4c2e-7b1a-7c3d-9e5f-0a1b2c3d4e5f", 1_000_000),
    ],
)
def test_no_key_is_made_of_parts_that_the_contract_forbids(scheme: str, result_id: str, seq: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        c.op_key(scheme, result_id, seq)


RIC, PERMIT, FPR = "11010519491231002X", "810000199408230021", "91144019900823002X"


@pytest.mark.parametrize(
    ("id_type", "number", "fits"),
    [
        ("CN-RIC", RIC, True),
        ("CN-RIC", "110105194912310021", False),
        ("CN-RIC", "11010519491331002X", False),
        ("CN-RIC", RIC[:17], False),
        ("CN-RIC", PERMIT, False),
        ("CN-RIC", FPR, False),
        ("CN-RPHK", PERMIT, True),
        ("CN-RPHK", "810000199408230022", False),
        ("CN-RPHK", RIC, False),
        ("CN-RPMO", PERMIT, False),
        ("CN-FPR", FPR, True),
        ("CN-FPR", RIC, False),
        ("CN-FPR", "USA44099082301", False),
        ("CN-FPR", "USA440990823011", True),
        ("CN-FPR", "AAA000000000000", False),
        ("CN-FPR", "110105491231002", False),
        ("XX-OTHER", "110105491231002", True),
        ("XX-OTHER", RIC, False),
        ("XX-PASSPORT", "E12345678", True),
        ("XX-PASSPORT", "EA1234567", True),
        ("XX-PASSPORT", "123456789", True),
        ("XX-PASSPORT", "C4VMMKTXF", True),
        ("XX-PASSPORT", "AB1234567890", True),
        ("XX-PASSPORT", "AB12345678901", False),
        ("XX-PASSPORT", "E123", False),
        ("XX-PASSPORT", "PASSPORT", False),
        ("XX-PASSPORT", "00000", False),
        ("XX-PASSPORT", "E00000000", False),
        ("XX-PASSPORT", "111111111", False),
        ("XX-PASSPORT", RIC, False),
        ("XX-PASSPORT", RIC[:17], False),
        ("XX-PASSPORT", "110105491231002", False),
        ("XX-PASSPORT", PERMIT, False),
        ("XX-PASSPORT", "USA440990823011", False),
    ],
)
def test_an_identity_number_fits_its_type_or_not(id_type: str, number: str, fits: bool) -> None:
    assert c.id_number_fits(id_type, number) is fits
    document = result(id_type=id_type, id_no=number)
    assert c.validate("result", document) == []
    assert c.rule_errors("result", document) == ([] if fits else [c.SchemaError("/person/id_no", "identity-mismatch")])


@pytest.mark.parametrize("number", [RIC, PERMIT, FPR])
def test_a_number_of_the_peoples_republic_has_one_type_and_no_other(number: str) -> None:
    types = ("CN-RIC", "CN-RPHK", "CN-RPMO", "CN-RPTW", "CN-FPR", "XX-PASSPORT", "DE-PASSPORT", "XX-OTHER")
    assert [one for one in types if c.id_number_fits(one, number)] == [c.issued_as(number)]
