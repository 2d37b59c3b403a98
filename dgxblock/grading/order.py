"""Marking an order of steps, against one sequence or against a graph of what must precede what.

An answer is compared with the nearest order that the graph allows. The steps that may stay are a largest set
in which no pair is reversed; the others are displaced. "Stands before, though it must come after" is itself a
partial order on the steps of an answer, so that set is a largest antichain, found by bipartite matching
(Dilworth, König) in polynomial time. For a single sequence it is the longest common subsequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dgxblock.grading.verdict import Mark, Verdict, blank, unread


@dataclass(frozen=True, slots=True)
class OrderSpec:
    """What an order item asks for.

    `steps` are all ids. `key` is the one right sequence; without it, `after` says for each step which ones
    must precede it. `misconceptions` pairs a stable note with the whole sequence that a wrong idea leads to.
    """

    steps: tuple[str, ...]
    key: tuple[str, ...] = ()
    after: Mapping[str, Iterable[str]] = field(default_factory=dict)
    misconceptions: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _before(spec: OrderSpec, /) -> dict[str, set[str]]:
    """For each step, every step that must stand somewhere before it."""
    if spec.key:
        return {step: set(spec.key[:i]) for i, step in enumerate(spec.key)}
    direct = {step: set(spec.after.get(step, ())) & set(spec.steps) for step in spec.steps}
    closed: dict[str, set[str]] = {}
    for step in spec.steps:
        found: set[str] = set()
        todo = set(direct[step])
        while todo:
            one = todo.pop()
            found.add(one)
            todo |= direct[one] - found
        closed[step] = found
    return closed


def _displaced(answer: tuple[str, ...], before: Mapping[str, set[str]], /) -> tuple[str, ...]:
    """A smallest set of steps, in the answer's order, without which no pair of the rest is reversed."""
    # reversed_after[a] = steps standing after a that should stand before it
    reversed_after = {a: [b for b in answer[i + 1 :] if b in before.get(a, ())] for i, a in enumerate(answer)}
    partner: dict[str, str] = {}  # right copy -> left copy

    def augment(left: str, seen: set[str]) -> bool:
        for right in reversed_after[left]:
            if right not in seen:
                seen.add(right)
                if right not in partner or augment(partner[right], seen):
                    partner[right] = left
                    return True
        return False

    for step in answer:
        augment(step, set())
    # König: what unmatched left copies reach by alternating paths
    lefts = set(answer) - set(partner.values())
    rights: set[str] = set()
    todo = list(lefts)
    while todo:
        for right in reversed_after[todo.pop()]:
            if right not in rights:
                rights.add(right)
                if (left := partner.get(right)) is not None and left not in lefts:
                    lefts.add(left)
                    todo.append(left)
    return tuple(step for step in answer if step not in lefts or step in rights)


def _worst(steps: tuple[str, ...], before: Mapping[str, set[str]], /) -> tuple[str, ...]:
    """An allowed order backwards: every pair that can be reversed is."""
    # whoever must wait for more comes later, so sorting by how many those are is an allowed order
    return tuple(sorted(steps, key=lambda step: len(before.get(step, ())), reverse=True))


def displaced(answer: tuple[str, ...], spec: OrderSpec, /) -> tuple[str, ...]:
    """The fewest steps that would have to move to make `answer` an allowed order."""
    return _displaced(answer, _before(spec))


def grade(answer: object, spec: OrderSpec, /) -> Mark:
    """Mark a list of all step ids. Any other JSON is unread or blank, and nothing raises.

    With L steps in place of n, the credit is ``(L - w) / (n - w)``, where w is what the worst order keeps in
    place without anybody's merit (1 for a sequence; for a graph, its largest set of steps that may stand in
    any order).
    """
    if answer is None or (isinstance(answer, (list, tuple)) and not answer):
        return blank()
    if not isinstance(answer, (list, tuple)):
        return unread("type")
    if len(answer) > len(spec.steps):
        return unread("many")
    given = tuple(step for step in answer if isinstance(step, str) and step in spec.steps)
    if len(given) != len(answer):
        return unread("unknown")
    if len(set(given)) != len(given):
        return unread("twice")
    if len(given) != len(spec.steps):
        return unread("incomplete")
    before = _before(spec)
    moved = _displaced(given, before)
    if not moved:
        return Mark(1.0, Verdict.RIGHT, "ok")
    most = len(_displaced(_worst(spec.steps, before), before))
    fraction = max(0.0, 1.0 - len(moved) / most) if most else 0.0
    note = next((name for name, sequence in spec.misconceptions if sequence == given), "wrong")
    return Mark(fraction, Verdict.PARTLY if fraction else Verdict.AGAIN, note, displaced=moved)
