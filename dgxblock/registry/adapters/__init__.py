"""Adapters: how one kind of registry is spoken to. The way to connect a city's own without touching the engine.

An adapter turns operations into exchanges and exchanges into outcomes, and nothing else. It never touches the database,
never retries, never sleeps, and never logs what it carries: when to send, again or at all, is the engine's business. It
is found by its name in the entry point group ``dgxblock.registry`` and chosen by its registry's setting ``adapter``.
"""

from __future__ import annotations

from dgxblock.registry.adapters.base import (
    Capabilities,
    Item,
    Known,
    Lookup,
    Page,
    Registry,
    RegistryAdapter,
    Reply,
    Sending,
)
from dgxblock.registry.adapters.found import NoAdapter, adapter_for, names

__all__ = [
    "Capabilities",
    "Item",
    "Known",
    "Lookup",
    "NoAdapter",
    "Page",
    "Registry",
    "RegistryAdapter",
    "Reply",
    "Sending",
    "adapter_for",
    "names",
]
