"""Versions of what a scheme asks for. Whoever earned is judged by the version that they earned under, for ever."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dgxblock.registry.clock import now
from dgxblock.registry.models import Requirement, RuleVersion, Scheme
from dgxblock.registry.states import BLOCKS, Kind

__all__ = ["body", "digest", "examines", "in_run", "keep", "read", "usage_in_run"]

_BLOCK_V1 = "block-v1:"
_COURSE_V1 = "course-v1:"


def body(requirements: Iterable[Any], /) -> list[dict[str, Any]]:
    """What decides who earns: everything of the requirements but their titles, as JSON values, in their order."""
    ordered = sorted(requirements, key=lambda one: (one.position, one.code))
    return [
        {
            "code": one.code, "kind": str(one.kind), "usage_key": one.usage_key,
            "min_percent": _plain(one.min_percent), "min_hours": _plain(one.min_hours), "position": one.position,
        }
        for one in ordered
    ]  # fmt: skip


def _plain(value: Any, /) -> str | None:
    return None if value is None else f"{Decimal(str(value)):.2f}"


def digest(rules: Sequence[Mapping[str, Any]], /) -> str:
    """Names a version: SHA-256, in hexadecimal, over the rules as JSON with sorted names and no spaces."""
    text = json.dumps(rules, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def keep(scheme: Scheme, rules: list[dict[str, Any]], /, *, known: str = "") -> str:
    """Write a version down, if it is new; its digest. `known` is there. The caller holds the transaction."""
    named = digest(rules)
    if named == known:
        return named
    if not RuleVersion.objects.filter(scheme=scheme, sha256=named).exists():
        # Many may be the first at once. Under MySQL's REPEATABLE READ whoever comes second cannot read what the first
        # has written, and need not: it is there.
        version = RuleVersion(scheme=scheme, sha256=named, body=rules, made_at=now())
        RuleVersion.objects.bulk_create([version], ignore_conflicts=True)
    return named


def read(scheme: Scheme, rules: Sequence[Mapping[str, Any]], /) -> list[Requirement]:
    """The requirements of a version, as rows that are in no table."""
    return [
        Requirement(
            scheme=scheme, code=one["code"], kind=one["kind"], usage_key=one["usage_key"], position=one["position"],
            min_percent=_decimal(one["min_percent"]), min_hours=_decimal(one["min_hours"]),
        )
        for one in rules
    ]  # fmt: skip


def _decimal(text: str | None, /) -> Decimal | None:
    return None if text is None else Decimal(text)


def examines(requirements: Iterable[Requirement], /) -> bool:
    """A scheme without an assessment certifies nobody (`api.missing_settings` says so)."""
    return any(requirement.kind == Kind.ASSESSMENT for requirement in requirements)


def in_run(
    requirements: Iterable[Requirement], first: str, course_key: str, blocks: Mapping[str, str], /
) -> list[Requirement]:
    """The requirements with the usage keys of a course run. Changes them in memory: they are not to be saved."""
    found = list(requirements)
    for one in found:
        if one.kind in BLOCKS:
            one.usage_key = blocks.get(one.code) or usage_in_run(one.usage_key, first, course_key)
    return found


def usage_in_run(usage_key: str, first: str, course_key: str, /) -> str:
    """The key of the same block in another run of its course; empty where it cannot be told.

    A rerun on Open edX keeps the ids of blocks: of ``block-v1:DG+DT1+2026+type@…`` only the course's part changes.
    """
    if course_key == first:
        return usage_key
    before = _BLOCK_V1 + first.removeprefix(_COURSE_V1) + "+"
    told = first.startswith(_COURSE_V1) and course_key.startswith(_COURSE_V1) and usage_key.startswith(before)
    return f"{_BLOCK_V1}{course_key.removeprefix(_COURSE_V1)}+{usage_key.removeprefix(before)}" if told else ""
