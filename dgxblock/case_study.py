"""The case: a story with its evidence, decisions whose consequences the server reveals one by one, and a reflection."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils import timezone

from dgxblock.block import answers, case_page, drafts, host
from dgxblock.block.base import DgxBlock
from dgxblock.block.http import ApiError, api_handler
from dgxblock.block.words import letters
from dgxblock.content.model import Case
from dgxblock.formats import format_time
from dgxblock.i18n import gettext as _
from dgxblock.pages.render import render

__all__ = ["CaseStudyXBlock"]

MAX_REASON: Final = 600
MAX_NOTE: Final = 4000


class CaseStudyXBlock(DgxBlock):
    """Entry point ``dgx_case_study``. Completed by the last decision; never scored."""

    kind: ClassVar[str] = "case"
    has_custom_completion = True
    completion_mode = "completable"

    # -- pages -----------------------------------------------------------------------------------------------------

    def learner_html(self, *, focus: str = "") -> str:
        case = self.content()
        if case is None:
            return render("item_empty.html", {"title": self.display_name})
        ledger, place = self.ledger(), self.place()
        made = ledger.decisions(place)
        context = case_page.build(
            case, self.language(), self.uid(),
            made=made, draft=ledger.draft(place), focus=focus,
            counts=ledger.class_choices(place.course_key, place.usage_key) if made else {},
        )  # fmt: skip
        return render("case.html", context)

    def bare_html(self) -> str:
        """The story reads without our Django apps; deciding needs them."""
        case = self.content()
        return render("case_bare.html", case_page.build(case, self.language(), self.uid())) if case else ""

    # -- handlers --------------------------------------------------------------------------------------------------

    @api_handler
    def decide(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"decision", "option", "reason"?}`` → ``{"html"}``. The same choice again answers alike and counts once."""
        answers.known_keys(data, ("decision", "option", "reason"))
        case: Case = self.required()
        place = self.place()
        self.check_enrolled()
        decision = next((each for each in case.decisions.decisions if each.id == data.get("decision")), None)
        if decision is None:
            raise answers.malformed()
        option = next((each for each in decision.options if each.id == data.get("option")), None)
        if option is None:
            sentence = _(
                "Nothing is chosen yet. Please choose %(letters)s, then confirm.",
                letters=letters(len(decision.options), self.language()),
            )
            raise ApiError(
                400, "no-option", _("Not recorded yet. Please look at the marked field."), fields={"option": sentence}
            )
        reason = answers.text(data.get("reason") or "").strip()
        if len(reason) > MAX_REASON:
            sentence = _("Please keep it to %(n)s characters. Your text is still here.", n=MAX_REASON)
            raise ApiError(
                400, "too-long", _("Not recorded yet. Please look at the marked field."), fields={"reason": sentence}
            )
        ledger = self.ledger()
        road = case_page.road_of(case, ledger.decisions(place))
        taken = {step.decision.id: step.option.id for step in road.steps}
        if taken.get(decision.id, option.id) != option.id:
            raise answers.conflict("already-decided")
        if decision.id not in taken:
            if road.current is None or road.current.id != decision.id:
                raise ApiError(
                    409, "out-of-order", _("Another decision comes first. Nothing was recorded; reload the page.")
                )
            self._record(place, decision.id, option.id, reason, final=option.next is None)
        return {"html": self.learner_html(focus=decision.id)}

    def _record(self, place: Any, decision_id: str, option_id: str, reason: str, *, final: bool) -> None:
        """One short transaction around everything that the decision causes."""
        ledger, registry = self.ledger(), host.registry()

        @ledger.undeadlocked
        def all_or_nothing() -> None:
            with transaction.atomic():
                ledger.decide(place, decision_id, option_id, reason=reason, revision=self.revision(), final=final)
                if final:
                    if registry is not None:
                        registry.evaluate(place.learner_id, place.course_key)
                    self.runtime.publish(self, "completion", {"completion": 1.0})
                self.save()

        try:
            all_or_nothing()
        except ledger.Conflict as refusal:
            raise answers.conflict(refusal.code) from None

    @api_handler
    def save_reflection(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"notes": {prompt: text}, "version"}`` → ``{"version", "saved_at"}``."""
        answers.known_keys(data, ("notes", "version"))
        case: Case = self.required()
        place = self.place()
        self.check_enrolled()
        notes = answers.known_keys(data.get("notes"), {prompt.id for prompt in case.reflection})
        texts = {name: answers.text(raw) for name, raw in notes.items()}
        long = {
            f"notes.{name}": _("Not saved: more than %(n)s characters. Your text is still here. "
                               "Shorten it and it saves by itself.", n=f"{MAX_NOTE:,}")
            for name, text in texts.items() if len(text) > MAX_NOTE
        }  # fmt: skip
        if long:
            raise ApiError(400, "too-long", _("Not saved yet. Please look at the marked field."), fields=long)
        version, lang = answers.version(data), self.language()
        prompts = {prompt.id: prompt.text.plain(lang) for prompt in case.reflection}

        def refuse(kept: drafts.Kept | None) -> ApiError | None:
            there = kept.answers if kept else {}
            differing = [
                drafts.Pair(f"notes.{name}", prompts[name], texts.get(name, ""), there.get(name, ""))
                for name in drafts.different(texts, there, prompts)
            ]
            return drafts.stale(self, kept, differing, group="notes") if differing else None

        draft = drafts.save(self.ledger(), place, texts, version, refuse)
        saved_at = format_time(timezone.localtime(draft.updated_at), self.language())
        return {"version": draft.version, "saved_at": saved_at}

    # -- Studio ------------------------------------------------------------------------------------------------------

    def summary(self) -> list[tuple[str, str]]:
        case = self.content()
        if case is None:
            return []
        return [
            (_("Sections"), str(len(case.sections) + 1)),
            (_("Exhibits"), str(len(case.exhibits))),
            (_("Decisions"), str(len(case.decisions.decisions))),
            (_("Reading"), _("about %(n)s min", n=case.meta.read_minutes)),
        ]
