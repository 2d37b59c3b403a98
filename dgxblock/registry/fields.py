"""A column type that every database stores alike."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

__all__ = ["UUIDField"]

if TYPE_CHECKING:
    _Base = models.UUIDField[uuid.UUID | str, uuid.UUID]
else:
    _Base = models.UUIDField


class UUIDField(_Base):
    """A UUID, on MySQL and MariaDB always as ``char(32)``.

    From version 5 on, Django takes MariaDB's own type where there is one. MariaDB 10.11 refuses some UUIDs of version 8
    in it, such as one in 64 of `eligibility.result_id`; and a site that comes from Django 4.2 has ``char(32)`` anyway.
    """

    def db_type(self, connection: Any) -> str | None:
        return "char(32)" if connection.vendor == "mysql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        given = super().get_db_prep_value(value, connection, prepared)
        return given.hex if connection.vendor == "mysql" and isinstance(given, uuid.UUID) else given
