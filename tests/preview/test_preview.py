"""An author's afternoon with the preview: a real server, asked over HTTP while files change."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from dgxblock.__main__ import main
from tests.builders import everything
from tests.builders.content import CASE, DATASET, DOCUMENTS, write_folder
from tests.builders.preview import Preview, preview, start

DRAWN = DATASET.replace("1.5 * i", "round(uniform('stop', i, 1, 99), 1)")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Preview, Path]]:
    """One preview for the tests that leave its folder as it was."""
    place = tmp_path_factory.mktemp("author")
    folder = write_folder(place / "small", dataset=DRAWN)
    with preview(folder, place / "tmp") as made:
        yield made, folder


def test_one_line_says_where_and_each_document_is_a_page_in_both_languages(running: tuple[Preview, Path]) -> None:
    made, folder = running
    assert str(folder) in made.line
    first = made.ask("/")
    assert (first.status, first.url) == (200, made.url + "en/0/")
    for lang in ("en", "zh-CN"):
        listed = made.ask(f"{lang}/0/").text
        files = re.findall(r"<code>([^<]+\.xml)</code></p>", listed)
        assert files == ["case.xml", "exercise-oee.xml", "assessment.xml"]
        for file in files:
            page = made.page(file, lang)
            assert f'<html lang="{lang}">' in page
            assert "data-dgx" in page
            assert 'role="alert"><b>' not in page


def test_pages_load_their_styles_and_scripts_and_nothing_else(running: tuple[Preview, Path]) -> None:
    made, _folder = running
    page = made.page("exercise-oee.xml")
    loaded = re.findall(r"(?:src|href)=['\"](/(?:own|resource)/[^'\"]+)", page)
    assert len(loaded) >= 5
    assert {made.ask(each).status for each in loaded} == {200}
    for path in ("own/..%2Fviews.py", "own/views.py", "resource/public/../base.py", "resource/..%2F..%2Fviews.py",
                 "case.xml", "en/0/case.xml/", "en/0/..%2F..%2Fcase.xml/", "de/0/", "en/10001/"):  # fmt: skip
        assert made.ask(path).status == 404, path


def test_a_file_that_is_saved_is_on_the_page_soon_and_a_broken_one_shows_what_is_wrong(
    running: tuple[Preview, Path],
) -> None:
    made, folder = running
    path = folder / "exercise-oee.xml"
    good = path.read_text("utf-8")
    word = re.search(r"<title>.*?<t xml:lang=\"en\">([^<]+)</t>", good, re.DOTALL)
    assert word
    before = made.ask("state").text
    try:
        path.write_text(good.replace(word[1], "Another title"), encoding="utf-8")
        assert made.ask("state").text != before
        made.soon("exercise-oee.xml", "Another title")
        path.write_text(good[: len(good) // 2], encoding="utf-8")
        broken = made.soon("exercise-oee.xml", "exercise-oee.xml cannot be shown yet")
        assert re.search(r"<code>exercise-oee\.xml:\d+:\d+</code>", broken)
        code = re.search(r"<code>tag-(open|unfinished)</code>", broken)
        assert code
        assert code[0] in made.page("case.xml"), "the findings stand on every page"
        path.unlink()
        assert "exercise-oee.xml" not in made.ask("en/0/").text
    finally:
        path.write_text(good, encoding="utf-8")
    assert word[1] in made.soon("exercise-oee.xml", word[1])


def rows(page: str) -> list[str]:
    """The numbers of the table of one's own data."""
    return re.findall(r"<td[^>]*>([^<]+)</td>", page)


def test_each_variant_is_another_trainee_with_figures_of_their_own(running: tuple[Preview, Path]) -> None:
    made, _folder = running
    pages = [made.page("exercise-oee.xml", variant=each) for each in (0, 1, 2, 1)]
    assert rows(pages[0]) != rows(pages[1]) != rows(pages[2])
    assert rows(pages[1]) == rows(pages[3])
    assert "variant:2" in pages[2]
    typed = made.ask(made.where("exercise-oee.xml") + "?variant=17")
    assert typed.url == made.url.rstrip("/") + made.where("exercise-oee.xml", variant=17)
    for wrong in ("-1", "x", "99999", "1" * 500, "٣"):
        assert made.ask("en/0/?variant=" + quote(wrong)).url.endswith(quote(wrong))


def test_decisions_checks_and_the_assessment_work_and_starting_again_forgets_them(
    running: tuple[Preview, Path],
) -> None:
    made, _folder = running
    case = made.where("case.xml", variant=3)
    decision = re.search(r"data-extra=\"{&quot;decision&quot;: &quot;(\w+)&quot;}\"", made.ask(case).text)
    option = re.search(r"type=\"radio\"[^>]* value=\"(\w+)\"", made.ask(case).text)
    assert decision and option
    said = made.post(case, "decide", {"decision": decision[1], "option": option[1], "reason": "because"})
    assert "because" in said["html"]
    assert "because" in made.ask(case).text

    exercise = made.where("exercise-oee.xml", variant=3)
    given = answers(made.ask(exercise).text)
    assert "html" in made.post(exercise, "check", given), given
    assert made.post(exercise, "check", {"a": {}, "nonce": "0" * 32})["error"]["code"] in ("not-open", "nothing")

    paper = made.where("assessment.xml", variant=3)
    assert "html" in made.post(paper, "begin", {"number": 1, "confirm": True})
    result = made.post(paper, "submit", answers(made.ask(paper).text))
    assert "html" in result, result
    assert made.ask(exercise + "handler/").status == 404
    assert made.post(paper, "no_such_thing", {})["error"]["code"] == "not-found"

    before = made.ask("state").text
    again = made.ask(case, method="POST")
    assert again.status == 200 and "because" not in again.text
    assert made.ask("state").text != before, "other open pages start again too"


def test_a_text_is_handed_in_and_shown_to_others_where_there_are_no_users(tmp_path: Path) -> None:
    with preview(everything.write_folder(tmp_path / "everything"), tmp_path / "tmp") as made:
        paper = made.where(everything.FILE, variant=4)
        given = answers(made.ask(paper).text)
        given["a"] = {"plan": "Within 72 hours we film ten changeovers."}
        assert "html" in made.post(paper, "check", given)
        shown = made.post(paper, "share", {"item": "plan", "on": True, "named": True})
        assert "Within 72 hours" in shown["html"]


def answers(page: str) -> dict[str, Any]:
    """Something for each question of a form, and the name of its submission."""
    given: dict[str, Any] = {}
    for name in re.findall(r"name=\"a\.([\w-]+)\.value\"", page):
        given[name] = {"value": "1"}
    control = re.compile(r"<input[^>]*type=\"(radio|checkbox)\"[^>]*name=\"a\.([\w-]+)\"[^>]*value=\"(\w+)\"")
    for kind, name, value in control.findall(page):
        given.setdefault(name, value if kind == "radio" else [value])
    nonce = re.search(r"nonce&quot;: &quot;([0-9a-f]{32})", page)
    assert nonce, page
    return {"a": given, "nonce": nonce[1]}


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Host": "127.0.0.1:1"}, {"Host": ""},
    {"Host": "localhost.evil.example"},
])  # fmt: skip
def test_a_foreign_name_is_refused(running: tuple[Preview, Path], headers: dict[str, str]) -> None:
    made, _folder = running
    answer = made.ask("en/0/", **headers)
    assert answer.status in (400, 403)
    assert "case.xml" not in answer.text


def test_another_sites_page_cannot_send_anything(running: tuple[Preview, Path]) -> None:
    made, _folder = running
    before = made.ask("state").text
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", ""):
        assert made.ask("en/0/", method="POST", Origin=origin).status == 403, origin
    assert made.ask("state").text == before
    assert made.ask("en/0/", method="POST", Origin=made.url.rstrip("/")).status == 200


def test_a_hostile_folder_gives_findings(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "bad", assessment="")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "dataset.xml").write_text(DATASET.replace("</dataset>", "<!-- outside --></dataset>"), encoding="utf-8")
    (secret / "other.xml").write_text(DOCUMENTS["exercise"], encoding="utf-8")
    (folder / "exercise-huge.xml").write_bytes(b"<" + b"a" * 3_000_000)
    (folder / "exercise-gbk.xml").write_bytes(CASE.encode("gbk"))
    (folder / "exercise-linked.xml").symlink_to(secret / "other.xml")
    (folder / "exercise-up.xml").write_text(
        DOCUMENTS["exercise"].replace('href="dataset.xml"', 'href="../secret/dataset.xml"'), encoding="utf-8"
    )
    (folder / "exercise-'\"><b>.xml").write_text(DOCUMENTS["exercise"], encoding="utf-8")
    (folder / "exercise-loop.xml").symlink_to("exercise-loop.xml")
    with preview(folder, tmp_path / "tmp") as made:
        listed = made.ask("en/0/")
        assert listed.status == 200 and "<b>.xml" not in listed.text
        for file, code in {
            "exercise-huge.xml": "size", "exercise-gbk.xml": "encoding", "exercise-linked.xml": "unreadable",
            "assessment.xml": "not-xml",
        }.items():  # fmt: skip
            page = made.page(file)
            assert "cannot be shown yet" in page
            assert re.search(rf"<code>{re.escape(file)}:[0-9:]+</code> .*<code>{code}</code>", page), file
        assert "cannot be shown yet" in made.page("exercise-up.xml")
        assert made.end(signal.SIGTERM) == (0, "")
        assert list(made.home.iterdir()) == []


def test_a_data_set_that_cannot_be_built_is_a_finding_and_no_failure(tmp_path: Path) -> None:
    broken = re.sub(r"(<value [^>]*>)[^<]*", r"\1SELECT nothing FROM nowhere", DATASET, count=1)
    folder = write_folder(tmp_path / "small", dataset=broken)
    with preview(folder, tmp_path / "tmp") as made:
        page = made.page("case.xml")
        assert "<code>query-fails</code>" in page and "cannot be shown yet" in page
        assert made.end(signal.SIGHUP) == (0, "")
        assert list(made.home.iterdir()) == []


def test_ctrl_c_is_quiet_and_leaves_nothing(tmp_path: Path) -> None:
    with preview(write_folder(tmp_path / "small"), tmp_path / "tmp", "--lang", "zh-CN") as made:
        assert made.ask("/").url.endswith("zh-CN/0/")
        with socket.create_connection(("127.0.0.1", int(made.url.rstrip("/").rpartition(":")[2]))):
            assert made.end(signal.SIGINT) == (0, "")
        assert list(made.home.iterdir()) == []


def test_a_busy_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        process = start(write_folder(tmp_path / "small"), tmp_path / "tmp", "--port", port)
        said, complained = process.communicate(timeout=20)
    assert (process.returncode, said) == (1, "")
    assert complained.count("\n") == 1 and port in complained
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_is_no_folder_of_one_case_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "library"
    write_folder(library / "small")
    (tmp_path / "empty").mkdir()
    for folder, word in {"nowhere": "no folder", "library": "small", "empty": "cases new"}.items():
        assert main(["cases", "preview", str(tmp_path / folder)]) == 1
        said = capsys.readouterr()
        assert said.out == "" and word in said.err and said.err.count("\n") == 1


def test_without_django_a_sentence_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["cases", "preview", str(write_folder(tmp_path / "small"))]) == 1
    assert "pip install" in capsys.readouterr().err
