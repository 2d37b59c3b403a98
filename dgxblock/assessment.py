"""The assessment: questions on a learner's own numbers under rules of time and tries, shown as its policy allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.utils import timezone
from xblock.fields import Integer, Scope, String

from dgxblock import formats, grading, lab
from dgxblock.block import answers, assessment_page, drafts, host, sittings, submission
from dgxblock.block.banking import Banking
from dgxblock.block.base import DgxBlock, uid_of
from dgxblock.block.console import SqlConsole
from dgxblock.block.http import ApiError, api_handler
from dgxblock.block.rounds import MOST_ATTEMPTS
from dgxblock.block.scored import Scored
from dgxblock.block.staff_desk import StaffDesk
from dgxblock.block.studio import Setting
from dgxblock.block.texts import Texts
from dgxblock.block.uploads import Work, WorkbookUploads
from dgxblock.content.model import Assessment, Item
from dgxblock.i18n import gettext as _
from dgxblock.pages.render import render
from dgxblock.papers import draw, size
from dgxblock.papers.counting import POLICIES
from dgxblock.papers.timing import ALLOWANCE

__all__ = ["AssessmentXBlock"]

MODES: Final = ("practice", "graded", "exam")


class AssessmentXBlock(SqlConsole, WorkbookUploads, Texts, StaffDesk, Scored, Banking, DgxBlock):
    """Entry point ``dgx_assessment``."""

    kind: ClassVar[str] = "assessment"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("weight", 0, 100, whole=False), Setting("max_attempts", 1, 10), Setting("pass_mark", 1, 100),
        Setting("exam_mode", options=MODES), Setting("counts", options=POLICIES), Setting("time_limit", 1, 600),
    )  # fmt: skip

    pass_mark = Integer(scope=Scope.settings, default=None, help="Out of 100; empty means as the content says.")
    exam_mode = String(scope=Scope.settings, default=None, help="practice, graded or exam; empty: as the content says.")
    counts = String(scope=Scope.settings, default=None, help="best, last or average; empty: as the content says.")
    time_limit = Integer(scope=Scope.settings, default=None, help="Minutes; empty means as the content says.")

    # -- rules -----------------------------------------------------------------------------------------------------

    def overrides(self, paper: Assessment) -> dict[str, Any]:
        """What the author set in place of the document's rules."""
        found: dict[str, Any] = {"attempts": self.tries(paper.rules.attempts), "pass_mark": self.passing(paper)}
        if self.exam_mode in MODES:
            found["mode"] = self.exam_mode
        if self.counts in POLICIES:
            found["counts"] = self.counts
        minutes: Any = self.time_limit
        if isinstance(minutes, int) and not isinstance(minutes, bool) and 1 <= minutes <= 600:
            found |= {"minutes": minutes, "timed": True}
        return found

    def passes(self, score: grading.Score) -> bool:
        return grading.passed(score, self.passing(self.required()))

    def passing(self, paper: Assessment) -> int:
        """The pass mark out of 100: the author's number, else the document's."""
        written: Any = self.pass_mark
        good = isinstance(written, int) and not isinstance(written, bool) and 1 <= written <= 100
        return int(written) if good else paper.rules.pass_mark

    # -- pages -----------------------------------------------------------------------------------------------------

    def learner_html(
        self, attempts: list[Any] | None = None, /, *, show: str = "", book: sittings.Rulebook | None = None
    ) -> str:
        paper = self.content()
        if paper is None:
            return render("item_empty.html", {"title": self.display_name})
        place, lang, uid = self.place(), self.language(), self.uid()
        attempts = self.submitted() if attempts is None else attempts
        book = book or sittings.rulebook(self, paper, place)
        attempts = sittings.settle(self, place, attempts, book)
        texts = self.texts_context(paper.items, [each for each in attempts if each.submitted_at], show)
        if not attempts:
            return render("assessment_start.html", assessment_page.start(paper, book, lang, uid) | texts)
        submission.catch_up(self, attempts)
        last = attempts[-1]
        sat = sittings.sitting(self, last)
        if last.submitted_at is None:
            context = assessment_page.form(
                sat, book, lang, uid, draft=self.ledger().draft(place),
                nonce=submission.nonce_for(place, last.number, last.seed),
            )  # fmt: skip
            context |= self.console_links(sat.items) | self.upload_links(sat.items)
            context["sitting"] = self.runtime.local_resource_url(self, "public/dgx-sitting.js")
            return render("assessment.html", context)
        context = assessment_page.result(sat, book, lang, uid, done=attempts, host=submission.explained(self))
        return render("result.html", context | texts | (self._case() if context["steps"] else {}))

    def _case(self) -> dict[str, str]:
        """Where the case of this course is, if it is known to have one: two queries, for who has something to read."""
        registry = host.registry()
        scheme = registry.scheme(self.course()) if registry is not None else None
        cases = [usage for kind, usage, _percent in scheme.needed if kind == "case"] if scheme else []
        if len(cases) != 1:
            return {}
        return {"case_url": self.address(cases[0]), "case_uid": uid_of(cases[0])}

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
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MOST_ATTEMPTS:
            raise answers.malformed()
        if data.get("confirm") is not True:
            sentence = _("Please confirm that you will answer the questions yourself.")
            raise ApiError(
                400, "unconfirmed", _("Not started yet. Please look at the marked field."), fields={"confirm": sentence}
            )
        ledger = self.ledger()
        book = sittings.rulebook(self, paper, place)
        attempts = sittings.settle(self, place, ledger.attempts(place), book)
        if not any(each.number == number for each in attempts):
            self._open(paper, place, book, attempts, number)
        return {"html": self.learner_html(book=book)}

    def _open(self, paper: Assessment, place: Any, book: Any, attempts: Sequence[Any], number: int) -> None:
        now, ledger = timezone.now(), self.ledger()
        self._check_window(book)
        begins = book.begins([each for each in attempts if each.submitted_at])
        if begins is not None and now < begins and len(attempts) < book.limit:
            moment = formats.format_datetime(timezone.localtime(begins), self.language())
            raise ApiError(403, "cooling", _("The next try begins on %(moment)s at the earliest.", moment=moment))
        again = ledger.cleared(place)
        seed = self.seed(place, str(number), *([f"again {again}"] if again else []))
        try:
            lab.build(paper.dataset, seed)  # a failure here must not cost an attempt
        except lab.LabError as error:
            submission.check_now(error)
            raise
        drawn = draw.draw(paper, seed, [each.paper for each in attempts])
        revision = self.revision()
        ledger.keep_document(revision, self.document)
        terms = ledger.Terms(drawn, book.runs_out(now), book.rules.counts, float(book.rules.pass_mark))
        try:
            ledger.open_attempt(
                place, kind="practice" if book.practice else "assessment", seed=seed, revision=revision,
                limit=book.limit, number=number, terms=terms, started_at=now,
            )  # fmt: skip
        except ledger.Conflict as refusal:
            raise answers.conflict(refusal.code) from None

    def _check_window(self, book: sittings.Rulebook) -> None:
        now, window = timezone.now(), book.window
        if window.early(now):
            moment = formats.format_datetime(timezone.localtime(window.opens), self.language())
            raise ApiError(403, "not-yet", _("This opens on %(moment)s. Nothing was started.", moment=moment))
        if window.closes is not None and now > window.closes + ALLOWANCE:
            raise submission.closed(window.closes, self.language())

    @api_handler
    def save_draft(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "flags": {item: bool}, "version"}`` → ``{"version", "saved_at", "readings"}``, and
        ``"left"``, the seconds until the end by the server's clock, where a clock runs."""
        answers.known_keys(data, ("a", "flags", "nonce", "version"))
        paper: Assessment = self.required()
        place = self.place()
        self.check_enrolled()
        version, ledger = answers.version(data), self.ledger()
        sat, book = self._under_way(paper, place, data, ledger.attempts(place))
        given: dict[str, Any] = submission.answers_in(data.get("a"), sat.items)
        given[submission.FLAGS] = submission.flags_in(data.get("flags"), sat.items)
        given = self.resolve_uploads(place, sat.items, given, sat.attempt.seed)

        def refuse(kept: drafts.Kept | None) -> ApiError | None:
            return self._stale(sat, given, kept, place)

        draft = drafts.save(ledger, place, given, version, refuse)
        return submission.saved(draft, sat.items, self.language()) | assessment_page.left(sat.attempt, book)

    def _under_way(
        self, paper: Assessment, place: Any, data: dict[str, Any], attempts: Sequence[Any]
    ) -> tuple[sittings.Sitting, sittings.Rulebook]:
        """The attempt that is open, and that the page is about.

        Raises:
            ApiError: none is, or another one, or its time is over.
        """
        last = attempts[-1] if attempts else None
        if last is None or last.submitted_at is not None:
            raise answers.conflict("not-open")
        nonce = submission.nonce_for(place, last.number, last.seed)
        if data.get("nonce") is not None and answers.nonce(data) != nonce:  # a page of an earlier attempt
            raise answers.conflict("not-open")
        book = sittings.rulebook(self, paper, place)
        if sittings.settle(self, place, attempts, book)[-1].submitted_at is not None:
            raise answers.conflict("time-up")
        return sittings.sitting(self, last), book

    def _stale(
        self, sat: sittings.Sitting, given: dict[str, Any], kept: drafts.Kept | None, place: Any
    ) -> ApiError | None:
        """What to choose between, if another window saved something else than `given`."""
        items = {str(number): item for number, item in enumerate(sat.items, 1)}
        differing = drafts.pairs(items, given, kept.answers if kept else {}, sat.sheet, self.language())
        nonce = submission.nonce_for(place, sat.attempt.number, sat.attempt.seed)
        return drafts.stale(self, kept, differing, nonce=nonce) if differing else None

    @api_handler
    def time_left(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{}`` → ``{"left"}`` in seconds, or ``{}`` where no clock runs: for a page whose device has slept."""
        answers.known_keys(data, ())
        _sat, book = self._under_way(self.required(), self.place(), data, self.ledger().attempts(self.place()))
        return dict(assessment_page.left(_sat.attempt, book))

    @api_handler
    def submit(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"a": {item: answer}, "nonce", "version"}`` → ``{"html"}``. One nonce counts once. What arrives after the
        time is over changes nothing: what was saved until then has been marked, and that is what the page shows."""
        answers.known_keys(data, ("a", "flags", "nonce", "version"))
        paper: Assessment = self.required()
        place = self.place()
        self.check_enrolled()
        nonce, version = answers.nonce(data), answers.version(data)
        book = sittings.rulebook(self, paper, place)
        attempts = sittings.settle(self, place, self.ledger().attempts(place), book)
        last = attempts[-1] if attempts else None
        open_ = last is not None and last.submitted_at is None
        asked = sittings.sitting(self, last) if open_ else None
        given = submission.answers_in(data.get("a"), asked.items if asked else paper.items)
        if any(each.nonce == nonce for each in attempts):
            return {"html": self.learner_html(attempts, book=book)}
        if asked is None or nonce != submission.nonce_for(place, asked.attempt.number, asked.attempt.seed):
            raise answers.conflict("not-open")
        given = self.resolve_uploads(place, asked.items, given, asked.attempt.seed)
        draft = self.ledger().draft(place) if version is not None else None
        if drafts.unseen(draft, version):  # it would be gone once this is handed in
            refusal = self._stale(asked, given, drafts.kept(draft, ()), place)
            if refusal:
                raise refusal
        end = book.deadline(asked.attempt.started_at)
        now = timezone.now()
        at = now if end is None else min(now, end)  # what was on its way when time was up was in time
        attempts = sittings.close(self, place, attempts, asked, book, given, at=at, ended_by="learner")
        return {"html": self.learner_html(attempts, book=book)}

    def upload_work(self, *, writing: bool) -> Work:
        del writing  # an attempt that is open may be written to
        paper: Assessment = self.required()
        place = self.place()
        self.check_enrolled()
        attempts = self.ledger().attempts(place)
        sat, _book = self._under_way(paper, place, {}, attempts)
        tables = [table for table in sat.sheet.tables.values() if table.download]
        tables = tables or list(sat.sheet.tables.values())[:1]
        return Work(place, sat.items, sat.sheet, tables, {each.seed for each in attempts}, {}, lambda: None)

    def own_items(self) -> tuple[Sequence[Item], lab.Sheet]:
        """The questions of the attempt under way, and its data."""
        work = self.upload_work(writing=False)
        return work.items, work.sheet

    # -- Studio ------------------------------------------------------------------------------------------------------

    def summary(self) -> list[tuple[str, str]]:
        paper = self.content()
        if paper is None:
            return []
        asked, written = size.questions(paper), len(paper.items)
        return [
            (_("Questions"), str(asked) if asked == written else f"{asked} / {written}"),
            (_("Pass mark"), str(self.passing(paper))),
            (_("Tries"), str(self.tries(paper.rules.attempts))),
            (_("Weight in the grade"), f"{self.max_score():g}"),
        ]
