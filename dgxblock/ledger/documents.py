"""Content as it was when somebody was asked: kept once for each revision."""

from __future__ import annotations

from functools import lru_cache

from django.db import IntegrityError, transaction
from django.utils import timezone

from dgxblock.ledger import models

__all__ = ["document", "keep_document"]


@lru_cache(maxsize=64)
def _kept(revision: str) -> str:
    return str(models.Document.objects.values_list("text", flat=True).get(revision=revision))


def document(revision: str, /) -> str | None:
    """The XML of a revision (one query, then remembered: it cannot become another); None if it was never kept."""
    try:
        return _kept(revision)
    except models.Document.DoesNotExist:
        return None


def keep_document(revision: str, text: str, /) -> None:
    """Keep a revision, if it is not kept yet (one query then). Opens a transaction of its own."""
    if models.Document.objects.filter(revision=revision).exists():
        return
    try:
        with transaction.atomic():
            models.Document.objects.create(revision=revision, text=text, kept_at=timezone.now())
    except IntegrityError:
        pass  # somebody else has just done it
