"""What a trainee has to find out. The exercise is worked from the downloaded file, as a trainee would, by other
formulas in another language than the product's; the assessment is answered from the keys of the trainee's own seed."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from dgxblock.content.library import Library
from dgxblock.content.model import Assessment, ChoiceItem, NumberItem
from dgxblock.content.read import parse
from dgxblock.items.choice import correct_ids
from dgxblock.lab import build
from tests.browser.stand import Stand
from tests.builders.workbooks import filled

IDEAL_CYCLE: Final = 18.0  # seconds a board on Line 1, as the exercise says
A2: Final = 0.577  # subgroups of five, AIAG SPC manual


def exercise(file: bytes, centre: float, width: float) -> dict[str, Any]:
    """Answers to the OEE exercise from the CSV file, and from the two figures that the last question states."""
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))[1:]
    planned, count, changeover, breakdown, waiting, made, first = (
        sum(float(row[column].replace(",", "")) for row in rows) for column in range(2, 9)
    )
    run = planned - changeover - breakdown - waiting
    availability, performance, quality = run / planned, made * IDEAL_CYCLE / 60 / run, first / made
    losses = {
        "changeover": changeover, "breakdown": breakdown, "waiting": waiting,
        "speed": run * (1 - performance), "quality": (made - first) * IDEAL_CYCLE / 60,
    }  # fmt: skip
    percent = {"a": availability, "q": quality, "p": performance, "oee": availability * performance * quality}
    return {
        **{name: (round(100 * ratio, 1), "%") for name, ratio in percent.items()},
        "changeover": (round(changeover / count, 2), "min"),
        "freed": (round(0.4 * changeover, 1), "min"),
        "losses": {
            name: {"minutes": f"{losses[name]:.1f}", "share": f"{100 * losses[name] / (planned - run):.1f}"}
            for name in ("changeover", "breakdown", "waiting")
        },
        "pareto": tuple(sorted(losses, key=lambda name: -losses[name])),
        "ucl": (round(centre + A2 * width, 2), "%"),
    }


def workbook(template: bytes, worked: dict[str, Any]) -> bytes:
    """The template of the OEE exercise, filled in with formulas from what `exercise` has worked out."""
    losses, factors = worked["losses"], {"a": "B5", "p": "B6", "q": "B7", "oee": "B8"}
    cells: dict[str, tuple[str, float | str]] = {
        **{name: (f"=A1/{place}", worked[name][0] / 100) for name, place in factors.items()},
        "share": ("=C4/C7", float(losses["changeover"]["share"]) / 100),
        "total": ("=SUM(C4:C6)", sum(float(row["minutes"]) for row in losses.values())),
    }
    places = {name: f"OEE!{place}" for name, place in factors.items()}
    return filled(template, cells, {**places, "share": "Pareto!C4", "total": "Pareto!C7"})


def assessment(stand: Stand, learner: str) -> dict[str, Any]:
    """Right answers to the attempt that `learner` has open."""
    [(seed,)] = stand.rows(
        "site.sqlite3",
        "SELECT seed FROM dgx_ledger_attempt JOIN auth_user ON auth_user.id = learner_id "
        "WHERE kind = 'assessment' AND submitted_at IS NULL AND username LIKE ? || '%'",
        learner,
    )
    document = parse(Library.default([]).document("dg-c1-smt@1", "assessment"))
    assert isinstance(document, Assessment)
    sheet = build(document.dataset, seed)
    found: dict[str, Any] = {}
    for item in document.items:
        if isinstance(item, NumberItem):
            value = float(sheet.values[item.ref])
            found[item.id] = (round(value * (100 if item.unit == "%" else 1), 2), item.unit)
        elif isinstance(item, ChoiceItem):
            right = sorted(correct_ids(item, sheet))
            found[item.id] = right if item.multiple else right[0]
    return found
