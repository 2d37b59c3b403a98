"""What the host configured, read at every use so that a repaired setting works without a restart.

Every fault is a sentence that names the setting, and never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from django.conf import settings

from dgxblock.i18n import gettext as _
from dgxblock.registry.contract import Key
from dgxblock.secrets import MissingSecret, resolve

_KEY_BYTES: Final = 32  # AES-256; the blind index takes the same


class Unset(Exception):
    """A setting is missing or unusable. ``str()`` is a sentence for the operator that says what to set."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Where and how to speak to one registry. Times are in seconds."""

    slug: str
    base_url: str
    sign_keys: tuple[Key, ...] = field(repr=False)
    quiet_seconds: float = 60.0
    deadline_seconds: float = 10.0
    base_seconds: float = 5.0
    verify_url: str = ""
    ca: str | None = None
    client_cert: tuple[str, str] | None = None

    @property
    def lease_seconds(self) -> float:
        """How long one pump may hold a row: twice the deadline, and time to write the outcome down."""
        return 2 * self.deadline_seconds + 10


def _site() -> Mapping[str, Any]:
    value = getattr(settings, "DGXBLOCK", None)
    return value if isinstance(value, Mapping) else {}


def _secret(setting: str, reference: object, /) -> bytes:
    try:
        return resolve(str(reference))
    except MissingSecret as error:
        raise Unset(
            _(
                "Nothing is found at %(reference)s. Set DGXBLOCK%(setting)s to env:NAME or file:/path.",
                reference=error.reference,
                setting=setting,
            )
        ) from None


def _key32(setting: str, reference: object, /) -> bytes:
    value = _secret(setting, reference)
    if len(value) != _KEY_BYTES:
        raise Unset(
            _("The key at DGXBLOCK%(setting)s is not 32 bytes long. Write 32 random bytes in base64.", setting=setting)
        )
    return value


def field_keys() -> dict[str, bytes]:
    """The keys that encrypt fields, by id. The first one listed writes, all of them read.

    Raises:
        Unset: no key is set, or one of them cannot be read.
    """
    listed = _site().get("FIELD_KEYS")
    if not isinstance(listed, Mapping) or not listed:
        raise Unset(
            _('Set DGXBLOCK["FIELD_KEYS"] to {"k1": "file:/path"}: personal data cannot be stored without a key.')
        )
    return {str(name): _key32(f'["FIELD_KEYS"]["{name}"]', place) for name, place in listed.items()}


def blind_index_key() -> bytes:
    """The key of the blind index.

    Raises:
        Unset: it is not set.
    """
    place = _site().get("BLIND_INDEX_KEY")
    if not place:
        raise Unset(_('Set DGXBLOCK["BLIND_INDEX_KEY"] to a key of its own: two people could not be told apart.'))
    return _key32('["BLIND_INDEX_KEY"]', place)


def registry(slug: str, /) -> Registry:
    """The registry that a scheme names.

    Raises:
        Unset: it is not set, or something that it needs is not.
    """
    path = f'["REGISTRIES"]["{slug}"]'
    listed = _site().get("REGISTRIES")
    entry = listed.get(slug) if isinstance(listed, Mapping) else None
    if not isinstance(entry, Mapping):
        raise Unset(_("Set DGXBLOCK%(path)s: a scheme sends its results there.", path=path))
    base_url = str(entry.get("base_url") or "").rstrip("/")
    if not base_url.startswith(("https://", "http://")):
        raise Unset(_('Set DGXBLOCK%(path)s["base_url"] to the address that the registry gave you.', path=path))
    places = entry.get("sign_keys")
    if not isinstance(places, list | tuple) or not places:
        raise Unset(_('Set DGXBLOCK%(path)s["sign_keys"] to the keys agreed with the registry.', path=path))
    return Registry(
        slug=slug,
        base_url=base_url,
        sign_keys=tuple(_sign_key(f'{path}["sign_keys"]', place) for place in places),
        quiet_seconds=_seconds(path, entry, "quiet_seconds", 60.0),
        deadline_seconds=_seconds(path, entry, "deadline_seconds", 10.0, least=0.1),
        base_seconds=_seconds(path, entry, "base_seconds", 5.0),
        verify_url=str(entry.get("verify_url") or ""),
        ca=entry.get("ca"),
        client_cert=tuple(entry["client_cert"]) if entry.get("client_cert") else None,
    )


def _sign_key(setting: str, place: object, /) -> Key:
    text = _secret(setting, place)
    try:
        return Key.parse(text.decode())
    except ValueError:
        raise Unset(
            _("The key at DGXBLOCK%(setting)s cannot be read. It begins with whsec_ or whsk_.", setting=setting)
        ) from None


def _seconds(path: str, entry: Mapping[str, Any], name: str, default: float, /, *, least: float = 0.0) -> float:
    value = entry.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= 3600:
        raise Unset(
            _(
                "DGXBLOCK%(path)s must be a number of seconds from %(least)s to 3,600.",
                path=f'{path}["{name}"]',
                least=least,
            )
        )
    return float(value)


def problems(registries: list[str], /) -> list[str]:
    """One sentence for each setting that delivery needs and lacks; empty when it can run."""
    found: list[str] = []
    checks: list[Callable[[], object]] = [
        field_keys,
        blind_index_key,
        *(partial(registry, slug) for slug in registries),
    ]
    for check in checks:
        try:
            check()
        except Unset as error:
            found.append(str(error))
    return found
