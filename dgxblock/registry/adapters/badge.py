"""Issues Open Badges 3.0: the registry is this site, and what it holds is a signed credential."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from dgxblock.i18n import gettext as _
from dgxblock.registry.adapters import openbadge
from dgxblock.registry.adapters.base import Capabilities, Item, Known, Lookup, Registry, Reply, Sending
from dgxblock.registry.adapters.mute import Mute
from dgxblock.registry.contract import Key, Next, Settlement, canonical, loads, of_receipt

__all__ = ["Badge", "issuer_of"]

_KIND: Final = "whsk"  # Ed25519
_ZONE: Final = "Asia/Shanghai"


def issuer_of(registry: Registry, /) -> openbadge.Issuer:
    """Who awards, by the registry's settings."""
    options = registry.options
    return openbadge.Issuer(
        id=str(options.get("issuer") or ""), name=str(options.get("issuer_name") or ""), base_url=registry.base_url,
        zone=ZoneInfo(str(options.get("zone") or _ZONE)), names=frozenset(map(str, options.get("names") or ())),
        about=options.get("achievements") or {},
    )  # fmt: skip


class Badge(Mute):
    """See `dgxblock.registry.adapters.base.RegistryAdapter`. Of the settings it reads ``issuer``, ``issuer_name``,
    ``names``, ``achievements`` and ``zone``; the first Ed25519 key of ``sign_keys`` signs."""

    contract = "ob30"

    def __init__(self, registry: Registry, /) -> None:
        self._registry = registry

    def capabilities(self) -> Capabilities:
        """All that needs nobody else."""
        return Capabilities(correct=True, revoke=True)

    def check(self) -> list[str]:
        """The key, the addresses and the issuer."""
        at = f'DGXBLOCK["REGISTRIES"]["{self._registry.slug}"]'
        options, found = self._registry.options, list[str]()
        if not self._keys():
            found.append(_('Put a key that begins with whsk_ into %(at)s["sign_keys"]: it signs the badges.', at=at))
        if not self._registry.base_url.startswith(("https://", "http://")):
            found.append(
                _('Set %(at)s["base_url"] to the address of this site below which the keys can be read, such as '
                  "https://lms.example/dgx/registry/%(slug)s.", at=at, slug=self._registry.slug)
            )  # fmt: skip
        if not str(options.get("issuer") or "").startswith(("https://", "http://", "did:")):
            found.append(_('Set %(at)s["issuer"] to the address of the organisation that awards the badges.', at=at))
        if not options.get("issuer_name"):
            found.append(_('Set %(at)s["issuer_name"] to the name of the organisation that awards the badges.', at=at))
        if not isinstance(options.get("achievements") or {}, Mapping):
            found.append(_('%(at)s["achievements"] is a mapping of credential codes.', at=at))
        try:
            ZoneInfo(str(options.get("zone") or _ZONE))
        except (KeyError, ValueError, OSError):
            found.append(_('%(at)s["zone"] is a time zone such as Asia/Shanghai.', at=at))
        return found

    def build(self, document: Mapping[str, Any], /) -> bytes:
        """The signed badge; of a revocation, which signs nothing, the canonical bytes.

        The moment of issue is in it, so it is the same only once it is frozen; until then nobody has it.
        """
        if document["contract"] != "dgx-v1/result":
            return canonical(document)
        issuer, key = issuer_of(self._registry), self._keys()[0]
        made = openbadge.credential(document, issuer, key.material, datetime.now(issuer.zone))
        return openbadge.token(made, issuer, key)

    def send(self, items: Sequence[Item], /) -> Sending:
        """Nothing travels: the badge is issued once its frozen bytes are."""
        return Sending(
            tuple(Reply(of_receipt(self._receipt(one)), request_sha256=one.sent.payload_sha256) for one in items)
        )

    def lookup(self, item: Item, known: Known, /) -> Lookup:
        """What is not on record here was not issued; the same bytes can be issued again."""
        del item, known
        return Lookup(Settlement(next=Next.SEND))

    def _keys(self) -> list[Key]:
        return [key for key in self._registry.sign_keys if key.kind == _KIND]

    def _receipt(self, item: Item, /) -> dict[str, Any]:
        now = datetime.now(issuer_of(self._registry).zone)
        today, sent = now.date().isoformat(), item.sent
        certificate = {
            "no": openbadge.number(sent.result_id), "status": "live",
            "issued_on": item.issued_on.isoformat() if item.issued_on else today,
        }  # fmt: skip
        if sent.kind == "revoke":
            certificate |= {"status": "revoked", "revoked_on": loads(item.content)["revoked_on"]}
        return {
            "contract": "dgx-v1/receipt", "result_id": sent.result_id, "seq": sent.seq, "rev": sent.seq,
            "payload_sha256": sent.payload_sha256, "outcome": "done", "accepted_on": certificate["issued_on"],
            "updated_at": now.isoformat(timespec="seconds"), "certificate": certificate,
        }  # fmt: skip
