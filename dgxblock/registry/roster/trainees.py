"""Whom a roster means: accounts by user name or address, and only those that are enrolled where the platform knows."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

__all__ = ["find"]


def find(course_key: str, written: Collection[str], /) -> dict[str, str]:
    """Learner ids by what was written; without those who are nobody here (one query, on the platform two).

    A user name goes before an address. An address that several accounts have is nobody's.
    """
    wanted = {*written, *(each.casefold() for each in written)}
    model = get_user_model()
    rows = model._default_manager.filter(Q(username__in=wanted) | Q(email__in=wanted))
    names: dict[str, str] = {}
    addresses: dict[str, set[str]] = {}
    for pk, username, email in rows.values_list("pk", "username", "email"):
        names[username] = str(pk)
        if email:
            addresses.setdefault(email.casefold(), set()).add(str(pk))
    found = dict(names)
    for each in written:
        holders = addresses.get(each.casefold(), set())
        if each not in names and len(holders) == 1:
            found[each] = next(iter(holders))
    known = {each: found[each] for each in written if each in found}
    enrolled = _enrolled(course_key, set(known.values()))
    return {each: pk for each, pk in known.items() if enrolled is None or pk in enrolled}


def _enrolled(course_key: str, learner_ids: Collection[str]) -> set[str] | None:
    """Who of them is enrolled; None where nobody keeps enrolments."""
    try:
        student: Any = importlib.import_module("common.djangoapps.student.models")
    except (ImportError, RuntimeError):  # not on the platform
        return None
    keys: Any = importlib.import_module("opaque_keys.edx.keys")
    errors: Any = importlib.import_module("opaque_keys")
    try:
        course = keys.CourseKey.from_string(course_key)
    except errors.InvalidKeyError:
        return set()
    rows = student.CourseEnrollment.objects.filter(course_id=course, is_active=True, user_id__in=learner_ids)
    return {str(pk) for pk in rows.values_list("user_id", flat=True)}
