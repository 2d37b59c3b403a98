"""Schemes come from documents whole or not at all, and whoever wrote one hears which line to mend."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dgxblock.registry import api, models, scheme_files
from tests.builders.registry import COURSE, SLUG, scheme, work
from tests.builders.scheme_files import CITY, EXAMPLE, changed

pytestmark = pytest.mark.django_db

EXAM = "    block: block-v1:CITY+C1+2026+type@dgx_assessment+block@exam\n"


def state() -> list[Any]:
    """Everything that loading could change."""
    return [
        sorted(model._default_manager.values_list())
        for model in (models.Scheme, models.Requirement, models.CourseRun, models.Decision)
    ]


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("dgx_registry", "schemes", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_a_city_is_added_by_a_document_alone_and_certifies() -> None:
    scheme_files.load([("city.yaml", CITY.encode())], actor="9")
    found = api.scheme("course-v1:CITY+C1+2026")
    assert found is not None and found.slug == "city-coach" and found.level.en == "初级"
    noted = models.Decision.objects.get()
    assert (noted.what, noted.actor, len(noted.sha256)) == ("scheme-loaded", "9", 64)
    assert noted.reason.startswith("city-coach: ")


def test_loading_again_changes_nothing_and_notes_nothing() -> None:
    scheme_files.load([("city.yaml", CITY.encode())], actor="9")
    before = state()
    plan = scheme_files.load([("city.yaml", b"\xef\xbb\xbf" + CITY.replace("\n", "\r\n").encode())], actor="9")
    assert plan.differences == () and state() == before


@pytest.mark.parametrize("text", [CITY, EXAMPLE])
def test_what_is_exported_loads_back_unchanged(text: str) -> None:
    plan = scheme_files.load([("a.yaml", text.encode())], actor="9")
    slug = plan.documents[0]["slug"]
    assert scheme_files.check([("b.yaml", scheme_files.export(slug).encode())]) == scheme_files.Plan(
        (), (), plan.documents
    )


def test_a_scheme_that_was_made_by_hand_is_exported_whole() -> None:
    made = scheme(send_members=["phone"], hold_seconds=60)
    text = scheme_files.export(SLUG)
    before = state()
    made.delete()
    scheme_files.load([("a.yaml", text.encode())], actor="")
    assert [row[1:] for row in state()[0]] == [row[1:] for row in before[0]]
    assert [row[2:] for row in state()[1]] == [row[2:] for row in before[1]]


def test_the_preview_names_every_entry_that_changes() -> None:
    scheme_files.load([("city.yaml", CITY.encode())], actor="9")
    before = state()
    later = changed("assessor: 测试培训中心", "assessor: 另一家\nhold_seconds: 60").decode().replace("Exam}", "Final}")
    plan = scheme_files.check([("city.yaml", later.encode())])
    assert {one.field for one in plan.differences} == {"assessor", "hold_seconds", "requirements.exam"}
    assert next(one.before for one in plan.differences if one.field == "hold_seconds") == "0"
    assert state() == before


@pytest.mark.parametrize(
    ("content", "line", "field"),
    [
        (b"", 1, ""), (b"\xff\xfe\x00", 1, ""), (b"# nothing\n", 1, ""), (b"- a\n- b\n", 1, ""), (b"null", 1, ""),
        (b"a: b: c\n", 1, ""), (b"a: 1\n\tb: 2\n", 2, ""), (b"a: [1,\n", 2, ""), (b"a: 1\n---\nb: 2\n", 2, ""),
        (b"x" * 300_000, 1, ""), (b"[" * 5000, 1, ""), (b"{a: " * 5000, 1, ""), (b"a: \x00\n", 1, ""),
        (b"a: &x [1]\nb: *x\n", 1, ""), (b"a: &lol lol\n", 1, ""), (b"a: *nobody\n", 1, ""),
        (b"a: !!python/object/apply:os.system ['echo']\n", 1, ""), (b"a: !!binary aGk=\n", 1, ""),
        (b"? [a]\n: b\n", 1, ""),
        (b"a: 1\na: 2\n", 2, ""), (b"a: .nan\n", 1, ""), (b"a: -.inf\n", 1, ""), (b"a: " + b"9" * 5000, 1, ""),
        (b"<<: {a: 1}\n", 1, "<<"), (b"a: !!float x\n", 1, ""), (b"a: !!set {x}\n", 1, ""),
        (b"a: \xed\xa0\x80\n", 1, ""),
        (changed("dgx-scheme/1", "dgx-scheme/2"), 1, "format"),
        (changed("slug: city-coach", "slug: City Coach"), 2, "slug"),
        (changed("slug: city-coach", "slug: " + "a" * 33), 2, "slug"),
        (changed("slug: city-coach", "slug: 12"), 2, "slug"),
        (changed("slug: city-coach", 'slug: "a:b"'), 2, "slug"),
        (changed("slug: city-coach", 'slug: "a\\n"'), 2, "slug"),
        (changed("slug: city-coach\n", ""), 1, "slug"),
        (changed("registry: sandbox", "registry: ../etc"), 4, "registry"),
        (changed("  level: {zh: 初级}", "  level: 初级"), 8, "credential.level"),
        (changed("  level: {zh: 初级}", "  level: {zh: ''}"), 8, "credential.level.zh"),
        (changed("  level: {zh: 初级}", "  level: {zh: " + "级" * 17 + "}"), 8, "credential.level.zh"),
        (changed("  level: {zh: 初级}", '  level: {zh: "a\\u0000b"}'), 8, "credential.level.zh"),
        (changed("  code: CITY-1", "  code: two words"), 6, "credential.code"),
        (changed("assessor: 测试培训中心", "assessor: ' 空格 '"), 9, "assessor"),
        (changed("assessor: 测试培训中心", "assessor: 测\nhold_seconds: -1"), 10, "hold_seconds"),
        (changed("assessor: 测试培训中心", "assessor: 测\nhold_seconds: true"), 10, "hold_seconds"),
        (changed("assessor: 测试培训中心", "assessor: 测\ncorrect_scores: 'yes'"), 10, "correct_scores"),
        (changed("assessor: 测试培训中心", "assessor: 测\nzone: Mars/Base"), 1, ""),
        (changed("assessor: 测试培训中心", "assessor: 测\nzone: ../../etc/passwd"), 1, ""),
        (changed("assessor: 测试培训中心", "assessor: 测\nsend: [sex]"), 10, "send[0]"),
        (changed("assessor: 测试培训中心", "assessor: 测\nconsent_version: 1.0"), 10, "consent_version"),
        (changed("assessor: 测试培训中心", "assessor: 测\nnonsense: 1"), 10, "nonsense"),
        (changed("assessor: 测试培训中心", "assessor: 测\ncycle: yearly"), 10, "cycle"),
        (changed("assessor: 测试培训中心", "assessor: 测\ncycle: renewal"), 1, "renewal_months"),
        (changed("assessor: 测试培训中心", "assessor: 测\nrenewal_months: 12"), 10, "renewal_months"),
        (changed("assessor: 测试培训中心", "assessor: 测\nkind: dossier"), 14, "requirements"),
        (changed("  - course: course-v1:CITY+C1+2026", "  []"), 11, "runs"),
        (changed("  - course: course-v1:CITY+C1+2026", "  - course: 课程"), 12, "runs[0].course"),
        (changed("+C1+2026\nreq", "+C1+2026\n    blocks: {exam: a}\nreq"), 13, "runs[0].blocks"),
        (changed("+C1+2026\nreq", "+C1+2026\n  - course: course-v1:CITY+C1+2026\nreq"), 12, "runs[0].course"),
        (changed("+C1+2026\nreq", "+C1+2026\n  - course: elsewhere\nreq"), 13, "runs[1]"),
        (changed("+C1+2026\nreq", "+C1+2026\n  - {course: b, blocks: {exam: x, no: y}}\nreq"), 13, "runs[1].blocks.no"),
        (changed("    kind: assessment", "    kind: identity"), 15, "requirements[0].kind"),
        (changed("    kind: assessment", "    kind: exam"), 15, "requirements[0].kind"),
        (changed("    kind: assessment", "    kind: exercise"), 13, "requirements"),
        (changed(EXAM, ""), 14, "requirements[0].block"),
        (changed(EXAM, EXAM + "    min_percent: 100.5\n"), 17, "requirements[0].min_percent"),
        (changed(EXAM, EXAM + "    min_percent: 0\n"), 17, "requirements[0].min_percent"),
        (changed(EXAM, EXAM + "    min_percent: 60.001\n"), 17, "requirements[0].min_percent"),
        (changed(EXAM, EXAM + "    min_percent: '60'\n"), 17, "requirements[0].min_percent"),
        (changed(EXAM, EXAM + "    min_hours: 3\n"), 17, "requirements[0].min_hours"),
        ((CITY + "  - {code: exam, kind: hours, min_hours: 2, title: {zh: a, en: a}}\n").encode(), 14,
         "requirements[0].code"),
        ((CITY + "  - {code: h, kind: hours, title: {zh: a, en: a}}\n").encode(), 18, "requirements[1].min_hours"),
        ((CITY + "  - {code: g, kind: course-grade, title: {zh: a, en: a}}\n").encode(), 18,
         "requirements[1].min_percent"),
        ((CITY + "  - {code: g, kind: course-grade, min_percent: 7, block: b, title: {zh: a, en: a}}\n").encode(), 18,
         "requirements[1].block"),
        ((CITY + "  - nothing\n").encode(), 18, "requirements[1]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_line_and_changes_nothing(content: bytes, line: int, field: str) -> None:
    scheme()
    before = state()
    plan = scheme_files.load(
        [("good.yaml", changed("slug: city-coach", "slug: good")), ("bad.yaml", content)], actor="9"
    )
    assert plan.faults and plan.documents == () and state() == before
    assert {one.file for one in plan.faults} == {"bad.yaml"}
    assert (line, field) in {(one.line, one.field) for one in plan.faults}, [str(one) for one in plan.faults]
    assert all(str(one).startswith("bad.yaml, line ") and len(str(one)) < 400 for one in plan.faults)


def test_two_files_about_one_scheme_load_neither() -> None:
    before = state()
    plan = scheme_files.load([("a.yaml", CITY.encode()), ("b.yaml", CITY.encode())], actor="9")
    assert [one.file for one in plan.faults] == ["b.yaml"] and state() == before


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("registry: sandbox", "registry: another", "registry"), ("code: COACH-2", "code: OTHER", "credential.code"),
        (f"course: {COURSE}", "course: elsewhere", "runs[0]"),
        ("revoke_policy", "revoke_policy", ""),
    ],
)  # fmt: skip
def test_what_certificates_hang_on_cannot_change(old: str, new: str, field: str) -> None:
    scheme(revoke_policy="never")
    work()
    api.evaluate("7", COURSE)
    text = scheme_files.export(SLUG)
    assert old in text
    plan = scheme_files.load([("a.yaml", text.replace(old, new).encode())], actor="9")
    assert [one.field for one in plan.faults] == ([field] if field else [])


@pytest.mark.parametrize(("course", "refused"), [(COURSE, False), ("course-v1:DG+DT1+2027", True)])
def test_whoever_earned_in_a_rerun_is_not_certified_once_more_by_another_count(course: str, refused: bool) -> None:
    made = scheme()
    blocks = {"case": "dgx_case_study.n", "exercise": "dgx_exercise.n", "assessment": "dgx_assessment.n"}
    models.CourseRun.objects.create(scheme=made, course_key="course-v1:DG+DT1+2027", number=2, blocks=blocks)
    work()
    api.evaluate("7", COURSE)
    models.Achievement.objects.update(course_key=course)
    text = scheme_files.export(SLUG) + "cycle: run\n"
    plan = scheme_files.load([("a.yaml", text.encode())], actor="9")
    assert [one.field for one in plan.faults] == (["cycle"] if refused else [])
    assert models.Scheme.objects.get().cycle == ("none" if refused else "run")


def test_a_run_is_added_and_keeps_its_number() -> None:
    scheme_files.load([("a.yaml", CITY.encode())], actor="9")
    for runs in (["2027"], ["2027", "2028"], ["2028"], ["2028", "2029"]):
        lines = "".join(f"\n  - course: course-v1:CITY+C1+{year}" for year in runs)
        plan = scheme_files.load([("a.yaml", changed("+C1+2026\nreq", f"+C1+2026{lines}\nreq"))], actor="9")
        assert not plan.faults
    assert dict(models.CourseRun.objects.values_list("course_key", "number")) == {
        "course-v1:CITY+C1+2028": 3, "course-v1:CITY+C1+2029": 4,
    }  # fmt: skip


def test_the_command_checks_tries_loads_and_exports(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(CITY, encoding="utf-8")
    bad.write_bytes(changed("CITY-1", "two words"))
    for arguments in (["check", str(good)], ["load", "--dry-run", str(good)]):
        assert "credential.code" in run(*arguments) and not models.Scheme.objects.exists()
    for action in ("check", "load"):
        with pytest.raises(CommandError, match=r"bad\.yaml, line 6, credential\.code: "):
            run(action, str(good), str(bad))
        assert not models.Scheme.objects.exists()
    assert "credential.code" in run("load", str(good), "--actor", "li")
    assert models.Decision.objects.get().actor == "li"
    assert "Nothing differs" in run("check", str(good))
    assert "slug: city-coach" in run("export", "city-coach")
    for missing in (["export", "nobody"], ["load", str(tmp_path / "none.yaml")], ["load", str(tmp_path)]):
        with pytest.raises(CommandError):
            run(*missing)
