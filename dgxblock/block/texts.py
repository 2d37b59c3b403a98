"""What a block with free text has besides: judging by the staff, and showing texts to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xblock.core import XBlock

from dgxblock.block import answers, host, reviews, sharing
from dgxblock.block.http import api_handler
from dgxblock.content.read import ContentError
from dgxblock.grading import Score

__all__ = ["Texts"]


class Texts(XBlock):
    """Mix in before `DgxBlock`. Each answer of a handler is ``{"html"}``, the page as it is then."""

    def passes(self, score: Score) -> bool:
        """Whether a score passes; only assessments are passed."""
        del score
        return False

    def asks_for_texts(self) -> bool:
        """Whether there may be texts to judge here; no for content that is missing or does not hold."""
        try:
            content = self.content()
        except ContentError:
            return False
        return content is not None and bool(reviews.essays(content.items))

    def texts_context(self, items: Sequence[Any], done: Sequence[Any], /, show: str = "") -> dict[str, Any]:
        """What ``texts.html`` needs; nothing for content without free text, and no query then."""
        staff = host.is_staff(self)
        if not reviews.essays(items):
            return {"staff_door": staff}
        return {
            "staff_door": staff,
            "panel": reviews.panel(self, items, self.language(), show) if staff else None,
            "panel_open": bool(show),
            "board": sharing.board(self, items, done, staff=staff),
        }

    @api_handler
    def open_text(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"key"}`` → the page with that text open. Staff only."""
        answers.known_keys(data, ("key",))
        reviews.require_staff(self)
        key = data.get("key")
        if not isinstance(key, str) or len(key) > 200:
            raise answers.malformed()
        self.required()
        return {"html": self.learner_html(show=key)}

    @api_handler
    def review(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"key", "digest", "levels": {criterion: level}, "comment"}`` → the page with the next text. Staff only."""
        answers.known_keys(data, ("key", "digest", "levels", "comment"))
        reviews.require_staff(self)
        reviews.save(self, self.required().items, data)
        return {"html": self.learner_html(show=":next")}

    @api_handler
    def share(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"item", "on", "named"}``: show one's own text to the others, or take it back."""
        answers.known_keys(data, ("item", "on", "named"))
        content = self.required()
        self.check_enrolled()
        done = [each for each in self.ledger().attempts(self.place()) if each.submitted_at]
        sharing.share(self, content.items, done, data.get("item"), data.get("on"), data.get("named", False))
        return {"html": self.learner_html()}

    @api_handler
    def hide_text(self, data: dict[str, Any]) -> dict[str, Any]:
        """``{"id", "hidden", "why"}``: hide a shared text, or show it again. Staff only."""
        answers.known_keys(data, ("id", "hidden", "why"))
        reviews.require_staff(self)
        self.required()
        sharing.hide(self, data.get("id"), data.get("hidden"), data.get("why", ""))
        return {"html": self.learner_html()}
