"""The catalogue of the library in JSON-LD: schema.org's LearningResource, which search engines and catalogues read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from dgxblock.content import read
from dgxblock.content.folder import inlined
from dgxblock.content.library import Entry
from dgxblock.content.model import Case, Meta, Source, Text, Value
from dgxblock.content.text import NOTHING
from dgxblock.lab import Sheet

__all__ = ["catalogue"]

_LANGUAGES: Final = ("zh-CN", "en")
_SPDX: Final = "https://spdx.org/licenses/"
_SCHEMES: Final = {
    "sector": "GB/T 4754-2017", "size": "MIIT-2011-300", "region": "GB/T 2260", "maturity": "MIIT-SME-2024"
}  # fmt: skip


def catalogue(entries: Iterable[Entry], /) -> dict[str, Any]:
    """One node a case: what it is about and teaches, and nothing of its questions, keys or teaching note.

    Raises:
        LabError: a title quotes figures, and the data set cannot be built.
    """
    return {"@context": "https://schema.org/", "@graph": [_entry(each) for each in entries]}


def _entry(entry: Entry) -> dict[str, Any]:
    path = entry.documents["case"]
    assert isinstance(path, Path)
    case = read.parse(inlined(path))
    assert isinstance(case, Case)
    meta, values = case.meta, Sheet(case.dataset, case.dataset.seed).values
    return {
        "@type": "LearningResource",
        "identifier": entry.ref,
        "version": str(case.version),
        "name": _both(meta.title, values),
        "abstract": _both(meta.lead, values),
        "learningResourceType": "case study",
        "additionalType": "composite" if case.composite else "sourced",
        "creativeWorkStatus": case.status,
        "inLanguage": list(_LANGUAGES),
        "license": _licence(meta.text_licence),
        "dateModified": meta.date.isoformat(),
        "timeRequired": f"PT{meta.read_minutes + meta.lab_minutes}M",
        "educationalLevel": meta.level,
        "keywords": list(meta.technologies),
        "disambiguatingDescription": _both(case.disclosure),
        "contributor": [{"@type": "Role", "roleName": role, "name": name} for role, name in meta.contributors],
        "about": [
            {**_term("sector", meta.sector_code), "name": _both(meta.sector)},
            *_sizes(meta),
        ],
        "spatialCoverage": {"@type": "Place", "name": _both(meta.region), "identifier": meta.region_code},
        "teaches": [
            {"@type": "DefinedTerm", "termCode": each.id, "name": _both(each.text), "educationalLevel": each.bloom}
            for each in case.objectives
        ],
        "hasPart": [
            {"@type": "Dataset", "identifier": case.dataset.id, "license": _licence(case.dataset.spdx)},
        ],
        "citation": [_source(each) for each in case.sources],
    }


def _sizes(meta: Meta) -> list[dict[str, Any]]:
    """What is known of the firm's size and digital level; of a real one, often neither."""
    known: list[dict[str, Any]] = []
    if (size := meta.size) is not None:
        known.append({**_term("size", size.kind), "description": f"{size.employees} / {size.revenue_wan_yuan:g}"})
    if meta.maturity is not None:
        before, after = meta.maturity
        known.append({**_term("maturity", f"{before}-{after}"), "name": meta.stage})
    return known


def _both(text: Text, values: Mapping[str, Value] = NOTHING) -> list[dict[str, str]]:
    return [{"@language": lang, "@value": " ".join(text.plain(lang, values).split())} for lang in _LANGUAGES]


def _term(kind: str, code: str) -> dict[str, Any]:
    return {"@type": "DefinedTerm", "inDefinedTermSet": _SCHEMES[kind], "termCode": code}


def _licence(name: str) -> str:
    return name if name.startswith("LicenseRef-") else _SPDX + name


def _source(source: Source) -> dict[str, Any]:
    return {
        "@type": "CreativeWork",
        "identifier": source.id,
        "name": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "datePublished": source.published,
        "creativeWorkStatus": f"verified: {source.verified}",
    }
