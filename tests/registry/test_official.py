"""Official files: read with suspicion, put beside what was handed over, and believed when a second person says so."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from dgxblock.registry import api, conf, inbox, models, pump, vault
from dgxblock.registry.official import applying, profile, reading
from tests.builders.official import HEAD, answer, csv_file, file_site, xlsx_file
from tests.builders.registry import COURSE, NAME, earn, number, operation, scheme, time_passes

pytestmark = pytest.mark.django_db

ANNA, BERT = "11", "12"


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> None:
    """Two trainees whose results were handed over; the first has the usual name and number."""
    settings.DGXBLOCK = file_site(tmp_path)
    scheme()
    earn(ANNA)
    earn(BERT, name="李雷", id_no=number("44190019900101456"))
    pump.run()
    assert {operation(one).state for one in (ANNA, BERT)} == {"PENDING"}


def stage(data: bytes, /, name: str = "official.csv", uploader: str = "90") -> api.ImportView:
    found = api.stage_import("sandbox", name, data, uploader=uploader)
    assert isinstance(found, api.ImportView), found
    return found


def take(data: bytes, /, *rows: str) -> api.ImportView:
    """Put in by one, approved by another."""
    file = stage(data)
    assert api.approve_import(file.id, actor="91", reason="compared", rows=rows) == api.Approval.APPROVED
    return next(one for one in api.imports("sandbox") if one.id == file.id)


def only(file: api.ImportView, /) -> api.ImportRowView:
    (row,) = api.import_rows(file.id)
    return row


def certificate(learner: str = ANNA, /) -> str:
    status = api.status(learner, COURSE)
    return status.certificate.number if status and status.certificate else ""


def test_a_file_is_believed_when_a_second_person_has_agreed(office: None) -> None:
    lines = [answer(operation(ANNA), "DG-1"), answer(operation(BERT), "DG-2", 姓名="李雷")]
    file = stage(csv_file(lines))
    assert (file.state, dict(file.counts), file.rows) == ("staged", {"exact": 2}, 2)
    assert {operation(one).state for one in (ANNA, BERT)} == {"PENDING"}, "nothing is believed yet"
    assert api.approve_import(file.id, actor="90", reason="mine") == api.Approval.SAME_PERSON
    assert api.approve_import(file.id, actor="91", reason="  ") == api.Approval.GONE
    assert certificate() == ""
    assert api.approve_import(file.id, actor="91", reason="compared with the letter") == api.Approval.APPROVED
    assert [certificate(one) for one in (ANNA, BERT)] == ["DG-1", "DG-2"]
    assert {operation(one).state for one in (ANNA, BERT)} == {"DONE"}
    assert api.approve_import(file.id, actor="92", reason="again") == api.Approval.GONE
    assert not api.discard_import(file.id, actor="92", reason="too late")
    assert models.Receipt.objects.count() == 4, "one each for handing over and for the official file"
    assert list(models.Attempt.objects.order_by("pk").values_list("phase", flat=True)) == ["send"] * 2 + ["import"] * 2
    assert models.Decision.objects.filter(what="file-approved", actor="91").count() == 1
    for _ in range(3):
        time_passes(9000)
        pump.run()
    assert {operation(one).sends for one in (ANNA, BERT)} == {1}


def test_the_same_bytes_are_the_same_file_and_the_next_file_changes_nothing_twice(office: None) -> None:
    data = csv_file([answer(operation(ANNA))])
    first = take(data)
    again = stage(data, uploader="95")
    assert again.again and again.id == first.id and models.OfficialFile.objects.count() == 1
    second = take(csv_file([answer(operation(ANNA)), answer(operation(BERT), "DG-0002")]))
    assert dict(second.results) == {inbox.OLD: 1, inbox.SETTLED: 1}
    assert models.Receipt.objects.filter(achievement=operation(ANNA).achievement).count() == 2


def test_a_discarded_file_can_be_put_in_again(office: None) -> None:
    data = csv_file([answer(operation(ANNA))])
    first = stage(data)
    assert not api.discard_import(first.id, actor="90", reason="")
    assert api.discard_import(first.id, actor="90", reason="the wrong one")
    assert api.approve_import(first.id, actor="91", reason="x") == api.Approval.GONE
    second = stage(data)
    assert second.id != first.id and not second.again


def test_what_is_kept_names_nobody(office: None) -> None:
    data = csv_file([answer(operation(ANNA), "DG-77-SECRET", 姓名=NAME, 证件号码=number())])
    file = stage(data)
    assert api.original(file.id) == data
    said = json.dumps([list(row) for row in models.OfficialRow.objects.values_list()], default=str)
    said += json.dumps([list(row) for row in models.OfficialFile.objects.values_list()], default=str)
    assert all(secret not in said for secret in (NAME, number(), "DG-77-SECRET"))
    assert NAME not in repr(api.import_rows(file.id)) and number() not in repr(api.import_rows(file.id))
    assert api.import_rows("nobody") == [] and api.original("nobody") is None


# cells, whose place in the class, why
_LINES: list[tuple[dict[str, str], str, str]] = [
    ({}, "exact", ""),
    ({"姓名": NAME, "证件号码": number()}, "exact", ""),
    ({"等级": "中 级"}, "exact", ""),
    ({"状态": ""}, "exact", ""),
    ({"状态": "吊销"}, "exact", ""),
    ({"状态": "不合格", "证书编号": "", "发证日期": ""}, "exact", ""),
    ({"状态": "审核中", "证书编号": "", "发证日期": ""}, "exact", ""),
    ({"发证日期": "2030年1月2日"}, "exact", ""),
    ({"发证日期": "20300102"}, "exact", ""),
    ({"业务编号": "", "证件号码": number()}, "exact", ""),
    ({"业务编号": "", "证件号码": number().lower(), "姓名": NAME}, "exact", ""),
    ({"业务编号": "", "证件号码": number(), "等级": ""}, "fuzzy", "no-level"),
    ({"业务编号": "", "证件号码": number(), "姓名": "周民"}, "fuzzy", "other-name"),
    ({"业务编号": "", "证件号码": number("44190019900101789")}, "unmatched", "unknown-person"),
    ({"业务编号": "00000000-0000-4000-8000-000000000000"}, "unmatched", "unknown-reference"),
    ({"业务编号": ""}, "unmatched", "no-reference"),
    ({"姓名": "周民"}, "conflicting", "other-name"),
    ({"证件号码": number("44190019900101789")}, "conflicting", "other-person"),
    ({"等级": "高级"}, "conflicting", "other-level"),
    ({"业务编号": "", "证件号码": number(), "等级": "高级"}, "conflicting", "other-level"),
    ({"状态": "大概"}, "conflicting", "status"),
    ({"证书编号": ""}, "conflicting", "incomplete"),
    ({"发证日期": ""}, "conflicting", "incomplete"),
    ({"发证日期": "2030-02-30"}, "conflicting", "issued_on"),
    ({"发证日期": "morgen"}, "conflicting", "issued_on"),
    ({"发证日期": "1999-01-01"}, "conflicting", "issued-before"),
    ({"证书编号": "DG 0001"}, "conflicting", "number"),
    ({"证书编号": "D" * 65}, "conflicting", "number"),
    ({"业务编号": "1 OR 1=1"}, "conflicting", "reference"),
    ({"姓名": "周\u202e敏"}, "conflicting", "name"),
    ({"姓名": "周" * 300}, "conflicting", "name"),
    ({"证书编号": "DG\x07"}, "conflicting", "number"),
]


@pytest.mark.parametrize(("cells", "match", "code"), _LINES)
def test_a_line_is_exact_fuzzy_unmatched_or_contradicts(
    office: None, cells: dict[str, str], match: str, code: str
) -> None:
    row = only(stage(csv_file([answer(operation(ANNA), **cells)])))
    assert (row.match, row.code) == (match, code)
    assert row.match_label and (row.why or not code)
    assert row.may == (match == "fuzzy")


def test_only_what_is_exact_or_was_chosen_is_taken_over(office: None) -> None:
    fuzzy = answer(operation(ANNA), "DG-1", 业务编号="", 证件号码=number(), 等级="")
    wrong = answer(operation(BERT), "DG-2", 等级="高级")
    file = stage(csv_file([fuzzy, wrong]))
    rows = api.import_rows(file.id)
    assert [row.match for row in rows] == ["fuzzy", "conflicting"]
    named = [row.id for row in rows]
    assert api.approve_import(file.id, actor="91", reason="both look right", rows=named) == api.Approval.APPROVED
    assert [certificate(one) for one in (ANNA, BERT)] == ["DG-1", ""]
    assert [(row.chosen, row.result) for row in api.import_rows(file.id)] == [(True, "settled"), (False, "")]


def test_fuzzy_lines_that_nobody_chose_stay(office: None) -> None:
    take(csv_file([answer(operation(ANNA), 业务编号="", 证件号码=number(), 等级="")]))
    assert (certificate(), operation(ANNA).state) == ("", "PENDING")


def test_one_number_is_one_certificate(office: None) -> None:
    both = stage(csv_file([answer(operation(ANNA), "DG-1"), answer(operation(BERT), "DG-1")]))
    assert [(row.match, row.code) for row in api.import_rows(both.id)] == [("duplicate", "number-twice-in-file")] * 2
    take(csv_file([answer(operation(ANNA), "DG-1")]))
    later = stage(csv_file([answer(operation(BERT), "DG-1")]))
    assert (only(later).match, only(later).code) == ("duplicate", "number-twice")
    second = stage(csv_file([answer(operation(ANNA), "DG-9")]))
    assert (only(second).match, only(second).code) == ("conflicting", "second-certificate")
    twice = stage(csv_file([answer(operation(ANNA), "DG-1"), answer(operation(ANNA), "DG-3")]))
    assert {row.match for row in api.import_rows(twice.id)} == {"conflicting"}
    assert certificate() == "DG-1" and certificate(BERT) == ""


def test_what_happened_since_the_file_was_read_counts(office: None) -> None:
    early = stage(csv_file([answer(operation(ANNA), "DG-1")]))
    take(csv_file([answer(operation(ANNA), "DG-2")]))
    assert api.approve_import(early.id, actor="91", reason="old letter") == api.Approval.APPROVED
    assert only(early).result == "second-certificate" and certificate() == "DG-2"


def test_a_number_taken_since_the_file_was_read_is_not_given_twice(office: None) -> None:
    early = stage(csv_file([answer(operation(ANNA), "DG-1")]))
    take(csv_file([answer(operation(BERT), "DG-1")]))
    assert api.approve_import(early.id, actor="91", reason="old letter") == api.Approval.APPROVED
    assert certificate(BERT) == "DG-1" and certificate() == ""
    assert (operation(ANNA).state, operation(ANNA).reason) == ("HUMAN", "number-twice")


def test_refused_and_revoked_come_back_too(office: None) -> None:
    take(csv_file([
        answer(operation(ANNA), "DG-1"), answer(operation(BERT), "", 状态="不合格", 发证日期=""),
    ]))  # fmt: skip
    refused = operation(BERT)
    assert (refused.state, refused.owner) == ("REJECTED", "staff")
    file = take(csv_file([answer(operation(ANNA), "DG-1", 状态="吊销"), answer(operation(BERT), "", 状态="驳回")]))
    assert dict(file.results) == {"learned": 1, "old": 1}
    achievement = models.Achievement.objects.get(learner_id=ANNA)
    assert achievement.remote_state == "revoked"
    receipt = models.Receipt.objects.filter(achievement=achievement).order_by("-rev")[0]
    assert receipt.certificate_status == "revoked"
    late = take(csv_file([answer(operation(ANNA), "DG-1"), answer(operation(BERT), "", 状态="审核中")]))
    assert dict(late.results) == {"revoked-already": 1, "noted": 1}


@pytest.mark.parametrize("other_first", [False, True])
def test_what_was_refused_and_is_there_after_all_is_nobody_elses_to_have(office: None, other_first: bool) -> None:
    take(csv_file([answer(operation(BERT), "", 状态="不合格", 发证日期="")]))
    assert models.Achievement.objects.get(learner_id=BERT).person_key is None
    late = csv_file([answer(operation(BERT), "DG-2")])
    if not other_first:
        take(late)
    earn("13", name="李雷", id_no=number("44190019900101456"))
    pump.run()
    if other_first:
        take(csv_file([answer(operation("13"), "DG-3")]))
        take(late)
        assert [(one.learner_id, one.kind, one.code) for one in api.work_items(COURSE)] == [
            (BERT, "revoke", "duplicate")
        ]
    else:
        assert (operation("13").state, operation("13").reason) == ("HELD", "duplicate-person")
    assert certificate(BERT) == "DG-2" and operation(BERT).state == "DONE"


def test_a_refusal_after_the_certificate_changes_nothing(office: None) -> None:
    take(csv_file([answer(operation(ANNA), "DG-1")]))
    file = take(csv_file([answer(operation(ANNA), "", 状态="不合格", 发证日期="")]))
    assert dict(file.results) == {"decided-already": 1} and certificate() == "DG-1"


def test_a_correction_goes_out_and_whatever_becomes_of_it_the_certificate_stays(office: None) -> None:
    take(csv_file([answer(operation(ANNA), "DG-1"), answer(operation(BERT), "DG-2")]))
    models.Scheme.objects.update(correct_scores=True)
    for learner in (ANNA, BERT):
        assert api.award(learner, COURSE, score="91", assessed_on=date(2026, 11, 1), actor="1", reason="appeal")
    pump.run()
    assert [(operation(one).kind, operation(one).state) for one in (ANNA, BERT)] == [("CORRECT", "PENDING")] * 2
    assert [certificate(one) for one in (ANNA, BERT)] == ["DG-1", "DG-2"], "valid while it is corrected"
    take(csv_file([answer(operation(ANNA), "DG-1"), answer(operation(BERT), "", 状态="退回", 发证日期="")]))
    assert [operation(one).state for one in (ANNA, BERT)] == ["DONE", "REJECTED"]
    assert [certificate(one) for one in (ANNA, BERT)] == ["DG-1", "DG-2"]
    assert set(models.Achievement.objects.values_list("remote_state", flat=True)) == {"issued"}


def test_a_revocation_is_for_people(office: None) -> None:
    take(csv_file([answer(operation(ANNA), "DG-1")]))
    item = api.request_revocation(str(operation(ANNA).uuid), code="fraud", actor="1", reason="looked at")
    assert api.approve(item, actor="2", reason="looked at too") == api.Approval.APPROVED
    pump.run()
    assert (operation(ANNA).kind, operation(ANNA).state) == ("REVOKE", "HUMAN")
    assert operation(ANNA).reason == "not-supported"
    take(csv_file([answer(operation(ANNA), "DG-1", 状态="已吊销")]))
    assert models.Achievement.objects.get(learner_id=ANNA).remote_state == "revoked"


def test_a_file_speaks_only_for_its_own_registry(office: None, settings: Settings, tmp_path: Path) -> None:
    settings.DGXBLOCK["REGISTRIES"]["other"] = settings.DGXBLOCK["REGISTRIES"]["sandbox"]
    found = api.stage_import("other", "a.csv", csv_file([answer(operation(ANNA))]), uploader="90")
    assert isinstance(found, api.ImportView) and dict(found.counts) == {"unmatched": 1}
    with pytest.raises(conf.Unset):
        api.stage_import("nobody", "a.csv", csv_file([answer(operation(ANNA))]), uploader="90")


def test_a_process_that_dies_while_it_takes_over_goes_on_later(office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stage(csv_file([answer(operation(ANNA), "DG-1"), answer(operation(BERT), "DG-2")]))
    real: Callable[..., str] = applying._one
    seen: list[int] = []

    def dies(row: models.OfficialRow) -> str:
        seen.append(row.pk)
        if len(seen) > 1:
            raise KeyboardInterrupt
        return real(row)

    with monkeypatch.context() as dying:
        dying.setattr(applying, "_one", dies)
        with pytest.raises(KeyboardInterrupt):
            api.approve_import(file.id, actor="91", reason="compared")
    assert [certificate(one) for one in (ANNA, BERT)] == ["DG-1", ""]
    api.sweep()
    assert [certificate(one) for one in (ANNA, BERT)] == ["DG-1", "DG-2"]
    assert {row.result for row in api.import_rows(file.id)} == {"settled"}


def test_without_a_key_everything_waits(office: None, settings: Settings) -> None:
    file = stage(csv_file([answer(operation(ANNA), "DG-1")]))
    keys = settings.DGXBLOCK["FIELD_KEYS"]
    settings.DGXBLOCK["FIELD_KEYS"] = {"other": keys["k1"]}
    assert api.approve_import(file.id, actor="91", reason="compared") == api.Approval.APPROVED
    with pytest.raises(vault.Closed):
        api.original(file.id)
    assert operation(ANNA).state == "PENDING"
    settings.DGXBLOCK["FIELD_KEYS"] = keys
    api.sweep()
    assert certificate() == "DG-1"


# -- forms of files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["古丽娜尔·买买提", "䶮𠮷", "=cmd()"])
def test_names_are_read_whole_in_every_encoding(encoding: str, name: str) -> None:
    data = csv_file([{"业务编号": "", "姓名": name, "证件号码": number(), "证书编号": "1"}], encoding)
    assert reading.lines(data, {})[0].name == name


def test_a_workbook_with_titles_real_dates_and_numbers_is_read(office: None) -> None:
    row = [str(operation(ANNA).achievement.uuid), NAME, number(), 20300001, "中级", date(2030, 1, 2), "有效"]
    file = stage(xlsx_file([["证书发放名单"], [], list(HEAD), row]), "名单.xlsx")
    found = only(file)
    assert (found.match, found.code, found.row_no) == ("exact", "", 4)
    assert api.approve_import(file.id, actor="91", reason="compared") == api.Approval.APPROVED
    assert certificate() == "20300001"


@pytest.mark.parametrize(
    ("cell", "code"),
    [(440106199001011234, "id_no-as-number"), (4.40106199001011e17, "id_no-as-number"), (True, "id_no")],
)
def test_an_identity_number_that_a_spreadsheet_has_rounded_is_not_believed(
    office: None, cell: object, code: str
) -> None:
    row = ["", NAME, cell, "DG-1", "中级", "2030-01-02", "有效"]
    assert only(stage(xlsx_file([HEAD, row]), "a.xlsx")).code == code


def test_columns_have_many_names_and_a_registry_may_add_its_own(office: None, settings: Settings) -> None:
    line = answer(operation(ANNA), "DG-1")
    settings.DGXBLOCK["REGISTRIES"]["sandbox"]["columns"] = {"number": ["Cert. No"], "nonsense": ["x"]}
    line |= {"Cert. No": line.pop("证书编号"), " 证件 号码 ": number(), "职业技能等级": line.pop("等级")}
    head = ["业务编号", " 证件 号码 ", "Cert. No", "职业技能等级", "发证日期", "备注"]
    assert only(stage(csv_file([line], head=head))).match == "exact"


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _with(part: str, content: bytes) -> bytes:
    """A workbook with one part more."""
    out = io.BytesIO(xlsx_file([HEAD, ["", NAME, number(), "1"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    return out.getvalue()


_HEAD_LINE = ",".join(HEAD).encode()
_HOSTILE: list[tuple[str, bytes, str]] = [
    ("empty", b"", "empty"),
    ("blank", b"  \r\n", "empty"),
    ("pdf", b"%PDF-1.7 ...", "pdf"),
    ("old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "xls-old"),
    ("web page", b"<html><table><tr><td>x</td></tr></table></html>", "html"),
    ("no head", "甲,乙\n1,2\n".encode(), "no-head"),
    ("head alone", _HEAD_LINE + b"\n", "no-rows"),
    ("head too late", b"x,y\n" * 12 + _HEAD_LINE + b"\n1,2\n", "no-head"),
    ("column twice", _HEAD_LINE + ",姓名".encode() + b"\n1,2\n", "column-twice"),
    ("bytes", _HEAD_LINE + b"\n\xff\xff\xff", "encoding"),
    ("utf-16", ",".join(HEAD).encode("utf-16"), "encoding"),
    ("unclosed", _HEAD_LINE + b'\n"' + b"x" * 200_000, "damaged"),
    ("too long", _HEAD_LINE + b"\n" + b"x" * reading.MOST_BYTES, "too-large"),
    ("too many", _HEAD_LINE + b"\n" + b"1,2,3,4\n" * (reading.MOST_ROWS + 1), "too-many-rows"),
    ("any zip", _zip(readme=b"x"), "not-xlsx"),
    ("macro", _with("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x"), "macro"),
    ("link", _with("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "external-links"),
    ("entities", _with("xl/more.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "doctype"),
    ("bomb", _with("xl/media.xml", b"<a>" + b" " * 60_000_000 + b"</a>"), "too-large"),
    ("cut", xlsx_file([HEAD, ["", NAME, number(), "1"]])[:-900], "damaged"),
]


@pytest.mark.parametrize(("name", "data", "code"), _HOSTILE, ids=[name for name, _data, _code in _HOSTILE])
def test_what_is_no_official_file_is_refused_with_a_sentence_and_leaves_nothing(
    office: None, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(profile.Unreadable) as refused:
        reading.lines(data, {})
    assert refused.value.code == code
    said = api.stage_import("sandbox", "../../<b>名单\u202e.xlsx", data, uploader="90")
    assert isinstance(said, str) and "名单" in said and "\u202e" not in said and ".." not in said
    assert models.OfficialFile.objects.count() == models.OfficialRow.objects.count() == 0


def test_somebody_puts_it_in(office: None) -> None:
    assert isinstance(api.stage_import("sandbox", "a.csv", csv_file([answer(operation(ANNA))]), uploader=""), str)
    assert models.OfficialFile.objects.count() == 0


def test_fifty_thousand_lines_are_read(office: None) -> None:
    line = ",".join(["", NAME, number("44190019900101789"), "{}", "中级", "2030-01-02", "有效"])
    data = _HEAD_LINE + b"\n" + "\n".join(line.format(n) for n in range(reading.MOST_ROWS)).encode()
    assert len(reading.lines(data, {})) == reading.MOST_ROWS


def test_the_number_of_queries_does_not_grow_with_the_lines(office: None) -> None:
    def queries(count: int) -> int:
        lines = [answer(operation(ANNA))] + [answer(operation(ANNA), f"X{n}", 业务编号="") for n in range(count)]
        data = csv_file(lines)
        with CaptureQueriesContext(connection) as seen:
            stage(data)
        # Databases limit how much one INSERT takes.
        return sum(not query["sql"].startswith("INSERT") for query in seen.captured_queries)

    assert queries(2) == queries(200)
    with CaptureQueriesContext(connection) as seen:
        api.imports("sandbox")
    assert len(seen) == 3


# -- the command ---------------------------------------------------------------------------------------------------


def test_the_command_takes_a_file_and_a_second_person_approves(office: None, tmp_path: Path) -> None:
    path = tmp_path / "official.csv"
    path.write_bytes(csv_file([answer(operation(ANNA), "DG-1"), answer(operation(BERT), "DG-2", 等级="高级")]))
    out = io.StringIO()
    call_command("dgx_registry", "import", str(path), "--registry", "sandbox", "--by", "90", stdout=out)
    said = out.getvalue()
    file_id = said.split()[0]
    assert "exact" in said and "conflicting" in said and NAME not in said
    with pytest.raises(CommandError):
        call_command("dgx_registry", "approve-import", file_id, "--by", "90", "--reason", "x", stdout=out)
    assert certificate() == ""
    call_command("dgx_registry", "approve-import", file_id, "--by", "91", "--reason", "compared", stdout=out)
    assert [certificate(one) for one in (ANNA, BERT)] == ["DG-1", ""]
    for wrong in (
        ["import", str(tmp_path / "missing.csv"), "--registry", "sandbox", "--by", "90"],
        ["import", str(path), "--registry", "nobody", "--by", "90"],
        ["import", __file__, "--registry", "sandbox", "--by", "90"],
        ["approve-import", "nobody", "--by", "91", "--reason", "x"],
    ):
        with pytest.raises(CommandError):
            call_command("dgx_registry", *wrong, stdout=out)
