"""For a registry without an API: results go into a folder as files, and answers come back as an official file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from dgxblock.i18n import gettext as _
from dgxblock.registry.adapters import rows
from dgxblock.registry.adapters.base import Capabilities, Item, Known, Lookup, Registry, Reply, Sending
from dgxblock.registry.adapters.journal import Busy, Damaged, Journal, Line
from dgxblock.registry.adapters.mute import Mute
from dgxblock.registry.contract import (
    MAX_BATCH_LINES,
    Next,
    Outcome,
    Settlement,
    canonical,
    loads,
    not_sent,
    of_receipt,
    unknown,
)

__all__ = ["FileDrop"]

_FORMATS: Final = ("xlsx", "csv")
_ENCODING, _ZONE = "utf-8-sig", "Asia/Shanghai"
_REVS: Final = 1000
"""Revisions of one seq: the file handed over is the first, official files are those that follow."""


class FileDrop(Mute):
    """See `dgxblock.registry.adapters.base.RegistryAdapter`. Of the settings it reads ``directory``, ``format``
    (``xlsx`` or ``csv``), ``encoding`` (of CSV) and ``zone`` (in which days are counted)."""

    contract = "file-v1"

    def __init__(self, registry: Registry, /) -> None:
        self._registry, self._options = registry, registry.options
        self._folder = Path(str(self._options.get("directory") or ""))
        self._format = str(self._options.get("format") or _FORMATS[0])
        self._encoding = str(self._options.get("encoding") or _ENCODING)
        self._journal = Journal(self._folder)

    def capabilities(self) -> Capabilities:
        """New and corrected results. Revocations are written to the registry by people."""
        return Capabilities(batch_max=min(self._registry.batch_max, MAX_BATCH_LINES), correct=True, poll=False)

    def check(self) -> list[str]:
        """The folder, its book, and the form of the files."""
        at = f'DGXBLOCK["REGISTRIES"]["{self._registry.slug}"]'
        found: list[str] = []
        if not self._folder.is_absolute() or not self._folder.is_dir() or not os.access(self._folder, os.W_OK):
            found.append(_('Set %(at)s["directory"] to a folder into which results may be written.', at=at))
        elif not self._journal.book.is_dir():
            # Made by hand, so that a lost one is noticed: it is what keeps a result from going out twice.
            found.append(
                _("Make the folder %(path)s: it holds what was handed over. If there was one before, put it back.",
                  path=self._journal.book)
            )  # fmt: skip
        if self._format not in _FORMATS:
            found.append(_('%(at)s["format"] is xlsx or csv.', at=at))
        if self._encoding not in rows.ENCODINGS:
            found.append(_('%(at)s["encoding"] is utf-8-sig or gb18030.', at=at))
        try:
            self._zone()
        except (KeyError, ValueError, OSError):
            found.append(_('%(at)s["zone"] is a time zone such as Asia/Shanghai.', at=at))
        return found

    def build(self, document: Mapping[str, Any], /) -> bytes:
        """The canonical bytes; a line is made of them when the file is."""
        return canonical(document)

    def send(self, items: Sequence[Item], /) -> Sending:
        """One file for each scheme, of what is in none yet."""
        try:
            with self._journal.locked(self._registry.deadline_seconds):
                return self._hand_over(items)
        except Busy:
            outcome = not_sent("busy")
        except (Damaged, OSError) as error:
            outcome = unknown("journal" if isinstance(error, Damaged) else "disk")
        return Sending(tuple(_reply(item, outcome) for item in items))

    def _hand_over(self, items: Sequence[Item], /) -> Sending:
        known = self._journal.lines()
        fresh: dict[str, list[tuple[Line, Mapping[str, Any]]]] = {}
        for item in items:
            if (item.sent.result_id, item.sent.seq) not in known:
                document = loads(item.content)
                line = Line(item.sent.result_id, item.sent.seq, item.sent.payload_sha256)
                fresh.setdefault(document["scheme"], []).append((line, document))
        for scheme, pairs in sorted(fresh.items()):
            lines = [line for line, _document in pairs]
            table = [rows.row(document) for _line, document in pairs]
            content = rows.xlsx_bytes(table) if self._format == "xlsx" else rows.csv_bytes(table, self._encoding)
            self._journal.hand_over(scheme, self._now().date(), self._format, content, lines)
        if fresh:
            known = self._journal.lines()
        return Sending(tuple(_reply(item, self._outcome(item, known)) for item in items))

    def _outcome(self, item: Item, known: Mapping[tuple[str, int], Line], /) -> Outcome:
        line = known[(item.sent.result_id, item.sent.seq)]
        # Another content under the same reference is nothing that was handed over: a look-up asks for a person.
        return of_receipt(self._receipt(line)) if line.payload_sha256 == item.sent.payload_sha256 else unknown("digest")

    def lookup(self, item: Item, known: Known, /) -> Lookup:
        """Look into the book: what stands there was handed over, and nothing else was."""
        del known
        try:
            with self._journal.locked(self._registry.deadline_seconds):
                line = self._journal.lines().get((item.sent.result_id, item.sent.seq))
        except (Busy, Damaged, OSError):
            return Lookup(Settlement(next=Next.WAIT, code="journal", outcome=not_sent("journal")))
        if line is None:
            return Lookup(Settlement(next=Next.SEND))
        receipt = self._receipt(line)
        if line.payload_sha256 != item.sent.payload_sha256:
            return Lookup(Settlement(next=Next.RECONCILE, code="other-digest", receipt=receipt))
        return Lookup(Settlement(next=Next.ANSWER, outcome=of_receipt(receipt), receipt=receipt))

    def _receipt(self, line: Line, /) -> dict[str, Any]:
        return {
            "contract": "dgx-v1/receipt", "result_id": line.result_id, "seq": line.seq,
            "payload_sha256": line.payload_sha256, "outcome": "pending", "rev": line.seq * _REVS,
            "accepted_on": line.day, "updated_at": self._now().isoformat(timespec="seconds"),
        }  # fmt: skip

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(str(self._options.get("zone") or _ZONE))

    def _now(self) -> datetime:
        return datetime.now(self._zone())


def _reply(item: Item, outcome: Outcome, /) -> Reply:
    return Reply(outcome, request_sha256=item.sent.payload_sha256)
