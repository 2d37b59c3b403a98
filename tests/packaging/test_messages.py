"""The catalogues are complete, and the tool that says so can tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from tools import messages


def test_the_catalogues_are_complete_and_compiled() -> None:
    problems = messages.check()
    assert not problems, f"{len(problems)} problems, see `make lint`; the first: {problems[0]}"


def test_texts_of_code_are_found() -> None:
    source = """
_("One")
i18n.gettext("Two " "halves", language="en")
ngettext("%(n)s try", "%(n)s tries", n)
LATER = N_("Later")
_("On" if x else "Off")
_(computed)
_("")
other("Not a text")
"""
    assert sorted(text for _, text in messages.extract_code(source) if isinstance(text, str)) == [
        "Later",
        "Off",
        "On",
        "One",
        "Two halves",
    ]
    assert [text for _, text in messages.extract_code(source) if isinstance(text, tuple)] == [
        ("%(n)s try", "%(n)s tries")
    ]


def test_texts_of_templates_are_found() -> None:
    source = """{% t "Save" %} {% t 'Saved %(time)s' time=x %}
{% tn "1 try left" "%(n)s tries left" n=left %}{% t label %}{% t "Say \\"yes\\"" as word %}{% trans "no" %}"""
    assert list(messages.extract_template(source)) == [
        (1, "Save"),
        (1, "Saved %(time)s"),
        (2, ("1 try left", "%(n)s tries left")),
        (2, 'Say "yes"'),
    ]


def test_a_plural_tag_with_one_text_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(messages.extract_template('\n{% tn "1 try left" n=left %}'))


@pytest.mark.parametrize(
    ("text", "translation", "fine"),
    [
        ("Saved", "已保存", True),
        ("100% of it", "全部 100%", True),
        ("Saved %(time)s", "%(time)s 已保存", True),
        ("From %(low)g to %(high)g", "%(low)g 到 %(high)g", True),
        ("Saved %(time)s", "已保存", False),
        ("Saved %(time)s", "%(tme)s 已保存", False),
        ("Saved %(time)s", "%(time)s 已保存 100%", False),
        ("Saved", "%(time)s 已保存", False),
        (("1 try", "%(n)s tries"), ("1 try", "%(n)s tries"), True),
        (("One try", "%(word)s tries"), ("One try", "%(word)s tries"), True),
        (("One try", "%(word)s tries"), ("%(n)s tries", "%(word)s tries"), False),
        (("One try", "%(word)s tries"), ("One try", "Tries"), False),
        (("1 try", "%(n)s tries"), ("%(n)s 次",), True),
        (("1 try of %(all)s", "%(n)s tries of %(all)s"), ("%(n)s 次",), False),
        (("1 try", "%(n)s tries"), ("一次",), False),
    ],
)
def test_parameters_must_agree(text: str | tuple[str, str], translation: str | tuple[str, ...], fine: bool) -> None:
    assert (messages.mismatch(Message(text, translation)) is None) is fine


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one module with two texts, which the tool takes for its own."""
    package = tmp_path / "dgxblock"
    package.mkdir()
    (package / "code.py").write_text('_("Save")\nngettext("1 try", "%(n)s tries", n)\n', encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", package)
    return package


def test_a_new_text_is_reported_until_it_is_translated_and_compiled(package: Path, tmp_path: Path) -> None:
    assert any("missing 'Save'" in problem for problem in messages.check())
    messages.update()
    assert any("'Save': not translated" in problem for problem in messages.check())
    table = tmp_path / "zh.tsv"
    table.write_text("# hand-written\n\nSave\t保存\n%(n)s tries\t%(n)s 次\nGone\t没了\n", encoding="utf-8")
    assert list(messages.merge(messages.read_tsv(table))) == ["not in the code: 'Gone'"]
    assert messages.check() == [
        f"{locale}: dgxblock/translations/{locale}/LC_MESSAGES/text.mo is not what text.po compiles to"
        for locale in ("en", "zh_CN")
    ]
    messages.compile_all()
    assert messages.check() == []
    (package / "code.py").write_text('_("Save")\n', encoding="utf-8")
    assert any("obsolete '1 try'" in problem for problem in messages.check())


def test_an_update_keeps_what_is_translated_and_changes_nothing_the_second_time(package: Path) -> None:
    messages.update()
    list(messages.merge(iter([("Save", "保存")])))
    (package / "more.html").write_text('{% t "Cancel" %}', encoding="utf-8")
    messages.update()
    catalogue = package / "translations" / "zh_CN" / "LC_MESSAGES" / "text.po"
    once = catalogue.read_bytes()
    messages.update()
    assert catalogue.read_bytes() == once
    assert messages.load("zh_CN").get("Save").string == "保存"  # type: ignore[union-attr]


def test_a_fuzzy_text_is_reported(package: Path) -> None:
    messages.update()
    catalogue = package / "translations" / "zh_CN" / "LC_MESSAGES" / "text.po"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(
        text.replace('msgid "Save"\nmsgstr ""', '#, fuzzy\nmsgid "Save"\nmsgstr "保存"'), encoding="utf-8"
    )
    assert "zh_CN: 'Save': fuzzy" in messages.check()
