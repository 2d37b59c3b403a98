"""How one result differs between both sides: pure, so that every case can be tested without a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dgxblock.registry.contract import manifest
from dgxblock.registry.states import Difference

__all__ = ["Finding", "Ours", "classify", "line", "numbers_twice", "too_many"]

_MOST: Final = 50
_PART: Final = 0.01
_FEW: Final = 3  # of twenty results one is five per cent, and no reason to stop
Receipt = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ours:
    """What we know of a result: the last receipt, and the operation under way.

    Attributes:
        receipt: a mapping with the members that the manifest counts, ``rev`` and ``issued_on`` (ISO or empty); None if
            none was ever received.
        number: the blind index of the certificate's number; empty without one.
        waiting: seq and digest of an operation whose outcome is not known; None without one.
        busy: a pump is at it right now.
    """

    receipt: Receipt | None = None
    number: str = ""
    waiting: tuple[int, str] | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference: its class, and why in a code."""

    kind: Difference
    code: str


def line(receipt: Receipt | None, /) -> str:
    """A result as the manifest has it; empty for none."""
    return "" if receipt is None else manifest([receipt]).lines[0]


def classify(ours: Ours | None, theirs: Receipt | None, index: Callable[[str], str], /) -> Finding | None:
    """What differs, or None. `index` is the blind index of a number."""
    if ours is None:
        return None if theirs is None else Finding(Difference.MISSING_LOCAL, "unknown-reference")
    if ours.busy:
        return None  # its own answer comes first
    if theirs is None:
        return None if ours.receipt is None else Finding(Difference.MISSING_REMOTE, "lost")
    if ours.waiting == (theirs["seq"], theirs["payload_sha256"]):
        return Finding(Difference.LATE_RECEIPT, "found")
    if ours.receipt is None:
        return Finding(Difference.MISSING_LOCAL, "never-sent")
    number = theirs.get("certificate", {}).get("no", "")
    if ours.number and number and index(number) != ours.number:
        return Finding(Difference.DUPLICATE_REMOTE, "second-certificate")
    return _differs(ours.receipt, theirs)


def _differs(ours: Receipt, theirs: Receipt, /) -> Finding | None:
    if theirs["seq"] != ours["seq"]:
        code = "greater-seq" if theirs["seq"] > ours["seq"] else "smaller-seq"
        return Finding(Difference.FIELD_MISMATCH, code)
    if theirs["payload_sha256"] != ours["payload_sha256"]:
        return Finding(Difference.FIELD_MISMATCH, "other-digest")
    if ours["outcome"] == "pending" and theirs["outcome"] != "pending" and theirs["rev"] > ours["rev"]:
        return Finding(Difference.LATE_RECEIPT, "decided")
    if _status(theirs) != _status(ours):
        return Finding(Difference.STATUS_MISMATCH, f"{_status(theirs)}-there")
    if theirs["outcome"] != ours["outcome"]:
        return Finding(Difference.FIELD_MISMATCH, "other-outcome")
    issued_on = theirs.get("certificate", {}).get("issued_on", "")
    if ours.get("issued_on") and issued_on and issued_on != ours["issued_on"]:
        return Finding(Difference.FIELD_MISMATCH, "issued-on")
    return None


def _status(receipt: Receipt, /) -> str:
    return str(receipt.get("certificate", {}).get("status", "none"))


def numbers_twice(receipts: Iterable[Receipt], /) -> set[str]:
    """References of results whose certificate number another result has too."""
    numbered = [(one["result_id"], one["certificate"]["no"]) for one in receipts if one.get("certificate")]
    often = Counter(number for _reference, number in numbered)
    return {reference for reference, number in numbered if often[number] > 1}


def too_many(differences: int, results: int, /) -> bool:
    """Whether so much differs that something larger is wrong: more than fifty, or more than one per cent and three."""
    return differences > _MOST or differences > max(_FEW, results * _PART)
