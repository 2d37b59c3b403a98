"""The exercise: this learner's own data, feedback at once, as many checks as the author allows; the best counts."""

from __future__ import annotations

from typing import Any, ClassVar

from webob import Request, Response
from xblock.core import XBlock

from dgxblock import lab
from dgxblock.block import answers, exercise_page, host, submission
from dgxblock.block.base import DgxBlock
from dgxblock.block.downloads import download
from dgxblock.block.http import api_handler
from dgxblock.block.scored import TRIES, Scored
from dgxblock.block.studio import Setting
from dgxblock.content.model import Exercise
from dgxblock.i18n import gettext as _
from dgxblock.items import grade
from dgxblock.pages.render import render

__all__ = ["ExerciseXBlock"]


class ExerciseXBlock(Scored, DgxBlock):
    """Entry point ``dgx_exercise``."""

    kind: ClassVar[str] = "exercise"
    settings: ClassVar[tuple[Setting, ...]] = (Setting("weight", 0, 100, whole=False), Setting("max_attempts", 1, 10))

    # -- pages -----------------------------------------------------------------------------------------------------

    def learner_html(self, attempts: list[Any] | None = None, /, *, checked: bool = False) -> str:
        exercise = self.content()
        if exercise is None:
            return render("item_empty.html", {"title": self.display_name})
        ledger, place = self.ledger(), self.place()
        attempts = ledger.attempts(place) if attempts is None else attempts
        context = exercise_page.build(
            exercise, self._sheet(exercise, place, attempts), self.language(), self.uid(),
            done=[each for each in attempts if each.submitted_at], limit=self.tries(TRIES),
            draft=ledger.draft(place), nonce=submission.nonce_for(place, _next(attempts)),
        )  # fmt: skip
        context |= {
            "checked": checked,
            "csv_url": self.runtime.handler_url(self, "data_csv"),
            "xlsx_url": self.runtime.handler_url(self, "data_xlsx"),
        }
        return render("exercise.html", context)

    def _sheet(self, exercise: Exercise, place: Any, attempts: list[Any]) -> lab.Sheet:
        """The learner's data, by the seed of the first attempt: it holds whatever becomes of the site's secret."""
        seed = attempts[0].seed if attempts else self._seed(place)
        return lab.build(exercise.dataset, seed)

    def _seed(self, place: Any) -> str:
        return lab.seed(host.site_secret(), place.course_key, place.usage_key, place.learner_id)

    # -- handlers --------------------------------------------------------------------------------------------------

    @api_handler
    def save_draft(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "version"}`` → ``{"version", "saved_at", "readings"}``."""
        answers.known_keys(data, ("a", "nonce", "version"))
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        given = submission.answers_in(data.get("a"), exercise.items)
        version, ledger = answers.version(data), self.ledger()
        attempts = ledger.attempts(place)
        try:
            if not attempts:  # from the first saved word on, the data stay what they are
                self._open(place, 1)
            draft = ledger.save_draft(place, given, version=version)
        except ledger.Conflict as refusal:
            raise answers.conflict(refusal.code) from None
        return submission.saved(draft, exercise.items, self.language())

    @api_handler
    def check(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "nonce"}`` → ``{"html"}``. One nonce counts once."""
        answers.known_keys(data, ("a", "nonce"))
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        nonce = answers.nonce(data)
        given = submission.answers_in(data.get("a"), exercise.items)
        attempts = self.ledger().attempts(place)
        if any(each.nonce == nonce for each in attempts):
            return {"html": self.learner_html(attempts, checked=True)}
        submission.check_open(self)
        done = [each for each in attempts if each.submitted_at]
        number = _next(attempts)
        if len(done) >= self.tries(TRIES):
            raise answers.conflict("no-attempts-left")
        if nonce != submission.nonce_for(place, number):
            raise answers.conflict("not-open")
        sheet = self._sheet(exercise, place, attempts)
        marks = grade(exercise.items, given, sheet)
        submission.check_answered(exercise.items, given, marks, self.language())
        attempts = submission.close(
            self, place, attempts, lambda: self._open(place, number, seed=sheet.seed),
            nonce=nonce, answers=given, marks=marks, score=exercise_page.score(exercise, marks), passed=False,
        )  # fmt: skip
        return {"html": self.learner_html(attempts, checked=True)}

    def _open(self, place: Any, number: int, *, seed: str = "") -> Any:
        return self.ledger().open_attempt(
            place, kind="exercise", seed=seed or self._seed(place), revision=self.revision(),
            limit=self.tries(TRIES), number=number,
        )  # fmt: skip

    @XBlock.handler
    def data_csv(self, request: Request, suffix: str = "") -> Response:
        """GET: the learner's own table as CSV."""
        del suffix
        return download(self, request, "csv", self._own_table)

    @XBlock.handler
    def data_xlsx(self, request: Request, suffix: str = "") -> Response:
        """GET: the same as a workbook with a data dictionary."""
        del suffix
        return download(self, request, "xlsx", self._own_table)

    def _own_table(self) -> tuple[str, lab.Table, str]:
        """Name of the file, the table, and whose it is."""
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        sheet = self._sheet(exercise, place, self.ledger().attempts(place))
        return exercise.dataset.id, sheet.tables[exercise.data.table], sheet.seed[:16]

    # -- Studio ------------------------------------------------------------------------------------------------------

    def summary(self) -> list[tuple[str, str]]:
        exercise = self.content()
        if exercise is None:
            return []
        return [
            (_("Tasks"), str(len(exercise.tasks))),
            (_("Questions"), str(len(exercise.items))),
            (_("Tries"), str(self.tries(TRIES))),
            (_("Weight in the grade"), f"{self.max_score():g}"),
        ]


def _next(attempts: list[Any]) -> int:
    """The number of the attempt that the next submission closes."""
    return attempts[-1].number + (1 if attempts[-1].submitted_at else 0) if attempts else 1
