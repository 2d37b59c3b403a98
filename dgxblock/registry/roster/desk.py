"""What staff do with a roster: look at it, then keep it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from dgxblock.i18n import gettext as _
from dgxblock.ledger import api as ledger
from dgxblock.registry import conf, schemes, vault
from dgxblock.registry.clock import now
from dgxblock.registry.identity import store as identities
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import Identity, Retirement, RosterEntry, RosterUpload, Scheme
from dgxblock.registry.roster import store, trainees, words
from dgxblock.registry.roster.checking import Checked, check, doubles
from dgxblock.registry.roster.reading import Unreadable, read

__all__ = ["FaultView", "RosterView", "RowView", "preview_roster", "save_roster"]

_log = logging.getLogger("dgxblock.registry")
_SAVED: Final = ("new", "changed")


@dataclass(frozen=True, slots=True)
class FaultView:
    """A cell at fault: where (``C7``, or the row alone), its column's heading, and what is wrong."""

    at: str
    column: str
    says: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the file, masked. `state`: ``new``, ``changed`` (an earlier roster said otherwise), ``same`` (nothing to
    do), ``conflict`` (the trainee's own details differ, and stay) or ``error``."""

    number: int
    learner: str = field(repr=False)
    state: str
    label: str
    masks: tuple[str, str, str]
    faults: tuple[FaultView, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterView:
    """A roster as staff see it. `problem` says why nothing was taken, and is empty else; `sha256` is what a
    confirmation carries; `saved` is how many rows are kept, None before that."""

    problem: str
    sha256: str = ""
    rows: tuple[RowView, ...] = ()
    saved: int | None = None

    def count(self, *states: str) -> int:
        """How many rows are in one of these states."""
        return sum(row.state in states for row in self.rows)

    @property
    def savable(self) -> int:
        """How many rows a confirmation keeps."""
        return self.count(*_SAVED)


@dataclass(frozen=True, slots=True)
class _Line:
    row: Checked
    learner_id: str
    state: str
    faults: dict[str, str]


def preview_roster(course_key: str, data: bytes, /) -> RosterView:
    """Read a file (CSV or XLSX) and say what would become of each row. Writes nothing; in no transaction."""
    return _look(course_key, data)[0]


@ledger.undeadlocked
def save_roster(course_key: str, data: bytes, /, *, sha256: str, actor: str) -> RosterView:
    """Keep the rows of a file that was previewed: all that are in order and new, in one transaction of its own.

    Rows at fault and rows of trainees whose own details differ are listed and change nothing.

    Args:
        course_key: whose scheme the trainees are to get their certificate from.
        data: the file once more.
        sha256: of the preview; another file is refused.
        actor: the id of whoever confirms.
    """
    if not actor or hashlib.sha256(data).hexdigest() != sha256:
        return RosterView(_("This is not the file that you looked at, so nothing was saved. Please preview it first."))
    seen, lines = _look(course_key, data)
    if seen.problem:
        return seen
    kept = [
        (line.learner_id, line.row.details, line.row.enterprise_code)
        for line in lines
        if line.state in _SAVED and line.row.details is not None
    ]
    try:
        with transaction.atomic():
            if kept:
                upload = RosterUpload.objects.create(
                    course_key=course_key, actor=actor, sha256=sha256, rows=len(lines), saved=len(kept),
                    conflicts=seen.count("conflict"), refused=seen.count("error"), saved_at=now(),
                )  # fmt: skip
                store.replace(upload, kept)
    except IntegrityError:
        return RosterView(_("Another roster was saved a moment ago, so nothing of this one was. Please preview again."))
    _log.info("dgx_registry: roster for %s, SHA-256 %s, saved by %s: %s rows", course_key, sha256, actor, len(kept))
    return RosterView("", sha256, seen.rows, len(kept))


def _look(course_key: str, data: bytes) -> tuple[RosterView, list[_Line]]:
    scheme = schemes.for_course(course_key)
    if scheme is None:
        return RosterView(_("This course leads to no certificate, so it keeps no roster.")), []
    try:
        conf.field_keys()
        conf.blind_index_key()
        table = read(data)
        today = _today(scheme)
        lines = _judge(course_key, [check(row, today=today) for row in table.rows])
    except conf.Unset:
        return RosterView(_("A key of this site is missing, so personal data cannot be kept. Nothing was saved.")), []
    except Unreadable as reason:
        return RosterView(words.unreadable(reason.code, **reason.params)), []
    rows = tuple(_view(line, table.columns) for line in lines)
    return RosterView("", hashlib.sha256(data).hexdigest(), rows), lines


def _today(scheme: Scheme) -> date:
    return datetime.now(ZoneInfo(scheme.zone)).date()


def _judge(course_key: str, rows: Sequence[Checked]) -> list[_Line]:
    """Six queries, whatever the number of rows; on the platform one more."""
    ids = trainees.find(course_key, {row.learner for row in rows if row.learner})
    left = set(Retirement.objects.filter(learner_id__in=set(ids.values())).values_list("learner_id", flat=True))
    ids = {written: learner_id for written, learner_id in ids.items() if learner_id not in left}
    here = set(ids.values())
    twice = doubles((row, ids.get(row.learner, "")) for row in rows)
    indices = {row.number: identities.person_index(row.details) for row in rows if row.details is not None}
    holders = store.holders(course_key, set(indices.values()))
    own = Identity.objects.in_bulk(identities.latest(here | set(holders.values())).values())
    own_by_learner = {each.learner_id: each for each in own.values()}
    before = store.entries(course_key, here)
    # whose entry says nothing any more: it is replaced by this file, or by what the trainee has confirmed
    gone = {ids.get(row.learner, "") for row in rows if row.details is not None and row.number not in twice}
    gone |= own_by_learner.keys()
    lines: list[_Line] = []
    for row in rows:
        learner_id = ids.get(row.learner, "")
        faults = {**twice.get(row.number, {}), **row.faults}
        if row.learner and not learner_id:
            faults.setdefault("learner", "nobody")
        if holders.get(indices.get(row.number, ""), learner_id) not in {learner_id, *gone}:
            faults.setdefault("id_no", "taken")
        if faults or row.details is None:
            state = "error"
        elif learner_id in own_by_learner:
            state = "same" if _own(own_by_learner[learner_id]) == row.details else "conflict"
        elif learner_id in before:
            state = "same" if _says(before[learner_id]) == (row.details, row.enterprise_code) else "changed"
        else:
            state = "new"
        lines.append(_Line(row, learner_id, state, faults))
    return lines


def _own(row: Identity) -> Details | None:
    """What a trainee has confirmed; None if it does not open: it agrees with nothing, and stays."""
    try:
        return identities.details(row)
    except vault.Closed:
        return None


def _says(entry: RosterEntry) -> tuple[Details, str] | None:
    """What an earlier roster says; None if it does not open, so that it is replaced."""
    try:
        return store.details(entry), store.enterprise_code(entry)
    except vault.Closed:
        return None


def _view(line: _Line, columns: dict[str, int]) -> RowView:
    in_order = sorted(line.faults.items(), key=lambda each: columns.get(each[0], 0))
    faults = tuple(words.fault(name, code, line.row.number, columns.get(name, 0)) for name, code in in_order)
    masks = line.row.details.masks if line.row.details else ("", "", "")
    return RowView(
        line.row.number, line.row.learner, line.state, words.state(line.state), masks,
        tuple(FaultView(*each) for each in faults),
    )  # fmt: skip
