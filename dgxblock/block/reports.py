"""What was answered, as rows for a table: a row for each question of each hand-in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from dgxblock import formats, lab
from dgxblock.content.model import Assessment, Exercise
from dgxblock.i18n import gettext as _
from dgxblock.items import kind_of, marks_from
from dgxblock.lab import LabError

__all__ = ["answers"]


def answers(
    content: Assessment | Exercise, submissions: Iterable[Any], lang: str, /
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Pairs of learner id and row: try, day, number and text of the question, what was answered in words, verdict,
    note, points earned and possible, and the result of the try in per cent. Questions that `content` has no more are
    left out."""
    by_id = {item.id: (number, item) for number, item in enumerate(content.items, 1)}
    for each in submissions:
        attempt = each.attempt
        sheet = lab.recalled(content.dataset, attempt.seed, attempt.values)
        asked = [by_id[name] for name in (attempt.paper or by_id) if name in by_id]
        marks = marks_from(attempt.marks, [item for _number, item in asked], attempt.answers)
        for number, item in asked:
            mark, answer = marks[item.id], attempt.answers.get(item.id)
            try:
                own = kind_of(item).own(item, answer, sheet, lang)
                prompt = formats.one_line(item.prompt.plain(lang, sheet.values), lang)
            except (LabError, KeyError):
                own, prompt = "—", item.id
            yield (
                each.place.learner_id,
                {
                    _("Try", language=lang): attempt.number,
                    _("Handed in", language=lang): timezone.localtime(attempt.submitted_at).isoformat(
                        timespec="seconds"
                    ),
                    _("No.", language=lang): number,
                    _("Question", language=lang): prompt,
                    _("Answer", language=lang): own,
                    _("Result", language=lang): kind_of(item).tag(item, mark, lang),
                    _("Note", language=lang): mark.note,
                    _("Points", language=lang): round(mark.fraction * item.points, 4),
                    _("Full marks", language=lang): item.points,
                    _("Score in per cent", language=lang): attempt.percent,
                },
            )
