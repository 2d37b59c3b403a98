"""What the wheel weighs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

__all__ = ["sizes"]

ROOT: Final = Path(__file__).resolve().parents[1]


def sizes() -> tuple[int, int]:
    """Bytes of the wheel without the case library, and of the library in it.

    Raises:
        RuntimeError: it could not be built; pip's last words follow.
    """
    with tempfile.TemporaryDirectory(prefix="dgxblock-wheel-") as place:
        source = Path(place, "source")  # a copy: a build leaves traces beside setup.py
        source.mkdir()
        for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, source / name)
        for name in ("dgxblock", "case_studies"):
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--no-build-isolation", "--wheel-dir", place, str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the wheel could not be built:\n{done.stderr[-1000:]}")
        (built,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(built) as archive:
            library = sum(
                info.compress_size for info in archive.infolist() if info.filename.startswith("dgxblock_cases/")
            )
        return built.stat().st_size - library, library
