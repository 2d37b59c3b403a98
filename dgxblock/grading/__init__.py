"""From an answer to a mark: pure functions, one module a kind of item.

``number``, ``choice`` and ``order`` each have a spec and a ``grade(answer, spec)``. An answer is whatever
JSON the browser sent: a shape that no honest page sends is marked unread and earns nothing, and nothing here
raises because of it.
"""

from __future__ import annotations

from dgxblock.grading.score import Score, credited, passed, total
from dgxblock.grading.verdict import Mark, Verdict

__all__ = ["Mark", "Score", "Verdict", "credited", "passed", "total"]
