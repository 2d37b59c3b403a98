"""Adapters by name: ours, and those that other packages bring along."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Final

from dgxblock.registry.adapters.base import Registry, RegistryAdapter

__all__ = ["GROUP", "NoAdapter", "adapter_for", "names"]

GROUP: Final = "dgxblock.registry"


class NoAdapter(Exception):
    """No installed package brings an adapter of this name, or its code cannot be loaded."""


@cache
def _factory(name: str) -> object:
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in found:
        raise NoAdapter(name)
    try:
        return found[name].load()
    except (ImportError, AttributeError) as error:
        raise NoAdapter(name) from error


def names() -> list[str]:
    """The names of all adapters that are installed, sorted."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def adapter_for(registry: Registry, /) -> RegistryAdapter:
    """The adapter that a registry's settings name.

    Raises:
        NoAdapter: there is none of this name.
    """
    factory = _factory(registry.adapter)
    if not callable(factory):
        raise NoAdapter(registry.adapter)
    adapter: RegistryAdapter = factory(registry)
    return adapter
