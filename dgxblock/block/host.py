"""What the host offers, asked for late: a bare workbench has neither our Django apps nor the platform."""

from __future__ import annotations

import base64
import hashlib
import importlib
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from dgxblock.content.library import Library

__all__ = [
    "enrolled", "groups", "is_staff", "learner_id", "ledger", "library", "masquerading", "registry", "score_deleted",
    "site_secret", "user_id", "username",
]  # fmt: skip


def _settings() -> dict[str, Any]:
    from django.conf import settings

    return dict(getattr(settings, "DGXBLOCK", {}) or {})


def _api(app: str) -> ModuleType | None:
    from django.apps import apps

    return importlib.import_module(f"{app}.api") if apps.ready and apps.is_installed(app) else None


def ledger() -> ModuleType | None:
    """`dgxblock.ledger.api`, or None where the app is not installed."""
    return _api("dgxblock.ledger")


def registry() -> ModuleType | None:
    """`dgxblock.registry.api`, or None where the app is not installed."""
    return _api("dgxblock.registry")


def site_secret() -> bytes:
    """The key of every learner's numbers: ``DGXBLOCK["SITE_SECRET"]``, else one derived from the site's SECRET_KEY."""
    from django.conf import settings

    from dgxblock.secrets import resolve

    reference = _settings().get("SITE_SECRET")
    if reference:
        return resolve(reference)
    return hashlib.sha256(b"dgxblock site secret\0" + settings.SECRET_KEY.encode()).digest()


@lru_cache(maxsize=8)
def _library(extra: tuple[str, ...]) -> Library:
    return Library.default([Path(path) for path in extra])


def library() -> Library:
    """The case library: the one that came with the package, and the folders in ``DGXBLOCK["LIBRARY"]``."""
    return _library(tuple(str(path) for path in _settings().get("LIBRARY", ())))


def enrolled(learner_id: str, course_key: str) -> bool:
    """Whether the learner is enrolled. The platform does not check this for a handler; elsewhere everybody is."""
    try:
        models = importlib.import_module("common.djangoapps.student.models")
        keys = importlib.import_module("opaque_keys.edx.keys")
    except (ImportError, RuntimeError):
        return True
    return bool(
        models.CourseEnrollment.objects.filter(
            user_id=learner_id, course_id=keys.CourseKey.from_string(course_key), is_active=True
        ).exists()
    )


def masquerading(block: Any) -> bool:
    """Whether this is somebody of the staff who looks as if they were a learner: the block is the learner's, but what
    they do is not. The platform then keeps its state in the session, under a store of this name, and ours is to be left
    alone."""
    seen: list[Any] = [block._field_data]
    for each in seen:
        if type(each).__name__ == "MasqueradingKeyValueStore":
            return True
        if len(seen) > _MOST_STORES:
            return False
        inner = [getattr(each, name, None) for name in _STORES]
        seen += [one for one in inner if one is not None and not any(one is other for other in seen)]
    return False


_STORES: Final = ("_student_data", "_authored_data", "_kvs", "fallback", "_defaults", "_field_data", "_scope_mappings")
_MOST_STORES: Final = 20


def groups(learner_id: str, course_key: str) -> list[str]:
    """The names of the groups that a learner is in: on the platform the cohort, elsewhere those of the site."""
    from django.contrib.auth import get_user_model

    if not learner_id.isdecimal():
        return []
    user = get_user_model().objects.filter(pk=learner_id).first()
    if user is None:
        return []
    try:
        cohorts = importlib.import_module("openedx.core.djangoapps.course_groups.cohorts")
        keys = importlib.import_module("opaque_keys.edx.keys")
    except (ImportError, RuntimeError):
        return [str(name) for name in user.groups.values_list("name", flat=True)]
    cohort = cohorts.get_cohort(user, keys.CourseKey.from_string(course_key), assign=False)
    return [] if cohort is None else [str(cohort.name)]


def is_staff(block: Any) -> bool:
    """Whether who looks at the block is of the course's staff.

    A platform's blocks share one user service, which may still hold somebody else: it is believed only where it names
    the user whose block this is.
    """
    said = getattr(block.runtime, "dgx_staff", None)
    if said is not None:
        return bool(said)
    service = block.runtime.service(block, "user")
    try:
        attributes = service.get_current_user().opt_attrs
    except AttributeError:  # no such service here
        return False
    mine = str(attributes.get("edx-platform.user_id")) == str(block.scope_ids.user_id)
    return mine and bool(attributes.get("edx-platform.user_is_staff"))


def user_id(anonymous_id: str) -> str | None:
    """The id of a user whom the platform names by an anonymous id; elsewhere ids are what they are. None if unknown."""
    try:
        models = importlib.import_module("common.djangoapps.student.models")
    except (ImportError, RuntimeError):
        return str(anonymous_id)
    user = models.user_by_anonymous_id(anonymous_id)
    return None if user is None else str(user.id)


def username(learner_id: str) -> str:
    """The login name of a learner; their id where the site has no such account."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    found = users.filter(pk=learner_id).first() if learner_id.isdecimal() else None
    return str(found.get_username()) if found is not None else learner_id


def learner_id(username: str) -> str | None:
    """The id of the account with this login name; None if there is none."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    found = model.objects.filter(**{model.USERNAME_FIELD: username}).first()
    return None if found is None else str(found.pk)


def score_deleted(block: Any, learner_id: str, course_key: str, usage_key: str) -> None:
    """Tell the platform's gradebook that a score is gone, as it does itself for blocks without a hook of their own."""
    try:
        signals = importlib.import_module("lms.djangoapps.grades.signals.signals")
        constants = importlib.import_module("lms.djangoapps.grades.constants")
    except (ImportError, RuntimeError):
        return
    signals.PROBLEM_RAW_SCORE_CHANGED.send(
        sender=None, raw_earned=0, raw_possible=block.max_score(), weight=getattr(block, "weight", None),
        user_id=int(learner_id), course_id=course_key, usage_id=usage_key, score_deleted=True, only_if_higher=False,
        modified=datetime.now(UTC), score_db_table=constants.ScoreDatabaseTableEnum.courseware_student_module,
    )  # fmt: skip


def encode(secret: bytes) -> str:
    """Text form of a secret, as `resolve` reads it back."""
    return base64.b64encode(secret).decode()
