"""Trainees' names for staff, masked: enough to know one's own trainees, too little to copy out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.contrib.auth import get_user_model

_MOST: Final = 60

__all__ = ["full_names", "mask", "masked_names"]


def mask(name: str, /) -> str:
    """``周敏`` as ``周*``, ``Zhou Min`` as ``Zhou M*``: the family name stays readable, the given name does not."""
    words = name.split()
    if len(words) > 1:
        return " ".join([words[0], *(word[0] + "*" for word in words[1:])])
    one = "".join(words)
    return one[:1] + "*" * min(max(len(one) - 1, 1), 2)


def masked_names(learner_ids: Iterable[str], /) -> dict[str, str]:
    """Masked names by learner id (one query). Learners who are no users of this site are not in it."""
    return {learner: mask(name) for learner, name in full_names(learner_ids).items()}


def full_names(learner_ids: Iterable[str], /) -> dict[str, str]:
    """Names by learner id (one query), only for those who have agreed to be named."""
    numbers = [int(one) for one in learner_ids if one.isascii() and one.isdigit() and len(one) < 19]
    if not numbers:  # nor are there any users in an author's preview
        return {}
    model = get_user_model()
    columns = ["pk", "username", "first_name", "last_name"]
    if any(relation.name == "profile" for relation in model._meta.related_objects):
        columns.append("profile__name")  # where Open edX keeps the full name
    found = {}
    for pk, username, first, last, *profile in model._default_manager.filter(pk__in=numbers).values_list(*columns):
        full = (profile[0] if profile else "") or f"{first} {last}".strip() or username
        found[str(pk)] = _plain(full) or _plain(username)
    return found


def _plain(name: str) -> str:
    """A name that stands in its line and nowhere else: nothing in it turns or hides what comes after, or is endless."""
    spaced = "".join(each if each.isprintable() else " " if each.isspace() else "" for each in name)
    return " ".join(spaced.split())[:_MOST]
