"""The closed list of units, with linear factors. Free unit strings are never parsed."""

from __future__ import annotations

from typing import Final, NamedTuple


class Unit(NamedTuple):
    """`factor` takes a number of this unit to the base unit of its `dimension`."""

    dimension: str
    factor: float


UNITS: Final[dict[str, Unit]] = {
    "": Unit("ratio", 1.0),
    "%": Unit("ratio", 0.01),
    "permille": Unit("ratio", 0.001),
    "ppm": Unit("ratio", 1e-6),
    # a difference of two percentages is not a percentage: its own dimension, so that picking % for it is a
    # unit slip
    "pp": Unit("points", 0.01),
    "s": Unit("duration", 1.0),
    "min": Unit("duration", 60.0),
    "h": Unit("duration", 3600.0),
    "day": Unit("days", 1.0),
    "month": Unit("months", 1.0),
    "piece": Unit("pieces", 1.0),
    "wan_piece": Unit("pieces", 10_000.0),
    "piece/h": Unit("rate", 1.0),
    "s/piece": Unit("pace", 1.0),
    "cny": Unit("money", 1.0),
    "wan": Unit("money", 10_000.0),
    "time": Unit("times", 1.0),
    "g": Unit("mass", 0.001),
    "kg": Unit("mass", 1.0),
    "t": Unit("mass", 1000.0),
    "kW": Unit("power", 1.0),
    "MW": Unit("power", 1000.0),
    "kWh": Unit("energy", 1.0),
    "MWh": Unit("energy", 1000.0),
    "kWh/t": Unit("energy a tonne", 1.0),
    "cny/kWh": Unit("energy price", 1.0),
}

#: In these a key is written as a ratio (0.583 for 58.3 %), as data sets hold it, not as a number of the unit.
RATIOS: Final = frozenset({"%", "permille", "ppm", "pp"})


def to_base(number: float, unit: str, /) -> float:
    """`number` of `unit`, in the base unit of its dimension."""
    return number * UNITS[unit].factor


def key_to_base(key: float, unit: str, /) -> float:
    """A key or a misconception's value as the data set holds it, in the base unit."""
    return key if unit in RATIOS else to_base(key, unit)
