"""The identity form: hostile or honest, it is read the same way, and nothing of it leaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from dgxblock.registry import api, models
from dgxblock.registry.contract import validate
from dgxblock.registry.identity import numbers, texts
from dgxblock.registry.identity.form import read
from tests.builders.contract import result
from tests.builders.registry import COURSE, NAME, PHONE, earn, form, number, operation, scheme, site, work

TODAY = date(2026, 11, 23)
GOOD = number()


@pytest.fixture
def host(settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK = site(tmp_path)
    scheme()


def errors(**members: object) -> dict[str, str]:
    return read(form(**members), today=TODAY)[1]


@pytest.mark.parametrize(
    ("id_type", "text", "sent_type", "sent"),
    [
        ("CN-RIC", GOOD, "CN-RIC", GOOD),
        ("CN-RIC", "11010519491231002x", "CN-RIC", "11010519491231002X"),
        ("CN-RIC", "１１０１０５１９４９１２３１００２Ｘ", "CN-RIC", "11010519491231002X"),
        ("CN-RIC", "　110105 19491231 002x ", "CN-RIC", "11010519491231002X"),
        ("CN-RIC", "110105-19491231-002X", "CN-RIC", "11010519491231002X"),
        ("CN-RIC", number("44190019850101123"), "CN-RIC", number("44190019850101123")),
        ("CN-RIC", number("81000019940823002"), "CN-RPHK", number("81000019940823002")),
        ("CN-RPHK", number("81000019940823002"), "CN-RPHK", number("81000019940823002")),
        ("CN-RPHK", number("82000019940823002"), "CN-RPMO", number("82000019940823002")),
        ("CN-RPTW", number("83000019940823002"), "CN-RPTW", number("83000019940823002")),
        ("CN-FPR", number("91144019900823002"), "CN-FPR", number("91144019900823002")),
        ("CN-FPR", "USA44099082301", "", ""),
        ("CN-FPR", "USA440990823011", "CN-FPR", "USA440990823011"),
        ("XX-PASSPORT", "e12345678", "XX-PASSPORT", "E12345678"),
    ],
)
def test_numbers_are_normalised_and_typed(id_type: str, text: str, sent_type: str, sent: str) -> None:
    details, found = read(form(id_type=id_type, id_no=text), today=TODAY)
    if not sent:
        assert details is None and set(found) == {"id_no"}
        return
    assert details is not None
    assert (details.id_type, details.id_no) == (sent_type, sent)
    assert validate("result", result(id_type=details.id_type, id_no=details.id_no)) == []


@pytest.mark.parametrize(
    ("id_type", "text", "code"),
    [
        ("CN-RIC", "", "missing"),
        ("CN-RIC", "　 ", "missing"),
        ("CN-RIC", "110105194912310021", "check"),
        ("CN-RIC", "110105491231002", "old"),
        ("CN-RIC", GOOD[:17], "length"),
        ("CN-RIC", GOOD + "1", "length"),
        ("CN-RIC", "0" + GOOD[1:], "length"),
        ("CN-RIC", "X" * 18, "length"),
        ("CN-RIC", "1101051949123100Х2", "length"),  # a Cyrillic letter
        ("CN-RIC", "١" * 18, "length"),
        ("CN-RIC", number("11010520991231002"), "birth"),
        ("CN-RIC", number("11010519900230002"), "birth"),
        ("CN-RIC", number("11010519901331002"), "birth"),
        ("CN-RIC", number("11010500000101002"), "birth"),
        ("CN-RIC", number("11010520101124002"), "age"),
        ("CN-RIC", number("11010519451123002"), "age"),
        ("CN-RPHK", GOOD, "kind"),
        ("CN-RPTW", number("81000019940823002"), "kind"),
        ("CN-FPR", GOOD, "kind"),
        ("CN-FPR", "AAA000000000000", "length"),
        ("XX-PASSPORT", "ABC", "length"),
        ("XX-PASSPORT", "E123456789012", "length"),
        ("XX-PASSPORT", "00000", "length"),
        ("XX-PASSPORT", "E 0000 0000", "length"),
        ("XX-PASSPORT", "111111111", "length"),
        ("XX-PASSPORT", "EEEEEEEEE", "length"),
        ("XX-PASSPORT", GOOD, "kind"),
        ("XX-PASSPORT", "11010519491231002x", "kind"),
        ("XX-PASSPORT", number("81000019940823002"), "kind"),
        ("XX-PASSPORT", GOOD[:17], "kind"),
        ("XX-PASSPORT", "110105491231002", "kind"),
        ("XX-PASSPORT", "USA440990823011", "kind"),
        ("XX-PASSPORT", "PASSPORT", "length"),
        ("XX-PASSPORT", "E1234;DROP", "length"),
        ("CN-XXX", GOOD, "type"),
        ("", GOOD, "type"),
    ],
)
def test_numbers_that_cannot_be_are_refused(id_type: str, text: str, code: str) -> None:
    with pytest.raises(numbers.BadNumber) as caught:
        numbers.check(id_type, text, today=TODAY)
    assert caught.value.code == code
    assert text not in str(caught.value) or not text.strip()


@pytest.mark.parametrize(("born", "fits"), [("20101123", True), ("20101124", False), ("19451124", True)])
def test_age_is_counted_by_the_day(born: str, fits: bool) -> None:
    assert (not errors(id_no=number(f"110105{born}002"))) is fits


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("周敏", "周敏"), ("　周敏　", "周敏"), (" 周敏\n", "周敏"), ("古丽娜尔·买买提", "古丽娜尔·买买提"),
        ("𠮷田", "𠮷田"), ("李䶮", "李䶮"), ("Zoe\u0308", "Zoë"), ("羽", "羽"), ("Anna Müller", "Anna Müller"),
        ("王" * 64, "王" * 64), ("\ue000某", "\ue000某"), ("محمد", "محمد"),
    ],
)  # fmt: skip
def test_names_stay_as_they_are_written(typed: str, kept: str) -> None:
    details, found = read(form(name=typed), today=TODAY)
    assert found == {} and details is not None and details.name == kept
    assert validate("result", result(name=details.name)) == []


@pytest.mark.parametrize(
    "name",
    ["", "　", "王" * 65, "周\n敏", "·", "周\x00敏", "周\u2028敏", "周\ufeff敏", "周\x9b敏", "\ud800", "123",
     "王" * 5000, None, 7, ["周敏"], {"a": 1}, True, b"\xe5\x91\xa8"],
)  # fmt: skip
def test_what_is_no_name_is_refused_with_a_sentence(name: object) -> None:
    found = errors(name=name)
    assert set(found) == {"name"} and "kept" in found["name"]


# Marks of direction, joiners and fillers: two names that look alike, or one that reads as another.
UNSEEN = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180e", "\u200b", "\u200c", "\u200d",
    "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2063", "\u2066", "\u2069", "\u206f", "\u2800", "\u3164",
    "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\U0001d173", "\U000e0001", "\U000e0041", "\U000e0100",
]  # fmt: skip


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
@pytest.mark.parametrize("place", ["周{}敏", "{}周敏", "周敏{}", "{}"])
def test_what_nobody_sees_is_refused_in_names_and_enterprises(unseen: str, place: str) -> None:
    for member in ("name", "enterprise"):
        found = errors(**{member: place.format(unseen)})
        assert set(found) == {member} and "invisible" in found[member] and "kept" in found[member]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "+8613800138000"), ("138 0013 8000", "+8613800138000"), ("+86 138-0013-8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"), ("8613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"), ("+49 170 1234567", "+491701234567"), ("", ""), ("　", ""),
    ],
)  # fmt: skip
def test_phone_numbers_are_normalised(typed: str, kept: str) -> None:
    assert texts.phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["1380013800", "12800138000", "+86123", "+0123456789", "phone", "138001380000", 13800138000]
)
def test_what_is_no_phone_number_is_refused(typed: object) -> None:
    assert set(errors(phone=typed)) == {"phone"}


@pytest.mark.parametrize(
    ("value", "mask"),
    [(GOOD, GOOD[:4] + "*" * 10 + GOOD[-4:]), ("E12345678", "E******78"), ("1234", "***4"), ("1", "1")],
)
def test_numbers_are_masked(value: str, mask: str) -> None:
    assert texts.mask_number(value) == mask


@pytest.mark.parametrize(
    ("value", "mask"), [("周敏", "周*"), ("欧阳测试", "欧**"), ("古丽娜尔·买买提", "古**"), ("𠮷田", "𠮷*")]
)
def test_names_are_masked(value: str, mask: str) -> None:
    assert texts.mask_name(value) == mask


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["name", "id_type", "id_no", "phone", "enterprise", "consent", "action"]), JSON))
def test_whatever_a_browser_sends_is_answered_with_sentences(garbage: dict[str, Any]) -> None:
    details, found = read(garbage, today=TODAY)
    assert (details is None) == bool(found)
    assert all(isinstance(sentence, str) and sentence for sentence in found.values())


@given(st.text(max_size=70))
def test_every_name_that_we_accept_is_one_that_the_contract_accepts(name: str) -> None:
    details, _found = read(form(name=name), today=TODAY)
    if details is not None:
        assert validate("result", result(name=details.name)) == []


def test_details_do_not_show_in_a_repr() -> None:
    details, _found = read(form(), today=TODAY)
    for secret in (NAME, GOOD, PHONE, "甲厂"):
        assert secret not in repr(details)


WRITTEN_ONCE_MORE: tuple[Callable[[str], str], ...] = (
    str, str.lower, lambda n: f"{n[:6]} {n[6:14]}-{n[14:]}",
    lambda n: n.translate({48 + i: 0xFF10 + i for i in range(10)}),
    lambda n: n[:17], lambda n: n[:15], lambda n: "00000", lambda n: n[6:] * 2,
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "first17", ["11010519900307002", "81000019940823002", "83000019940823002", "91144019900823002"]
)
def test_one_number_makes_one_person_whatever_type_and_spelling_other_accounts_choose(host: None, first17: str) -> None:
    mine = number(first17)
    assert earn("7", id_type=numbers.check("CN-RIC", mine, today=TODAY)[0], id_no=mine).state == "READY"
    for i, id_type in enumerate(numbers.ID_TYPES):
        for j, spelling in enumerate(WRITTEN_ONCE_MORE):
            learner = f"other-{i}-{j}"
            api.save_identity(learner, COURSE, form(id_type=id_type, id_no=spelling(mine)))
            if not models.Identity.objects.filter(learner_id=learner).exists():
                continue
            work(learner)
            api.evaluate(learner, COURSE)
            assert (operation(learner).state, operation(learner).reason) == ("HELD", "duplicate-person"), (id_type, j)
    assert models.Identity.objects.count() > 1, "at least the same type and number was accepted, and held"
    assert models.Achievement.objects.exclude(person_key=None).get().learner_id == "7"


@pytest.mark.django_db
def test_the_claim_does_not_ask_what_the_trainee_called_the_document(host: None) -> None:
    from dgxblock.registry.identity import store
    from dgxblock.registry.identity.form import Details

    given = [Details("周敏", id_type, GOOD, "", "") for id_type in (*numbers.ID_TYPES, "CN-RPMO", "DE-PASSPORT")]
    assert len({store.person_index(one) for one in given}) == 1
    passports = [Details("周敏", id_type, "E12345678", "", "") for id_type in ("XX-PASSPORT", "XX-OTHER")]
    assert len({store.person_index(one) for one in passports}) == 2


@pytest.mark.django_db
def test_a_refused_form_stores_nothing(host: None) -> None:
    work()
    api.evaluate("7", COURSE)
    found = api.save_identity("7", COURSE, form(id_no="110105194912310021", phone="x"))
    assert set(found) == {"id_no", "phone"}
    assert "last character" in found["id_no"]
    assert not models.Identity.objects.exists() and not models.Consent.objects.exists()
    assert operation().reason == "identity"


@pytest.mark.django_db
def test_details_and_consent_make_the_operation_ready(host: None) -> None:
    assert earn().state == "READY"
    found = api.status("7", COURSE)
    assert found is not None and found.identity is not None and found.consent is not None
    assert (found.identity.name_mask, found.identity.id_mask) == ("周*", GOOD[:4] + "*" * 10 + GOOD[-4:])
    assert found.consent.stands and len(models.Consent.objects.get().text_sha256) == 64


@pytest.mark.django_db
def test_without_consent_only_saving_for_later_works(host: None) -> None:
    work()
    api.evaluate("7", COURSE)
    assert set(api.save_identity("7", COURSE, form(consent=False))) == {"consent"}
    assert not models.Identity.objects.exists()
    assert api.save_identity("7", COURSE, form(consent=False, action="later")) == {}
    assert (operation().state, operation().reason) == ("HELD", "consent")
    assert api.save_identity("7", COURSE, form()) == {}
    assert operation().state == "READY"
    assert models.Identity.objects.count() == 1, "nothing had changed"


@pytest.mark.django_db
def test_details_may_come_before_the_result(host: None) -> None:
    assert api.save_identity("7", COURSE, form()) == {}
    work()
    api.evaluate("7", COURSE)
    assert operation().state == "READY"


@pytest.mark.django_db
def test_a_mask_sent_back_means_unchanged(host: None) -> None:
    earn()
    shown = api.identity_form("7", COURSE)
    assert shown is not None and shown.name == NAME and GOOD not in shown.id_no and shown.phone == "138****8000"
    back = form(name="周闵", id_no=shown.id_no, phone=shown.phone)
    assert api.save_identity("7", COURSE, back) == {}
    again = api.identity_form("7", COURSE)
    assert again is not None and (again.name, again.id_no, again.phone) == ("周闵", shown.id_no, shown.phone)
    assert models.Identity.objects.count() == 2
    assert operation().identity == models.Identity.objects.get(version=2)


@pytest.mark.django_db
def test_another_persons_mask_is_no_number(host: None) -> None:
    work("8")
    api.evaluate("8", COURSE)
    earn("7")
    mask = GOOD[:4] + "*" * 10 + GOOD[-4:]
    assert set(api.save_identity("8", COURSE, form(id_no=mask))) == {"id_no"}


@pytest.mark.django_db
def test_an_identity_is_never_overwritten(host: None) -> None:
    earn()
    row = models.Identity.objects.get()
    row.name_mask = "王*"
    with pytest.raises(TypeError):
        row.save()


@pytest.mark.django_db
def test_a_changed_consent_text_asks_again(host: None) -> None:
    earn()
    models.Scheme.objects.update(consent_version="2")
    found = api.status("7", COURSE)
    assert found is not None and found.consent is not None and not found.consent.stands
    assert api.save_identity("7", COURSE, form()) == {}
    assert models.Consent.objects.filter(version="2").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["FIELD_KEYS", "BLIND_INDEX_KEY"])
def test_without_keys_the_trainee_hears_that_nothing_is_lost(
    settings: Settings, tmp_path: Path, host: None, missing: str
) -> None:
    work()
    api.evaluate("7", COURSE)
    del settings.DGXBLOCK[missing]
    found = api.save_identity("7", COURSE, form())
    assert set(found) == {"form"} and "nothing is lost" in found["form"]
    assert not models.Identity.objects.exists() and not models.Consent.objects.exists()
    assert any(missing in sentence for sentence in api.missing_settings())
    settings.DGXBLOCK = site(tmp_path)
    assert api.save_identity("7", COURSE, form()) == {} and operation().state == "READY"
