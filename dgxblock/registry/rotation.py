"""Which key every encrypted field was written with, and writing all of them anew under the first one.

A key is replaced in four steps: put the new one first in ``FIELD_KEYS`` and leave the old one behind it; restart; run
`rotate` until `status` counts nothing under the old one; take it out. Pumps and pages go on meanwhile, because every
key that is listed reads. A field changes only if it still is what was read, so that a rotation beside a send loses
nothing.

The key of the blind index is not replaced: who holds a certificate already is recognised by it alone, also when their
papers are gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db.models import Model

from dgxblock.registry import conf, vault

__all__ = ["Rotated", "Sealed", "rotate", "status"]

_SUFFIX: Final = "_enc"
_CHUNK: Final = 200  # rows read at once


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many fields of a column were written with which key; `missing` counts those whose key is not set."""

    table: str
    column: str
    by_key: dict[str, int]
    missing: int


@dataclass(slots=True)
class Rotated:
    """What a rotation did. `closed` names tables and rows (not what is in them) that did not open, by what is wrong."""

    written: int = 0
    left: int = 0
    closed: dict[str, list[str]] = field(default_factory=dict)


def status() -> list[Sealed]:
    """One entry for each encrypted column, in the order of the tables (a query for each key and column).

    Raises:
        dgxblock.registry.conf.Unset: no key is set.
    """
    keys = list(conf.field_keys())
    found = []
    for model, column in _columns():
        rows = model._default_manager.exclude(**{column: ""})
        by_key = {key: rows.filter(**{f"{column}__startswith": vault.prefix(key)}).count() for key in keys}
        found.append(Sealed(model._meta.db_table, column, by_key, rows.count() - sum(by_key.values())))
    return found


def rotate(*, limit: int | None = None) -> Rotated:
    """Write up to `limit` fields anew under the first key; each by itself, so that it may be stopped at any time.

    Raises:
        dgxblock.registry.conf.Unset: no key is set.
    """
    done = Rotated()
    for model, column in _columns():
        _column(model, column, limit, done)
    return done


def _column(model: type[Model], column: str, limit: int | None, done: Rotated, /) -> None:
    old = model._default_manager.exclude(**{column: ""}).exclude(
        **{f"{column}__startswith": vault.prefix(next(iter(conf.field_keys())))}
    )
    table, last = model._meta.db_table, 0
    while chunk := list(old.filter(pk__gt=last).order_by("pk").values_list("pk", "uuid", column)[:_CHUNK]):
        for pk, row, value in chunk:
            last = pk
            if limit is not None and done.written >= limit:
                done.left += 1
                continue
            try:
                fresh = vault.seal(table, column, row, vault.open_bytes(table, column, row, value))
            except vault.Closed as closed:
                done.closed.setdefault(closed.code, []).append(f"{table}.{column} {row}")
                continue
            # A row that is written once stays so in all that it says: its reading is the same.
            changed = model._default_manager.filter(pk=pk, **{column: value}).update(**{column: fresh})
            done.written += changed
            done.left += 1 - changed


def _columns() -> Iterator[tuple[type[Model], str]]:
    """Every encrypted column: all are named alike, in tables whose rows have a ``uuid``."""
    models: Any = apps.get_app_config("dgx_registry").get_models()
    for model in sorted(models, key=lambda each: each._meta.db_table):
        for each in model._meta.concrete_fields:
            if each.name.endswith(_SUFFIX):
                yield model, each.name
