"""What registries have in common that list nothing and never call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dgxblock.registry.adapters.base import Page
from dgxblock.registry.contract import Outcome, Refused, not_sent

__all__ = ["Mute"]

_NOTHING: Final = "not-supported"


class Mute:
    """The half of `dgxblock.registry.adapters.base.RegistryAdapter` that asks and is told."""

    def list_since(self, since: str, cursor: str | None = None, /) -> Page | Outcome:
        """Nobody is asked."""
        del since, cursor
        return not_sent(_NOTHING)

    def manifest(self, day: str, /) -> Mapping[str, Any] | Outcome:
        """Nobody is asked."""
        del day
        return not_sent(_NOTHING)

    def parse_callback(self, headers: Mapping[str, str], body: bytes, now: float, /) -> Mapping[str, Any]:
        """Whoever calls has no reason to.

        Raises:
            dgxblock.registry.contract.Refused: always.
        """
        del headers, body, now
        raise Refused("signature")
