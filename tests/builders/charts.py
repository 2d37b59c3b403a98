"""The figures of the case that the interface reference draws, and a way to compare two drawings."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

REFERENCE: Final = Path(__file__).parents[1] / "charts" / "reference"

LINES: Final = [
    ("一号线", [("A", 0.674), ("P", 0.893), ("Q", 0.969), ("OEE", 0.583)]),
    ("二号线", [("A", 0.812), ("P", 0.9064), ("Q", 0.978), ("OEE", 0.720)]),
    ("三号线", [("A", 0.882), ("P", 0.8866), ("Q", 0.935), ("OEE", 0.7314)]),
]
LOSSES: Final = [("换线", 10742.2), ("故障", 1326.9), ("待料", 847.3)]

#: Means of 40 subgroups of solder-paste volume, in per cent of the target.
VOLUME: Final = [
    103.12, 98.20, 107.88, 103.40, 102.84, 105.96, 98.02, 103.92, 104.50, 103.46,
    97.60, 101.16, 95.46, 98.06, 100.80, 97.88, 103.76, 100.86, 99.60, 95.42,
    99.06, 100.16, 99.76, 94.96, 101.20, 98.78, 98.76, 98.46, 110.24, 104.20,
    109.56, 107.64, 104.50, 106.06, 106.10, 112.10, 112.06, 109.20, 110.10, 109.02,
]  # fmt: skip


def drawn(svg: str, /) -> list[tuple[str, dict[str, object], str]]:
    """Every element: tag, attributes (numbers as numbers, ids left out), text; in a stable order."""
    root = ET.fromstring(svg)
    out = [
        (
            element.tag,
            {
                name: _number(value)
                for name, value in sorted(element.attrib.items())
                if name not in ("id", "aria-labelledby")
            },
            (element.text or "").strip(),
        )
        for element in root.iter()
    ]
    return sorted(out, key=repr)


def reference(name: str, /) -> list[tuple[str, dict[str, object], str]]:
    """The drawing of the interface reference."""
    return drawn((REFERENCE / f"{name}.svg").read_text(encoding="utf-8"))


def _number(value: str, /) -> object:
    """``16%`` and ``16.0%`` are one place."""
    unit = "%" if value.endswith("%") else ""
    try:
        return float(value.removesuffix(unit)), unit
    except ValueError:
        return value
