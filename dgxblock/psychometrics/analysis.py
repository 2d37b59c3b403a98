"""From sittings to statistics, and from statistics to what is worth a look."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dgxblock.psychometrics import measures
from dgxblock.psychometrics.model import (
    MOST_PRIVATE,
    Alpha,
    Fairness,
    Flag,
    ItemStatistics,
    Option,
    Response,
    Sitting,
    TestStatistics,
)

__all__ = ["EASY", "EFFECT", "HARD", "WEAK", "analyse"]

HARD: Final = 0.2
EASY: Final = 0.9
WEAK: Final = 0.2
"""Facility and discrimination outside of which a question is worth a look (Ebel and Frisbie)."""
EFFECT: Final = 0.06
"""The share of the variance from which on own numbers make a difference that matters: a medium effect (Cohen 1988)."""
_CHANCE: Final = 0.01
_ONE_SIDED: Final = 1.645  # standard errors of a correlation of 0, about 1/√n, with 5 % beyond
_FUNCTIONAL: Final = 0.05


def analyse(sittings: Iterable[Sitting], /) -> TestStatistics:
    """The statistics of a test. One sitting a person: give the first, since later ones know what the first has taught.

    Answers that nobody has judged yet count neither for a question nor for a rest score.
    """
    people = list(sittings)
    if len(people) < MOST_PRIVATE:
        return TestStatistics(len(people), True, None, None, None, None, None, {}, {})
    earned = [_sum(person.responses.values()) for person in people]
    shares = [got / possible if possible else 0.0 for got, possible in earned]
    asked = Counter(name for person in people for name, each in person.responses.items() if each.fraction is not None)
    enough = [name for name in _order(people) if asked[name] >= MOST_PRIVATE]
    columns = _common(people, enough)
    times = [person.seconds for person in people if person.seconds is not None]
    whole = measures.alpha(list(columns.values()))
    return TestStatistics(
        n=len(people), few=False, mean=measures.mean(shares), sd=math.sqrt(measures.variance(shares)),
        passed=sum(person.passed for person in people) / len(people),
        seconds=statistics.median(times) if times else None, alpha=whole,
        items={name: _item(name, people, earned, columns, len(enough), whole) for name in enough},
        too_few={name: asked[name] for name in _order(people) if asked[name] < MOST_PRIVATE},
    )  # fmt: skip


def _sum(responses: Iterable[Response]) -> tuple[float, float]:
    judged = [each for each in responses if each.fraction is not None]
    return math.fsum((each.fraction or 0.0) * each.points for each in judged), math.fsum(each.points for each in judged)


def _order(people: Iterable[Sitting]) -> list[str]:
    return list(dict.fromkeys(name for person in people for name in person.responses))


def _common(people: Sequence[Sitting], names: Iterable[str]) -> dict[str, list[float]]:
    """The points of the questions that everybody was asked: alpha needs complete rows."""
    found: dict[str, list[float]] = {}
    for name in names:
        given = [person.responses.get(name) for person in people]
        if all(each is not None and each.fraction is not None for each in given):
            found[name] = [(each.fraction or 0.0) * each.points for each in given if each is not None]
    return found


def _item(
    name: str, people: Sequence[Sitting], earned: Sequence[tuple[float, float]], columns: Mapping[str, list[float]],
    tested: int, whole: Alpha | None,
) -> ItemStatistics:  # fmt: skip
    rows = [
        (each, got, possible)
        for person, (got, possible) in zip(people, earned, strict=True)
        if (each := person.responses.get(name)) is not None and each.fraction is not None
    ]
    fractions = [each.fraction or 0.0 for each, _got, _possible in rows]
    rest = [
        (got - fraction * each.points) / (possible - each.points) if possible > each.points else 0.0
        for (each, got, possible), fraction in zip(rows, fractions, strict=True)
    ]
    discrimination = measures.correlation(fractions, rest)
    keyed = [(each.variant, fraction) for (each, _g, _p), fraction in zip(rows, fractions, strict=True)
             if each.variant is not None]  # fmt: skip
    fair = measures.fairness([key for key, _f in keyed], [f for _key, f in keyed]) if len(keyed) == len(rows) else None
    facility = measures.mean(fractions)
    options = _options([each for each, _g, _p in rows], rest)
    without = [column for other, column in columns.items() if other != name]
    return ItemStatistics(
        id=name, n=len(rows), facility=facility, sd=math.sqrt(measures.variance(fractions)),
        discrimination=discrimination, d27=measures.upper_lower(fractions, rest),
        efficiency=measures.efficiency(fractions, rest), options=options,
        notes=tuple(Counter(each.note for each, _g, _p in rows).most_common()),
        alpha_without=measures.cronbach(without) if whole is not None and name in columns else None,
        fairness=fair, flags=_flags(len(rows), facility, discrimination, fair, tested),
    )  # fmt: skip


def _options(responses: Sequence[Response], rest: Sequence[float]) -> tuple[Option, ...]:
    chosen: dict[str, list[float]] = {}
    for each, score in zip(responses, rest, strict=True):
        for option in each.choices:
            chosen.setdefault(option, []).append(score)
    n = len(responses)
    return tuple(
        Option(option, len(scores), len(scores) / n, measures.mean(scores), len(scores) / n >= _FUNCTIONAL)
        for option, scores in sorted(chosen.items(), key=lambda each: -len(each[1]))
    )


def _flags(
    n: int, facility: float, discrimination: float | None, fair: Fairness | None, tested: int
) -> tuple[Flag, ...]:
    """A wrong key is suspected where the better people do worse, and not by chance; of `tested` questions some differ
    by chance between variants, so that each has to be as improbable as all together may be."""
    found = []
    if discrimination is not None and discrimination < -_ONE_SIDED / math.sqrt(n):
        found.append(Flag.CHECK_KEY)
    elif discrimination is not None and discrimination < WEAK:
        found.append(Flag.WEAK)
    if fair is not None and fair.effect >= EFFECT and fair.p < _CHANCE / max(tested, 1):
        found.append(Flag.UNFAIR)
    if facility < HARD:
        found.append(Flag.HARD)
    elif facility > EASY:
        found.append(Flag.EASY)
    return tuple(sorted(found, key=list(Flag).index))
