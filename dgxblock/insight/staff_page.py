"""What the staff page shows, gathered with a fixed number of queries whatever the number of trainees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.safestring import SafeString

from dgxblock import charts
from dgxblock.formats import DASH, format_datetime, format_value, join_list
from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _
from dgxblock.insight import files
from dgxblock.insight.funnel import Delivery, Needed, Trainee, count, trainees
from dgxblock.insight.names import masked_names
from dgxblock.insight.places import link
from dgxblock.ledger import api as ledger
from dgxblock.pages.render import render
from dgxblock.registry import api as registry

__all__ = ["OperationLine", "StaffPage", "TraineeLine", "body", "build"]


@dataclass(frozen=True, slots=True)
class TraineeLine:
    """A trainee in words. `tone` is a state class of the design system, or empty."""

    name: str
    cases: str
    practice: str
    score: str
    stage: str
    certificate: str
    tone: str
    next_by: str


@dataclass(frozen=True, slots=True)
class OperationLine:
    """An operation in words; `last` is the latest exchange with the registry, `detail` its technical side."""

    name: str
    matter: str
    state: str
    tone: str
    reason: str
    last: str
    sends: int
    next_step: str
    next_by: str
    changed: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class StaffPage:
    """The page's context. `stages` holds words, number and share for the table behind the chart."""

    course_key: str
    title: str
    updated: str
    chart: SafeString
    chart_title: str
    stages: list[tuple[str, str, str]]
    trainees: list[TraineeLine]
    operations: list[OperationLine]
    todo: list[tuple[str, str]]
    files: list[files.FileLine]
    console: str


def stage_name(stage: str, /) -> str:
    """A stage of the road, in words."""
    return {
        "begun": _("Begun"),
        "read": _("Case read"),
        "practised": _("Exercise done"),
        "passed": _("Assessment passed"),
        "identity": _("Details given"),
        "sent": _("Sent to the registry"),
        "certified": _("Certificate issued"),
    }[stage]


_CERTIFICATE_TONE: Final = {
    "details": "dgx-part", "staff": "dgx-bad", "checking": "dgx-now", "sent": "dgx-now", "issued": "dgx-ok",
}  # fmt: skip


def certificate_state(stage: str, /) -> tuple[str, str, str]:
    """What trainees are told about their certificate, its state class, and who acts next."""
    words, owner = {
        "not-yet": (_("Requirements not met"), _("Trainee")),
        "checking": (_("Details being checked"), _("Nobody: it goes by itself")),
        "details": (_("Details needed"), _("Trainee")),
        "sent": (_("Sent to the registry"), _("Registry")),
        "issued": (_("Certificate issued"), DASH),
        "staff": (_("With the staff"), _("Training staff")),
    }[stage]
    return words, _CERTIFICATE_TONE.get(stage, ""), owner


def build(course_key: str, /) -> StaffPage:
    """Everything on the page: a fixed number of queries, none for each trainee."""
    scheme = registry.scheme(course_key)
    needed = [Needed(*one) for one in scheme.needed] if scheme else []
    progress = ledger.course_progress(course_key)
    views = registry.learners(course_key)
    known = {
        learner: Delivery(view.identity, view.sent, view.certified, str(view.stage))
        for learner, view in views.items()
        if learner in progress or view.sent or str(view.stage) != "not-yet"  # details may be for another course
    }
    rows = trainees(progress, needed, known)
    operations = registry.operations(course_key)
    found = ledger.suspects(course_key)
    known_people = {row.learner_id for row in rows} | {one.learner_id for one in operations} | files.learners(found)
    names = masked_names(known_people)
    # Somebody known to the registry only, such as an account that was started over, is listed but was not on this road.
    chart, stages = _funnel([row for row in rows if row.learner_id in progress])
    tails = {one.learner_id: one.person.rpartition("…")[2] for one in reversed(operations) if one.person}
    return StaffPage(
        course_key=course_key,
        title=str(scheme.title) if scheme else course_key,
        updated=_moment(timezone.now()),
        chart=chart,
        chart_title=_chart_title(),
        stages=stages,
        trainees=[_trainee_line(row, names, tails.get(row.learner_id, "")) for row in rows],
        operations=[_operation_line(one, names) for one in operations],
        todo=_todo(course_key, operations, bool(scheme), len(found)),
        files=files.lines(course_key, found, names),
        console=link(course_key),
    )


def body(page: StaffPage, /) -> SafeString:
    """The page's inner markup, for a host that has a frame of its own around it."""
    return render("staff_body.html", {"page": page})


def _chart_title() -> str:
    return _("From the first page to the certificate")


def _funnel(rows: list[Trainee]) -> tuple[SafeString, list[tuple[str, str, str]]]:
    lang, counts = current_language(), count(rows)
    whole = len(rows)
    shown = [
        (stage_name(stage), format_value(n, "int", lang), format_value(n / whole, "percent0", lang) if whole else DASH)
        for stage, n in counts
    ]
    desc = join_list([f"{words} {number}" for words, number, _share in shown], lang)
    bars = [(stage_name(stage), n) for stage, n in counts]
    return SafeString(charts.funnel("staff-funnel", bars, title=_chart_title(), desc=desc, lang=lang)), shown


def _trainee_line(row: Trainee, names: dict[str, str], tail: str) -> TraineeLine:
    words, tone, owner = certificate_state(row.stage or "not-yet")
    return TraineeLine(
        name=_name(row.learner_id, names) + (f" …{tail}" if tail else ""),
        cases=f"{row.cases} / {row.cases_needed}" if row.cases_needed else DASH,
        practice=_points(row.practice),
        score=_points(row.score),
        stage=stage_name(row.furthest),
        certificate=words,
        tone=tone,
        next_by=owner,
    )


def _operation_line(one: registry.OperationRow, names: dict[str, str]) -> OperationLine:
    last = one.last
    detail = ""
    if last is not None:
        codes = " · ".join(filter(None, [last.code, *last.error_codes]))
        answer = _("answer %(status)s", status=last.http_status) if last.http_status else _("no answer")
        detail = f"{answer} · {last.verdict}{' · ' + codes if codes else ''} · {last.latency_ms} ms"
    return OperationLine(
        name=one.person or _name(one.learner_id, names),
        matter=one.kind_label,
        state=one.state_label,
        tone=f"dgx-{one.tone}" if one.tone else "",
        reason=one.reason_label or DASH,
        last=_moment(last.started_at) if last else DASH,
        sends=one.sends,
        next_step=one.next_step or DASH,
        next_by=one.owner_label,
        changed=one.changed_at,
        detail=detail,
    )


def _todo(
    course_key: str, operations: list[registry.OperationRow], has_scheme: bool, same_files: int
) -> list[tuple[str, str]]:
    """Sentences with a state class: what waits for somebody, what keeps delivery from running."""
    found = [("dgx-bad", sentence) for sentence in (*registry.missing_settings(), *registry.channel_sentences())]
    if not has_scheme:
        found.append(("dgx-part", _("This course has no certification scheme, so nothing is sent to a registry.")))
    if lost := registry.no_longer_earned(course_key):
        sentence = _(
            "Results that the registry has and that are no longer earned: %(n)s. Please decide with it.", n=lost
        )
        found.append(("dgx-bad", sentence))
    if same_files:
        found.append(("dgx-part", _("Uploads that are another trainee's, or the same: %(n)s (below)", n=same_files)))
    waiting = [one for one in operations if one.tone == "bad"]
    by_owner = {owner: sum(one.owner == owner for one in waiting) for owner in ("trainee", "staff", "operator")}
    words = {
        "trainee": _("Returned by the registry, waiting for the trainee: %(n)s", n=by_owner["trainee"]),
        "staff": _("Waiting for the training staff: %(n)s", n=by_owner["staff"]),
        "operator": _("Waiting for the operator: %(n)s", n=by_owner["operator"]),
    }
    tone = {"trainee": "dgx-part"}
    return found + [(tone.get(owner, "dgx-bad"), words[owner]) for owner, n in by_owner.items() if n]


def _name(learner_id: str, names: dict[str, str]) -> str:
    return names.get(learner_id) or _("Trainee %(id)s", id=learner_id)


def _points(percent: float | None) -> str:
    if percent is None:
        return DASH
    return format_value(percent, "int" if round(percent, 1).is_integer() else "dec1", current_language())


def _moment(moment: datetime) -> str:
    local, lang = timezone.localtime(moment), current_language()
    return format_datetime(local, lang, today=timezone.localdate())
