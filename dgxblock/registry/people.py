"""What trainees do about their own certificate: give their details, agree, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from dgxblock.i18n import gettext as _
from dgxblock.ledger import api as ledger
from dgxblock.registry import conf, gates, outbox, vault
from dgxblock.registry import consent as consents
from dgxblock.registry.clock import now
from dgxblock.registry.identity import store
from dgxblock.registry.identity.form import Details, consented, for_later, read
from dgxblock.registry.models import Achievement, Consent, Identity, Operation, Scheme
from dgxblock.registry.states import OpState, Owner

_AT_THE_REGISTRY: Final = Q(sends__gt=0) & ~Q(state__in=(OpState.REJECTED, OpState.SUPERSEDED))


_REPEATS: Final = 2
"""How often somebody may insist that refused details are right before staff look at it."""


class _Sent(Exception):
    """A pump sent the earlier details while these were being read."""


@ledger.undeadlocked
def save_identity(learner_id: str, scheme: Scheme, form: Mapping[str, object], /) -> dict[str, str]:
    """See `dgxblock.registry.api.save_identity`."""
    if not editable(learner_id):
        return {"form": _at_the_registry()}
    before_row, before = _before(learner_id)
    today = datetime.now(ZoneInfo(scheme.zone)).date()
    given, errors = read(form, today=today, before=before)
    agreed = consented(form) or consents.live(learner_id, scheme) is not None
    if not agreed and not for_later(form):
        errors["consent"] = _(
            "You have not ticked the consent yet. You can save without it and decide later; nothing is sent until then."
        )
    rejected = _rejected(learner_id)
    if rejected is not None and given is not None and given == before and not _may_repeat(rejected, form):
        errors["name"] = _(
            "These are the same details that the registry did not accept. They are kept; please correct what differs "
            "from your document, or ask the training staff."
        )
    if errors or given is None:
        return errors
    try:
        with transaction.atomic():
            _write(learner_id, scheme, given, before_row if given == before else None, agree=consented(form))
    except _Sent:
        return {"form": _at_the_registry()}
    except conf.Unset:
        return {"form": unavailable()}
    except IntegrityError:
        return {"form": _("Your details were saved from another window a moment ago. Please reload the page.")}
    return {}


def _at_the_registry() -> str:
    return _("Your details are at the registry now. To correct them, please ask the training staff.")


def unavailable() -> str:
    """What a trainee is told while the operator has not set the keys."""
    return _(
        "We cannot store your details safely at the moment. Your result stands and nothing is lost; please come back "
        "later."
    )


def editable(learner_id: str, /) -> bool:
    """Whether nothing with these details is at the registry, or on its way."""
    return not Operation.objects.filter(_AT_THE_REGISTRY, achievement__learner_id=learner_id).exists()


def _before(learner_id: str, /) -> tuple[Identity | None, Details | None]:
    row = store.current(learner_id)
    if row is None:
        return None, None
    try:
        return row, store.details(row)
    except (vault.Closed, conf.Unset):
        return row, None


def _rejected(learner_id: str, /) -> Operation | None:
    """The refused operation that waits for this trainee, if any."""
    found = Operation.objects.filter(achievement__learner_id=learner_id).order_by("-seq").first()
    return found if found and found.state == OpState.REJECTED and found.owner == Owner.TRAINEE else None


def _may_repeat(rejected: Operation, form: Mapping[str, object], /) -> bool:
    """Registries err too: who has checked their details may send the same ones again, a few times."""
    refused = rejected.achievement.operations.filter(state=OpState.REJECTED).count()
    return form.get("action") == "again" and refused <= _REPEATS


def _write(learner_id: str, scheme: Scheme, given: Details, same: Identity | None, /, *, agree: bool) -> None:
    conf.field_keys()
    conf.blind_index_key()
    achievements = lock_all(learner_id)
    sent = Operation.objects.select_for_update().filter(_AT_THE_REGISTRY, achievement__in=[a.pk for a in achievements])
    if list(sent.values_list("pk", flat=True)):
        raise _Sent  # the look beforehand was before the lock
    if same is None:
        store.add(learner_id, given, after=store.current(learner_id))
    if agree and consents.live(learner_id, scheme) is None:
        consents.give(learner_id, scheme)
    recheck(learner_id)
    for achievement in achievements:
        last = achievement.operations.order_by("-seq").first()
        if last and last.state == OpState.REJECTED and last.owner == Owner.TRAINEE:
            outbox.open_issue(achievement)


def lock_all(learner_id: str, /) -> list[Achievement]:
    """This learner's achievements, locked in one order by whoever locks several. The caller holds the transaction."""
    found = list(Achievement.objects.filter(learner_id=learner_id).select_related("scheme").order_by("pk"))
    for achievement in found:
        gates.lock(achievement)
    return found


def recheck(learner_id: str, /) -> None:
    """Bring this learner's unsent operations in line with papers and consent. The caller holds the transaction."""
    waiting = Operation.objects.filter(
        achievement__learner_id=learner_id, state__in=(OpState.HELD, OpState.READY), sends=0
    )
    for operation in waiting.select_related("achievement__scheme"):
        gates.recheck(operation)


@ledger.undeadlocked
def recheck_now(learner_id: str, /) -> None:
    """Like `recheck`, in a transaction of its own."""
    with transaction.atomic():
        recheck(learner_id)


@ledger.undeadlocked
def withdraw_consent(learner_id: str, scheme: Scheme, /) -> bool:
    """See `dgxblock.registry.api.withdraw_consent`."""
    with transaction.atomic():
        changed = Consent.objects.filter(learner_id=learner_id, scheme=scheme, withdrawn_at=None).update(
            withdrawn_at=now()
        )
        recheck(learner_id)
        # Who does not agree must not stand in the way of their other account, unless something is at the registry.
        for achievement in lock_all(learner_id):
            if achievement.scheme_id == scheme.pk:
                gates.release(achievement)
    return changed > 0
