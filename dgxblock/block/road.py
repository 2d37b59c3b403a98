"""The road that a learner took through the decisions of a case, worked out from what the ledger holds.

Only the document and the recorded choices go in, so the road is the same on every visit. A choice that is not in the
document any more (the author replaced it) ends the walk there: that decision is open again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dgxblock.content.model import Decision, Decisions, Effect, Option, Value

__all__ = ["Change", "Made", "Road", "Step", "walk"]


class Made(Protocol):
    """A choice as the ledger gives it."""

    @property
    def decision_id(self) -> str: ...
    @property
    def option_id(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def made_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Change:
    """A state before and after a choice, as numbers of its own format."""

    name: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that was taken, counted from 1, and what it changed."""

    number: int
    decision: Decision
    option: Option
    made: Made
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Road:
    """`current` is the decision to take next, None when the case is finished. `state` is where the steps led.

    `total` and `left` count decisions on the longest road from here.
    """

    steps: tuple[Step, ...]
    current: Decision | None
    state: Mapping[str, Value]
    left: int

    @property
    def total(self) -> int:
        return len(self.steps) + self.left

    @property
    def finished(self) -> bool:
        return self.current is None


def walk(decisions: Decisions, made: Iterable[Made], values: Mapping[str, Value], /) -> Road:
    """Follow the recorded choices from the first decision. `values` are the computed figures of the data set."""
    chosen = {each.decision_id: each for each in made}
    state: dict[str, Value] = {
        each.name: values[each.start_ref] if each.start_ref else (each.start or 0.0) for each in decisions.states
    }
    steps: list[Step] = []
    current: Decision | None = decisions.decision(decisions.start)
    while current is not None and (choice := chosen.pop(current.id, None)) is not None:
        option = next((each for each in current.options if each.id == choice.option_id), None)
        if option is None:
            break
        after = _applied(state, option.effects, values)
        changes = tuple(Change(name, state[name], after[name]) for name in state if after[name] != state[name])
        steps.append(Step(len(steps) + 1, current, option, choice, changes))
        state = after
        current = decisions.decision(option.next) if option.next else None
    return Road(tuple(steps), current, state, _longest(decisions, current, {}))


def _applied(state: Mapping[str, Value], effects: Iterable[Effect], values: Mapping[str, Value]) -> dict[str, Value]:
    after = dict(state)
    for effect in effects:
        if effect.kind == "setRef":
            after[effect.state] = values[effect.ref]
        elif effect.kind == "set":
            after[effect.state] = effect.amount
        else:
            after[effect.state] = float(after[effect.state]) + effect.amount
    return after


def _longest(decisions: Decisions, at: Decision | None, known: dict[str, int]) -> int:
    """Decisions on the longest road from `at`; `known` also ends a circle, which the content check refuses."""
    if at is None:
        return 0
    if at.id not in known:
        known[at.id] = 0
        onward = {option.next for option in at.options if option.next}
        known[at.id] = 1 + max((_longest(decisions, decisions.decision(each), known) for each in onward), default=0)
    return known[at.id]
