"""What the staff console shows of a course: queues by who acts next, a search, how old things are, one result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from dgxblock.i18n import gettext as _
from dgxblock.registry import conf, corrections, gates, remedies, staff, vault, words
from dgxblock.registry.clock import now
from dgxblock.registry.contract import issued_as
from dgxblock.registry.delivery import record
from dgxblock.registry.identity import numbers, store
from dgxblock.registry.identity.form import Details
from dgxblock.registry.models import Achievement, Attempt, Decision, Identity, Operation
from dgxblock.registry.states import OpState, Owner, RemoteState, Ruled
from dgxblock.registry.views import IdentityView, OperationRow
from dgxblock.registry.views_console import EventView, ResultView

__all__ = ["PAGE", "QUEUES", "ageing", "counts", "result", "rows", "search"]

PAGE: Final = 50
QUEUES: Final = ("staff", "operator", "trainee", "waiting", "settled")
"""By who acts next; `waiting` goes on by itself."""
_MOST_FOUND: Final = 50
_MOST_OPENED: Final = 500
_STOPPED: Final = (OpState.HELD, OpState.REJECTED, OpState.HUMAN, OpState.DEAD)
_DAYS: Final = (1, 3, 7, 30)


def _latest(course_key: str, /) -> QuerySet[Operation]:
    """The operation of each result that counts: what was sent again is in no queue any longer."""
    later = Operation.objects.filter(achievement=OuterRef("achievement"), seq__gt=OuterRef("seq"))
    standing = Operation.objects.filter(achievement__course_key=course_key).exclude(state=OpState.SUPERSEDED)
    return standing.exclude(Exists(later.exclude(state=OpState.SUPERSEDED)))


def _queue(name: str, /) -> Q:
    stopped = Q(state__in=_STOPPED)
    return {
        "staff": stopped & ~Q(owner__in=(Owner.TRAINEE, Owner.OPERATOR)),
        "operator": stopped & Q(owner=Owner.OPERATOR),
        "trainee": stopped & Q(owner=Owner.TRAINEE),
        "waiting": ~stopped & ~Q(state=OpState.DONE),
        "settled": Q(state=OpState.DONE),
    }[name]


def counts(course_key: str, /) -> dict[str, int]:
    """How many results are in each queue (one query)."""
    return _latest(course_key).aggregate(**{name: Count("pk", filter=_queue(name)) for name in QUEUES})


def rows(course_key: str, queue: str, /, *, page: int = 1) -> list[OperationRow]:
    """A page of a queue, what has waited longest first (two queries); of the settled ones the latest first.

    Raises:
        KeyError: there is no such queue.
    """
    order = ("-changed_at", "-pk") if queue == "settled" else ("changed_at", "pk")
    start = (page - 1) * PAGE
    return _shown(_latest(course_key).filter(_queue(queue)).order_by(*order)[start : start + PAGE])


def _shown(found: QuerySet[Operation], /) -> list[OperationRow]:
    these = list(found.select_related("achievement", "identity"))
    newest = Attempt.objects.filter(operation__in=[one.pk for one in these]).values("operation")
    latest = Attempt.objects.filter(pk__in=newest.annotate(newest=Max("pk")).values("newest"))
    last, moment = {one.operation_id: one for one in latest}, now()
    return [staff.row(one, last.get(one.pk), moment) for one in these]


def search(course_key: str, text: str, /) -> list[OperationRow]:
    """At most fifty results of a course whose trainee's details fit `text`: a name or a number in full, or as screens
    show it (``周*``, ``002X``). A full number goes through the blind index; nothing of it is kept or logged."""
    wanted = " ".join(text.split())
    if not wanted or len(wanted) > 80:
        return []
    here = Achievement.objects.filter(course_key=course_key).values("learner_id")
    people = Identity.objects.filter(learner_id__in=here)
    current = _current(people)
    learners = set(current.filter(_masked(wanted)).values_list("learner_id", flat=True)[:_MOST_FOUND])
    learners |= _exactly(current, wanted)
    return _shown(
        _latest(course_key).filter(achievement__learner_id__in=learners).order_by("-changed_at", "-pk")[:_MOST_FOUND]
    )


def _current(people: QuerySet[Identity], /) -> QuerySet[Identity]:
    later = Identity.objects.filter(learner_id=OuterRef("learner_id"), version__gt=OuterRef("version"))
    return people.exclude(Exists(later))


def _masked(wanted: str, /) -> Q:
    name, _gap, tail = wanted.partition("…")
    if tail:
        return Q(name_mask=name.strip(), id_mask__endswith=tail.strip())
    return Q(name_mask=wanted) | Q(id_mask=wanted) | (Q(id_mask__endswith=wanted) if len(wanted) == 4 else Q(pk=None))


def _exactly(current: QuerySet[Identity], wanted: str, /) -> set[str]:
    number = numbers.normalise(wanted)
    types = [issued_as(number)] if issued_as(number) else list(numbers.ID_TYPES)
    try:
        indices = [store.person_index(Details("", str(one), number, "", "")) for one in types]
        found = set(current.filter(id_bidx__in=indices).values_list("learner_id", flat=True))
        alike = current.filter(name_mask=Details(wanted, "", "", "", "").masks[0])[:_MOST_OPENED]
        return found | {one.learner_id for one in alike if store.details(one).name == wanted}
    except (vault.Closed, conf.Unset):
        return set()  # without its key nobody is found by what is encrypted


def ageing(course_key: str, /) -> list[tuple[str, int]]:
    """How many results that are not settled have waited how long since they were earned (one query)."""
    moment = now()
    made = _latest(course_key).exclude(state=OpState.DONE).values_list("achievement__earned_at", flat=True)
    days = [(moment - at) / timedelta(days=1) for at in made]
    edges = [0, *_DAYS]
    found = [
        (_("%(low)s to %(high)s days", low=low, high=high), sum(low <= day < high for day in days))
        for low, high in zip(edges, _DAYS, strict=False)
    ]
    return [*found, (_("%(n)s days and more", n=_DAYS[-1]), sum(day >= _DAYS[-1] for day in days))]


def result(operation_id: str, course_key: str, /) -> ResultView | None:
    """One result of this course; None if there is no such one here (a fixed number of queries)."""
    one = staff.of_course(operation_id, course_key)
    if one is None:
        return None
    achievement = one.achievement
    attempts = list(Attempt.objects.filter(operation__achievement=achievement).select_related("operation"))
    mine = [each for each in attempts if each.operation_id == one.pk]
    latest = not achievement.operations.filter(seq__gt=one.seq).exclude(state=OpState.SUPERSEDED).exists()
    shown = staff.row(one, mine[-1] if mine else None, now())
    items = corrections.work_items(course_key, learner_id=achievement.learner_id)
    who = store.current(achievement.learner_id)
    events = [*_exchanges(attempts), *_decisions(achievement)]
    return ResultView(
        row=shown, why=remedies.why(one.reason, one.owner),
        events=tuple(sorted(events, key=lambda each: each.at)), items=tuple(items), identity=_identity(who),
        may=_may(one, who) if latest else (),
        numbers=tuple(name for name, there in (("id", who), ("certificate", achievement.certificate_enc)) if there),
        certificate_tail=_tail(achievement),
    )  # fmt: skip


def _tail(achievement: Achievement, /) -> str:
    try:
        return record.certificate_number(achievement)[-4:]
    except (vault.Closed, conf.Unset):
        return ""


def _identity(who: Identity | None, /) -> IdentityView | None:
    if who is None:
        return None
    return IdentityView(who.name_mask, who.id_type, who.id_mask, who.phone_mask, who.version, who.created_at)


def _may(one: Operation, who: Identity | None, /) -> tuple[str, ...]:
    achievement = one.achievement
    issued = achievement.remote_state == RemoteState.ISSUED
    ruling = achievement.rulings.order_by("-pk").first()
    found = {
        "replay": staff.may_replay(one, who.pk if who else None),
        "hold": one.state == OpState.READY,
        "let-go": one.state == OpState.HELD and one.reason == gates.BY_STAFF,
        "release": achievement.person_key is not None and not gates.outstanding(achievement, judged=True),
        "readmit": ruling is not None and ruling.verdict == Ruled.RELEASED,
        "correct": who is not None and (issued or one.state == OpState.REJECTED),
        "revoke": issued,
    }
    return tuple(name for name, yes in found.items() if yes)


def _exchanges(attempts: Sequence[Attempt], /) -> list[EventView]:
    return [
        EventView(
            each.started_at, f"{words.kind(each.operation.kind)} · {words.phase(each.phase)}",
            words.reason(each.error_codes.split(",")[0] or each.code) if each.code else words.answered(each.verdict),
            "", _tone(each),
            " · ".join(
                filter(None, [str(each.http_status or ""), each.verdict, each.code, each.error_codes,
                              f"{each.latency_ms} ms", each.request_sha256[:12]])
            ),
        )
        for each in attempts
    ]  # fmt: skip


def _tone(each: Attempt, /) -> str:
    return "ok" if not each.code and (each.http_status or 0) < 300 else "bad"


def _decisions(achievement: Achievement, /) -> list[EventView]:
    said = [
        EventView(each.decided_at, words.decision(each.what), each.reason, each.actor, "now")
        for each in Decision.objects.filter(achievement=achievement)
    ]
    ruled = [
        EventView(each.ruled_at, words.decision(each.verdict), each.reason, each.actor, "now")
        for each in achievement.rulings.all()
    ]
    earned: datetime = achievement.earned_at
    return [EventView(earned, _("Requirements met"), "", "", "ok"), *said, *ruled]
