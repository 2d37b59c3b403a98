"""From elements to exercises, assessments and their questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from lxml import etree

from dgxblock.content import build_grid, build_paper, model
from dgxblock.content.build_essay import essay
from dgxblock.content.build_grid import tolerance
from dgxblock.content.build_text import (
    Formats,
    attribute,
    columns,
    dataset,
    formats_of,
    given,
    ids,
    is_true,
    maybe,
    named,
    objectives,
    only,
    text,
    texts,
)
from dgxblock.content.build_workbook import workbook
from dgxblock.content.items import ELEMENTS
from dgxblock.content.safe import local
from dgxblock.content.spacing import sql


def exercise(root: etree._Element, /) -> model.Exercise:
    """The exercise that a checked tree holds."""
    data = dataset(only(root, "dataset"))
    formats = formats_of(data)
    view = only(root, "data")
    return model.Exercise(
        id=attribute(root, "id"),
        version=int(attribute(root, "version")),
        mode="practice" if root.get("mode") == "practice" else "graded",
        title=text(only(root, "title"), formats),
        eyebrow=maybe(root, "eyebrow", formats),
        intro=texts(only(root, "intro"), formats),
        dataset=data,
        data=model.DataView(
            table=attribute(view, "table"),
            rows=int(attribute(view, "rows")),
            title=text(only(view, "title"), formats),
            note=text(only(view, "note"), formats),
        ),
        facts=tuple(given(each, formats) for each in named(root, "fact")),
        tasks=tuple(
            model.Task(
                attribute(task, "id"),
                text(only(task, "title"), formats),
                _items(named(task, *ELEMENTS), formats),
            )
            for task in named(root, "task")
        ),
    )


def assessment(root: etree._Element, /) -> model.Assessment:
    """The assessment that a checked tree holds."""
    data = dataset(only(root, "dataset"))
    formats = formats_of(data)
    return model.Assessment(
        id=attribute(root, "id"),
        version=int(attribute(root, "version")),
        title=text(only(root, "title"), formats),
        eyebrow=maybe(root, "eyebrow", formats),
        lead=text(only(root, "lead"), formats),
        dataset=data,
        rules=build_paper.rules(only(root, "rules")),
        objectives=objectives(root, formats),
        sections=build_paper.sections(root, formats, _items),
    )


def _items(elements: Iterable[etree._Element], formats: Formats) -> tuple[model.Item, ...]:
    return tuple(_MAKERS[local(each)](each, formats) for each in elements)


def _head(item: etree._Element, formats: Formats) -> dict[str, Any]:
    """What all kinds of question have."""
    return {
        "id": attribute(item, "id"),
        "points": float(attribute(item, "points")),
        "objectives": ids(item, "objectives"),
        "difficulty": attribute(item, "difficulty"),
        "fixed": is_true(item, "fixed"),
        "prompt": text(only(item, "prompt"), formats),
        "hint": maybe(item, "hint", formats),
        "demand_hints": tuple(
            model.DemandHint(text(each, formats), int(each.get("cost", "0"))) for each in named(item, "demandHint")
        ),
        "givens": tuple(given(each, formats) for each in named(item, "given")),
        "rationale": text(only(item, "rationale"), formats),
        "misconceptions": tuple(
            model.Misconception(
                note=attribute(each, "note"),
                feedback=text(only(each, "feedback"), formats),
                ref=attribute(each, "ref"),
                key=_key(each),
                cell=attribute(each, "cell"),
            )
            for each in named(item, "misconception")
        ),
    }


def _key(element: etree._Element) -> str:
    keys = named(element, "key")
    return sql(keys[0]) if keys else ""


def _number(item: etree._Element, formats: Formats) -> model.Item:
    unit = attribute(item, "unit")
    units = tuple(attribute(item, "units").split()) or ((unit,) if unit else ())
    return model.NumberItem(
        **_head(item, formats),
        ref=attribute(item, "ref"),
        tolerance=tolerance(attribute(item, "tolerance")),
        unit=unit,
        units=units,
        depends=ids(item, "depends"),
    )


def _choice(item: etree._Element, formats: Formats) -> model.Item:
    return model.ChoiceItem(
        **_head(item, formats),
        multiple=local(item) == "multiple",
        choices=tuple(
            model.Choice(
                attribute(each, "id"),
                text(only(each, "label"), formats),
                maybe(each, "feedback", formats),
                is_true(each, "correct"),
                attribute(each, "note"),
            )
            for each in named(item, "choice")
        ),
        key=_key(item),
    )


def _order(item: etree._Element, formats: Formats) -> model.Item:
    return model.OrderItem(
        **_head(item, formats),
        steps=tuple(
            model.Step(
                attribute(each, "id"),
                text(only(each, "label"), formats),
                maybe(each, "feedback", formats),
                ids(each, "after"),
            )
            for each in named(item, "step")
        ),
        key=_key(item),
    )


def _grid(item: etree._Element, formats: Formats) -> model.Item:
    return build_grid.grid(item, formats, _head(item, formats), _key(item))


def _sql(item: etree._Element, formats: Formats) -> model.Item:
    return model.SqlItem(
        **_head(item, formats),
        tables=ids(item, "tables"),
        key=_key(item),
        order=ids(item, "order"),
        starter="".join(sql(each) for each in named(item, "starter")),
        hidden=int(item.get("hidden", "2")),
    )


def _points(item: etree._Element, formats: Formats) -> model.Item:
    return model.PointsItem(
        **_head(item, formats),
        query=sql(only(item, "query")),
        columns=columns(item, formats),
        unit=attribute(item, "unit"),
        limits=tuple(attribute(item, name) for name in ("lower", "centre", "upper") if item.get(name)),
        key=_key(item),
    )


_MAKERS: Final[dict[str, Callable[[etree._Element, Formats], model.Item]]] = {
    "number": _number, "single": _choice, "multiple": _choice, "order": _order,
    "essay": lambda item, formats: essay(item, formats, _head(item, formats)),
    **dict.fromkeys(build_grid.ELEMENTS, _grid),
    "sql": _sql, "points": _points,
    "workbook": lambda item, formats: workbook(item, formats, _head(item, formats), tolerance),
}  # fmt: skip
