"""Many new results in one exchange: what `worker` and `record` do for one, done for all with a few statements.

Only the plain case is done here: a new result that leaves as its gates want it, and an answer that certifies it or
takes it for later. Whatever is out of the ordinary is left as it was, and the caller gives it to `worker` one by one:
those rules stand there once. Where a statement touches fewer rows than it should, another request came between, and
nothing of it counts.
"""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final, cast

from django.db import Error as DatabaseError
from django.db import connection, models, transaction

from dgxblock.registry import conf, document, gates
from dgxblock.registry import consent as consents
from dgxblock.registry.adapters import Item, Registry, RegistryAdapter, Reply
from dgxblock.registry.clock import now
from dgxblock.registry.contract import Sent, blind_index
from dgxblock.registry.delivery import record, rules
from dgxblock.registry.delivery.worker import Marked, situation, trace, waiting
from dgxblock.registry.identity import store
from dgxblock.registry.models import Achievement, Attempt, Operation, Receipt
from dgxblock.registry.states import SETTLED, OpKind, OpState

__all__ = ["mark", "settle"]

_FEW: Final = 2  # below that, one by one costs no more
_FROZEN: Final = ("payload_enc", "payload_sha256", "previous_seq", "score", "assessed_on", "sends")
_SHOWN: Final = ("remote_seq", "remote_rev", "remote_state", "certificate_enc", "certificate_bidx", "issued_on")


class _Between(Exception):
    """Another request changed one of these rows."""


def mark(rows: Sequence[Operation], registry: Registry, adapter: RegistryAdapter, /, *, most: int) -> list[Marked]:
    """Freeze and commit "about to send" for those that are plain; see `worker.prepare` and `worker.mark`.

    Args:
        rows: claimed together, ready.
        registry: where they go.
        adapter: makes the bytes.
        most: bytes that may travel together; whatever is beyond is left.
    """
    built, size = [], 0
    for row, content in _built(_new(rows), adapter):
        size += len(content) + 1
        if size > most:
            break
        built.append((row, content))
    if len(built) < _FEW:
        return []
    try:
        with transaction.atomic():
            return _begin(built, registry)
    except _Between:
        return []


def _new(rows: Sequence[Operation], /) -> list[Operation]:
    """Those never sent, whose papers and consent are still what the gates would find (two queries)."""
    new = [row for row in rows if row.kind == OpKind.ISSUE and row.identity_id and not row.payload_enc]
    if len(new) < _FEW:
        return []
    learners = {row.achievement.learner_id for row in new}
    papers = store.latest(learners)
    given = consents.latest(learners, {row.scheme for row in new})
    return [
        row
        for row in new
        if papers.get(row.achievement.learner_id) == row.identity_id
        and given.get((row.achievement.learner_id, row.scheme_id), 0) == row.consent_id
    ]


def _built(rows: Iterable[Operation], adapter: RegistryAdapter, /) -> Iterable[tuple[Operation, bytes]]:
    for row in rows:
        try:
            assert row.identity is not None
            content = adapter.build(document.build(row, row.achievement, row.identity))
        except (DatabaseError, conf.Unset):
            raise
        except Exception:  # noqa: BLE001, S112 - what is wrong with it is said when its own turn comes
            continue
        yield row, content


def _begin(built: Sequence[tuple[Operation, bytes]], registry: Registry, /) -> list[Marked]:
    """As `outbox.begin_send`. The caller holds the transaction."""
    said = {row.pk: _says(row) for row, _content in built}  # the bytes were made from what was read before the lock
    gates.lock_all([row.achievement for row, _content in built])
    moment = now()
    may = [(row, content) for row, content in built if _says(row) == said[row.pk] and _may(row, moment)]
    if not may:
        return []
    until = moment + timedelta(seconds=registry.lease_seconds)
    ours = Operation.objects.filter(
        pk__in=[row.pk for row, _content in may], state=OpState.READY, lease_token=may[0][0].lease_token,
        lease_until__gt=moment,
    )  # fmt: skip
    pinned = {pk: rest for pk, *rest in ours.select_for_update().values_list("pk", "identity_id", "consent_id")}
    if any(pinned.get(row.pk) != [row.identity_id, row.consent_id] for row, _content in may):
        raise _Between
    frozen = [(_frozen(row, content), content) for row, content in may]
    _write([row for row, _content in frozen], _FROZEN)
    touched = ours.update(
        state=OpState.SENDING, sent_at=moment, changed_at=moment, lease_until=until,
        next_at=until + timedelta(seconds=registry.quiet_seconds),
    )  # fmt: skip
    if touched != len(may):
        raise _Between
    at = time.monotonic()
    return [Marked(row, _item(row, content), moment, at) for row, content in frozen]


def _says(row: Operation, /) -> tuple[Decimal, date, int]:
    return row.achievement.score, row.achievement.assessed_on, row.achievement.remote_seq


def _may(row: Operation, moment: datetime, /) -> bool:
    due = row.not_before is None or row.not_before <= moment
    return due and not row.achievement.withdrawn and gates.holds(row.achievement, row.identity)


def _frozen(row: Operation, content: bytes, /) -> Operation:
    """A copy, so that the row is as it was where the transaction comes to nothing."""
    changed = copy.copy(row)
    changed.payload_enc, changed.payload_sha256 = document.freeze(row, content)
    changed.previous_seq = row.achievement.remote_seq
    changed.score, changed.assessed_on = row.achievement.score, row.achievement.assessed_on
    changed.sends = row.sends + 1
    return changed


def _item(row: Operation, content: bytes, /) -> Item:
    sent = Sent(str(row.achievement.uuid), row.seq, row.payload_sha256, row.previous_seq, "issue")
    return Item(sent, row.op_key, content)


def _write(changed: Sequence[models.Model], fields: Sequence[str], /) -> None:
    """Write these columns of rows that the transaction has read. One statement, prepared once: Django's own
    `bulk_update` makes one with a branch for every value, and took most of the time."""
    if not changed:
        return
    meta, name = changed[0]._meta, connection.ops.quote_name
    columns = [cast("models.Field[Any, Any]", meta.get_field(field)) for field in fields]
    sets = ", ".join(f"{name(str(column.column))} = %s" for column in columns)
    sql = f"UPDATE {name(meta.db_table)} SET {sets} WHERE {name('id')} = %s"  # noqa: S608 - names of ours
    values = [
        [*(column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns), row.pk]
        for row in changed
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
        if cursor.rowcount != len(changed):
            raise _Between


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer, and what follows from it. `index` is the blind index of the certificate's number."""

    one: Marked
    reply: Reply
    move: rules.Move
    receipt: Mapping[str, Any]
    index: str

    @property
    def same(self) -> tuple[Any, ...]:
        """Equal for answers that change their operation in the same way."""
        return (str(self.move.to), self.move.delay or 0.0, self.move.tries, self.move.reason, str(self.move.owner))


def settle(
    marked: Sequence[Marked], replies: Sequence[Reply], registry: Registry, /, *, polled: bool
) -> dict[int, rules.Effect]:  # fmt: skip
    """Write down what came of those whose answer is plain, in one transaction; see `worker.settle`.

    `polled` says whether what is pending is asked for.

    Returns:
        What it says about the registry, by the operation's primary key. Whoever is not in it is not settled.
    """
    found = [_answer(one, reply, registry, polled) for one, reply in zip(marked, replies, strict=True)]
    answers = [answer for answer in found if answer is not None]
    numbers = Counter(answer.index for answer in answers if answer.index)
    answers = [answer for answer in answers if numbers[answer.index] < _FEW]  # one number for two is for people
    if len(answers) < _FEW:
        return {}
    try:
        with transaction.atomic():
            return _end(answers)
    except _Between:
        return {}


def _answer(one: Marked, reply: Reply, registry: Registry, polled: bool, /) -> _Answer | None:
    move = waiting(rules.after_send(reply.outcome, situation(one.operation, registry)), polled=polled)
    receipt = move.outcome.receipt if move.outcome else None
    if receipt is None or one.operation.kind != OpKind.ISSUE or one.operation.accepted_at is not None:
        return None
    certificate = receipt.get("certificate")
    live = certificate is not None and certificate["status"] != "revoked"
    if (move.to, live, certificate is None) not in ((OpState.DONE, True, False), (OpState.PENDING, False, True)):
        return None
    index = blind_index(conf.blind_index_key(), "certificate", certificate["no"]) if certificate else ""
    return _Answer(one, reply, move, receipt, index)


def _end(answers: Sequence[_Answer], /) -> dict[int, rules.Effect]:
    """As `record.settle`. The caller holds the transaction."""
    achievements = [answer.one.operation.achievement for answer in answers]
    gates.lock_all(achievements)
    papers = store.latest({each.learner_id for each in achievements})
    indexes = [answer.index for answer in answers if answer.index]
    taken = set(Achievement.objects.filter(certificate_bidx__in=indexes).values_list("certificate_bidx", flat=True))
    heard = set(Receipt.objects.filter(achievement__in=achievements).values_list("achievement", flat=True))
    plain = [each for each in answers if each.index not in taken and _undisputed(each.one.operation, papers, heard)]
    moment = now()
    for _same, group in groupby(sorted(plain, key=lambda each: each.same), key=lambda each: each.same):
        _move(list(group), moment)
    Attempt.objects.bulk_create(
        record.attempt(each.one.operation, trace(each.one, each.reply), moment, recorded=True) for each in plain
    )
    Receipt.objects.bulk_create(record.receipt(each.one.operation, each.receipt, moment) for each in plain)
    _write([_shown(each) for each in plain], _SHOWN)
    return {each.one.operation.pk: each.move.effect for each in plain}


def _undisputed(row: Operation, papers: Mapping[str, int], heard: Collection[int], /) -> bool:
    """Whether what was said is still what should be, and nothing else was heard of it: then nothing more follows."""
    achievement = row.achievement
    said = not achievement.withdrawn and (achievement.score, achievement.assessed_on) == (row.score, row.assessed_on)
    held = achievement.person_key is not None and papers.get(achievement.learner_id) == row.identity_id
    return said and held and achievement.pk not in heard


def _move(alike: Sequence[_Answer], moment: datetime, /) -> None:
    rows, move = [each.one.operation for each in alike], alike[0].move
    freed = {"active_for": None} if move.to in SETTLED else {}
    touched = Operation.objects.filter(
        pk__in=[row.pk for row in rows], state=OpState.SENDING, lease_token=rows[0].lease_token
    ).update(
        state=move.to, tries=move.tries, reason=move.reason, owner=move.owner, changed_at=moment, accepted_at=moment,
        next_at=None if move.delay is None else moment + timedelta(seconds=move.delay), lease_token="",
        lease_until=None, **freed,
    )  # fmt: skip
    if touched != len(rows):
        raise _Between


def _shown(answer: _Answer, /) -> Achievement:
    """A copy of the achievement, with what the registry shows now."""
    changed = copy.copy(answer.one.operation.achievement)
    for name, value in record.shown(changed, answer.receipt, answer.index).items():
        setattr(changed, name, value)
    if not answer.index:
        changed.certificate_enc, changed.certificate_bidx, changed.issued_on = "", None, None
    return changed
