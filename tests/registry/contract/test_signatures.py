"""Keys and signatures: what must never verify."""

from __future__ import annotations

import base64

import pytest

from dgxblock.registry import contract as c
from tests.builders.contract import VECTORS, key

NOW = 1_795_248_000
CONTENT = b'{"a":1}'


def headers(*keys: c.Key, timestamp: int = NOW, msg_id: str = "get:1") -> dict[str, str]:
    return c.signed_headers(keys, "PUT", "/v1/x", msg_id=msg_id, timestamp=timestamp, body=CONTENT)


def code_of(trusted: list[c.Key], sent: dict[str, str], content: bytes = CONTENT, now: float = NOW) -> str:
    with pytest.raises(c.Refused) as caught:
        c.verify(trusted, sent, content, now)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    ["", "whsec_", "whsec_AAAA", "whsec_***", "whsk_" + "A" * 40, "whpk_" + base64.b64encode(b"x" * 33).decode(),
     "ssh-ed25519 AAAA", base64.b64encode(b"x" * 32).decode(), "WHSEC_" + base64.b64encode(b"x" * 32).decode()],
)  # fmt: skip
def test_a_text_that_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(c.KeyProblem) as caught:
        c.Key.parse(text)
    assert len(text) < 8 or text not in str(caught.value)


def test_a_key_does_not_show_in_its_representation() -> None:
    secret = key("sender-hmac-new")
    assert base64.b64encode(secret.material).decode() not in repr(secret)
    assert str(secret.material) not in repr(secret)


def test_the_public_half_is_the_one_of_the_vectors() -> None:
    for name in ("sender-ed25519", "registry-ed25519"):
        assert key(name).public().text == VECTORS["keys"][name]["public"]


def test_a_public_key_never_serves_as_a_shared_secret() -> None:
    public = key("sender-ed25519").public()
    forged = c.Key("whsec", public.material)
    assert code_of([public], headers(forged)) == "signature"


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(c.KeyProblem):
        key("sender-ed25519").public().sign(b"x")


def test_a_shared_secret_never_serves_as_a_seed() -> None:
    secret = key("sender-hmac-new")
    assert code_of([secret], headers(c.Key("whsk", secret.material))) == "signature"


def test_during_a_rotation_either_key_is_enough() -> None:
    old, new = key("sender-hmac-old"), key("sender-hmac-new")
    for trusted in ([old], [new], [old, new]):
        c.verify(trusted, headers(old, new), CONTENT, NOW)
    assert code_of([new], headers(old)) == "signature"


def test_without_a_trusted_key_nothing_verifies() -> None:
    assert code_of([], headers(key())) == "signature"


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(missing: str) -> None:
    assert code_of([key()], {k: v for k, v in headers(key()).items() if k != missing}) == "signature"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-timestamp": "1795248000.0"},
        {"webhook-timestamp": " 1795248000"},
        {"webhook-timestamp": "１７９５２４８０００"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "9" * 13},
        {"webhook-id": "a b"},
        {"webhook-id": "x" * 81},
        {"webhook-id": "get:1\n"},
        {"webhook-id": ""},
        {"webhook-signature": "v1,AAAA " * 7 + "x" * 1000},
        {"webhook-signature": "v1a," + "A" * 86 + "=="},
        {"webhook-signature": "v1"},
        {"webhook-signature": "\u00e9,\u00e9"},
    ],
    ids=lambda change: repr(change)[:50],
)
def test_a_hostile_header_is_refused(change: dict[str, str]) -> None:
    trusted = [key(), key("sender-ed25519").public()]
    assert code_of(trusted, headers(key()) | change) == "signature"


def test_the_clock_is_told_only_to_who_holds_a_key() -> None:
    assert code_of([key()], headers(key(), timestamp=NOW - 301)) == "clock"
    assert code_of([key()], headers(key("registry-hmac"), timestamp=NOW - 301)) == "signature"


def test_header_names_may_come_in_any_case() -> None:
    c.verify([key()], {name.upper(): value for name, value in headers(key()).items()}, CONTENT, NOW)


@pytest.mark.parametrize("keys", [0, 9])
def test_one_to_eight_keys_sign(keys: int) -> None:
    with pytest.raises(c.KeyProblem):
        c.sign([key()] * keys, "get:1", NOW, b"")


def test_an_identifier_that_could_break_out_of_its_header_is_not_signed() -> None:
    with pytest.raises(ValueError, match="webhook-id"):
        c.sign([key()], "get:1\r\nX-Evil: 1", NOW, b"")
