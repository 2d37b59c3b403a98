"""An account is retired: what names a person goes, what proves that a certificate was rightly given stays.

Gone: names, numbers, phones, employers and their masks, in papers, in documents that were sent, in corrections that
wait, and the evidence of dossiers. Kept: that a result was earned and certified, when, by which rules, the registry's
receipts with the certificate's number, and the digests by which the same person is not certified twice. No new
certificate leaves, since every consent is withdrawn; one that may be on its way is settled first, because only its very
bytes may be sent again.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from dgxblock.ledger import api as ledger
from dgxblock.registry import people
from dgxblock.registry.clock import now
from dgxblock.registry.models import Consent, DossierEvent, Identity, Operation, Retirement, WorkItem
from dgxblock.registry.states import OpState

__all__ = ["finish", "retire"]

_OPEN: Final = (OpState.SENDING, OpState.UNKNOWN, OpState.PENDING, OpState.READY, OpState.HUMAN, OpState.DEAD)
_NOTHING: Final = {"name_enc": "", "name_mask": "", "id_enc": "", "id_mask": "", "phone_enc": "", "phone_mask": "",
                   "enterprise_enc": ""}  # fmt: skip


def retire(learner_id: str, /, *, actor: str = "") -> bool:
    """Withdraw what this learner agreed to and shred their data; as often as you like.

    Args:
        learner_id: whose account it was.
        actor: the id of whoever asked for it; empty for the platform.

    Returns:
        Whether all is gone. If not, something of it may be at a registry and is not settled yet: `finish` does the
        rest.
    """
    Retirement.objects.get_or_create(learner_id=learner_id, defaults={"actor": actor, "asked_at": now()})
    return _shred(learner_id)


def finish() -> int:
    """Do the rest of all retirements whose results have been settled meanwhile; how many are left."""
    waiting = Retirement.objects.filter(done_at=None).order_by("pk").values_list("learner_id", flat=True)
    return sum(not _shred(learner_id) for learner_id in list(waiting))


@ledger.undeadlocked
def _shred(learner_id: str, /) -> bool:
    with transaction.atomic():
        people.lock_all(learner_id)
        Consent.objects.filter(learner_id=learner_id, withdrawn_at=None).update(withdrawn_at=now())
        people.recheck(learner_id)
        # What was read before this lock waits for it now, and then finds that the consent is gone.
        mine = Operation.objects.filter(achievement__learner_id=learner_id)
        open_now = list(mine.select_for_update().filter(sends__gt=0, state__in=_OPEN).values_list("pk", flat=True))
        mine.exclude(pk__in=open_now).exclude(payload_enc="").update(payload_enc="")
        if open_now:
            return False
        # Versions are written once; that they are emptied when the account goes is what the law asks for.
        Identity.objects.filter(learner_id=learner_id).update(**_NOTHING)
        WorkItem.objects.filter(achievement__learner_id=learner_id).update(details_enc="", details_mask="")
        DossierEvent.objects.filter(dossier__learner_id=learner_id).update(evidence=[])
        Retirement.objects.filter(learner_id=learner_id, done_at=None).update(done_at=now())
    return True
