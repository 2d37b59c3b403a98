"""The assessment: questions on a learner's own numbers, a pass mark, few tries, the solution only after handing in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils import timezone
from xblock.fields import Integer, Scope

from dgxblock import grading, lab
from dgxblock.block import answers, assessment_page, drafts, submission
from dgxblock.block.base import DgxBlock
from dgxblock.block.console import SqlConsole
from dgxblock.block.http import ApiError, api_handler
from dgxblock.block.scored import Scored
from dgxblock.block.studio import Setting
from dgxblock.block.texts import Texts
from dgxblock.block.uploads import Work, WorkbookUploads
from dgxblock.content.model import Assessment, Item
from dgxblock.i18n import gettext as _
from dgxblock.pages.render import render

__all__ = ["AssessmentXBlock"]


class AssessmentXBlock(SqlConsole, WorkbookUploads, Texts, Scored, DgxBlock):
    """Entry point ``dgx_assessment``."""

    kind: ClassVar[str] = "assessment"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("weight", 0, 100, whole=False), Setting("max_attempts", 1, 10), Setting("pass_mark", 1, 100),
    )  # fmt: skip

    pass_mark = Integer(scope=Scope.settings, default=None, help="Out of 100; empty means as the content says.")

    # -- pages -----------------------------------------------------------------------------------------------------

    def learner_html(self, attempts: list[Any] | None = None, /, *, show: str = "") -> str:
        paper = self.content()
        if paper is None:
            return render("item_empty.html", {"title": self.display_name})
        place = self.place()
        attempts = self.ledger().attempts(place) if attempts is None else attempts
        lang, uid = self.language(), self.uid()
        rules: dict[str, Any] = {"pass_mark": self.passing(paper), "limit": self.tries(paper.rules.attempts)}
        closes = submission.closes_at(self)
        closed = closes is not None and timezone.now() > closes
        texts = self.texts_context(paper.items, [each for each in attempts if each.submitted_at], show)
        if not attempts:
            context = assessment_page.start(paper, lang, uid, closes=closes, closed=closed, **rules)
            return render("assessment_start.html", context | texts)
        submission.catch_up(self, attempts)
        last = attempts[-1]
        sheet = lab.build(paper.dataset, last.seed)
        if last.submitted_at is None:
            context = assessment_page.form(
                paper, sheet, lang, uid, number=last.number, draft=self.ledger().draft(place),
                nonce=submission.nonce_for(place, last.number, last.seed), **rules,
            )  # fmt: skip
            context |= self.console_links(paper.items) | self.upload_links(paper.items)
            context["sitting"] = self.runtime.local_resource_url(self, "public/dgx-sitting.js")
            return render("assessment.html", context)
        context = assessment_page.result(
            paper, sheet, lang, uid, done=attempts, explained=submission.explained(self), closed=closed, **rules
        )
        context |= texts
        return render("result.html", context)

    def passes(self, score: grading.Score) -> bool:
        return grading.passed(score, self.passing(self.required()))

    def passing(self, paper: Assessment) -> int:
        """The pass mark out of 100: the author's number, else the document's."""
        written: Any = self.pass_mark
        good = isinstance(written, int) and not isinstance(written, bool) and 1 <= written <= 100
        return int(written) if good else paper.rules.pass_mark

    # -- handlers --------------------------------------------------------------------------------------------------

    @api_handler
    def begin(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"number", "confirm": true}`` → ``{"html"}``. `number` is the attempt that the page offers, so that a
        request which arrives twice opens one attempt."""
        answers.known_keys(data, ("number", "confirm"))
        paper: Assessment = self.required()
        place = self.place()
        self.check_enrolled()
        number = data.get("number")
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 99:
            raise answers.malformed()
        if data.get("confirm") is not True:
            sentence = _("Please confirm that you will answer the questions yourself.")
            raise ApiError(
                400, "unconfirmed", _("Not started yet. Please look at the marked field."), fields={"confirm": sentence}
            )
        ledger = self.ledger()
        if not any(each.number == number for each in ledger.attempts(place)):
            submission.check_open(self)
            seed = self.seed(place, str(number))
            lab.build(paper.dataset, seed)  # a failure here must not cost an attempt
            try:
                ledger.open_attempt(
                    place, kind="assessment", seed=seed, revision=self.revision(),
                    limit=self.tries(paper.rules.attempts), number=number,
                )  # fmt: skip
            except ledger.Conflict as refusal:
                raise answers.conflict(refusal.code) from None
        return {"html": self.learner_html()}

    @api_handler
    def save_draft(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "flags": {item: bool}, "version"}`` → ``{"version", "saved_at", "readings"}``."""
        answers.known_keys(data, ("a", "flags", "nonce", "version"))
        paper: Assessment = self.required()
        place = self.place()
        self.check_enrolled()
        given: dict[str, Any] = submission.answers_in(data.get("a"), paper.items)
        given[submission.FLAGS] = submission.flags_in(data.get("flags"), paper.items)
        version, ledger = answers.version(data), self.ledger()
        attempts = ledger.attempts(place)
        if not attempts or attempts[-1].submitted_at is not None:
            raise answers.conflict("not-open")
        nonce = submission.nonce_for(place, attempts[-1].number, attempts[-1].seed)
        if data.get("nonce") is not None and answers.nonce(data) != nonce:  # a page of an earlier attempt
            raise answers.conflict("not-open")
        sheet = lab.build(paper.dataset, attempts[-1].seed)
        given = self.resolve_uploads(place, paper.items, given, sheet.seed)

        def refuse(kept: drafts.Kept | None) -> ApiError | None:
            return self._stale(paper, given, kept, sheet, nonce)

        draft = drafts.save(ledger, place, given, version, refuse)
        return submission.saved(draft, paper.items, self.language())

    def _stale(
        self, paper: Assessment, given: dict[str, Any], kept: drafts.Kept | None, sheet: lab.Sheet, nonce: str
    ) -> ApiError | None:
        """What to choose between, if another window saved something else than `given`."""
        items = {str(place): item for place, item in enumerate(paper.items, 1)}
        differing = drafts.pairs(items, given, kept.answers if kept else {}, sheet, self.language())
        return drafts.stale(self, kept, differing, nonce=nonce) if differing else None

    @api_handler
    def submit(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "nonce", "version"}`` → ``{"html"}``. One nonce counts once."""
        answers.known_keys(data, ("a", "flags", "nonce", "version"))
        paper: Assessment = self.required()
        place = self.place()
        self.check_enrolled()
        nonce, version = answers.nonce(data), answers.version(data)
        given = submission.answers_in(data.get("a"), paper.items)
        attempts = self.ledger().attempts(place)
        if any(each.nonce == nonce for each in attempts):
            return {"html": self.learner_html(attempts)}
        last = attempts[-1] if attempts else None
        if last is None or last.submitted_at is not None:
            raise answers.conflict("not-open")
        if nonce != submission.nonce_for(place, last.number, last.seed):
            raise answers.conflict("not-open")
        submission.check_open(self)
        sheet = lab.build(paper.dataset, last.seed)
        given = self.resolve_uploads(place, paper.items, given, sheet.seed)
        draft = self.ledger().draft(place) if version is not None else None
        if drafts.unseen(draft, version):  # it would be gone once this is handed in
            refusal = self._stale(paper, given, drafts.kept(draft, ()), sheet, nonce)
            if refusal:
                raise refusal
        marks = submission.graded(paper.items, given, sheet, place)
        score = assessment_page.score(paper, marks)
        attempts = submission.close(
            self, place, attempts, lambda: last,
            nonce=nonce, seed=last.seed, answers=given, marks=marks, score=score,
            passed=grading.passed(score, self.passing(paper)),
        )  # fmt: skip
        return {"html": self.learner_html(attempts)}

    def upload_work(self, *, writing: bool) -> Work:
        paper: Assessment = self.required()
        place = self.place()
        self.check_enrolled()
        attempts = self.ledger().attempts(place)
        if not attempts or attempts[-1].submitted_at is not None:
            raise answers.conflict("not-open")
        if writing:
            submission.check_open(self)
        sheet = lab.build(paper.dataset, attempts[-1].seed)
        tables = [table for table in sheet.tables.values() if table.download] or list(sheet.tables.values())[:1]
        return Work(place, paper.items, sheet, tables, {each.seed for each in attempts}, {}, lambda: None)

    def own_items(self) -> tuple[Sequence[Item], lab.Sheet]:
        """The questions of the attempt under way, and its data."""
        work = self.upload_work(writing=False)
        return work.items, work.sheet

    # -- Studio ------------------------------------------------------------------------------------------------------

    def summary(self) -> list[tuple[str, str]]:
        paper = self.content()
        if paper is None:
            return []
        return [
            (_("Questions"), str(len(paper.items))),
            (_("Pass mark"), str(self.passing(paper))),
            (_("Tries"), str(self.tries(paper.rules.attempts))),
            (_("Weight in the grade"), f"{self.max_score():g}"),
        ]
