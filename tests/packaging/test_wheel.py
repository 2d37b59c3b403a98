"""The wheel as a host installs it: without the demo's extras, beside the oldest and the newest XBlock."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).resolve().parents[2]
BUDGET: Final = 1_150_000
"""Bytes of the wheel without the case library and without SQLite for browsers, compressed. A third is the price of many
short modules: each costs 160 bytes of directory and a line of record, and packs worse than one long file would."""

ENTRY_POINTS: Final = {
    "xblock.v1": ["dgx_assessment", "dgx_case_study", "dgx_certification", "dgx_exercise"],
    "lms.djangoapp": ["dgx_insight", "dgx_ledger", "dgx_registry"],
    "cms.djangoapp": ["dgx_ledger", "dgx_registry"],
}
HOSTS: Final = {
    # What Ulmo runs, and the oldest Django that is still supported there.
    "oldest": (["XBlock==5.2.0", "web-fragments==3.1.0", "lxml==5.3.2"], "Django==4.2.*"),
    "newest": (["XBlock"], "Django==5.2.*"),
}

PURE = """
import sys, json
from pathlib import Path
import dgxblock.charts, dgxblock.grading, dgxblock.i18n, dgxblock.lab
from dgxblock.content.library import Library
from dgxblock.registry import contract
entries = Library.default([]).list()
print(json.dumps({
    "cases": [entry.ref for entry in entries],
    "readable": [bool(Library.default([]).document(entry.ref, "case")) for entry in entries],
    "chinese": dgxblock.i18n.gettext("Save", language="zh-CN"),
    "from": dgxblock.__file__,
    "django": "django" in sys.modules,
}))
"""
HOSTED = """
import sys, json
from importlib.metadata import entry_points
import django
from django.conf import settings
apps = sorted({f"{point.module}.{point.attr}" for group in ("lms.djangoapp", "cms.djangoapp")
               for point in entry_points(group=group) if point.dist.name == "dgxblock"})
settings.configure(
    SECRET_KEY="x", USE_TZ=True, INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
from xblock.core import XBlock
found = {}
for group in ("xblock.v1", "lms.djangoapp", "cms.djangoapp"):
    points = [point for point in entry_points(group=group) if point.dist.name == "dgxblock"]
    found[group] = sorted(point.name for point in points if point.load())
blocks = {}
for name in found["xblock.v1"]:
    block = XBlock.load_class(name)
    with block.open_local_resource("public/dgx.css") as css:
        blocks[name] = len(css.read())
from importlib.util import find_spec
print(json.dumps({"entry points": found, "styles": blocks, "demo": bool(find_spec("dgxblock.demo"))}))
"""


@cache
def pythons() -> dict[str, str]:
    """Every supported Python of this machine, by version; the one that runs the tests is one of them."""
    found = subprocess.run(["sh", str(ROOT / "tools/find_python.sh")], capture_output=True, text=True, check=True)
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    others = {
        subprocess.run(
            [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip(): path
        for path in found.stdout.split()
    }
    return {**others, here: sys.executable}


def run(command: list[str], /, *, cwd: Path) -> str:
    """The standard output of a command that must succeed. Nothing of this machine's Python settings reaches it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: a build leaves traces beside setup.py."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    source.mkdir()
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    for name in ("dgxblock", "case_studies"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(source)],
        cwd=place,
    )
    (built,) = place.glob("*.whl")
    return built


def test_the_wheel_stays_small(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {info.filename: info.compress_size for info in archive.infolist()}
    library = sum(size for name, size in sizes.items() if name.startswith("dgxblock_cases/"))
    vendor = sum(size for name, size in sizes.items() if "/vendor/" in name)
    assert library > 0 and 0 < vendor <= 370_000
    assert wheel.stat().st_size - library - vendor <= BUDGET, sorted(sizes.items(), key=lambda item: -item[1])[:20]


def test_the_wheel_holds_all_that_the_package_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    left_out = (".po", ".pyc")  # the source of what is compiled, and what the installer compiles
    # the demo runs from a clone, and the English catalogue only repeats the message ids
    rooms = {ROOT / "dgxblock" / "demo", ROOT / "dgxblock" / "translations" / "en"}
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "dgxblock").rglob("*")
        if path.is_file() and path.suffix not in left_out and not rooms & set(path.parents)
    }
    assert {name for name in names if name.startswith("dgxblock/")} == package
    library = {name.removeprefix("dgxblock_cases/") for name in names - package}
    assert library == {
        path.relative_to(ROOT / "case_studies").as_posix()
        for path in (ROOT / "case_studies").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("version", sorted(pythons()))
def test_the_wheel_works_in_a_host(wheel: Path, version: str, host: str, tmp_path: Path) -> None:
    pins, django = HOSTS[host]
    venv = tmp_path / "venv"
    run([pythons()[version], "-m", "venv", str(venv)], cwd=tmp_path)
    python = str(venv / "bin" / "python")
    pip: Callable[[list[str]], str] = lambda what: run(  # noqa: E731
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what], cwd=tmp_path
    )

    pip([str(wheel), *pins])
    pure: dict[str, Any] = json.loads(run([python, "-c", PURE], cwd=tmp_path))
    assert pure["cases"], "the library is found"
    assert all(pure["readable"])
    assert pure["chinese"] == "保存"
    assert Path(pure["from"]).is_relative_to(venv)
    assert not pure["django"]

    pip([django])
    hosted: dict[str, Any] = json.loads(run([python, "-c", HOSTED], cwd=tmp_path))
    assert hosted["entry points"] == ENTRY_POINTS
    assert all(hosted["styles"].values())
    assert not hosted["demo"], "no people without passwords on a production site"
    run([python, "-m", "pip", "check"], cwd=tmp_path)
