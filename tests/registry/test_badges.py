"""Open Badges: what is in them, who can verify them, who may take them away, and what is not in them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django.fixtures import Settings

from dgxblock.__main__ import main
from dgxblock.registry import api, conf, models, pump
from dgxblock.registry import contract as c
from dgxblock.registry.adapters import jws, openbadge
from dgxblock.registry.adapters.badge import Badge, issuer_of
from tests.builders.official import BADGE_KEY, badge_site
from tests.builders.registry import COURSE, FIRM, NAME, PHONE, earn, form, number, operation, scheme, time_passes

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def issuing(settings: Settings, tmp_path: Path) -> None:
    settings.ROOT_URLCONF = "tests.builders.badge_urls"
    settings.DGXBLOCK = badge_site(tmp_path)
    scheme(revoke_policy="auto", send_members=[])


def issued(learner: str = "7", /, **members: object) -> str:
    """The learner's badge, as it can be taken away."""
    earn(learner, **members)
    pump.run()
    found = api.badge(learner, COURSE)
    assert found is not None
    return found[0].decode()


def jwks() -> list[dict[str, str]]:
    found: list[dict[str, str]] = Client().get("/dgx/registry/sandbox/jwks.json").json()["keys"]
    return found


def part(token: str, place: int, /) -> dict[str, Any]:
    raw = token.split(".")[place]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    return found


def packed(document: object, /) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def test_a_badge_is_what_the_standard_asks_for(issuing: None) -> None:
    token = issued()
    row = operation()
    assert (row.state, row.sends) == ("DONE", 1)
    head, claims = part(token, 0), part(token, 1)
    assert head == {"alg": "EdDSA", "typ": "JWT", "kid": jwks()[0]["kid"]}
    # members that Open Badges 3.0 requires, and the registered claims of its JWT form
    assert claims["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert claims["@context"][1] == "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(claims["type"])
    assert claims["issuer"] == {"id": "https://training.example", "type": ["Profile"], "name": "测试培训中心"}
    assert claims["id"] == claims["jti"] == f"urn:uuid:{row.achievement.uuid}"
    assert claims["iss"] == "https://training.example" and claims["sub"] == claims["credentialSubject"]["id"]
    assert claims["nbf"] == int(datetime.fromisoformat(claims["validFrom"]).timestamp())
    subject = claims["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert set(subject["achievement"]) >= {"id", "type", "name", "description", "criteria"}
    assert subject["achievement"]["name"] == "企业内部数字化教练" and subject["achievement"]["criteria"]["narrative"]
    assert claims["credentialStatus"] == {
        "id": "https://lms.example/dgx/registry/sandbox/revocations", "type": "1EdTechRevocationList",
    }  # fmt: skip
    assert not {"proof", "vc"} & set(claims)
    assert openbadge.faults(claims) == []
    assert openbadge.verified(token, jwks(), NOW) == claims


def test_anybody_can_verify_it_with_the_published_key_and_nothing_of_ours(issuing: None) -> None:
    head, payload, signature = issued().split(".")
    (key,) = jwks()
    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA") and "d" not in key
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    public.verify(base64.urlsafe_b64decode(signature + "=="), f"{head}.{payload}".encode())
    path = key["kid"].removeprefix("https://lms.example")
    answer = Client().get(path)
    assert answer.json() == key and answer["Access-Control-Allow-Origin"] == "*"
    assert Client().get(path[:-1]).status_code == 404


def test_it_names_nobody(issuing: None) -> None:
    token = issued()
    said = json.dumps([part(token, 0), part(token, 1)], ensure_ascii=False)
    assert all(secret not in said for secret in (NAME, number(), number()[-6:], PHONE, FIRM, '"7"'))
    (identifier,) = part(token, 1)["credentialSubject"]["identifier"]
    assert identifier["hashed"] is True and identifier["identityType"] == "systemId"
    assert re.fullmatch(r"sha256\$[0-9a-f]{64}", identifier["identityHash"]) and len(identifier["salt"]) == 32
    # the salt is public, so what was hashed must not be a number that can be guessed
    guesses = (number(), f"CN-RIC{number()}", NAME, "7")
    assert identifier["identityHash"][7:] not in {
        hashlib.sha256((guess + identifier["salt"]).encode()).hexdigest() for guess in guesses
    }


def test_a_name_stands_in_it_only_if_the_scheme_says_so(issuing: None, settings: Settings) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["names"] = ["dg-coach"]
    said = part(issued(), 1)["credentialSubject"]["identifier"]
    assert said[1] == {"type": "IdentityObject", "hashed": False, "identityType": "ext:name", "identityHash": NAME}
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["names"] = ["another"]
    assert NAME not in json.dumps(part(issued("8", id_no=number("44190019900101789")), 1), ensure_ascii=False)


def test_two_badges_of_one_person_cannot_be_told_to_be_of_one(issuing: None) -> None:
    document = c.loads(_document())
    first = made(document)
    second = made({**document, "result_id": "00000000-0000-4000-8000-000000000002"})
    (one,), (two,) = (each["credentialSubject"]["identifier"] for each in (first, second))
    assert one["identityHash"] != two["identityHash"] and one["salt"] != two["salt"]
    assert made(document) == first


def made(document: dict[str, Any], now: datetime = NOW, /) -> dict[str, Any]:
    return openbadge.credential(document, issuer_of(conf.registry("sandbox")), b"secret", now)


def _document() -> bytes:
    return c.canonical({
        "contract": "dgx-v1/result", "scheme": "dg-coach", "result_id": "00000000-0000-4000-8000-000000000001",
        "seq": 1, "previous_seq": 0, "credential": {"code": "COACH-2", "name": "教练", "level": "中级"},
        "result": {"outcome": "pass", "score": "85", "assessed_on": "2026-11-20", "assessor": "中心"},
        "person": {"name": NAME, "id_type": "CN-RIC", "id_no": number()},
    })  # fmt: skip


def test_a_correction_has_the_same_id_and_a_later_beginning(issuing: None) -> None:
    document = c.loads(_document())
    first = made(document)
    second = made({**document, "seq": 2, "previous_seq": 1}, NOW + timedelta(seconds=1))
    assert first["id"] == second["id"] and first["validFrom"] < second["validFrom"]
    assert first["awardedDate"] == second["awardedDate"] == "2026-11-20T00:00:00+08:00"


def test_what_is_stored_is_encrypted_and_the_receipt_is_one_of_the_contract(issuing: None) -> None:
    token = issued()
    said = json.dumps([*models.Operation.objects.values_list(), *models.Receipt.objects.values_list()], default=str)
    assert token[:60] not in said and token.split(".")[1][:60] not in said
    assert operation().payload_sha256 == c.payload_sha256(token.encode())
    adapter = Badge(conf.registry("sandbox"))
    from dgxblock.registry.adapters import Item

    for kind, content in (("issue", b"x"), ("revoke", c.canonical({"revoked_on": "2027-01-01"})), ("reinstate", b"")):
        sent = c.Sent(str(operation().achievement.uuid), 2, "0" * 64, 1, kind)
        (reply,) = adapter.send([Item(sent, "op", content)]).replies
        assert reply.outcome.receipt is not None and not c.validate("receipt", reply.outcome.receipt)


def test_a_revoked_badge_is_on_the_list_and_a_reinstated_one_is_not(
    issuing: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = issued()
    day = models.Achievement.objects.get().issued_on
    listed = Client().get("/dgx/registry/sandbox/revocations").json()
    assert listed["revokedCredentials"] == [] and listed["issuer"] == "https://training.example"
    item = api.request_revocation(str(operation().uuid), code="fraud", actor="1", reason="looked at")
    assert api.approve(item, actor="2", reason="looked at too") == api.Approval.APPROVED
    for _ in range(3):
        pump.run()
        time_passes(60)
    assert (operation().kind, operation().state) == ("REVOKE", "DONE")
    listed = Client().get("/dgx/registry/sandbox/revocations").json()
    assert listed["revokedCredentials"] == [{"id": part(token, 1)["id"], "revoked": True}]
    assert "fraud" not in json.dumps(listed), "why is nobody else's business"
    assert api.badge("7", COURSE) is None
    assert models.Achievement.objects.get().issued_on == day
    with pytest.raises(jws.Untrue, match="revoked"):
        openbadge.verified(token, jwks(), NOW, listed)
    for name, content in (("b.jwt", token), ("k", json.dumps({"keys": jwks()})), ("r", json.dumps(listed))):
        (tmp_path / name).write_text(content)
    arguments = ["registry", "verify", str(tmp_path / "b.jwt"), "--jwks", str(tmp_path / "k")]
    assert main(arguments) == 0
    assert main([*arguments, "--revocations", str(tmp_path / "r")]) == 1
    assert "revoked" in capsys.readouterr().out.splitlines()[-1]
    assert api.award("7", COURSE, score="85", assessed_on=date(2026, 11, 20), actor="1", reason="cleared")
    for _ in range(3):
        pump.run()
        time_passes(60)
    assert (operation().kind, operation().state) == ("REINSTATE", "DONE")
    assert Client().get("/dgx/registry/sandbox/revocations").json()["revokedCredentials"] == []
    assert (api.badge("7", COURSE) or (b"", ""))[0].decode() == token


def test_a_process_that_died_issues_the_same_badge(issuing: None) -> None:
    earn()
    row = operation()
    from dgxblock.registry import outbox
    from dgxblock.registry.delivery import worker

    (claimed,) = outbox.claim("sandbox", 1, 30)
    where = conf.registry("sandbox")
    prepared = worker.prepare(claimed, conf.adapter(where))
    assert prepared is not None and worker.mark(prepared, where) is not None
    assert operation().state == "SENDING" and api.badge("7", COURSE) is None
    for _ in range(3):
        time_passes(3600)
        pump.run()
    assert operation().state == "DONE" and operation().pk == row.pk
    assert (api.badge("7", COURSE) or (b"", ""))[0] == prepared.content


def test_what_a_retired_key_has_signed_stays_true(issuing: None, settings: Settings, tmp_path: Path) -> None:
    token = issued()
    (tmp_path / "new.key").write_text(c.Key("whsk", b"n" * 32).text)
    (tmp_path / "old.pub").write_text(BADGE_KEY.public().text)
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["sign_keys"] = [
        f"file:{tmp_path / 'new.key'}", {"key": f"file:{tmp_path / 'old.pub'}", "not_after": "2020-01-01"},
    ]  # fmt: skip
    assert len(jwks()) == 2 and not any("d" in key for key in jwks())
    assert openbadge.verified(token, jwks(), NOW)["jti"] == part(token, 1)["jti"]
    other = issued("8", id_no=number("44190019900101789"))
    assert part(other, 0)["kid"] != part(token, 0)["kid"]
    assert openbadge.verified(other, jwks(), NOW)


# -- who may take it away ------------------------------------------------------------------------------------------


def _user(name: str) -> Any:
    return get_user_model().objects.create_user(name, password="x")


def _get(who: Any) -> Any:
    client = Client()
    if who is not None:
        client.force_login(who)
    return client.get(f"/dgx/registry/my-badge/{COURSE}")


def test_a_badge_is_taken_away_by_its_owner_and_nobody_else(issuing: None) -> None:
    owner, other = _user("owner"), _user("other")
    token = issued(str(owner.pk))
    answer = _get(owner)
    assert answer.status_code == 200 and answer.content.decode() == token
    assert answer["Content-Type"] == "application/vc+jwt" and "no-store" in answer["Cache-Control"]
    assert re.fullmatch(r'attachment; filename="COACH-2-[0-9a-f]{8}\.jwt"', answer["Content-Disposition"])
    assert _get(other).status_code == _get(None).status_code == 404
    client = Client()
    client.force_login(owner)
    assert client.post(f"/dgx/registry/my-badge/{COURSE}").status_code == 405
    assert client.get("/dgx/registry/my-badge/course-v1:X+Y+Z").status_code == 404


def test_the_page_links_to_it_once_it_is_issued(issuing: None) -> None:
    earn()
    before = api.status("7", COURSE)
    assert before is not None and before.certificate is None
    pump.run()
    after = api.status("7", COURSE)
    assert after is not None and after.certificate is not None
    assert after.certificate.badge_url == f"/dgx/registry/my-badge/{COURSE}"
    from dgxblock.pages.render import render

    page = {"issued": "", "number": "", "revealed": False, "qr": ""}
    html = render("certification_issued.html", {"status": after, "page": page, "uid": "u"})
    assert f'href="/dgx/registry/my-badge/{COURSE}"' in html


@pytest.mark.parametrize("path", ["jwks.json", "revocations", "keys/abc"])
def test_other_registries_have_no_such_pages(issuing: None, settings: Settings, path: str) -> None:
    settings.DGXBLOCK["REGISTRIES"]["plain"] = {"adapter": "shadow"}
    for slug in ("plain", "nobody"):
        assert Client().get(f"/dgx/registry/{slug}/{path}").status_code == 404
    assert Client().post(f"/dgx/registry/sandbox/{path}").status_code == 405


# -- what is not believed ------------------------------------------------------------------------------------------


def _signed(claims: dict[str, Any], /, key: c.Key = BADGE_KEY) -> str:
    return jws.encode(key, jwks()[0]["kid"], claims)


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(claims: dict[str, Any]) -> None:
        at = claims
        for name in path[:-1]:
            at = at[name]
        del at[path[-1]]

    return change


def _with(**members: Any) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.update(members)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        *((_without(*path), "credential") for path in [
            ("@context",), ("type",), ("id",), ("jti",), ("iss",), ("issuer",), ("sub",), ("nbf",), ("validFrom",),
            ("credentialSubject",), ("credentialSubject", "type"), ("credentialSubject", "achievement"),
            ("credentialSubject", "achievement", "name"), ("credentialSubject", "achievement", "criteria"),
            ("credentialSubject", "achievement", "description"), ("credentialSubject", "achievement", "id"),
        ]),
        (_with(iss="https://evil.example"), "credential"),
        (_with(jti="urn:uuid:other"), "credential"),
        (_with(sub="urn:uuid:other"), "credential"),
        (_with(nbf=1), "credential"),
        (_with(nbf=True), "credential"),
        (_with(nbf="1"), "credential"),
        (_with(type=["VerifiableCredential"]), "credential"),
        (_with(type="OpenBadgeCredential"), "credential"),
        (_with(type=[["VerifiableCredential"], {}, None]), "credential"),
        (_with(**{"@context": ["https://www.w3.org/ns/credentials/v2"]}), "credential"),
        (_with(**{"@context": "https://www.w3.org/ns/credentials/v2"}), "credential"),
        (_with(issuer="https://training.example"), "credential"),
        (_with(credentialSubject=[]), "credential"),
        (_with(validFrom="2999-01-01T00:00:00+08:00", nbf=32472115200), "early"),
        (_with(exp=1), "late"),
        (_with(exp="never"), "late"),
        (_with(exp=True), "late"),
    ],
)  # fmt: skip
def test_what_is_signed_and_no_badge_is_not_believed(
    issuing: None, change: Callable[[dict[str, Any]], None], code: str
) -> None:
    claims = part(issued(), 1)
    change(claims)
    with pytest.raises(jws.Untrue) as untrue:
        openbadge.verified(_signed(claims), jwks(), NOW)
    assert untrue.value.code == code


def test_a_token_that_was_touched_is_not_believed(issuing: None) -> None:
    token, keys = issued(), jwks()
    head, payload, signature = token.split(".")
    claims = part(token, 1)
    other = c.Key("whsk", b"o" * 32)
    embedded = {**part(token, 0), "jwk": jws.jwk(other, keys[0]["kid"])}
    hmac_key = {**part(token, 0), "alg": "HS256"}
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    for forged, code in [
        (f"{packed({'alg': 'none', 'kid': keys[0]['kid']})}.{payload}.", "algorithm"),
        (f"{packed(hmac_key)}.{payload}.{signature}", "algorithm"),
        (f"{packed({**part(token, 0), 'crit': ['b64']})}.{payload}.{signature}", "algorithm"),
        (f"{packed(embedded)}.{payload}.{signature}", "signature"),
        (f"{packed({'alg': 'EdDSA'})}.{payload}.{signature}", "key"),
        (f"{packed({'alg': 'EdDSA', 'kid': ['x']})}.{payload}.{signature}", "key"),
        (f"{packed({'alg': 'EdDSA', 'kid': 'other'})}.{payload}.{signature}", "key"),
        (f"{head}.{packed({**claims, 'name': 'x'})}.{signature}", "signature"),
        (f"{head}.{payload}.{flipped}", "signature"),
        (f"{head}.{payload}.", "signature"),
        (f"{head}.{payload}.{signature}=", "form"),
        (f"{head}.{payload}.{signature[:-1]}+", "form"),
        (f"{head}.{payload}", "form"),
        (f"{head}.{payload}.{signature}.x", "form"),
        (f"{packed([1])}.{payload}.{signature}", "form"),
        ("", "form"), ("..", "form"), ("é.é.é", "form"), ("x" * (jws.MOST_BYTES + 1), "form"),
        (_signed(claims, other), "signature"),
    ]:  # fmt: skip
        with pytest.raises(jws.Untrue) as untrue:
            openbadge.verified(forged, keys, NOW)
        assert untrue.value.code == code, forged[:80]
    assert openbadge.verified(token + "\n", keys, NOW)


@pytest.mark.parametrize(
    "key", [{}, {"kty": "EC"}, {"x": 3}, {"crv": "X25519"}, {"x": "AAAA"}, {"x": "!"}, {"kty": "RSA", "n": "AQAB"}]
)
def test_keys_that_are_none_verify_nothing(issuing: None, key: dict[str, Any]) -> None:
    token = issued()
    changed = {**jwks()[0], **key} if key else {}
    with pytest.raises(jws.Untrue, match="key"):
        openbadge.verified(token, [changed], NOW)


@pytest.mark.parametrize("listed", [{}, {"issuer": "https://evil.example", "revokedCredentials": []},
                                    {"issuer": "https://training.example", "revokedCredentials": {}}])  # fmt: skip
def test_a_list_of_somebody_else_says_nothing(issuing: None, listed: dict[str, Any]) -> None:
    with pytest.raises(jws.Untrue, match="list"):
        openbadge.verified(issued(), jwks(), NOW, listed)


def test_the_command_says_what_it_found(issuing: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "k").write_text(json.dumps({"keys": jwks()}))
    (tmp_path / "b").write_text(issued())
    arguments = ["--jwks", str(tmp_path / "k")]
    assert main(["registry", "verify", str(tmp_path / "b"), *arguments]) == 0
    said = capsys.readouterr().out
    assert "企业内部数字化教练" in said and "https://training.example" in said and NAME not in said
    (tmp_path / "c").write_bytes(b"\xff\x00")
    assert main(["registry", "verify", str(tmp_path / "c"), *arguments]) == 1
    assert main(["registry", "verify", str(tmp_path / "none"), *arguments]) == 2
    for broken in ("[", "[]", ""):
        (tmp_path / "k").write_text(broken)
        assert main(["registry", "verify", str(tmp_path / "b"), *arguments]) == 2
    (tmp_path / "k").write_text('{"keys": 3}')
    assert main(["registry", "verify", str(tmp_path / "b"), *arguments]) == 1


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"base_url": ""}, "base_url"), ({"base_url": "ftp://x"}, "base_url"), ({"issuer": ""}, "issuer"),
        ({"issuer": "us"}, "issuer"), ({"issuer_name": ""}, "issuer_name"), ({"sign_keys": []}, "whsk_"),
        ({"zone": "Moon"}, "zone"), ({"achievements": [1]}, "achievements"),
    ],
)  # fmt: skip
def test_settings_that_are_missing_are_sentences(
    issuing: None, settings: Settings, options: dict[str, Any], word: str
) -> None:
    settings.DGXBLOCK["REGISTRIES"]["sandbox"].update(options)
    earn()
    (sentence,) = pump.run().sentences
    assert word in sentence and operation().state == "READY"


def test_a_badge_says_of_the_achievement_what_the_settings_say(issuing: None, settings: Settings) -> None:
    about = {"description": "教练能力", "criteria": "三个案例", "image": "https://training.example/badge.png"}
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["achievements"] = {"COACH-2": about}
    said = part(issued(), 1)["credentialSubject"]["achievement"]
    assert (said["description"], said["criteria"]["narrative"], said["image"]["id"]) == tuple(about.values())
    assert issuer_of(conf.registry("sandbox")).name == "测试培训中心"


def test_details_that_are_corrected_make_a_new_badge(issuing: None) -> None:
    token = issued()
    assert form()["name"] == NAME
    row = operation()
    models.Scheme.objects.update(correct_scores=True)
    assert api.award("7", COURSE, score="91", assessed_on=date(2026, 11, 21), actor="1", reason="appeal")
    for _ in range(3):
        pump.run()
        time_passes(60)
    assert (operation().kind, operation().state, operation().seq) == ("CORRECT", "DONE", row.seq + 1)
    again = (api.badge("7", COURSE) or (b"", ""))[0].decode()
    assert again != token and part(again, 1)["id"] == part(token, 1)["id"]
    assert part(again, 1)["nbf"] >= part(token, 1)["nbf"]
    assert part(again, 1)["awardedDate"].startswith("2026-11-21")
