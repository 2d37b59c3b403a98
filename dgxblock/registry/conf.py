"""What the host configured, read at every use so that a repaired setting works without a restart.

Every fault is a sentence that names the setting, and never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from dgxblock.i18n import gettext as _
from dgxblock.registry.adapters import NoAdapter, Registry, RegistryAdapter, adapter_for, names
from dgxblock.registry.contract import MAX_BATCH_LINES, Key
from dgxblock.secrets import MissingSecret, resolve

_REST: Final = "rest"
_FILE: Final = "file"
_MOST_SIGNING: Final = 2
_PUBLIC: Final = ("whpk", "whgp")
_LEAST_TOKEN: Final = 16
_MOST_MONTHS: Final = 120
_KEY_BYTES: Final = 32  # AES-256; the blind index takes the same


class Unset(Exception):
    """A setting is missing or unusable. ``str()`` is a sentence for the operator that says what to set."""


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


def watch_token() -> bytes:
    """The bearer token of those who watch over the site, at least 16 bytes; empty where none is set or found."""
    place = _site().get("METRICS_TOKEN")
    try:
        token = resolve(str(place)).strip() if place else b""
    except MissingSecret:
        return b""
    return token if len(token) >= _LEAST_TOKEN else b""


def claim_months(scheme: str, /) -> int | None:
    """Months from a certificate's issue within which it can be claimed: one number, or one by scheme; None for no
    rule."""
    value = _site().get("CLAIM_MONTHS")
    value = value.get(scheme) if isinstance(value, Mapping) else value
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_MONTHS else None


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
    name = str(entry.get("adapter") or _REST)
    base_url = str(entry.get("base_url") or "").rstrip("/")
    if name == _REST and not base_url.startswith(("https://", "http://")):
        raise Unset(_('Set DGXBLOCK%(path)s["base_url"] to the address that the registry gave you.', path=path))
    sign_keys = _keys(f'{path}["sign_keys"]', entry.get("sign_keys"), needed=name == _REST)
    if any(key.kind in _PUBLIC for key in sign_keys):
        raise Unset(
            _("A key at DGXBLOCK%(setting)s is a public one: it signs nothing.", setting=f'{path}["sign_keys"]')
        )
    if len(sign_keys) > _MOST_SIGNING:
        raise Unset(
            _("More than two keys of DGXBLOCK%(setting)s are valid now. Sign with one, or with two while one replaces "
              "the other.", setting=f'{path}["sign_keys"]')
        )  # fmt: skip
    return Registry(
        slug=slug,
        base_url=base_url,
        sign_keys=sign_keys,
        quiet_seconds=_seconds(path, entry, "quiet_seconds", 60.0),
        deadline_seconds=_seconds(path, entry, "deadline_seconds", 10.0, least=0.1),
        base_seconds=_seconds(path, entry, "base_seconds", 5.0),
        verify_url=str(entry.get("verify_url") or ""),
        ca=entry.get("ca"),
        client_cert=tuple(entry["client_cert"]) if entry.get("client_cert") else None,
        adapter=name,
        verify_keys=_keys(f'{path}["verify_keys"]', entry.get("verify_keys"), needed=False),
        requests_per_second=_number(path, entry, "requests_per_second", 20.0, 0.00001, 10_000),
        burst=int(_number(path, entry, "burst", 20, 1, 10_000)),
        batch_max=int(_number(path, entry, "batch_max", MAX_BATCH_LINES if name == _FILE else 1, 1, MAX_BATCH_LINES)),
        sandbox=entry.get("sandbox") is True,
        options=entry,
    )


def every_sign_key(registry: Registry, /) -> list[Key]:
    """All keys of ``sign_keys``, those too that are not valid now; of a retired one the public half is enough.

    Raises:
        Unset: one of them cannot be read.
    """
    setting = f'["REGISTRIES"]["{registry.slug}"]["sign_keys"]'
    listed = registry.options.get("sign_keys") or ()
    return [_sign_key(setting, one.get("key") if isinstance(one, Mapping) else one) for one in listed]


def adapter(registry: Registry, /) -> RegistryAdapter:
    """The adapter that the settings of a registry name.

    Raises:
        Unset: there is none of this name, or it says that a setting of its own is missing.
    """
    try:
        found = adapter_for(registry)
    except NoAdapter:
        raise Unset(
            _('DGXBLOCK["REGISTRIES"]["%(slug)s"]["adapter"] is “%(name)s”; installed are: %(names)s.',
              slug=registry.slug, name=registry.adapter, names=", ".join(names()))
        ) from None  # fmt: skip
    for sentence in found.check():
        raise Unset(sentence)
    return found


def _keys(setting: str, listed: object, /, *, needed: bool) -> tuple[Key, ...]:
    """The keys of a list that are valid now.

    An entry is a reference, or a mapping with ``key`` (a reference), ``kid`` (a name for people), ``not_before`` and
    ``not_after`` (ISO 8601 with an offset, or a day in the host's zone, whose last day counts).

    Raises:
        Unset: there is none, or one that cannot be read.
    """
    if not isinstance(listed, list | tuple) or not listed:
        if not needed and not listed:
            return ()
        raise Unset(_("Set DGXBLOCK%(setting)s to the keys agreed with the registry.", setting=setting))
    moment = timezone.now()
    moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    entries = [one if isinstance(one, Mapping) else {"key": one} for one in listed]
    valid = [
        _sign_key(setting, one.get("key"))
        for one in entries
        if _instant(setting, one.get("not_before"), last=False, default=moment) <= moment
        and moment <= _instant(setting, one.get("not_after"), last=True, default=moment)
    ]
    if not valid:
        raise Unset(
            _(
                "None of the keys of DGXBLOCK%(setting)s is valid now: look at not_before and not_after.",
                setting=setting,
            )
        )
    return tuple(valid)


def _instant(setting: str, value: object, /, *, last: bool, default: datetime) -> datetime:
    if value is None:
        return default
    try:
        text = value.isoformat() if isinstance(value, date) else str(value)
        moment = datetime.fromisoformat(text)
        if len(text) == len("2026-01-01"):
            moment = datetime.combine(moment, time.max if last else time.min)
    except ValueError:
        raise Unset(
            _("A date in DGXBLOCK%(setting)s cannot be read. Write it like 2026-12-01 or 2026-12-01T08:00:00+08:00.",
              setting=setting)
        ) from None  # fmt: skip
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _sign_key(setting: str, place: object, /) -> Key:
    text = _secret(setting, place)
    try:
        return Key.parse(text.decode())
    except ValueError:
        raise Unset(
            _(
                "The key at DGXBLOCK%(setting)s cannot be read. It begins with whsec_, whsk_, whpk_, whgk_ or whgp_.",
                setting=setting,
            )
        ) from None


def _number(path: str, entry: Mapping[str, Any], name: str, default: float, least: float, most: float, /) -> float:
    value = entry.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Unset(
            _("DGXBLOCK%(path)s must be a number from %(least)s to %(most)s.",
              path=f'{path}["{name}"]', least=f"{least:g}", most=f"{most:g}")
        )  # fmt: skip
    return float(value)


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


def _usable(slug: str, /) -> None:
    adapter(registry(slug))


def problems(registries: list[str], /) -> list[str]:
    """One sentence for each setting that delivery needs and lacks; empty when it can run."""
    found: list[str] = []
    checks: list[Callable[[], object]] = [
        field_keys,
        blind_index_key,
        *(partial(_usable, slug) for slug in registries),
    ]
    for check in checks:
        try:
            check()
        except Unset as error:
            found.append(str(error))
    return found
