"""Texts that trainees show to each other: by their own choice, named or not, and only once their own is handed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dgxblock.block import answers, reviews
from dgxblock.block.http import ApiError
from dgxblock.content.model import EssayItem, Item, Text
from dgxblock.formats import one_line
from dgxblock.i18n import gettext as _

__all__ = ["MOST_SHOWN", "Board", "board", "hide", "share"]

MOST_SHOWN: Final = 60
"""Texts of others on one page: a class may be large, and each text long."""


@dataclass(frozen=True, slots=True)
class Own:
    """A text of this trainee that may be shown. `shown` and `named` are as they stand; `hidden_why` is the staff's."""

    item: EssayItem
    shown: bool
    named: bool
    hidden: bool
    hidden_why: str
    title: str

    @property
    def request(self) -> str:
        """The request that changes it, as JSON."""
        return json.dumps({"item": self.item.id, "on": not self.shown})


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody's text. `name` is empty where they did not want to be named."""

    id: int
    prompt: Text
    text: str
    name: str
    hidden: bool
    hidden_why: str

    @property
    def request(self) -> str:
        """The request that hides it or shows it again, as JSON."""
        return json.dumps({"id": self.id, "hidden": not self.hidden})


@dataclass(frozen=True, slots=True)
class Board:
    """`newest` is how many are shown where there are more, else 0."""

    own: tuple[Own, ...]
    others: tuple[Other, ...]
    staff: bool
    newest: int


def sharable(items: Sequence[Item], /) -> dict[str, EssayItem]:
    """The questions whose texts may be shown, by id."""
    return {item.id: item for item in items if isinstance(item, EssayItem) and item.share}


def board(block: Any, items: Sequence[Item], done: Sequence[Any], /, *, staff: bool) -> Board | None:
    """What may be shared and what others have; None where the content shares nothing, or before one's own is in. Of a
    question whose own text is not in yet, nobody sees those of others."""
    asked = sharable(items)
    seen = {name for name in asked if staff or any(_written(each, name) for each in done)}
    if not seen:
        return None
    from dgxblock.insight.names import full_names

    me = block.learner()
    most = MOST_SHOWN * 5 if staff else MOST_SHOWN
    rows = block.ledger().shared(block.course(), str(block.scope_ids.usage_id), learner_id=me, most=most + 1)
    others = [row for row in rows if row.learner_id != me]
    mine = {row.item_id: row for row in rows if row.learner_id == me}
    written = [name for name in asked if done and _written(done[-1], name)]
    names = full_names({row.learner_id for row in rows if row.named})
    return Board(
        own=tuple(
            Own(
                asked[name], name in mine, name in mine and mine[name].named,
                name in mine and mine[name].hidden, mine[name].hidden_why if name in mine else "",
                one_line(asked[name].prompt.plain(block.language()), block.language()),
            )
            for name in written
        ),
        others=tuple(
            Other(
                row.id, asked[row.item_id].prompt, row.text, names.get(row.learner_id, "") if row.named else "",
                row.hidden, row.hidden_why,
            )
            for row in others[:most]
            if row.item_id in seen and (staff or not row.hidden)
        ),
        staff=staff,
        newest=most if len(others) > most else 0,
    )  # fmt: skip


def share(block: Any, items: Sequence[Item], done: Sequence[Any], item: object, on: object, named: object, /) -> None:
    """Show one's latest text of a question to the others, or take it back.

    Raises:
        ApiError: no such question, or nothing handed in yet.
    """
    asked = sharable(items)
    if not isinstance(item, str) or item not in asked or type(on) is not bool or type(named) is not bool:
        raise answers.malformed()
    place, ledger = block.place(), block.ledger()
    if not on:
        ledger.unshare(place, item)
        return
    latest = next((each for each in reversed(done) if _written(each, item)), None)
    if latest is None:
        raise ApiError(409, "not-handed-in", _("Hand in your text first; then you can show it. Nothing was changed."))
    ledger.share(place, latest.number, item, named=named)


def _written(attempt: Any, name: str) -> bool:
    """Whether there is a text in a submitted attempt that a person reads or has read."""
    verdict = attempt.marks.get(name, {}).get("verdict", "blank")
    return isinstance(attempt.answers.get(name), str) and verdict not in ("blank", "unread")


def hide(block: Any, shared_id: object, hidden: object, why: object, /) -> None:
    """Hide a shared text, or show it again. Staff only, and hiding needs a reason that its author will read.

    Raises:
        ApiError: not of the staff, no such text here, or no reason.
    """
    reviews.require_staff(block)
    reason = answers.text(why).strip()
    if type(shared_id) is not int or not 0 < shared_id < 2**63 or type(hidden) is not bool or len(reason) > 200:
        raise answers.malformed()
    if hidden and not reason:
        sentence = _("Please say why; the author will read it.")
        raise ApiError(400, "reason", _("Not hidden yet. Please look at the marked field."), fields={"why": sentence})
    by = block.learner() if hidden else ""
    if not block.ledger().hide(
        block.course(), str(block.scope_ids.usage_id), shared_id, by=by, why=reason if hidden else ""
    ):
        raise answers.malformed()
