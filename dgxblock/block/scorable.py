"""What the platform's staff tools ask of a block with a score: rescore, override, reset, delete, report.

The ledger is the truth in all of them; what the platform keeps is brought in step with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from xblock.fields import Integer, Scope
from xblock.scorable import ScorableXBlockMixin, Score

from dgxblock.block import host, reports, submission
from dgxblock.content import read
from dgxblock.i18n import gettext as _
from dgxblock.papers.counting import counted
from dgxblock.papers.regrade import Regrade, Regraded

__all__ = ["Scorable"]


class Scorable(ScorableXBlockMixin):
    """Mix in before `DgxBlock`."""

    attempts = Integer(scope=Scope.user_state, default=0, help="Submitted attempts, where staff tools look for them.")
    counted = Integer(scope=Scope.user_state, default=0, help="The same; staff's *reset attempts* sets only the other.")

    # -- reset -----------------------------------------------------------------------------------------------------

    def submitted(self: Any) -> list[Any]:
        """All attempts of this learner here, after what staff have reset.

        The platform resets attempts by writing 0 over `attempts`, and calls nobody. Since `counted` is always written
        together with it, a stale write of an older state is not taken for that.
        """
        place, ledger = self.place(), self.ledger()
        attempts = list(ledger.attempts(place))
        begun = any(each.submitted_at for each in attempts)
        if begun and self.counted and not self.attempts and not host.masquerading(self):
            ledger.reset(place, actor_id="", reason="Reset with the platform's tool")
            self.counted, self.published = 0, None
            self.save()
            return []
        return attempts

    # -- rescore and override ----------------------------------------------------------------------------------------

    def has_submitted_answer(self: Any) -> bool:
        return any(each.submitted_at for each in self.ledger().attempts(self.place()))

    def get_score(self: Any) -> Score:
        return self._score(self.ledger().attempts(self.place()))

    def set_score(self: Any, score: Score) -> None:
        """Staff's override: what counts from now on, at the registry too if the pass mark is crossed. `score` may be in
        any scale, its share of what is possible is what counts."""
        share = float(score.raw_earned) / float(score.raw_possible) if score.raw_possible else 0.0
        place = self.place()
        self.ledger().override(
            place, round(100 * min(1.0, max(0.0, share)), 6), actor_id="", reason="Overridden with the platform's tool"
        )
        self._evaluate(place)

    def publish_grade(self: Any, score: Score | None = None, only_if_higher: bool | None = None) -> None:
        """The platform calls this after `set_score`, which its own mixin does not have."""
        found = self.get_score() if score is None else score
        submission.publish(self, found.raw_earned / found.raw_possible if found.raw_possible else 0.0, only_if_higher)

    def calculate_score(self: Any) -> Score:
        """What would count if everything was marked again on the content as it is now; changes nothing."""
        done = [each for each in self.ledger().attempts(self.place()) if each.submitted_at]
        again = {each.number: new for each, new in self._again(done)}
        return self._score([_as(each, again[each.number]) for each in done])

    def rescore(self: Any, only_if_higher: bool | None) -> None:
        """Mark again on the content as it is now, and keep it on record.

        Raises:
            ValueError: nothing was handed in.
        """
        place, ledger = self.place(), self.ledger()
        done = ledger.submitted(place)
        if not done:
            raise ValueError(_("Cannot rescore: nothing was handed in."))
        pairs = self._again([row.attempt for row in done])
        before, after = self._score([row.attempt for row in done]), self._score([_as(old, new) for old, new in pairs])
        if only_if_higher and after.raw_earned <= before.raw_earned:
            return
        action = ledger.act(
            "regrade", place.course_key, place.usage_key, learner_id=place.learner_id, actor_id="",
            reason="Rescored with the platform's tool",
        )  # fmt: skip
        ledger.revise(action, [
            ledger.Revised(
                row.id, row.attempt.sequence, new.marks, new.earned, new.possible, new.passed, self.revision()
            )
            for row, (_old, new) in zip(done, pairs, strict=True)
        ])  # fmt: skip
        ledger.keep_document(self.revision(), self.document)
        self._evaluate(place)
        self.publish_grade(None, only_if_higher)

    def _again(self: Any, done: Iterable[Any]) -> list[tuple[Any, Regraded]]:
        new = self.required()
        found: dict[str, Regrade] = {}
        pairs = []
        for attempt in done:
            if attempt.revision not in found:
                text = self.ledger().document(attempt.revision)
                try:
                    old: Any = self.content() if attempt.revision == self.revision() else text and read.parse(text)
                except read.ContentError:
                    old = None
                found[attempt.revision] = Regrade(old or None, new)
            pairs.append((attempt, found[attempt.revision](attempt)))
        return pairs

    def _score(self: Any, attempts: Iterable[Any]) -> Score:
        found, weight = counted(list(attempts)), self.max_score()
        return Score(0.0 if found is None else found[0] / 100 * weight, weight)

    def _evaluate(self: Any, place: Any) -> None:
        registry = host.registry()
        if registry is not None:
            registry.reconsider(place.learner_id, place.course_key)

    # -- delete and report -------------------------------------------------------------------------------------------

    def clear_student_state(
        self: Any, user_id: str, course_id: str, item_id: str, requesting_user_id: str | None = None
    ) -> None:
        """Staff's *delete state*, before the platform deletes its own row. Called on a block that is bound to nobody.

        Where a block has this method the platform does not tell the gradebook that the score is gone, so we do.
        """
        learner = host.user_id(user_id)
        ledger = host.ledger()
        if ledger is None or learner is None:
            return
        ledger.forget(ledger.Place(learner, str(course_id), str(item_id)), actor_id=str(requesting_user_id or ""))
        host.score_deleted(self, learner, str(course_id), str(item_id))
        registry = host.registry()
        if registry is not None:
            registry.reconsider(learner, str(course_id))

    def generate_report_data(
        self: Any, user_state_iterator: Iterable[Any], limit_responses: int | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Pairs of username and a row for each answered question: the platform's *problem responses* report."""
        try:
            content = self.content()
        except read.ContentError:
            content = None
        ledger = host.ledger()
        if ledger is None or content is None:
            return
        names = {state.username for state in user_state_iterator}
        rows = reports.answers(
            content, ledger.submissions(self.course(), str(self.scope_ids.usage_id)), self.language()
        )
        known: dict[str, str] = {}
        for count, (learner, row) in enumerate(rows):
            if limit_responses is not None and count >= limit_responses:
                return
            if learner not in known:
                known[learner] = host.username(learner)
            if known[learner] in names:
                yield known[learner], row

    # -- who may look --------------------------------------------------------------------------------------------------

    def public_view(self: Any, context: Any = None) -> Any:
        """For visitors who are not logged in: what this is, and that one has to log in."""
        return self.student_view(context)


def _as(attempt: Any, new: Regraded) -> Any:
    """An attempt as it would be."""
    return replace(attempt, earned=new.earned, possible=new.possible, passed=new.passed)
