"""What is wrong with a document, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dgxblock.content.messages import MESSAGES
from dgxblock.i18n import gettext

Level = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """Something to repair. `line` and `column` count from 1; `code` is stable, for tools and tests.

    A ``warning`` is worth a look and does not keep the document from being used.
    """

    line: int
    column: int
    level: Level
    code: str
    message_params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, line: int = 1, column: int = 1, /, **params: object) -> Finding:
        """A finding with the level that `MESSAGES` gives its code."""
        return cls(line, column, MESSAGES[code][0], code, tuple((key, str(params[key])[:200]) for key in params))

    def message(self, language: str | None = None, /) -> str:
        """A sentence or two in `language` (default: the current one) that say what to do."""
        params = dict(self.message_params)
        if reason := params.get("reason"):
            params["reason"] = gettext(reason, language=language)
        return gettext(MESSAGES[self.code][1], language=language, **params)

    def __str__(self) -> str:
        return self.message()


class ContentError(ValueError):
    """A document cannot be used; `findings` say why, errors first."""

    def __init__(self, findings: Iterable[Finding], /) -> None:
        self.findings = sorted(findings, key=lambda each: (each.level != "error", each))
        super().__init__("\n".join(f"{each.line}:{each.column} {each.code} {each}" for each in self.findings[:20]))
