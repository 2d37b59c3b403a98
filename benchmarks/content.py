"""What the blocks show: four like questions for each that can hold them, and our library's first case as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from dgxblock import lab
from dgxblock.content.folder import inlined
from dgxblock.content.model import Assessment, ChoiceItem, Exercise, NumberItem, OrderItem
from dgxblock.content.read import parse
from dgxblock.grading.units import RATIOS, UNITS

__all__ = ["answers", "library", "small", "text"]

FOLDER: Final = Path(__file__).parent / "documents"
FIRST_CASE: Final = Path(__file__).parents[1] / "case_studies" / "dg-c1-smt"


def text(name: str, /) -> str:
    """A document of the benchmark, as it lies there."""
    return (FOLDER / f"{name}.xml").read_text(encoding="utf-8")


def small(kind: str, /) -> str:
    """Our ``exercise`` or ``assessment`` of the four questions."""
    return text(kind).replace("DATA", text("data")).replace("QUESTIONS", text("questions"))


def library(kind: str, /) -> str:
    """A document of the library's first case, without reading all the others first."""
    return inlined(FIRST_CASE / {"exercise": "exercise-oee.xml"}.get(kind, f"{kind}.xml"))


def answers(document: str, seed: str, /) -> dict[str, Any]:
    """Right answers on the data of that seed, as the page would send them; kinds that are not known here stay open."""
    content = parse(document)
    assert isinstance(content, Exercise | Assessment)
    sheet = lab.build(content.dataset, seed)
    found = {item.id: _right(item, sheet) for item in content.items}
    return {name: answer for name, answer in found.items() if answer is not None}


def _right(item: object, sheet: lab.Sheet) -> Any:
    if isinstance(item, NumberItem):
        factor = UNITS[item.unit].factor if item.unit in RATIOS else 1.0
        return {"value": f"{float(sheet.values[item.ref]) / factor:.4f}", "unit": item.unit}
    if isinstance(item, ChoiceItem):
        by_key = [str(row[0]) for row in sheet.query(item.key).rows] if item.key else []
        names = by_key or [each.id for each in item.choices if each.correct]
        return names if item.multiple else names[0]
    if not isinstance(item, OrderItem):
        return None
    if item.key:
        return [str(row[0]) for row in sheet.query(item.key).rows]
    placed: list[str] = []
    while len(placed) < len(item.steps):
        placed.append(next(each.id for each in item.steps if each.id not in placed and set(each.after) <= set(placed)))
    return placed
