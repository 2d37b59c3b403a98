"""An exercise for practice with one question of each kind, on one set of data, and what answers it rightly."""

# ruff: noqa: E501  documents read better unbroken

from __future__ import annotations

from pathlib import Path
from typing import Any

from dgxblock.content import read
from dgxblock.content.model import Exercise
from dgxblock.lab import Sheet
from tests.builders import documents, grids, queries, uploads
from tests.builders.documents import NAMESPACE, bi, both

VALUES = """<value name="total" unit="min" format="min">SELECT sum(changeover_min) FROM shift_log</value>
<value name="half" unit="min" format="min">SELECT :total / 2.0</value>
<value name="quarter" unit="min" format="min">SELECT :half / 2.0</value>
<value name="twice" unit="min" format="min">SELECT :total * 2</value>
<value name="share" unit="%" format="percent1">SELECT 0.25 + :total / 100000.0</value>
"""
"""What the questions of `documents`, `grids` and `uploads` ask for, of the data of `queries`."""
HINTS = both("demandHint", "the free hint") + both("demandHint", "the dear hint", ' cost="20"')
NUMBER = documents.number("q1", "half").replace("<misconception", HINTS + "<misconception")
TASKS = {
    "Figures and choices": (NUMBER, documents.SINGLE, documents.MULTIPLE, documents.ORDER),
    "Tables and words": tuple(grids.ITEMS.values()),
    "Tools": (queries.SQL, queries.POINTS, uploads.WORKBOOK, documents.ESSAY),
}
FILE = "exercise-everything.xml"
CASE = documents.CASE.replace(
    "</objectives>", both("objective", "Another objective", ' id="o2" bloom="apply"') + "</objectives>"
)


def _task(at: int, title: str, asked: tuple[str, ...]) -> str:
    return f'<task id="t{at}">{both("title", title)}{"".join(asked)}</task>'


EXERCISE = grids.with_values(
    f"""<exercise xmlns="{NAMESPACE}" id="test-everything" version="1" mode="practice">{both("title", "One of each")}
<intro>{both("p", "An introduction")}</intro>{queries.DATASET.replace("<rule", f"{VALUES}<rule")}
<data table="shift_log" rows="4">{both("title", "The data")}<note>{bi("合成数据", "Synthetic data")}</note></data>
<fact ref="total" format="min">{bi("换线总时间", "All changeovers")}</fact>
{"".join(_task(at, *each) for at, each in enumerate(TASKS.items(), 1))}</exercise>"""
)


def exercise() -> Exercise:
    made = read.parse(EXERCISE)
    assert isinstance(made, Exercise)
    return made


def write_folder(folder: Path, /) -> Path:
    """A case's folder with this exercise."""
    folder.mkdir(parents=True)
    (folder / "case.xml").write_text(CASE, encoding="utf-8")
    (folder / FILE).write_text(EXERCISE, encoding="utf-8")
    return folder


def right(of: Sheet, lang: str, /) -> dict[str, Any]:
    """A right answer to each question as the page sends it; for the workbook, which takes a file, see `solved`."""
    minutes = {name: f"{float(of.values[name]):.2f}" for name in ("half", "quarter")}
    shares = {name: f"{100 * float(of.values[name]):.2f}" for name in ("share", "part_two")}
    return {
        "q1": {"value": minutes["half"], "unit": "min"},
        "s1": "x",
        "m1": ["x", "y"],
        "o-1": ["p", "q", "r"],
        "c1": {
            "one": {"time": minutes["half"], "part": shares["share"]},
            "two": {"time": minutes["quarter"], "part": shares["part_two"]},
        },
        "ma1": {"order": "mes", "money": "erp", "signal": "scada"},
        "cl1": {"fire": "high", "stop": "mid", "dust": "low"},
        "sh1": "changeover" if lang == "en" else "换线",
        "de1": {"option": "try", "reason": "less to lose" if lang == "en" else "输得起"},
        "q-min": queries.KEY,
        "p-out": queries.right_points(of),
        "plan": "Within 72 hours we film ten changeovers on Line 1." if lang == "en" else "七十二小时内拍十次换线，逐步对照，由林晓负责记录用时。",
    }  # fmt: skip


def solved(template: bytes, of: Sheet, /) -> bytes:
    """The downloaded template, filled in rightly."""
    return uploads.filled(template, uploads.right_cells(of))
