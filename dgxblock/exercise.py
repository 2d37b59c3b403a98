"""The exercise: this learner's own data, feedback at once, as many checks as the author allows; the best counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from xblock.fields import Scope, String

from dgxblock import lab
from dgxblock.block import answers, data_view, drafts, exercise_page, reviews, rounds, submission
from dgxblock.block.banking import Banking
from dgxblock.block.base import DgxBlock
from dgxblock.block.console import SqlConsole
from dgxblock.block.http import ApiError, api_handler
from dgxblock.block.own_data import OwnData
from dgxblock.block.scored import TRIES, Scored
from dgxblock.block.staff_desk import StaffDesk
from dgxblock.block.studio import Setting, mode_label
from dgxblock.block.texts import Texts
from dgxblock.block.uploads import Work, WorkbookUploads
from dgxblock.content.model import Exercise, Item
from dgxblock.i18n import gettext as _
from dgxblock.items import with_costs
from dgxblock.pages.render import render

__all__ = ["ExerciseXBlock"]


class ExerciseXBlock(SqlConsole, WorkbookUploads, OwnData, Texts, StaffDesk, Scored, Banking, DgxBlock):
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
        attempts = self.submitted() if attempts is None else attempts
        submission.catch_up(self, attempts)
        round_ = rounds.of(attempts)
        closes = submission.closes_at(self)
        sheet = self._sheet(exercise, place, round_)
        context = exercise_page.build(
            exercise, sheet, self.language(), self.uid(),
            round_=round_, limit=self.tries(TRIES), draft=ledger.draft(place),
            nonce=submission.nonce_for(place, round_.next, sheet.seed), practice=self.practice(exercise),
            closed=closes is not None and timezone.now() > closes, explained=submission.explained(self),
        )  # fmt: skip
        context |= self.texts_context(exercise.items, round_.done, show) | self.upload_links(exercise.items)
        context |= {"checked": checked} | self.data_links(exercise, sheet) | self.console_links(exercise.items)
        return render("exercise.html", context)

    def practice(self, exercise: Exercise) -> bool:
        """Whether a trainee may take new data: the author's word, else the document's."""
        return (self.mode if self.mode in ("graded", "practice") else exercise.mode) == "practice"

    def _sheet(self, exercise: Exercise, place: Any, round_: rounds.Round) -> lab.Sheet:
        """The learner's data, by the seed of the round."""
        return lab.build(exercise.dataset, self._seed(place, round_))

    def _seed(self, place: Any, round_: rounds.Round) -> str:
        """That of the round holds whatever becomes of the site's secret."""
        return round_.seed or self.seed(place)

    # -- handlers --------------------------------------------------------------------------------------------------

    @api_handler
    def save_draft(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "version", "nonce"}`` → ``{"version", "saved_at", "readings"}``."""
        answers.known_keys(data, ("a", "nonce", "version"))
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        given = submission.answers_in(data.get("a"), exercise.items)
        version, ledger = answers.version(data), self.ledger()
        attempts = ledger.attempts(place)
        round_ = rounds.of(attempts)
        sheet = self._sheet(exercise, place, round_)
        nonce = submission.nonce_for(place, round_.next, sheet.seed)
        given = self.resolve_uploads(place, exercise.items, given, sheet.seed)

        def refuse(kept: drafts.Kept | None) -> ApiError | None:
            return self._stale(exercise, given, kept, sheet, nonce)

        if data.get("nonce") is not None and answers.nonce(data) != nonce:  # checked elsewhere since
            now = drafts.kept(ledger.draft(place), round_.done)
            if refusal := refuse(now):
                raise refusal
            version = now.version if now else 0
        try:
            if not attempts:  # from the first saved word on, the data stay what they are
                self._open(place, round_)
        except ledger.Conflict as refused:
            raise answers.conflict(refused.code) from None
        draft = drafts.save(ledger, place, given, version, refuse, done=round_.done)
        return submission.saved(draft, exercise.items, self.language())

    def _stale(
        self, exercise: Exercise, given: dict[str, Any], kept: drafts.Kept | None, sheet: lab.Sheet, nonce: str
    ) -> ApiError | None:
        """What to choose between, if another window saved something else than `given`."""
        items = exercise_page.numbered(exercise)
        differing = drafts.pairs(items, given, kept.answers if kept else {}, sheet, self.language())
        return drafts.stale(self, kept, differing, nonce=nonce) if differing else None

    @api_handler
    def check(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "nonce", "version"}`` → ``{"html"}``. One nonce counts once."""
        answers.known_keys(data, ("a", "nonce", "version"))
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        nonce, version = answers.nonce(data), answers.version(data)
        given = submission.answers_in(data.get("a"), exercise.items)
        attempts = self.ledger().attempts(place)
        if any(each.nonce == nonce for each in attempts):
            return {"html": self.learner_html(attempts, checked=True)}
        submission.check_open(self)
        round_ = rounds.of(attempts)
        if len(round_.done) >= self.tries(TRIES):
            raise answers.conflict("no-attempts-left")
        if nonce != submission.nonce_for(place, round_.next, self._seed(place, round_)):
            raise answers.conflict("not-open")
        sheet = self._sheet(exercise, place, round_)
        given = self.resolve_uploads(place, exercise.items, given, sheet.seed)
        draft = self.ledger().draft(place) if version is not None else None
        if drafts.unseen(draft, version):  # it would be gone with this check
            refusal = self._stale(exercise, given, drafts.kept(draft, round_.done), sheet, nonce)
            if refusal:
                raise refusal
        marks = with_costs(exercise.items, submission.graded(exercise.items, given, sheet, place), round_.hints)
        marks = reviews.carried(exercise.items, given, marks, attempts)
        submission.check_answered(exercise.items, given, marks, self.language())
        attempts = submission.close(
            self, place, attempts, lambda: round_.open or self._open(place, round_),
            nonce=nonce, seed=sheet.seed, answers=given, marks=marks, score=exercise_page.score(exercise, marks),
            passed=False,
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
        """``{"after": number, "nonce"}`` → ``{"html"}``: another round with other data. `after` is the latest attempt
        that the page knows, `nonce` that of the next, so that a request which arrives twice begins one round."""
        answers.known_keys(data, ("after", "nonce"))
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
        before = self._seed(place, round_)
        other = data.get("nonce") is not None and answers.nonce(data) != submission.nonce_for(
            place, round_.next, before
        )
        if other or round_.last != after:
            return {"html": self.learner_html()}
        if max(round_.last, len(self._links(place, before))) >= rounds.MOST_ATTEMPTS:
            raise answers.conflict("no-attempts-left")
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

    def own_items(self) -> tuple[Sequence[Item], lab.Sheet]:
        exercise, sheet = self.own_data()
        return exercise.items, sheet

    def upload_work(self, *, writing: bool) -> Work:
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        attempts = self.ledger().attempts(place)
        round_ = rounds.of(attempts)
        if writing:
            submission.check_open(self)
            if len(round_.done) >= self.tries(TRIES):
                raise answers.conflict("no-attempts-left")
        sheet = self._sheet(exercise, place, round_)
        return Work(
            place, exercise.items, sheet, list(data_view.offered(exercise, sheet).values()),
            {*(each.seed for each in attempts), *self._links(place, sheet.seed), sheet.seed},
            round_.done[-1].answers if round_.done else {},
            lambda: attempts or self._open(place, round_),
        )  # fmt: skip

    def _links(self, place: Any, last: str) -> list[str]:
        """All seeds that this learner had here before the `last`, in order: an attempt keeps only its latest. None are
        known of those that another key of the site has made."""
        link, found = self.seed(place), list[str]()
        while link != last:
            if len(found) > rounds.MOST_ATTEMPTS:
                return []
            found.append(link)
            link = self.seed(place, "after", link)
        return found

    def own_data(self) -> tuple[Exercise, lab.Sheet]:
        exercise: Exercise = self.required()
        place = self.place()
        self.check_enrolled()
        return exercise, self._sheet(exercise, place, rounds.of(self.ledger().attempts(place)))

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
