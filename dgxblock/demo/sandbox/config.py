"""What the environment tells the sandbox."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dgxblock.i18n import gettext as _
from dgxblock.registry.contract import Key, KeyProblem

__all__ = ["BadConfig", "Config"]


class BadConfig(Exception):
    """Something in the environment that the sandbox cannot start with; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """Where the sandbox listens, keeps its data, and whom it believes.

    Attributes:
        host: the address to bind to (``HOST``, default 127.0.0.1).
        port: ``REGISTRY_PORT``, default 8001.
        database: ``DGX_SANDBOX_DB``, default ``registry.sqlite3`` in the demo's folder (``DGX_DEMO_HOME`` or ``var``).
        key_references: ``DGX_SANDBOX_SENDER_KEYS``: where the sender's keys are, ``env:NAME`` or ``file:/path``, one
            or more with spaces between; what is found there holds one key a line.
        slow_seconds: how slow "slow" is (``DGX_SANDBOX_SLOW_SECONDS``, default 4).
        later_seconds: how long "later" leaves a result undecided at least, unless somebody presses the button
            (``DGX_SANDBOX_LATER_SECONDS``, default 60).
        callback_url: where changes are told (``DGX_SANDBOX_CALLBACK_URL``); empty: nowhere.
        callback_references: ``DGX_SANDBOX_CALLBACK_KEYS``: where the keys are that sign what is told, as above.
        demo_site: the way back to the demo (``DGX_DEMO_SITE``); empty where there is none.
    """

    host: str
    port: int
    database: Path
    key_references: tuple[str, ...]
    slow_seconds: float
    later_seconds: float
    demo_site: str
    callback_url: str = ""
    callback_references: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls) -> Config:
        """
        Raises:
            BadConfig: a port that is none, a delay that is no number, or an address that is none.
        """
        home = Path(os.environ.get("DGX_DEMO_HOME") or "var").resolve()
        keys = os.environ.get("DGX_SANDBOX_SENDER_KEYS") or f"file:{home / 'secrets' / 'registry-signing-key'}"
        return cls(
            host=os.environ.get("HOST") or "127.0.0.1",
            port=int(_number("REGISTRY_PORT", "8001", 1, 65535)),
            database=Path(os.environ.get("DGX_SANDBOX_DB") or home / "registry.sqlite3").resolve(),
            key_references=tuple(keys.split()),
            slow_seconds=_number("DGX_SANDBOX_SLOW_SECONDS", "4", 0, 60),
            later_seconds=_number("DGX_SANDBOX_LATER_SECONDS", "60", 0, 3600),
            demo_site=_address("DGX_DEMO_SITE"),
            callback_url=_address("DGX_SANDBOX_CALLBACK_URL"),
            callback_references=tuple((os.environ.get("DGX_SANDBOX_CALLBACK_KEYS") or "").split()),
        )

    def sender_keys(self) -> tuple[Key, ...]:
        """The keys trusted now, verifying halves only.

        Raises:
            BadConfig: a reference leads nowhere, or to something that is no key.
        """
        keys = [key.public() for reference in self.key_references for key in _keys_at(reference)]
        if not keys:
            raise BadConfig(
                _("The sandbox registry knows no sender. Set DGX_SANDBOX_SENDER_KEYS to env:NAME or file:/path.")
            )
        return tuple(keys)

    def callback_keys(self) -> tuple[Key, ...]:
        """The keys that sign callbacks; empty where nothing is told.

        Raises:
            BadConfig: an address without a key, or a key that is none.
        """
        keys = [key for reference in self.callback_references for key in _keys_at(reference)]
        if self.callback_url and not keys:
            raise BadConfig(
                _("DGX_SANDBOX_CALLBACK_URL needs DGX_SANDBOX_CALLBACK_KEYS, the keys to sign callbacks with.")
            )
        return tuple(keys)


def _number(name: str, default: str, low: int, high: int) -> float:
    raw = os.environ.get(name) or default
    value = float(raw) if raw.isascii() and raw.replace(".", "", 1).isdigit() else -1.0
    if not low <= value <= high:
        raise BadConfig(
            _(
                "%(name)s is “%(raw)s”; it has to be a number from %(low)s to %(high)s.",
                name=name,
                raw=raw,
                low=low,
                high=high,
            )
        )
    return value


def _address(name: str) -> str:
    raw = os.environ.get(name) or ""
    parts = urlsplit(raw)
    if raw and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadConfig(_("%(name)s is “%(raw)s”, which is no address of a web site.", name=name, raw=raw))
    return raw


def _keys_at(reference: str) -> list[Key]:
    kind, separator, place = reference.partition(":")
    try:
        text = os.environ.get(place, "") if kind == "env" else Path(place).read_text(encoding="utf-8")
        keys = [Key.parse(line) for line in text.splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError, KeyProblem):
        keys = []
    if not separator or kind not in ("env", "file") or not keys:
        raise BadConfig(
            _(
                "There is no sender’s key at %(reference)s. It has to hold whsec_… or whpk_… keys, one a line.",
                reference=reference,
            )
        )
    return keys
