"""A run of the checks as text, JSON, Markdown and HTML."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dgxblock.i18n import current_language
from dgxblock.i18n import gettext as _

__all__ = ["FORMATS", "Finding", "Report"]

_MARKS: Final = {"ok": "✔", "fault": "✘", "open": "○"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `state` is ``ok``, ``fault`` or ``open`` (could not be tried here)."""

    code: str
    title: str
    state: str
    seen: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order of the checks."""

    endpoint: str
    at: datetime
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether no check found a fault."""
        return all(one.state != "fault" for one in self.findings)

    def count(self, state: str, /) -> int:
        """How many findings have this state."""
        return sum(one.state == state for one in self.findings)

    def summary(self) -> str:
        """The whole in one sentence."""
        return _(
            "%(endpoint)s: %(ok)s kept, %(fault)s broken, %(open)s not tried.", endpoint=self.endpoint,
            ok=self.count("ok"), fault=self.count("fault"), open=self.count("open"),
        )  # fmt: skip

    def text(self) -> str:
        """For a terminal."""
        lines = [self.summary()]
        for one in self.findings:
            lines.append(f"{_MARKS[one.state]} {one.title}  [{one.code}]")
            lines += [f"    {text}" for text in (one.seen, one.advice) if text]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """For programs."""
        members = {
            "endpoint": self.endpoint, "at": self.at.astimezone(UTC).isoformat(timespec="seconds"), "ok": self.ok,
            "contract": "dgx-v1",
            "findings": [{name: getattr(one, name) for name in Finding.__slots__} for one in self.findings],
        }  # fmt: skip
        return json.dumps(members, ensure_ascii=False, indent=1) + "\n"

    def markdown(self) -> str:
        """For a ticket."""
        head = f"| | {_('Promise')} | {_('What to do')} |"
        rows = [f"# {_('Conformance with contract v1')}", "", self.summary(), "", head, "|---|---|---|"]
        for one in self.findings:
            what = " ".join(filter(None, (one.seen, one.advice)))
            rows.append(f"| {_MARKS[one.state]} | {_cell(one.title)} `{one.code}` | {_cell(what)} |")
        return "\n".join(rows) + "\n"

    def html(self) -> str:
        """A page that stands alone."""
        rows = "".join(
            f'<tr class="{one.state}"><td>{_MARKS[one.state]}</td><th scope="row">{html.escape(one.title)}'
            f"<br><code>{html.escape(one.code)}</code></th><td>{html.escape(one.seen)}<br>{html.escape(one.advice)}</td></tr>"
            for one in self.findings
        )
        title = html.escape(_("Conformance with contract v1"))
        return (
            f'<!doctype html><html lang="{current_language()}"><meta charset="utf-8"><title>{title}</title>'
            f"<style>{_STYLE}</style><h1>{title}</h1><p>{html.escape(self.summary())}</p>"
            f'<table><thead><tr><th></th><th scope="col">{html.escape(_("Promise"))}</th>'
            f'<th scope="col">{html.escape(_("What to do"))}</th></tr></thead><tbody>{rows}</tbody></table></html>\n'
        )


FORMATS: Final = {"text": Report.text, "json": Report.json, "markdown": Report.markdown, "html": Report.html}
_STYLE: Final = (
    "body{font:16px/1.6 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border-top:1px solid #999;padding:.4rem;text-align:left;"
    "vertical-align:top;font-weight:400}.fault td:first-child{color:#a00}.ok td:first-child{color:#060}"
)


def _cell(text: str, /) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
