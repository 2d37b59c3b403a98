"""The everyday commands on machines that lack something."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from tools import venv

ROOT = Path(__file__).resolve().parents[2]
SHELL = "/bin/sh"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{SHELL}\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def fake_python(path: Path, version: str) -> Path:
    """Something that answers as a Python of this version does when it is asked for it."""
    return script(path, f'echo "{version} {path}"')


def find(path: Path, home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SHELL, str(ROOT / "tools/find_python.sh")],
        env={"PATH": str(path), "HOME": str(home), **extra}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_newest_supported_python_comes_first_and_each_version_once(tmp_path: Path) -> None:
    bin_, home = tmp_path / "bin", tmp_path / "home"
    fake_python(bin_ / "python3", "3.11")
    older = fake_python(bin_ / "python3.11", "3.11")
    newer = fake_python(home / ".pyenv/versions/3.12.1/bin/python3.12", "3.12")
    script(bin_ / "python3.12", "exit 127")  # a shim that leads nowhere
    assert find(bin_, home).stdout.split() == [str(newer), str(older)]


def test_a_named_python_is_preferred(tmp_path: Path) -> None:
    older = fake_python(tmp_path / "bin/python3.11", "3.11")
    newer = fake_python(tmp_path / "bin/python3.12", "3.12")
    found = find(tmp_path / "bin", tmp_path, PYTHON=str(older))
    assert found.stdout.split() == [str(older), str(newer)]


@pytest.mark.parametrize("version", ["3.10", "3.13", "2.7"])
def test_without_a_supported_python_a_sentence_says_what_to_do(tmp_path: Path, version: str) -> None:
    fake_python(tmp_path / "bin/python3", version)
    found = find(tmp_path / "bin", tmp_path)
    assert found.returncode == 1
    assert found.stdout == ""
    assert "needs Python 3.11 or 3.12" in found.stderr
    assert "apt-get install" in found.stderr


def test_packages_that_are_there_are_not_installed_again(tmp_path: Path) -> None:
    done = subprocess.run([SHELL, str(ROOT / "tools/debian.sh"), "true", "chromium"], capture_output=True, check=False,
                          env={"PATH": os.environ["PATH"]})  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_who_may_not_install_is_told_what_to_install(tmp_path: Path) -> None:
    script(tmp_path / "id", "echo 1000")
    script(tmp_path / "sh", f'exec {SHELL} "$@"')
    done = subprocess.run(
        [SHELL, str(ROOT / "tools/debian.sh"), "exit 1", "chromium", "fonts-noto-cjk"],
        env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "sudo apt-get install chromium fonts-noto-cjk" in done.stderr


def test_an_environment_is_made_anew_only_when_what_it_holds_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("setup.py", "pyproject.toml"):
        (tmp_path / name).write_text("one", encoding="utf-8")
    monkeypatch.setattr(venv, "ROOT", tmp_path)
    before = venv.wanted(["demo"])
    assert venv.wanted(["demo"]) == before
    assert venv.wanted(["test"]) != before
    (tmp_path / "setup.py").write_text("two", encoding="utf-8")
    assert venv.wanted(["demo"]) != before


def test_every_command_of_the_makefile_is_explained() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert targets == set(re.findall(r"^  make (\w+)\s+\S", shown, re.MULTILINE))
