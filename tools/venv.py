"""Make a virtual environment with dgxblock in it, once: ``venv.py DIRECTORY [EXTRA...]``.

Runs on a bare Python, so it imports the standard library only. A second run returns at once, unless setup.py, the
pinned versions or the interpreter have changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PINS = ROOT / "requirements" / f"py{VERSION}.txt"
MISSING = (
    f"Python {VERSION} is here, but not its venv module, which dgxblock's tools need.\n"
    f"On Debian or Ubuntu: sudo apt-get install python{VERSION}-venv (or python3-venv)"
)


def wanted(extras: list[str]) -> str:
    """A digest of all that decides what is installed."""
    digest = hashlib.sha256()
    for part in (sys.version, sys.executable, str(ROOT), ",".join(extras)):
        digest.update(part.encode() + b"\0")
    for path in (ROOT / "setup.py", ROOT / "pyproject.toml", PINS):
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def need_venv() -> None:
    """Debian packs ensurepip apart from Python. Install it where that is allowed, else say how."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        probe = f"{sys.executable} -c 'import ensurepip, venv'"
        done = subprocess.run(["sh", str(ROOT / "tools/debian.sh"), probe, f"python{VERSION}-venv"], check=False)
        if done.returncode:
            sys.exit(MISSING)


def say(text: str) -> None:
    print(text, flush=True)


def pip_install(python: Path, extras: list[str]) -> None:
    """Run pip, showing one line for every package that it takes up; its whole output only if it fails."""
    command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    if PINS.exists():
        command += ["--constraint", str(PINS)]
    command += ["--editable", f"{ROOT}[{','.join(extras)}]"]
    lines: list[str] = []
    count, tty = 0, sys.stdout.isatty()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Collecting "):
                count += 1
                name = line.split()[1]
                if tty:
                    print(f"\r\033[K  {count:3d} {name}", end="", flush=True)
                elif count % 10 == 0:
                    say(f"  {count:3d} packages …")
            elif line.startswith("Installing collected"):
                say(f"{chr(13) if tty else ''}  {count:3d} packages found; installing them …")
    if process.wait():
        sys.stderr.writelines(lines[-30:])
        sys.exit(
            "pip could not install the packages above. Check the network (or the proxy and index in pip's own settings)"
            " and run the same command again: it goes on where it stopped."
        )


def main() -> None:
    directory, extras = ROOT / sys.argv[1], sorted(sys.argv[2:])
    stamp, digest = directory / "dgxblock.stamp", wanted(extras)
    python = directory / "bin" / "python"
    if python.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    need_venv()
    say(f"Setting up {directory.relative_to(ROOT)} with Python {VERSION} (once; a minute or two) …")
    stamp.unlink(missing_ok=True)
    # A fresh process, since ensurepip may have been installed a moment ago.
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(directory)], check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    if made.returncode:
        sys.exit(f"{made.stdout}{made.stderr}\nPython could not make a virtual environment in {directory}.")
    pip_install(python, extras)
    stamp.write_text(digest)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
