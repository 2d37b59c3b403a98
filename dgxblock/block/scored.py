"""Fields and promises of a block with a score: weight, tries, and a maximum that never raises."""

from __future__ import annotations

import math
from typing import Any, Final

from xblock.core import XBlock
from xblock.fields import Float, Integer, Scope

from dgxblock import lab
from dgxblock.block import host
from dgxblock.block.scorable import Scorable
from dgxblock.content.read import ContentError

__all__ = ["TRIES", "Scored"]

TRIES: Final = 3
"""How often an exercise may be checked, where its author does not say: its document has no rules. One to find out, one
to mend, one to spare."""
MOST_TRIES: Final = 10


class Scored(Scorable, XBlock):
    """Mix in before `DgxBlock`. ``max_attempts`` is an inheritable name on purpose: a course may set it for all."""

    has_score = True

    weight = Float(scope=Scope.settings, default=1.0, help="Points in the gradebook.")
    published = Float(scope=Scope.user_state, default=None, help="The share of the points that the gradebook has.")
    max_attempts = Integer(scope=Scope.settings, default=None, help="Tries; empty means as the content says.")

    def max_score(self) -> float:
        """The weight, so that staff see the points of the gradebook. Called unbound for every learner: never raises."""
        try:
            weight = float(self.weight)
        except Exception:  # noqa: BLE001  one raise here would cost the whole course its outline
            return 1.0
        return weight if math.isfinite(weight) and 0 <= weight <= 100 else 1.0

    def tries(self, otherwise: int, /) -> int:
        """How often a learner may hand in: the author's number, else the document's."""
        written: Any = self.max_attempts
        if isinstance(written, int) and not isinstance(written, bool) and written >= 1:
            return min(written, MOST_TRIES)
        return otherwise

    def seed(self, place: Any, *more: str) -> str:
        """The name of this learner's data, `more` telling apart what one learner has several of. Nobody can guess it
        but a runtime that shows authors a variant of their choice, which says so itself.

        Raises:
            MissingSecret: the site's secret is not where the settings say.
        """
        named = getattr(self.runtime, "dgx_seed", None)
        if named is not None:
            return str(named(*more))
        return lab.seed(host.site_secret(), place.course_key, place.usage_key, place.learner_id, *more)

    def if_empty(self) -> dict[str, str]:
        """What the content says where the author leaves a box of the form empty, by setting."""
        try:
            content: Any = self.content()
        except ContentError:
            content = None
        if content is None:
            return {}
        rules = getattr(content, "rules", None)
        if rules is None:
            return {"max_attempts": str(TRIES)}
        found = {"max_attempts": str(rules.attempts), "pass_mark": f"{rules.pass_mark:g}"}
        return found | ({"time_limit": str(rules.minutes)} if rules.timed else {})
