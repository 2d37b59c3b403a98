"""What the registry asks the host for beyond its own tables: the grade of a whole course, on Open edX.

Read from the platform's `PersistentCourseGrade` (``user_id``, ``course_id``, ``percent_grade`` of 0–1), which the
platform writes for itself. A host without it has no course grades, so nobody meets a requirement about one.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps

__all__ = ["course_grades", "has_course_grades"]


_GRADES: Final = ("grades", "PersistentCourseGrade")


def _table() -> Any:
    try:
        return apps.get_model(*_GRADES)
    except LookupError:
        return None


def has_course_grades() -> bool:
    """Whether the host keeps grades of courses."""
    return _table() is not None


def course_grades(course_key: str, learner_id: str = "", /) -> dict[str, float]:
    """The grades in a course by learner id, in per cent 0–100 (one query); of one learner, if one is named."""
    table = _table()
    if table is None or (learner_id and not learner_id.isdecimal()):
        return {}
    key = _key(course_key)
    if key is None:
        return {}
    rows = table.objects.filter(course_id=key)
    if learner_id:
        rows = rows.filter(user_id=int(learner_id))
    return {str(user): round(float(grade) * 100, 9) for user, grade in rows.values_list("user_id", "percent_grade")}


def _key(course_key: str, /) -> Any:
    """The platform's columns take keys, not texts. None for what is no key, since no scheme may fail a submission."""
    try:
        from opaque_keys import InvalidKeyError
        from opaque_keys.edx.keys import CourseKey
    except ImportError:
        return course_key
    try:
        return CourseKey.from_string(course_key)
    except InvalidKeyError:
        return None
