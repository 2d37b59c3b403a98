"""Which questions of an assessment a trainee gets, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from dgxblock.content.model import Assessment, CellsItem, Item, NumberItem, Pool
from dgxblock.content.strata import open_seats, seats
from dgxblock.lab.draws import Draws

__all__ = ["draw"]

_Stratum = tuple[tuple[str, ...], str]


def draw(assessment: Assessment, seed: str, seen: Sequence[Collection[str]] = (), /) -> tuple[str, ...]:
    """Ids of the questions in the order in which they are shown: always the same for the same arguments.

    Each stratum of a pool (the questions of the same objectives and difficulty) gets its share of the draw, a whole
    number next to the exact one. `seen` are the ids of earlier papers of this trainee, oldest first: what was in none
    of them comes first, then what was seen longest ago. Anchors are in every paper. Sections keep their order; within
    them each paper has its own, if the rules say so, in which what an answer carries forward to comes after it.
    """
    draws = Draws(seed)
    last = {name: number for number, paper in enumerate(seen) for name in paper}
    shown: list[str] = []
    for place, section in enumerate(assessment.sections):
        items: list[Item] = []
        for part in section.parts:
            items += _drawn(part, draws, last) if isinstance(part, Pool) else (part,)
        if assessment.rules.shuffle:
            items = _after_their_sources(_mixed(items, f"section\x1f{place}", draws))
        shown += [item.id for item in items]
    return tuple(shown)


def _mixed(items: Iterable[Item], name: str, draws: Draws) -> list[Item]:
    return sorted(items, key=lambda item: (draws.unit(name, item.id), item.id))


def _drawn(pool: Pool, draws: Draws, last: Mapping[str, int]) -> list[Item]:
    """The questions drawn from a pool, in document order."""
    strata: dict[_Stratum, list[Item]] = {}
    for item in _mixed(pool.items, f"pool\x1f{pool.id}", draws):
        strata.setdefault((item.objectives, item.difficulty), []).append(item)
    for items in strata.values():
        items.sort(key=lambda item: last.get(item.id, -1))  # stable: among equals, the seed decides
    count = min(pool.draw, len(pool.items))
    chosen = {item.id for key, each in _seated(strata, count, draws, last).items() for item in strata[key][:each]}
    return [item for item in pool.items if item.id in chosen]


def _seated(
    strata: Mapping[_Stratum, list[Item]], count: int, draws: Draws, last: Mapping[str, int]
) -> dict[_Stratum, int]:
    """How many questions each stratum gives. Seats that are not sure go to who has something new to show, then to the
    largest remainder, then by the seed."""
    shared = seats({key: len(items) for key, items in strata.items()}, count)

    def rank(key: _Stratum) -> tuple[int, int, float]:
        following = strata[key][shared[key].sure]
        return last.get(following.id, -1), -shared[key].remainder, draws.unit("stratum", repr(key))

    spare = sorted((key for key, each in shared.items() if each.remainder), key=rank)[: open_seats(shared, count)]
    return {key: each.sure + (key in spare) for key, each in shared.items()}


def _after_their_sources(items: list[Item]) -> list[Item]:
    """The same order, but for questions that come before one whose answer carries forward to them."""
    waiting = Counter(item.id for item in items)
    placed: list[Item] = []
    rest = list(items)
    while rest:
        ready = next((item for item in rest if not any(waiting[name] for name in _sources(item))), rest[0])
        rest.remove(ready)
        waiting[ready.id] = 0
        placed.append(ready)
    return placed


def _sources(item: Item) -> set[str]:
    """Ids of the questions whose answers carry forward to this one."""
    if isinstance(item, CellsItem):
        cells = (name for row in item.rows for cell in row.cells for name in cell.depends)
        return {name for name in cells if ":" not in name}
    return set(item.depends) - {item.id} if isinstance(item, NumberItem) else set()
