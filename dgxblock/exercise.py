"""The exercise: this learner's own data, feedback at once, as many checks as the author allows; the best counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Scope, String

from dgxblock import lab
from dgxblock.block import answers, exercise_page, reviews, rounds, submission
from dgxblock.block.base import DgxBlock
from dgxblock.block.console import SqlConsole
from dgxblock.block.downloads import download
from dgxblock.block.http import ApiError, api_handler
from dgxblock.block.scored import TRIES, Scored
from dgxblock.block.studio import Setting, mode_label
from dgxblock.block.texts import Texts
from dgxblock.content.model import Exercise, Item
from dgxblock.i18n import gettext as _
from dgxblock.items import with_costs
from dgxblock.pages.render import render

__all__ = ["ExerciseXBlock"]


class ExerciseXBlock(SqlConsole, Texts, Scored, DgxBlock):
    """Entry point ``dgx_exercise``."""

    kind: ClassVar[str] = "exercise"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("weight", 0, 100, whole=False), Setting("max_attempts", 1, 10),
        Setting("mode", options=("graded", "practice")),
    )  # fmt: skip

    mode = String(scope=Scope.settings, default=None, help="graded or practice; empty means as the content says.")

    # -- pages -----------------------------------------------------------------------------------------------------

    def learner_html(self, attempts: list[Any] | None = None, /, *, checked: bool = False, show: str = "") -> str:
        exercise = self.content()
        if exercise is None:
            return render("item_empty.html", {"title": self.display_name})
        ledger, place = self.ledger(), self.place()
        attempts = ledger.attempts(place) if attempts is None else attempts
        submission.catch_up(self, attempts)
        round_ = rounds.of(attempts)
        closes = submission.closes_at(self)
        context = exercise_page.build(
            exercise, self._sheet(exercise, place, round_), self.language(), self.uid(),
            round_=round_, limit=self.tries(TRIES), draft=ledger.draft(place),
            nonce=submission.nonce_for(place, round_.next), practice=self.practice(exercise),
            closed=closes is not None and timezone.now() > closes, explained=submission.explained(self),
        )  # fmt: skip
        context |= self.texts_context(exercise.items, round_.done, show)
        context |= self.console_links(exercise.items) | {
            "checked": checked,
            "csv_url": self.runtime.handler_url(self, "data_csv"),
            "xlsx_url": self.runtime.handler_url(self, "data_xlsx"),
        }
        return render("exercise.html", context)

    def practice(self, exercise: Exercise) -> bool:
        """Whether a trainee may take new data: the author's word, else the document's."""
        return (self.mode if self.mode in ("graded", "practice") else exercise.mode) == "practice"

    def _sheet(self, exercise: Exercise, place: Any, round_: rounds.Round) -> lab.Sheet:
        """The learner's data, by the seed of the round: it holds whatever becomes of the site's secret."""
        return lab.build(exercise.dataset, round_.seed or self.seed(place))

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
                self._open(place, rounds.of(attempts))
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
        round_ = rounds.of(attempts)
        if len(round_.done) >= self.tries(TRIES):
            raise answers.conflict("no-attempts-left")
        if nonce != submission.nonce_for(place, round_.next):
            raise answers.conflict("not-open")
        sheet = self._sheet(exercise, place, round_)
        marks = with_costs(exercise.items, submission.graded(exercise.items, given, sheet, place), round_.hints)
        marks = reviews.carried(exercise.items, given, marks, attempts)
        submission.check_answered(exercise.items, given, marks, self.language())
        attempts = submission.close(
            self, place, attempts, lambda: round_.open or self._open(place, round_),
            nonce=nonce, answers=given, marks=marks, score=exercise_page.score(exercise, marks), passed=False,
        )  # fmt: skip
        return {"html": self.learner_html(attempts, checked=True)}

    @api_handler
    def hint(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"item", "step"}`` → ``{"html"}``: the next hint on a question. The same one again costs nothing more."""
        answers.known_keys(data, ("item", "step"))
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        step = data.get("step")
        item = next((each for each in exercise.items if each.id == data.get("item")), None)
        if item is None or type(step) is not int or not 1 <= step <= len(item.demand_hints):
            raise answers.malformed()
        submission.check_open(self)
        ledger = self.ledger()
        round_ = rounds.of(ledger.attempts(place))
        if len(round_.done) >= self.tries(TRIES):
            raise answers.conflict("no-attempts-left")
        try:
            opened = round_.open or self._open(place, round_)
            ledger.take_hint(place, opened.number, item.id, step, taken=round_.hints.get(item.id, 0))
        except ledger.Conflict as refusal:
            raise answers.conflict(refusal.code) from None
        return {"html": self.learner_html()}

    @api_handler
    def new_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"after": number}`` → ``{"html"}``: another round with other data. `after` is the latest attempt that the
        page knows, so that a request which arrives twice begins one round."""
        answers.known_keys(data, ("after",))
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        after = data.get("after")
        if type(after) is not int or after < 0:
            raise answers.malformed()
        if not self.practice(exercise):
            raise ApiError(409, "graded", _("This exercise counts, so its data stay the same. Nothing was changed."))
        submission.check_open(self)
        ledger = self.ledger()
        round_ = rounds.of(ledger.attempts(place))
        if round_.last != after:
            return {"html": self.learner_html()}
        if round_.last >= rounds.MOST_ATTEMPTS:
            raise answers.conflict("no-attempts-left")
        before = round_.seed or self.seed(place)
        seed = self.seed(place, "after", before)
        lab.build(exercise.dataset, seed)  # a failure here must not cost the data that are there
        try:
            if round_.open is None:
                self._open(place, round_, seed=seed)
            else:
                ledger.renew(place, round_.open.number, seed=seed, instead_of=before)
        except ledger.Conflict as refusal:
            raise answers.conflict(refusal.code) from None
        return {"html": self.learner_html()}

    def _open(self, place: Any, round_: rounds.Round, *, seed: str = "") -> Any:
        return self.ledger().open_attempt(
            place, kind="exercise", seed=seed or round_.seed or self.seed(place), revision=self.revision(),
            limit=None, number=round_.next,
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

    def own_items(self) -> tuple[Sequence[Item], lab.Sheet]:
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        return exercise.items, self._sheet(exercise, place, rounds.of(self.ledger().attempts(place)))

    def _own_table(self) -> tuple[str, lab.Table, str]:
        """Name of the file, the table, and whose it is."""
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        sheet = self._sheet(exercise, place, rounds.of(self.ledger().attempts(place)))
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
            (_("Mode"), mode_label("practice" if self.practice(exercise) else "graded")),
            (_("Weight in the grade"), f"{self.max_score():g}"),
        ]
