"""The demo's little course: one unit of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dgxblock.i18n import gettext as _

__all__ = ["CASE", "COURSE_KEY", "UNITS", "Unit", "chapter_name", "course_name", "kind_name", "unit"]

COURSE_KEY: Final = "course-v1:DG+DT101+demo"
CASE: Final = "dg-c1-smt"
"""The case that the units are filled with."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A page of the course with one block on it."""

    slug: str
    number: str
    block_type: str
    chapter: int

    @property
    def usage_id(self) -> str:
        """As the workbench builds them: scenario, block type, definition, usage. The same in every process."""
        return f"dgx-demo.{self.block_type}.d0.u0"

    @property
    def definition_id(self) -> str:
        return self.usage_id.rpartition(".")[0]


UNITS: Final = (
    Unit("case", "2.1", "dgx_case_study", 2),
    Unit("exercise", "2.2", "dgx_exercise", 2),
    Unit("assessment", "2.3", "dgx_assessment", 2),
    Unit("certificate", "3.1", "dgx_certification", 3),
)


def unit(slug: str, /) -> Unit | None:
    return next((one for one in UNITS if one.slug == slug), None)


def course_name() -> str:
    return _("Digital coaches for manufacturing SMEs")


def chapter_name(chapter: int) -> str:
    return {2: _("Chapter 2 Make losses visible"), 3: _("Chapter 3 Completion")}[chapter]


def kind_name(slug: str) -> str:
    """What a unit is called in menus."""
    return {
        "case": _("Case"),
        "exercise": _("Exercise"),
        "assessment": _("Assessment"),
        "certificate": _("Certificate"),
    }[slug]
