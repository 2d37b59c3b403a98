"""The trainee's own dossier on the certificate page: what was handed in, what came back, and the form to hand it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["FIELDS", "DossierPage", "build", "pieces"]

FIELDS: Final = ("title", "url", "text")
"""What a person writes of one piece of evidence; field ``title-1`` is the title of the first."""
_MOST: Final = 20  # as the registry app takes
_EMPTY: Final = 2  # places for further pieces
_OPEN: Final = frozenset({"", "submitted", "returned"})


@dataclass(frozen=True, slots=True)
class DossierPage:
    """The template's context. `rows` are number and values of each place in the form, empty where it is closed."""

    state: str
    says: str
    evidence: tuple[dict[str, str], ...]
    history: tuple[Any, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def build(status: Any, dossier: Any, /) -> DossierPage | None:
    """`status` is the registry's `CertificateStatus`, `dossier` its `DossierView` or None. None where the course asks
    for no dossier, or the result is on its way already."""
    if str(status.stage) not in ("not-yet", "staff") or not any(one.kind == "dossier" for one in status.requirements):
        return None
    state = dossier.state if dossier else ""
    given = dossier.evidence if dossier else ()
    rows = [*given, *({} for _n in range(_EMPTY if given else _EMPTY + 1))][:_MOST] if state in _OPEN else []
    return DossierPage(
        state=state, says=dossier.state_label if dossier else "", evidence=given,
        history=dossier.history if dossier else (), rows=tuple(enumerate(rows, 1)),
    )  # fmt: skip


def pieces(data: Mapping[str, Any], /) -> list[dict[str, Any]]:
    """The evidence that a form holds, without places that were left empty; what is wrong with it is for the registry
    app to say."""
    found = []
    for number in range(1, _MOST + 1):
        piece = {name: data.get(f"{name}-{number}", "") for name in FIELDS}
        if any(not isinstance(value, str) or value.strip() for value in piece.values()):
            found.append(piece)
    return found
