"""What a content document says, as frozen values: import every class of it from here.

One class an element of the vocabulary (``urn:dgx:content:1``). `dgxblock.content.read` makes them and has
checked, by the time one exists, that references resolve, both languages are there and keys count; so readers
of these need not ask again. Ids are unique within their document. Everything is hashable and may be the key
of a cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from dgxblock.content.dataset import Category, Column, Dataset, TableDef, ValueDef
from dgxblock.content.items import (
    Choice,
    ChoiceItem,
    Criterion,
    DemandHint,
    EssayItem,
    Given,
    Item,
    Level,
    Misconception,
    NumberItem,
    OrderItem,
    PointsItem,
    SqlItem,
    Step,
    Tolerance,
    WorkbookCell,
    WorkbookItem,
)
from dgxblock.content.items_grid import (
    Accepted,
    CellColumn,
    CellMisconception,
    CellRow,
    CellsItem,
    ClassifyItem,
    DecideItem,
    DecideOption,
    MatchItem,
    NumberCell,
    ShortItem,
    ShortMisconception,
    Target,
    Thing,
    WrongTarget,
)
from dgxblock.content.objective import Objective
from dgxblock.content.paper import Assessment, Credit, Mode, Moment, PaperSection, Pool, Review, Rules
from dgxblock.content.story import (
    Aside,
    Case,
    Cell,
    ChartExhibit,
    Consequence,
    Decision,
    Decisions,
    Effect,
    Exhibit,
    ExhibitRef,
    Meta,
    Opening,
    Option,
    Paragraph,
    Part,
    Prompt,
    Section,
    Size,
    Source,
    StateVar,
    TableColumn,
    TableExhibit,
)
from dgxblock.content.text import UNKNOWN, Span, Text, Value

__all__ = [
    "UNKNOWN",
    "Accepted",
    "Aside",
    "Assessment",
    "Case",
    "Category",
    "Cell",
    "CellColumn",
    "CellMisconception",
    "CellRow",
    "CellsItem",
    "ChartExhibit",
    "Choice",
    "ChoiceItem",
    "ClassifyItem",
    "Column",
    "Consequence",
    "Credit",
    "Criterion",
    "DataView",
    "Dataset",
    "DecideItem",
    "DecideOption",
    "Decision",
    "Decisions",
    "DemandHint",
    "Document",
    "Effect",
    "EssayItem",
    "Exercise",
    "Exhibit",
    "ExhibitRef",
    "Given",
    "Item",
    "Level",
    "MatchItem",
    "Meta",
    "Misconception",
    "Mode",
    "Moment",
    "NumberCell",
    "NumberItem",
    "Objective",
    "Opening",
    "Option",
    "OrderItem",
    "PaperSection",
    "Paragraph",
    "Part",
    "PointsItem",
    "Pool",
    "Prompt",
    "Review",
    "Rules",
    "Section",
    "ShortItem",
    "ShortMisconception",
    "Size",
    "Source",
    "Span",
    "SqlItem",
    "StateVar",
    "Step",
    "TableColumn",
    "TableDef",
    "TableExhibit",
    "Target",
    "Task",
    "Text",
    "Thing",
    "Tolerance",
    "Value",
    "ValueDef",
    "WorkbookCell",
    "WorkbookItem",
    "WrongTarget",
    "texts",
]


@dataclass(frozen=True)
class DataView:
    """The first `rows` rows of a table, shown above the tasks."""

    table: str
    rows: int
    title: Text
    note: Text


@dataclass(frozen=True)
class Task:
    """Items that belong together."""

    id: str
    title: Text
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Exercise:
    """Work on one's own data, with feedback at once; the page shows `data` of it, and `facts`.

    `mode` is ``practice`` where a trainee may take new data and do it again, as often as they like.
    """

    id: str
    version: int
    mode: Literal["graded", "practice"]
    title: Text
    eyebrow: Text | None
    intro: tuple[Text, ...]
    dataset: Dataset
    data: DataView
    facts: tuple[Given, ...]
    tasks: tuple[Task, ...]
    kind: ClassVar[Literal["exercise"]] = "exercise"

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all tasks, in order."""
        return tuple(item for task in self.tasks for item in task.items)


Document = Case | Exercise | Assessment


def texts(thing: object, /) -> Iterator[Text]:
    """Every `Text` inside a model value, in document order."""
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, tuple):
        for each in thing:
            yield from texts(each)
    elif hasattr(thing, "__dataclass_fields__"):
        for name in thing.__dataclass_fields__:
            yield from texts(getattr(thing, name))
