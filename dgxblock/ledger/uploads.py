"""Files that answer a question: kept with what was read of them, and compared with each other for the staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q
from django.db.models.functions import Substr
from django.utils import timezone

from dgxblock.ledger import models
from dgxblock.ledger.shapes import Place

__all__ = [
    "KEPT", "OWNER", "StoredFile", "Suspect", "UploadView", "add_upload", "latest_upload", "suspects",
    "upload_count", "upload_file", "uploads",
]  # fmt: skip

KEPT: Final = 3
"""So many files of a learner are kept for each question, besides those that something handed in refers to."""
LISTED: Final = 3
"""So many files of a learner for one question are in the staff's list at the most."""
_LINE: Final = ("learner_id", "usage_key", "item_id")
_MOST_LOOKED_AT: Final = 20_000
OWNER: Final = 16
"""Characters of a seed that say in a file whose data it holds."""


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload without its bytes. `reading` is as `lab.workbook` answers, `owner` the reference that the file holds
    (`OWNER` characters of a seed, or empty); `foreign`: that of another learner."""

    id: int
    item_id: str
    name: str
    sha256: str
    reading: dict[str, Any]
    owner: str
    foreign: bool
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of an upload, and where it belongs."""

    place: Place
    item_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Suspect:
    """An upload that somebody may want to look at: made of the data of `owner_id` (empty: unknown, or not so), or the
    same file, byte by byte, as those of `alike`. `content` says whether the file is kept."""

    id: int
    learner_id: str
    usage_key: str
    item_id: str
    name: str
    uploaded_at: datetime
    foreign: bool
    owner_id: str
    alike: tuple[str, ...]
    content: bool


_COLUMNS: Final = ("pk", "item_id", "name", "sha256", "reading", "owner", "owner_mismatch", "uploaded_at")


def add_upload(
    place: Place, item_id: str, /, *,
    sha256: str, name: str, content: bytes, reading: Mapping[str, Any], owner: str, foreign: bool,
) -> UploadView:  # fmt: skip
    """Keep a file. The one that came last, once more, is that one. Opens a transaction of its own."""
    with transaction.atomic():
        before = latest_upload(place, item_id)
        if before and (before.sha256, before.name, before.reading) == (sha256, name, dict(reading)):
            return before
        row = models.Upload.objects.create(
            **place.where(), item_id=item_id, sha256=sha256, name=name, size=len(content), content=content,
            reading=dict(reading), owner=owner[:64], owner_mismatch=foreign, uploaded_at=timezone.now(),
        )  # fmt: skip
        _drop_old(place, item_id)
    return UploadView(row.pk, item_id, name, sha256, row.reading, row.owner, foreign, row.uploaded_at)


def _drop_old(place: Place, item_id: str) -> None:
    rows = models.Upload.objects.filter(**place.where(), item_id=item_id)
    with_content = list(rows.filter(content__isnull=False).order_by("-pk").values_list("pk", flat=True))
    old = set(with_content[KEPT:])
    if old:
        rows.filter(pk__in=old - _referred(place, item_id)).update(content=None)


def _referred(place: Place, item_id: str) -> set[int]:
    """Uploads that an attempt or the draft refers to."""
    said: list[Any] = list(models.Attempt.objects.filter(**place.where()).values_list("answers", flat=True))
    said += models.Draft.objects.filter(**place.where()).values_list("answers", flat=True)
    found = (answers.get(item_id) for answers in said if isinstance(answers, dict))
    return {each["upload"] for each in found if isinstance(each, dict) and isinstance(each.get("upload"), int)}


def uploads(place: Place, ids: Collection[int], /) -> dict[int, UploadView]:
    """Of these uploads those that this learner made here (one query)."""
    rows = models.Upload.objects.filter(**place.where(), pk__in=ids).values_list(*_COLUMNS)
    return {row[0]: UploadView(*row) for row in rows}


def upload_count(place: Place, item_id: str, /) -> int:
    """How many files of this learner there are for a question, those without bytes among them (one query)."""
    return models.Upload.objects.filter(**place.where(), item_id=item_id).count()


def latest_upload(place: Place, item_id: str, /) -> UploadView | None:
    """The upload that came last for a question, if any (one query)."""
    rows = models.Upload.objects.filter(**place.where(), item_id=item_id).order_by("-pk")
    row = rows.values_list(*_COLUMNS).first()
    return UploadView(*row) if row else None


def upload_file(course_key: str, upload_id: int, /) -> StoredFile | None:
    """The bytes of an upload in a course; None if there is none, or they are no longer kept (one query)."""
    row = models.Upload.objects.filter(course_key=course_key, pk=upload_id, content__isnull=False).first()
    if row is None or row.content is None:
        return None
    return StoredFile(Place(row.learner_id, row.course_key, row.usage_key), row.item_id, bytes(row.content))


def suspects(course_key: str, /, *, most: int = 200) -> list[Suspect]:
    """Uploads in a course that are another's, or the same as another's, newest first (five queries). Of a learner who
    sent one file several times, the first counts; of many files for one question, the newest `LISTED`."""
    rows = models.Upload.objects.filter(course_key=course_key)
    same = (
        rows.values("sha256").annotate(learners=Count("learner_id", distinct=True), last=Max("pk"))
        .filter(learners__gt=1).order_by("-last").values_list("sha256", flat=True)
    )  # fmt: skip
    kept = ExpressionWrapper(Q(content__isnull=False), output_field=BooleanField())
    told = rows.defer("content").annotate(kept=kept)
    shared = list(told.filter(sha256__in=list(same[:most])).order_by("pk"))
    marked = rows.filter(owner_mismatch=True).order_by("-pk").values_list("pk", *_LINE)[:_MOST_LOOKED_AT]
    foreign = list(told.filter(pk__in=_fairly(((pk, tuple(line)) for pk, *line in marked), most)))
    alike: dict[str, dict[str, None]] = {}
    for row in shared:
        alike.setdefault(row.sha256, {})[row.learner_id] = None
    first: dict[tuple[str, str, str, str], Any] = {}
    for row in sorted((*shared, *foreign), key=lambda each: each.pk):
        first.setdefault((row.learner_id, row.usage_key, row.item_id, row.sha256), row)
    newest = sorted(first.values(), key=lambda each: -each.pk)
    fair = _fairly(((row.pk, tuple(getattr(row, name) for name in _LINE)) for row in newest), most)
    chosen = [row for row in newest if row.pk in fair]
    owners = _owners(course_key, {row.owner for row in chosen if row.owner_mismatch})
    return [
        Suspect(
            row.pk, row.learner_id, row.usage_key, row.item_id, row.name, row.uploaded_at, row.owner_mismatch,
            owners.get(row.owner, "") if row.owner_mismatch else "",
            tuple(each for each in alike.get(row.sha256, ()) if each != row.learner_id), row.kept,
        )
        for row in chosen
    ]  # fmt: skip


def _fairly(found: Iterable[tuple[int, tuple[str, ...]]], most: int) -> set[int]:
    """The first `most` keys of these (key, whose and where), but never more than `LISTED` of one learner and question:
    nobody hides another's file behind a heap of their own."""
    taken: dict[tuple[str, ...], int] = {}
    chosen: set[int] = set()
    for key, line in found:
        taken[line] = taken.get(line, 0) + 1
        if taken[line] <= LISTED and len(chosen) < most:
            chosen.add(key)
    return chosen


def _owners(course_key: str, references: Iterable[str]) -> dict[str, str]:
    """Learners by the reference to their data, as far as they have begun anything on these."""
    rows = models.Attempt.objects.filter(course_key=course_key).annotate(reference=Substr("seed", 1, OWNER))
    return dict(rows.filter(reference__in=set(references)).values_list("reference", "learner_id"))
