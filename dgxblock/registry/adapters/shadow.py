"""Sends nothing. What would have been sent is built, frozen and kept, so that staff can look before a registry does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dgxblock.registry.adapters.base import Capabilities, Item, Known, Lookup, Registry, Sending
from dgxblock.registry.adapters.mute import Mute
from dgxblock.registry.contract import Next, Settlement, canonical, not_sent

__all__ = ["Shadow"]

_NOTHING = "shadow"


class Shadow(Mute):
    """See `dgxblock.registry.adapters.base.RegistryAdapter`."""

    contract = "shadow"

    def __init__(self, registry: Registry, /) -> None:
        self._registry = registry

    def capabilities(self) -> Capabilities:
        """Nothing at all."""
        return Capabilities(put=False, lookup=False)

    def check(self) -> list[str]:
        """It needs nothing."""
        return []

    def build(self, document: Mapping[str, Any], /) -> bytes:
        """As contract v1 would send it."""
        return canonical(document)

    def send(self, items: Sequence[Item], /) -> Sending:
        """Never called, since there is no `put`.

        Raises:
            RuntimeError: somebody called it.
        """
        del items
        raise RuntimeError("a shadow sends nothing")

    def lookup(self, item: Item, known: Known, /) -> Lookup:
        """Nobody is asked: what was sent elsewhere before waits until that registry is named again."""
        del item, known
        return Lookup(Settlement(next=Next.WAIT, code=_NOTHING, outcome=not_sent(_NOTHING)))
