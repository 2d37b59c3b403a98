"""What becomes of a difference: by itself at night, or by a decision of people."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from dgxblock.registry import gates, inbox, vault, workitems
from dgxblock.registry.clock import now
from dgxblock.registry.contract import canonical, loads, payload_sha256
from dgxblock.registry.models import Inbox, ReconItem
from dgxblock.registry.states import Difference, ItemKind

__all__ = ["at_night", "decide_item", "may"]

ACCEPT, REISSUE, EXPLAIN = "accept", "reissue", "explain"
_HEALED, _AGAIN = "healed", "again"
_INBOX: Final = Inbox._meta.db_table
_TABLE: Final = ReconItem._meta.db_table
_MAY: Final[dict[str, tuple[str, ...]]] = {
    Difference.MISSING_REMOTE: (REISSUE, EXPLAIN),
    Difference.STATUS_MISMATCH: (ACCEPT, EXPLAIN),
    Difference.LATE_RECEIPT: (ACCEPT, EXPLAIN),
}


def may(item: ReconItem, /) -> tuple[str, ...]:
    """The decisions that people can take: ``accept`` what the registry says, have it issued again (``reissue``, which
    somebody else approves), or ``explain`` why it stays as it is."""
    if item.decision:
        return ()
    allowed = _MAY.get(item.kind, (EXPLAIN,))
    return tuple(one for one in allowed if one != REISSUE or (item.achievement_id is not None and item.confirmed))


def at_night(item: ReconItem, receipt: Mapping[str, Any] | None, /) -> None:
    """Heal a late receipt; of anything that was found before, the older row gives way to this one."""
    same = ReconItem.objects.filter(
        run__registry=item.run.registry, result_id=item.result_id, kind=item.kind, code=item.code, ours=item.ours,
        theirs=item.theirs,
    ).exclude(pk=item.pk)  # fmt: skip
    explained = same.filter(decision=EXPLAIN).order_by("-pk").first()
    for older in same.filter(decision=""):
        _decide(older, _AGAIN, "", "")
    if item.kind == Difference.LATE_RECEIPT and item.confirmed and receipt is not None:
        if _believe(item, receipt):
            _decide(item, _HEALED, "", "")
    elif explained is not None:
        _decide(item, EXPLAIN, explained.actor, explained.reason)


def decide_item(item_id: str, decision: str, /, *, actor: str, reason: str) -> bool:
    """Decide about a difference, once.

    Args:
        item_id: `ReconItemView.id`.
        decision: one of `ReconItemView.may`: ``accept`` (take the registry's receipt over, with the comparison that
            every receipt goes through), ``reissue`` (a work item that somebody else approves) or ``explain``.
        actor: the id of whoever decides.
        reason: in 1 to 500 characters; kept for good.

    Returns:
        False when it was decided before, without actor or reason, or when the receipt cannot be believed.
    """
    why = workitems.clean(reason)
    try:
        item = ReconItem.objects.select_related("run", "achievement__scheme").get(uuid=UUID(item_id))
    except (ValueError, ReconItem.DoesNotExist):
        return False
    if not why or not actor or decision not in may(item):
        return False
    if decision == ACCEPT:
        content = vault.open_bytes(_TABLE, "receipt_enc", item.uuid, item.receipt_enc)
        if not _believe(item, loads(content)):
            return False
    with transaction.atomic():
        if decision == REISSUE and item.achievement is not None:
            gates.lock(item.achievement)
            workitems.ask(item.achievement, ItemKind.REISSUE, actor=actor, reason=why)
        return _decide(item, decision, actor, why)


def _decide(item: ReconItem, decision: str, actor: str, reason: str, /) -> bool:
    moment = now()
    with transaction.atomic():
        done = ReconItem.objects.filter(pk=item.pk, decision="").update(
            decision=decision, actor=actor, reason=reason, decided_at=moment
        )
        if done:
            workitems.note(decision, actor=actor, reason=reason, recon_item=item, achievement=item.achievement)
    item.decision = decision
    return bool(done)


def _believe(item: ReconItem, receipt: Mapping[str, Any], /) -> bool:
    """Take a receipt as if the registry had told it by itself: with the same comparison, and no more trust."""
    row_id, body = uuid.uuid4(), canonical(receipt)
    slug, message = item.run.registry, f"feed:{receipt['result_id']}:{receipt['rev']}"
    try:
        with transaction.atomic():
            Inbox.objects.create(
                uuid=row_id, registry=slug, message_id=message, sha256=payload_sha256(body), received_at=now(),
                result_id=receipt["result_id"], seq=receipt["seq"], rev=receipt["rev"],
                body_enc=vault.seal(_INBOX, "body_enc", row_id, body),
            )  # fmt: skip
    except IntegrityError:
        pass  # it was told before; what came of that counts
    inbox.work(only=slug)
    result = Inbox.objects.filter(registry=slug, message_id=message).values_list("result", flat=True).first()
    return result in (inbox.SETTLED, inbox.LEARNED, inbox.OLD)
