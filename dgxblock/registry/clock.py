"""One clock for leases and quiet periods: the database's. The hosts of several pumps may disagree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

_SQL: Final = {
    "sqlite": "SELECT STRFTIME('%Y-%m-%d %H:%M:%f', 'now')",
    "mysql": "SELECT UTC_TIMESTAMP(6)",
    "postgresql": "SELECT CLOCK_TIMESTAMP()",
}


def now() -> datetime:
    """The database's time, aware unless the host keeps naive times."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL[connection.vendor])
        value = cursor.fetchone()[0]
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    moment: datetime = value if timezone.is_aware(value) else value.replace(tzinfo=UTC)
    return moment if settings.USE_TZ else timezone.make_naive(moment)
