"""The preview's own pages around the blocks'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import reverse

from dgxblock.content.folder import Located
from dgxblock.formats import one_line
from dgxblock.i18n import LANGUAGES, current_language, ngettext
from dgxblock.i18n import gettext as _
from dgxblock.preview.watched import TEACHING, Paper, Seen, Watched, errors_and_warnings

__all__ = ["Tab", "page", "tabs"]

_OWN_NAME: Final = {"zh-CN": "中文", "en": "English"}


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(Path(__file__).parent / "templates")], builtins=["dgxblock.pages.tags"])


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to a document: its place in the course, its own title, its file."""

    name: str
    title: str
    file: str
    url: str
    holds: bool
    current: bool


def tabs(seen: Seen, variant: int, here: Paper | None, /) -> list[Tab]:
    """One for each document that trainees see."""
    lang = current_language()
    kinds = [each.kind for each in seen.papers]
    return [
        Tab(
            name=_name(paper.kind, kinds[: at + 1].count(paper.kind), kinds.count(paper.kind)),
            title=one_line(paper.document.title.plain(lang), lang) if paper.document else "",
            file=paper.path.name,
            url=reverse("document", args=(lang, variant, paper.usage)),
            holds=paper.document is not None,
            current=paper == here,
        )
        for at, paper in enumerate(seen.papers)
    ]


def _name(kind: str, number: int, of: int) -> str:
    words = {"case": _("Case"), "exercise": _("Exercise"), "assessment": _("Assessment")}[kind]
    return f"{words} {number}" if of > 1 else words


def page(
    watched: Watched, seen: Seen, variant: int, context: Mapping[str, Any], /, *, here: Paper | None, path: str,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A page: `context` says what stands in the middle of it, `path` ends its address in every language."""
    lang = current_language()
    found = seen.found(variant)
    other = next(code for code in LANGUAGES if code != lang)
    base = {
        "lang": lang, "values": {}, "folder": watched.path.name, "state": seen.state, "path": path, "variant": variant,
        "home": reverse("index", args=(lang, variant)), "tabs": tabs(seen, variant, here),
        "other": {"lang": other, "name": _OWN_NAME[other], "url": f"/{other}/{variant}/{path}"},
        "teaching": f"/{lang}/{TEACHING}/{path}" if variant != TEACHING else "",
        "before": f"/{lang}/{variant - 1}/{path}" if variant > TEACHING + 1 else "",
        "after": f"/{lang}/{variant + 1}/{path}", "following": variant + 1,
        "handlers": reverse("index", args=(lang, variant)) + "handler/", "changes": reverse("state"),
        "sums": _sums(found), "lines": _lines(watched, sorted(found, key=_urgency), lang),
        "errors": errors_and_warnings(found)[0],
    }  # fmt: skip
    html = _engine().get_template("preview/page.html").render(Context({**base, **context}))
    return HttpResponse(html, status=status)


def _sums(found: Sequence[Located]) -> str:
    """The same words as the checker's."""
    errors, warnings = errors_and_warnings(found)
    return _(
        "%(errors)s, %(warnings)s.",
        errors=ngettext("1 error", "%(n)s errors", errors),
        warnings=ngettext("1 warning", "%(n)s warnings", warnings),
    )


def _urgency(each: Located) -> bool:
    """Errors come first: a new case has dozens of warnings that say TODO."""
    return each.finding.level != "error"


def _lines(watched: Watched, found: Sequence[Located], lang: str) -> list[dict[str, str]]:
    """The findings, each with its place as the checker writes it; the folder is the one that everybody knows."""
    lines = []
    for each in found:
        path = each.path.relative_to(watched.path) if each.path != watched.path else Path(watched.path.name)
        finding = each.finding
        lines.append({
            "place": f"{path}:{finding.line}:{finding.column}", "level": finding.level, "code": finding.code,
            "message": finding.message(lang),
        })  # fmt: skip
    return lines
