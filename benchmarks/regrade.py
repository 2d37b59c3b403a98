"""Marking many attempts again: seconds of one core and memory, with the budget of a minute for 100,000."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from benchmarks import content
from dgxblock import lab
from dgxblock.content import read, write
from dgxblock.insight import regrading
from dgxblock.items import grade, stored
from dgxblock.ledger import api as ledger
from dgxblock.ledger import models

__all__ = ["Found", "measure", "report"]

HERE: Final = ("course-v1:dgx+bench+2026", "block-v1:dgx+bench+2026+type@dgx_assessment+block@regrade")
SECONDS: Final = 60.0
"""Of a core, for 100,000 attempts."""


@dataclass(frozen=True, slots=True)
class Found:
    """For `count` attempts: seconds of the processor, and by how many MB the process grew between the first tenth and
    the end."""

    count: int
    trial: float
    deed: float
    grown: float

    @property
    def kept(self) -> bool:
        return max(self.trial, self.deed) * 100_000 / self.count <= SECONDS


def measure(count: int, /) -> Found:
    """Fill the ledger with `count` attempts at case C1's assessment, mend one question's key, mark all again.

    Every second trainee had chosen what is right from then on.
    """
    text = content.library("assessment")
    old = read.parse(text)
    mended, item, right = _mended(text)
    revision = write.revision(text)
    ledger.keep_document(revision, text)
    _fill(count, old, revision, item, right)
    new = read.parse(mended)
    ledger.keep_document(write.revision(mended), mended)
    sizes: list[int] = []

    def note(seen: int) -> None:
        if (len(sizes) < 1 and seen >= count // 10) or seen >= count:
            sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    began = time.process_time()
    regrading.dry_run(*HERE, new, write.revision(mended), progress=note)  # type: ignore[arg-type]
    trial = time.process_time() - began
    began = time.process_time()
    done = regrading.commit(*HERE, new, write.revision(mended), actor_id="bench", reason="bench", progress=note)  # type: ignore[arg-type]
    deed = time.process_time() - began
    if done.changed != count:
        raise RuntimeError(f"{done.changed} of {count} attempts were changed")
    return Found(count, trial, deed, (sizes[-1] - sizes[0]) / 1024)


def _mended(text: str) -> tuple[str, str, str]:
    """The document with another key for its first single choice; which question, and which option is right now."""
    document: Any = read.parse(text)
    item = next(each for each in document.items if each.kind == "choice" and not each.multiple and not each.key)
    wrong = next(choice.id for choice in item.choices if not choice.correct)
    begin = text.index(f'id="{item.id}"')
    head, rest = text[:begin], text[begin:]
    rest = rest.replace(' correct="true"', "", 1).replace(
        f'<choice id="{wrong}"', f'<choice id="{wrong}" correct="true"', 1
    )
    return head + rest, item.id, wrong


def _fill(count: int, document: Any, revision: str, item: str, right: str) -> None:
    sheet = lab.build(document.dataset, "bench")
    asked = [each.id for each in document.items]
    other = next(choice.id for each in document.items if each.id == item for choice in each.choices if choice.correct)
    kinds = []
    for choice in (right, other):
        answers = {item: [choice]}
        kinds.append((answers, stored(grade(document.items, answers, sheet))))
    now, values = timezone.now(), dict(sheet.values)
    points = sum(each.points for each in document.items)
    worth = next(each.points for each in document.items if each.id == item)
    for start in range(0, count, 2000):
        models.Attempt.objects.bulk_create([
            models.Attempt(
                learner_id=str(number), course_key=HERE[0], usage_key=HERE[1], number=1, kind="assessment",
                seed="bench", revision=revision, started_at=now, submitted_at=now, nonce=f"n{number}",
                answers=kinds[number % 2][0], marks=kinds[number % 2][1], paper=asked, earned=worth * (number % 2),
                possible=points, passed=False, sequence=1, values=values, pass_mark=60,
            )
            for number in range(start, min(start + 2000, count))
        ], batch_size=500)  # fmt: skip


def report(found: Found, /) -> str:
    """The findings in words."""
    scale = 100_000 / found.count
    return (
        f"{found.count:,} attempts marked again: trial {found.trial:.1f} s, deed {found.deed:.1f} s of one core "
        f"({found.trial * scale:.1f} and {found.deed * scale:.1f} s for 100,000; budget {SECONDS:.0f}: "
        f"{'kept' if found.kept else 'exceeded'}); grown by {found.grown:.1f} MB after the first tenth\n"
    )
