"""What trainees learn to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dgxblock.content.text import Text


@dataclass(frozen=True)
class Objective:
    """Something that a trainee can do afterwards, at a level of Bloom's revised taxonomy.

    That of an assessment may say what to read `again`, and name the section or exhibit of the case (`again_ref`).
    """

    id: str
    bloom: Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
    text: Text
    again: Text | None = None
    again_ref: str = ""
