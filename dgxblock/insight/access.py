"""Who may look at a course's staff page."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["may_look"]


def may_look(user: Any, course_key: str, /) -> bool:
    """Site staff may; on Open edX the course's own staff and instructors too."""
    if not (getattr(user, "is_authenticated", False) and user.is_active):
        return False
    return bool(user.is_staff) or _has_course_role(user, course_key)


def _has_course_role(user: Any, course_key: str) -> bool:
    try:
        roles = importlib.import_module("common.djangoapps.student.roles")
        keys = importlib.import_module("opaque_keys.edx.keys")
        errors = importlib.import_module("opaque_keys")
    except (ImportError, RuntimeError):  # not on the platform
        return False
    try:
        course = keys.CourseKey.from_string(course_key)
    except errors.InvalidKeyError:
        return False
    return any(role(course).has_user(user) for role in (roles.CourseStaffRole, roles.CourseInstructorRole))
