"""SM2 and SM3: the standards' own examples, and keys of ours that sign and verify like any other."""

from __future__ import annotations

import hashlib

import pytest

from dgxblock.registry.contract import Key, KeyProblem, Refused, gm, sign, verify

# GB/T 32918.5-2017, A.2: the example of a signature on the recommended curve.
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
MESSAGE = b"message digest"
NOW = 1_795_248_000


def der(r: str, s: str) -> bytes:
    parts = b"".join(b"\x02\x21\x00" + bytes.fromhex(each) for each in (r, s))
    return b"\x30" + bytes([len(parts)]) + parts


def test_the_extra_is_there() -> None:
    assert gm.available()


def test_the_signature_of_the_standard_verifies() -> None:
    assert gm.verifies(PUBLIC, der(R, S), MESSAGE)
    assert not gm.verifies(PUBLIC, der(R, S), MESSAGE + b".")
    assert not gm.verifies(PUBLIC, der(S, R), MESSAGE)


def test_sm3_hashes_as_the_standard_says() -> None:
    import gmssl_pyx

    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905-2016, A.1
    assert gmssl_pyx.sm3_hash(b"abc").hex() == expected
    assert hashlib.new("sm3", b"abc").hexdigest() == expected


def test_a_key_signs_and_its_public_half_verifies() -> None:
    key = Key("whgk", PRIVATE + PUBLIC)
    headers = {
        "webhook-id": "get:1",
        "webhook-timestamp": str(NOW),
        "webhook-signature": sign([key], "get:1", NOW, b"x"),
    }
    assert headers["webhook-signature"].startswith("v1g,")
    verify([key.public()], headers, b"x", NOW)
    with pytest.raises(Refused):
        verify([key.public()], headers, b"y", NOW)
    assert Key.parse(key.text) == key and Key.parse(key.public().text) == key.public()
    assert key.public().material == PUBLIC


@pytest.mark.parametrize("signature", [b"", b"\x30", b"0" * 8, der(R, S)[:-1], der(R, S) + b"\x00", b"\xff" * 72])
def test_what_is_no_signature_verifies_as_none(signature: bytes) -> None:
    assert not Key("whgp", PUBLIC).verifies("v1g", signature, MESSAGE)


@pytest.mark.parametrize("public", [b"\x00" * 64, b"\xff" * 64])
def test_a_point_off_the_curve_believes_nobody(public: bytes) -> None:
    assert not Key("whgp", public).verifies("v1g", der(R, S), MESSAGE)


def test_a_version_is_never_taken_for_another() -> None:
    assert not Key("whgp", PUBLIC).verifies("v1", der(R, S), MESSAGE)
    assert not Key("whsec", PUBLIC[:32]).verifies("v1g", der(R, S), MESSAGE)


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(KeyProblem):
        Key("whgp", PUBLIC).sign(b"x")


def test_without_the_extra_nothing_is_signed_and_nothing_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gm, "_library", lambda: None)
    assert not Key("whgp", PUBLIC).verifies("v1g", der(R, S), MESSAGE)
    with pytest.raises(KeyProblem, match="gm"):
        Key("whgk", PRIVATE + PUBLIC).sign(b"x")
