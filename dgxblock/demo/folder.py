"""Where the demo keeps what it writes: databases, logs and the secrets that it made for itself.

And the folder of somebody's own case, which the demo only reads.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["SECRETS", "Folder", "own_case"]


def _text() -> str:
    return secrets.token_urlsafe(48)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _signing_key() -> str:
    return "whsec_" + _key()


SECRETS: Final[dict[str, Callable[[], str]]] = {
    "site-django-key": _text,
    "registry-django-key": _text,
    "site-secret": _key,
    "field-key-k1": _key,
    "blind-index-key": _key,
    "registry-signing-key": _signing_key,
    "registry-callback-key": _signing_key,
}
"""Name of each secret and how it is made. Once made they stay: trainees keep their numbers, names can be decrypted."""


def own_case() -> Path | None:
    """``$DGX_DEMO_CASE``, absolute: the folder of the case that fills the units instead of the library's."""
    named = os.environ.get("DGX_DEMO_CASE")
    return Path(named).expanduser().resolve() if named else None


@dataclass(frozen=True, slots=True)
class Folder:
    """The demo's folder, absolute."""

    root: Path

    @classmethod
    def from_environment(cls) -> Folder:
        """``$DGX_DEMO_HOME``, else ``./var``. A case of one's own has a demo of its own: ``./var/<its folder>``."""
        case = own_case()
        home = os.environ.get("DGX_DEMO_HOME") or (Path("var", case.name) if case else "var")
        return cls(Path(home).resolve())

    def secret(self, name: str, /) -> Path:
        return self.root / "secrets" / name

    def log(self, name: str, /) -> Path:
        return self.root / "log" / f"{name}.log"

    @property
    def database(self) -> Path:
        return self.root / "site.sqlite3"

    def prepare(self) -> list[str]:
        """Make what is missing and return the names of the new secrets. Files are readable by their owner only.

        Raises:
            OSError: the folder cannot be written.
        """
        self.log("").parent.mkdir(parents=True, exist_ok=True)
        self.secret("").mkdir(mode=0o700, exist_ok=True)
        made = []
        for name, make in SECRETS.items():
            path = self.secret(name)
            if path.exists() and path.read_text(encoding="utf-8").strip():
                continue
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(make() + "\n")
            made.append(name)
        return made
