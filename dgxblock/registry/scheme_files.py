"""From documents to schemes and back: what would change, and the change itself, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import yaml
from django.db import transaction

from dgxblock.i18n import gettext as _
from dgxblock.registry import rules, scheme_settled, schemes, workitems
from dgxblock.registry.models import CourseRun, Requirement, Scheme
from dgxblock.registry.scheme_document import DEFAULTS, FORMAT, read
from dgxblock.registry.scheme_yaml import Fault

__all__ = ["Difference", "Plan", "as_document", "check", "export", "load", "store"]

_SAME: Final = ("kind", "mode", "registry", "assessor", "consent_version", "zone", "hold_seconds", "revoke_policy",
                "correct_scores", "cycle", "renewal_months")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that changes; `before` and `after` are as they would stand in a document, empty where there is none."""

    slug: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What loading would do. Nothing, if there is a fault."""

    faults: tuple[Fault, ...]
    differences: tuple[Difference, ...]
    documents: tuple[dict[str, Any], ...] = ()


def check(files: Iterable[tuple[str, bytes]], /) -> Plan:
    """What is wrong with some documents, and what would change. Changes nothing.

    Args:
        files: pairs of name and content.
    """
    faults: list[Fault] = []
    documents: dict[str, dict[str, Any]] = {}
    differences: list[Difference] = []
    for name, content in files:
        document, found = read(content, file=name)
        faults += found
        if document is None:
            continue
        if document["slug"] in documents:
            faults.append(Fault(name, 1, "slug", _("Another file here is about the same scheme.")))
            continue
        documents[document["slug"]] = document
        changes, sentences = _against(document)
        differences += changes
        faults += [Fault(name, 1, field, text) for field, text in sentences]
    return Plan(tuple(faults), tuple(differences), () if faults else tuple(documents.values()))


@transaction.atomic
def load(files: Iterable[tuple[str, bytes]], /, *, actor: str) -> Plan:
    """Bring the schemes in line with some documents: all of them, or with a single fault none. One transaction.

    Requirements and runs that a document does not name are gone; results and certificates stay. Each scheme that
    changes is put on record, with `actor`.
    """
    plan = check(files)
    for document in plan.documents:
        changed = [one.field for one in plan.differences if one.slug == document["slug"]]
        if changed:
            store(document)
            workitems.note(
                "scheme-loaded", actor=actor, reason=f"{document['slug']}: {', '.join(changed)}",
                sha256=hashlib.sha256(_canonical(document).encode()).hexdigest(),
            )  # fmt: skip
    return plan


def _canonical(document: Mapping[str, Any], /) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _against(document: dict[str, Any], /) -> tuple[list[Difference], list[tuple[str, str]]]:
    """What changes, and what must not: pairs of field and sentence."""
    slug = document["slug"]
    made = Scheme(slug=slug, **_columns(document))
    sentences = [("", text) for text in schemes.faults(made)]
    scheme = Scheme.objects.filter(slug=slug).prefetch_related("requirements", "runs").first()
    before = _flat(as_document(scheme)) if scheme else {}
    after = _flat(document)
    names = [*after, *(name for name in before if name not in after)]
    changes = [
        Difference(slug, name, before.get(name, ""), after.get(name, ""))
        for name in names if before.get(name) != after.get(name)
    ]  # fmt: skip
    if scheme is not None and changes:
        sentences += _settled(scheme, document, {one.field for one in changes})
    return changes, sentences


def _settled(scheme: Scheme, document: Mapping[str, Any], changed: set[str], /) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for column in scheme_settled.fixed(scheme, document["cycle"]):
        name = "credential.code" if column == "credential_code" else column
        found += [(name, scheme_settled.says())] if name in changed else []
    held = scheme_settled.held_runs(scheme)
    kept = [run["course"] for run in document["runs"]]
    there = [scheme.course_key, *scheme.runs.order_by("number").values_list("course_key", flat=True)]
    if held & set(there) and kept[:1] != there[:1]:
        found.append(("runs[0]", scheme_settled.says_first(there[0])))
    found += [
        ("runs", scheme_settled.says_run(course))
        for course in there[1:] if course in held and course not in kept
    ]  # fmt: skip
    return found


def _flat(document: Mapping[str, Any], /) -> dict[str, str]:
    """Every value under its place; requirements and runs by their code and course, so that a move is no change of
    others."""
    found: dict[str, str] = {}
    for name, value in document.items():
        if name == "requirements":
            for place, one in enumerate(value):
                rest = {key: each for key, each in one.items() if key != "code"}
                found[f"requirements.{one['code']}"] = json.dumps(
                    {"position": place, **_numbers(rest)}, ensure_ascii=False, sort_keys=True
                )
        elif name == "runs":
            for place, one in enumerate(value):
                found[f"runs[{place}]"] = json.dumps(one, ensure_ascii=False, sort_keys=True)
        elif isinstance(value, Mapping):
            found |= {f"{name}.{key}": each for key, each in _flat(value).items()}
        elif name not in ("format", "slug"):
            found[name] = json.dumps(sorted(value) if isinstance(value, list) else value, ensure_ascii=False)
    return found


def _numbers(row: Mapping[str, Any], /) -> dict[str, Any]:
    return {key: f"{Decimal(str(each)):.2f}" if key.startswith("min_") else each for key, each in row.items()}


def _columns(document: Mapping[str, Any], /) -> dict[str, Any]:
    credential, level = document["credential"], document["credential"]["level"]
    return {
        **{name: document[name] for name in _SAME},
        "title_zh": document["title"]["zh"], "title_en": document["title"]["en"],
        "course_key": document["runs"][0]["course"], "credential_code": credential["code"],
        "credential_name_zh": credential["name"]["zh"], "credential_name_en": credential["name"]["en"],
        "level_zh": level["zh"], "level_en": level.get("en", ""),
        "recipient_zh": document["recipient"]["zh"], "recipient_en": document["recipient"]["en"],
        "send_members": document["send"],
    }  # fmt: skip


def store(document: Mapping[str, Any], /) -> Scheme:
    """Write a document that has no fault. The caller holds the transaction."""
    scheme, _made = Scheme.objects.update_or_create(slug=document["slug"], defaults=_columns(document))
    codes = [one["code"] for one in document["requirements"]]
    scheme.requirements.exclude(code__in=codes).delete()
    for position, one in enumerate(document["requirements"]):
        columns = {
            "kind": one["kind"], "usage_key": one.get("block", ""), "position": position,
            "min_percent": one.get("min_percent"), "min_hours": one.get("min_hours"),
            "title_zh": one["title"]["zh"], "title_en": one["title"]["en"],
        }  # fmt: skip
        Requirement.objects.update_or_create(scheme=scheme, code=one["code"], defaults=columns)
    runs = {run["course"]: run.get("blocks", {}) for run in document["runs"][1:]}
    numbers = [1, *scheme.runs.values_list("number", flat=True)]
    scheme.runs.exclude(course_key__in=runs).delete()
    for course, blocks in runs.items():
        # Above all numbers there were; cycles are counted by it, and a run in which somebody earned is never gone.
        _run, made = CourseRun.objects.update_or_create(
            scheme=scheme, course_key=course, defaults={"blocks": blocks}, create_defaults={
                "blocks": blocks, "number": max(numbers) + 1,
            },
        )  # fmt: skip
        numbers += [max(numbers) + 1] if made else []
    # Now and not with the first result, because a trainee's submission waits for that.
    rules.keep(scheme, rules.body(scheme.requirements.all()))
    return scheme


def as_document(scheme: Scheme, /) -> dict[str, Any]:
    """The document that `store` would make the scheme of, defaults written out."""
    return {
        "format": FORMAT, "slug": scheme.slug,
        "title": {"zh": scheme.title_zh, "en": scheme.title_en},
        **{name: getattr(scheme, name) for name in _SAME},
        "credential": {
            "code": scheme.credential_code,
            "name": {"zh": scheme.credential_name_zh, "en": scheme.credential_name_en},
            "level": {"zh": scheme.level_zh} | ({"en": scheme.level_en} if scheme.level_en else {}),
        },
        "recipient": {"zh": scheme.recipient_zh, "en": scheme.recipient_en},
        "send": list(scheme.send_members),
        "runs": [
            {"course": scheme.course_key},
            *({"course": run.course_key} | ({"blocks": run.blocks} if run.blocks else {})
              for run in sorted(scheme.runs.all(), key=lambda one: one.number)),
        ],
        "requirements": [_requirement(one) for one in scheme.requirements.all()],
    }  # fmt: skip


def _requirement(one: Requirement, /) -> dict[str, Any]:
    limits = {"min_percent": one.min_percent, "min_hours": one.min_hours}
    return {
        "code": one.code, "kind": str(one.kind), **({"block": one.usage_key} if one.usage_key else {}),
        **{name: float(value) for name, value in limits.items() if value is not None},
        "title": {"zh": one.title_zh, "en": one.title_en},
    }  # fmt: skip


def export(slug: str, /) -> str:
    """A scheme as YAML that `load` takes back unchanged; empty if there is none."""
    scheme = Scheme.objects.filter(slug=slug).prefetch_related("requirements", "runs").first()
    if scheme is None:
        return ""
    said = {name: value for name, value in as_document(scheme).items() if DEFAULTS.get(name, ...) != value}
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110))
