"""The daily manifest: one digest over all results of a day, computed alike on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Manifest", "manifest"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is compared; `lines` (sorted, without line ends) are kept to find what differs."""

    count: int
    sha256: str
    lines: tuple[str, ...]


def manifest(receipts: Iterable[Mapping[str, Any]], /) -> Manifest:
    """The manifest of the receipts of one day (those with the same ``accepted_on``), in any order."""
    lines = sorted((_line(receipt) for receipt in receipts), key=lambda line: line.encode("utf-8"))
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode("utf-8"))
    return Manifest(len(lines), digest.hexdigest(), tuple(lines))


def _line(receipt: Mapping[str, Any]) -> str:
    status = receipt.get("certificate", {}).get("status", "none")
    parts = (receipt["result_id"], receipt["seq"], receipt["payload_sha256"], receipt["outcome"], status)
    return "|".join(map(str, parts))
