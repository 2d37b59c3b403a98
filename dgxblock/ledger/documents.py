"""Content as it was when somebody was asked: kept once for each revision."""

from __future__ import annotations

from functools import lru_cache

from django.db import IntegrityError, transaction
from django.utils import timezone

from dgxblock.ledger import models

__all__ = ["document", "keep_document"]


@lru_cache(maxsize=64)
def document(revision: str, /) -> str | None:
    """The XML of a revision (one query, then remembered); None if nobody was ever asked it."""
    return models.Document.objects.filter(revision=revision).values_list("text", flat=True).first()


@lru_cache(maxsize=256)
def _known(revision: str) -> bool:
    return models.Document.objects.filter(revision=revision).exists()


def keep_document(revision: str, text: str, /) -> None:
    """Keep a revision, if it is not kept yet. Opens a transaction of its own."""
    if _known(revision):
        return
    try:
        with transaction.atomic():
            models.Document.objects.create(revision=revision, text=text, kept_at=timezone.now())
    except IntegrityError:
        pass  # somebody else has just done it
    forget_documents()


def forget_documents() -> None:
    """Ask the database again."""
    document.cache_clear()
    _known.cache_clear()
