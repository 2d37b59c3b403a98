"""The case: a dilemma, its evidence, decisions with consequences, and what to think about afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from dgxblock.content.dataset import Column, Dataset
from dgxblock.content.objective import Objective
from dgxblock.content.text import Text


@dataclass(frozen=True)
class Size:
    """How large a firm is, by MIIT 2011/300; revenue in 10,000 yuan a year."""

    kind: Literal["micro", "small", "medium", "large"]
    employees: int
    revenue_wan_yuan: float


@dataclass(frozen=True)
class Meta:
    """What a catalogue shows; codes by GB/T 4754-2017, MIIT-2011-300, GB/T 2260, MIIT-SME-2024 and SPDX."""

    title: Text
    lead: Text
    eyebrow: Text | None
    sector_code: str
    sector: Text
    size: Size | None  # a sourced case may not know
    region_code: str
    region: Text
    stage: Literal["diagnose", "plan", "pilot", "scale", "optimise"]
    maturity: tuple[int, int] | None  # before, after
    scenes: tuple[tuple[str, int, int], ...]  # (code, level before, level after)
    technologies: tuple[str, ...]
    read_minutes: int
    lab_minutes: int
    level: Literal["intro", "core", "advanced"]
    contributors: tuple[tuple[str, str], ...]  # (role, name)
    text_licence: str
    data_licence: str
    date: date


@dataclass(frozen=True)
class Opening:
    """Who must decide what, by when."""

    title: Text
    paragraphs: tuple[Text, ...]
    decision_by: date
    protagonist: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a section."""

    text: Text
    kind: ClassVar[Literal["paragraph"]] = "paragraph"


@dataclass(frozen=True)
class ExhibitRef:
    """The place in a section where the exhibit of that id stands."""

    ref: str
    kind: ClassVar[Literal["exhibit"]] = "exhibit"


@dataclass(frozen=True)
class Aside:
    """A box outside the plot, such as what a real and cited firm did."""

    title: Text
    paragraphs: tuple[Text, ...]
    note: Text | None
    kind: ClassVar[Literal["aside"]] = "aside"


@dataclass(frozen=True)
class Section:
    """A part of the story."""

    id: str
    role: Literal["industry", "company", "situation", "options", "evidence"]
    title: Text
    blocks: tuple[Paragraph | ExhibitRef | Aside, ...]
    objectives: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableColumn:
    """The head of an exhibit's column; `numeric` ones are aligned right."""

    text: Text
    numeric: bool


Cell = Text
"""A cell of an exhibit's table. One that needs no language (``18``) has the same spans in both."""


@dataclass(frozen=True)
class TableExhibit:
    """A table that the author wrote out; each row has a cell a column."""

    id: str
    basis: Literal["synthetic", "sourced", "framework"]
    sources: tuple[str, ...]
    title: Text
    note: Text
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: ClassVar[Literal["table"]] = "table"


@dataclass(frozen=True)
class ChartExhibit:
    """A chart of what `query` finds in the data set; `columns` describe the columns of the result."""

    id: str
    basis: Literal["synthetic", "sourced", "framework"]
    sources: tuple[str, ...]
    title: Text
    note: Text
    chart: Literal["factors", "pareto", "run", "bars"]
    query: str
    columns: tuple[Column, ...]
    alt: Text
    target: float | None
    unit: str
    kind: ClassVar[Literal["chart"]] = "chart"


Exhibit = TableExhibit | ChartExhibit


@dataclass(frozen=True)
class StateVar:
    """A figure that decisions move, from the number `start` or the value `start_ref` of the data set.

    `low` and `high` are what no road may leave.
    """

    name: str
    format: str
    label: Text
    start: float | None
    start_ref: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Effect:
    """What a choice does to a state: ``add`` or ``set`` a number, or take a value of the data set."""

    state: str
    kind: Literal["add", "set", "setRef"]
    amount: float = 0.0
    ref: str = ""


@dataclass(frozen=True)
class Consequence:
    """What happens after a choice. A secret until the choice is made."""

    title: Text
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True)
class Option:
    """A choice at a decision. `next` is the id of the decision that follows, None where the road ends."""

    id: str
    verdict: Literal["best", "partial", "poor"]
    next: str | None
    label: Text
    detail: Text
    path: Text
    consequence: Consequence
    why: tuple[Text, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Decision:
    """A fork of the road. `evidence` names the exhibits to look at."""

    id: str
    prompt: Text
    options: tuple[Option, ...]
    evidence: tuple[str, ...]

    def option(self, option_id: str, /) -> Option:
        """The option of that id; KeyError if there is none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)


@dataclass(frozen=True)
class Decisions:
    """The roads through the case."""

    start: str
    states: tuple[StateVar, ...]
    decisions: tuple[Decision, ...]

    def decision(self, decision_id: str, /) -> Decision:
        """The decision of that id; KeyError if there is none."""
        for decision in self.decisions:
            if decision.id == decision_id:
                return decision
        raise KeyError(decision_id)


@dataclass(frozen=True)
class Prompt:
    """A question for oneself, not graded."""

    id: str
    text: Text


@dataclass(frozen=True)
class Part:
    """A part of the teaching note, for staff only."""

    role: str
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True)
class Source:
    """A published source, and how far somebody has read it."""

    id: str
    type: Literal["government", "company", "press", "standard", "academic", "dataset"]
    accessed: date
    published: str
    verified: Literal["full", "excerpt", "none"]
    title: str
    publisher: str
    url: str


@dataclass(frozen=True)
class Case:
    """The story: a dilemma, its evidence, decisions with consequences, and what to think about afterwards."""

    id: str
    version: int
    composite: bool
    status: Literal["draft", "reviewed", "published"]
    meta: Meta
    disclosure: Text
    objectives: tuple[Objective, ...]
    dataset: Dataset
    opening: Opening
    sections: tuple[Section, ...]
    exhibits: tuple[Exhibit, ...]
    decisions: Decisions
    reflection: tuple[Prompt, ...]
    epilogue: tuple[Text, ...]
    teaching_note: tuple[Part, ...]
    sources: tuple[Source, ...]
    kind: ClassVar[Literal["case"]] = "case"

    @property
    def title(self) -> Text:
        """The same name that an exercise and an assessment have."""
        return self.meta.title

    @property
    def unverified(self) -> bool:
        """A draft that rests on a source which nobody has read in full: its readers are told."""
        return self.status == "draft" and any(source.verified != "full" for source in self.sources)

    def exhibit(self, exhibit_id: str, /) -> Exhibit:
        """The exhibit of that id; KeyError if there is none."""
        for exhibit in self.exhibits:
            if exhibit.id == exhibit_id:
                return exhibit
        raise KeyError(exhibit_id)
