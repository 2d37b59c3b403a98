"""The staff's page of a block with a score: who stands where, grants, beginning anew, marking again, files to take."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from webob import Request, Response
from xblock.core import XBlock

from dgxblock.block import answers, host, reports, staff_page
from dgxblock.block.downloads import attachment
from dgxblock.block.http import ApiError, api_handler
from dgxblock.block.reviews import require_staff
from dgxblock.i18n import gettext as _
from dgxblock.lab import LabError
from dgxblock.pages.render import render
from dgxblock.papers.timing import Allowed

__all__ = ["StaffDesk"]

_WHOLE: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", re.ASCII)
MOST_MINUTES: Final = 600
MOST_TRIES: Final = 10
MOST_REASON: Final = 500
MOST_AT_ONCE: Final = 5000
"""Attempts that are marked again while somebody waits for the page; more are for the command."""


class StaffDesk(XBlock):
    """Mix in before `DgxBlock`. Every handler is for the course's staff, and answers with the staff's page."""

    @api_handler
    def staff_page(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{}`` → ``{"html"}``."""
        answers.known_keys(data, ())
        require_staff(self)
        return {"html": self.staff_html()}

    @api_handler
    def learner_page(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{}`` → ``{"html"}``: back to the page as everybody sees it."""
        answers.known_keys(data, ())
        require_staff(self)
        return {"html": self.learner_html()}

    def staff_html(self: Any, /, **more: Any) -> str:
        """The staff's page; `more` is what has just been done or tried."""
        context = staff_page.build(self, self.required(), self.language(), self.uid())
        links = {kind: self.runtime.handler_url(self, f"answers_{kind}") for kind in ("csv", "xlsx")}
        return render("block_staff.html", {**context, "links": links, **more})

    @api_handler
    def staff_questions(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{}`` → the staff's page with the analysis of the questions."""
        answers.known_keys(data, ())
        require_staff(self)
        from dgxblock.insight import questions

        handed_in = self.ledger().submissions(self.course(), str(self.scope_ids.usage_id))
        return {"html": self.staff_html(
            analysis=questions.report(self.required(), handed_in, self.language(), self.uid())
        )}  # fmt: skip

    # -- grants ----------------------------------------------------------------------------------------------------

    @api_handler
    def staff_grant(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{"kind": "learner"|"group", "name", "minutes", "attempts", "closes_at", "reason"}``."""
        answers.known_keys(data, ("kind", "name", "minutes", "attempts", "closes_at", "reason"))
        require_staff(self)
        errors: dict[str, str] = {}
        kind, name = data.get("kind"), answers.text(data.get("name", "")).strip()
        if kind not in ("learner", "group"):
            raise answers.malformed()
        learner, group = "", ""
        if not name or len(name) > 200:
            errors["name"] = _("Please write whom this is for.")
        elif kind == "group":
            group = name
        else:
            learner = host.learner_id(name) or ""
            if not learner:
                errors["name"] = _("Nobody here has this login name.")
        given = Allowed(
            _whole(data, "minutes", MOST_MINUTES, errors), _whole(data, "attempts", MOST_TRIES, errors),
            _moment(data, "closes_at", errors),
        )  # fmt: skip
        reason = _reason(data, errors)
        if not errors and given == Allowed():
            errors["minutes"] = _("Please grant something: minutes, tries or a later end.")
        _refuse(errors)
        self.ledger().grant(
            self.course(), str(self.scope_ids.usage_id), given,
            actor_id=self.learner(), reason=reason, learner_id=learner, group=group,
        )  # fmt: skip
        return {"html": self.staff_html(done=_("Granted, and put on record."))}

    @api_handler
    def staff_withdraw(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{"id", "reason"}``: take a grant back."""
        answers.known_keys(data, ("id", "reason"))
        require_staff(self)
        number = data.get("id")
        errors: dict[str, str] = {}
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise answers.malformed()
        reason = _reason(data, errors)
        _refuse(errors)
        here = str(self.scope_ids.usage_id)
        if not self.ledger().withdraw(self.course(), here, number, actor_id=self.learner(), reason=reason):
            raise ApiError(409, "gone", _("This grant was taken back already. Reload the page to see what holds."))
        return {"html": self.staff_html(done=_("Taken back, and put on record."))}

    # -- beginning anew --------------------------------------------------------------------------------------------

    @api_handler
    def staff_reset(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{"name", "reason", "confirm": true}``: let a learner begin anew. What they did stays on record."""
        answers.known_keys(data, ("name", "reason", "confirm"))
        require_staff(self)
        errors: dict[str, str] = {}
        name = answers.text(data.get("name", "")).strip()
        learner = host.learner_id(name) if name and len(name) <= 200 else None
        if learner is None:
            errors["name"] = _("Nobody here has this login name.")
        if data.get("confirm") is not True:
            errors["confirm"] = _("Please confirm that these tries no longer count.")
        reason = _reason(data, errors)
        _refuse(errors)
        ledger, registry = self.ledger(), host.registry()
        place = ledger.Place(learner, self.course(), str(self.scope_ids.usage_id))
        if not ledger.attempts(place):
            raise ApiError(409, "nothing", _("This trainee has not begun here. Nothing was changed."))
        count = ledger.reset(place, actor_id=self.learner(), reason=reason)
        if registry is not None:
            registry.reconsider(learner, place.course_key)
        return {"html": self.staff_html(done=_("%(n)s tries no longer count; they are kept on record.", n=count))}

    # -- marking again ---------------------------------------------------------------------------------------------

    @api_handler
    def staff_regrade(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{"only_raise"}``: what marking everything again on the content as it is now would change."""
        answers.known_keys(data, ("only_raise",))
        require_staff(self)
        only_raise = _flag(data, "only_raise")
        diff = self._dry_run(only_raise)
        extra = json.dumps({**diff["commit"], "only_raise": only_raise})
        return {"html": self.staff_html(diff=diff, only_raise=only_raise, commit_extra=extra)}

    @api_handler
    def staff_regrade_commit(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        """``{"only_raise", "state", "revision", "reason"}``: do what the dry run of that state showed."""
        answers.known_keys(data, ("only_raise", "state", "revision", "reason"))
        require_staff(self)
        only_raise = _flag(data, "only_raise")
        errors: dict[str, str] = {}
        reason = _reason(data, errors)
        _refuse(errors)
        from dgxblock.insight import regrading

        new, here = self.required(), str(self.scope_ids.usage_id)
        state = self.ledger().state(self.course(), here)
        if data.get("state") != state or data.get("revision") != self.revision():
            raise ApiError(
                409, "stale", _("Something was handed in or changed since the trial. Nothing was marked again; please "
                                "try it once more and look at it."),
            )  # fmt: skip
        self._check_size(state)
        self.ledger().keep_document(self.revision(), self.document)
        try:
            done = regrading.commit(
                self.course(), here, new, self.revision(), actor_id=self.learner(), reason=reason, only_raise=only_raise
            )
        except LabError as error:
            raise _not_now(error) from None
        sentence = _("Marked again: %(n)s tries of %(people)s trainees changed.", n=done.changed, people=done.learners)
        return {"html": self.staff_html(done=sentence)}

    def _dry_run(self: Any, only_raise: bool) -> Any:
        from dgxblock.insight import regrading

        here = str(self.scope_ids.usage_id)
        self._check_size(self.ledger().state(self.course(), here))
        try:
            diff = regrading.dry_run(self.course(), here, self.required(), self.revision(), only_raise=only_raise)
        except LabError as error:
            raise _not_now(error) from None
        return staff_page.difference(self, diff, self.required(), self.revision())

    def _check_size(self, state: str) -> None:
        if int(state.split("-", 1)[0]) > MOST_AT_ONCE:
            sentence = _(
                "There are more than %(n)s tries here. Please ask the operator to mark them again by the command "
                "dgx_results regrade, which shows the same trial first.", n=MOST_AT_ONCE,
            )  # fmt: skip
            raise ApiError(409, "many", sentence)

    # -- files -----------------------------------------------------------------------------------------------------

    @XBlock.handler
    def answers_csv(self: Any, request: Request, suffix: str = "") -> Response:
        """Everything that was handed in, for the staff: a row for each question of each try."""
        del suffix
        return attachment(self, request, "csv", lambda: self._answers("csv"))

    @XBlock.handler
    def answers_xlsx(self: Any, request: Request, suffix: str = "") -> Response:
        """The same as a workbook."""
        del suffix
        return attachment(self, request, "xlsx", lambda: self._answers("xlsx"))

    def _answers(self: Any, kind: str) -> tuple[str, bytes]:
        require_staff(self)
        content = self.required()
        rows = reports.answers(
            content, self.ledger().submissions(self.course(), str(self.scope_ids.usage_id)), self.language()
        )
        named = reports.named(rows, self.language())
        return f"answers-{content.id}", reports.csv_bytes(named) if kind == "csv" else reports.xlsx_bytes(named)


def _whole(data: Mapping[str, Any], name: str, most: int, errors: dict[str, str]) -> int:
    text = answers.text(data.get(name, "")).strip()
    if not text:
        return 0
    if not _WHOLE.fullmatch(text) or int(text) > most:
        errors[name] = _("Please write a whole number from %(low)s to %(high)s, or leave it empty.", low=0, high=most)
        return 0
    return int(text)


def _moment(data: Mapping[str, Any], name: str, errors: dict[str, str]) -> datetime | None:
    text = answers.text(data.get(name, "")).strip()
    if not text:
        return None
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        return timezone.make_aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        errors[name] = _("Please choose a day and a time, or leave it empty.")
        return None


def _reason(data: Mapping[str, Any], errors: dict[str, str]) -> str:
    text = answers.text(data.get("reason", "")).strip()
    if len(text) < 2 or len(text) > MOST_REASON:
        errors["reason"] = _("Please say why, in at most %(n)s characters. It is kept on record.", n=MOST_REASON)
    return text


def _flag(data: Mapping[str, Any], name: str) -> bool:
    found = data.get(name, False)
    if not isinstance(found, bool):
        raise answers.malformed()
    return found


def _refuse(errors: Mapping[str, str]) -> None:
    if errors:
        raise ApiError(400, "invalid", _("Nothing was changed yet. Please look at the marked fields."), fields=errors)


def _not_now(error: LabError) -> ApiError:
    return ApiError(
        503, "busy", _("Not everything could be marked just now (%(code)s). Nothing was lost: what was marked is on "
                       "record, and doing it again goes on from there.", code=error.code),
    )  # fmt: skip
