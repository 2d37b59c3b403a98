"""What the staff's page of a block shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from dgxblock import formats
from dgxblock.content.model import Assessment, Exercise
from dgxblock.i18n import gettext as _
from dgxblock.insight.names import masked_names
from dgxblock.papers.counting import counted
from dgxblock.papers.timing import Allowed

__all__ = ["build", "difference"]


@dataclass(frozen=True, slots=True)
class TraineeLine:
    """A trainee at this block, in words."""

    name: str
    tries: int
    result: str
    passed: bool
    state: str
    last: str


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant in words; `request` takes it back."""

    who: str
    what: str
    reason: str
    by: str
    when: str
    request: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action on record, in words."""

    what: str
    whom: str
    by: str
    when: str
    reason: str


def build(block: Any, content: Assessment | Exercise, lang: str, uid: str, /) -> dict[str, Any]:
    """The context of ``block_staff.html`` (four queries, whatever the number of trainees)."""
    ledger, course, usage = block.ledger(), block.course(), str(block.scope_ids.usage_id)
    roll, grants = ledger.roll(course, usage), ledger.granted(course, usage)
    actions = ledger.actions(course, usage, most=50)
    names = masked_names(
        {row.learner_id for row in roll}
        | {name for each in grants for name in (each.learner_id, each.by) if name}
        | {name for each in actions for name in (each.learner_id, each.actor_id) if name}
    )

    def name(learner: str) -> str:
        return names.get(learner) or (_("Trainee %(id)s", id=learner) if learner else _("the platform"))

    return {
        "uid": uid,
        "lang": lang,
        "title": formats.one_line(content.title.plain(lang), lang),
        "trainees": [_trainee(name(learner), list(rows), lang) for learner, rows in
                     groupby(roll, key=lambda row: row.learner_id)],
        "grants": [
            GrantLine(
                name(each.learner_id) if each.learner_id else _("Group %(name)s", name=each.group),
                formats.join_list(_granted(each.allowed, lang), lang), each.reason, name(each.by),
                _moment(each.at, lang), json.dumps({"id": each.id}),
            )
            for each in grants
        ],
        "actions": [
            ActionLine(
                _kind(each.kind),
                name(each.learner_id) if each.learner_id else str(each.detail.get("group", "")) or "—",
                name(each.actor_id), _moment(each.at, lang), each.reason or "—",
            )
            for each in actions
        ],
        "timed": isinstance(content, Assessment),
    }  # fmt: skip


def difference(block: Any, diff: Any, content: Assessment | Exercise, revision: str, /) -> dict[str, Any]:
    """What the trial of marking again shows."""
    numbers = {item.id: str(number) for number, item in enumerate(content.items, 1)}
    names = masked_names({line.learner_id for line in diff.lines})
    holding = _holding([line.learner_id for line in diff.lines if line.crosses], block.course())
    return {
        "diff": diff,
        "lines": [
            (
                names.get(line.learner_id) or _("Trainee %(id)s", id=line.learner_id),
                formats.format_plain(round(line.before, 1)), formats.format_plain(round(line.after, 1)),
                line, formats.join_list([numbers.get(name, name) for name in line.questions], block.language()),
                line.learner_id in holding,
            )
            for line in diff.lines
        ],
        "holding": len(holding),
        "commit": {"state": diff.state, "revision": revision},
    }  # fmt: skip


def _holding(learners: Iterable[str], course_key: str) -> set[str]:
    """Of these learners those whose result the registry has, or is about to get."""
    from dgxblock.block import host

    registry, wanted = host.registry(), set(learners)
    if registry is None or not wanted:
        return set()
    return {learner for learner, view in registry.learners(course_key).items() if learner in wanted and view.sent}


def _trainee(name: str, rows: list[Any], lang: str) -> TraineeLine:
    found, last = counted(rows), rows[-1]
    result = "—" if found is None else formats.format_plain(int(found[0]))
    if last.submitted_at is None:
        state = _("under way")
    elif last.waiting:
        state = _("waits to be judged")
    elif last.ended_by == "time":
        state = _("closed when time was up")
    else:
        state = _("handed in")
    moment = last.submitted_at or last.started_at
    return TraineeLine(name, len(rows), result, bool(found and found[1]), state, _moment(moment, lang))


def _granted(given: Allowed, lang: str) -> list[str]:
    found = []
    if given.minutes:
        found.append(_("%(n)s minutes more", n=given.minutes))
    if given.attempts:
        found.append(_("%(n)s tries more", n=given.attempts))
    if given.closes_at:
        found.append(_("open until %(moment)s", moment=_moment(given.closes_at, lang)))
    return found


def _kind(kind: str) -> str:
    return {
        "extension": _("Granted"),
        "withdrawal": _("Grant taken back"),
        "reset": _("Begun anew"),
        "cleared": _("Work deleted"),
        "regrade": _("Marked again"),
        "override": _("Result set by hand"),
    }.get(kind, kind)


def _moment(moment: datetime, lang: str) -> str:
    return formats.format_datetime(timezone.localtime(moment), lang)
