"""What the laboratory says when it cannot do what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_WORDS: Final = ("code", "where", "detail", "reason", "name", "nearest")
_COUNTS: Final = ("line", "place", "seconds")
_LONGEST: Final = 300


class LabError(Exception):
    """A data set that cannot be built, or a statement that may not run or could not.

    `code` is stable and safe to show. `where` names the table or value, `detail` helps its author; both come from the
    document and never hold a path or a trace, but they are for authors, not for learners.

    Codes of a statement: ``statement`` (form refused), ``forbidden`` (reads or calls what it may not), ``deadline``,
    ``rows``, ``size``, ``sql`` (SQLite cannot run it), ``parameter`` (unknown ``:name``), ``draw`` (bad arguments of a
    draw or another function), ``number`` (not finite), ``binary`` (a cell of bytes).
    Of a data set: ``columns`` (not the columns declared), ``type`` (a cell of the wrong type), ``value`` (not one
    scalar), ``name`` (not a usable or a free name), ``unknown`` (no such value).
    Of the laboratory: ``busy`` (`place` jobs run or wait before this one), ``rate`` (this trainee waits `seconds`),
    ``killed`` (the process that ran it was ended), ``down`` (it does not answer, `detail` says why).

    For the learner who wrote a statement, ``sql``, ``forbidden`` and ``draw`` say more: `reason` is ``column``,
    ``table``, ``function``, ``syntax``, ``width``, ``ambiguous``, ``arguments``, ``aggregate`` or ``""``; `name` is the
    word or sign of the statement that it is about, `nearest` an existing name much like it, `line` its line from 1.
    What is not known is ``""`` or 0.
    """

    def __init__(
        self, code: str, /, *, where: str = "", detail: str = "", reason: str = "", name: str = "",
        nearest: str = "", line: int = 0, place: int = 0, seconds: int = 0,
    ) -> None:  # fmt: skip
        super().__init__(": ".join(part for part in (code, where, detail) if part))
        self.code = code
        self.where = where
        self.detail = detail
        self.reason = reason
        self.name = name
        self.nearest = nearest
        self.line = line
        self.place = place
        self.seconds = seconds

    def at(self, where: str, /) -> LabError:
        """The same about the table or value `where`."""
        return LabError.of({**self.as_json(), "where": where})

    def as_json(self) -> dict[str, Any]:
        """What is known, for another process or for `LabError.of`."""
        known = {word: getattr(self, word) for word in (*_WORDS, *_COUNTS)}
        return {word: value for word, value in known.items() if value}

    @classmethod
    def of(cls, told: Mapping[str, Any], /) -> LabError:
        """The error that `as_json` told; texts are cut and what has a wrong type is left out."""
        known: dict[str, Any] = {w: told[w][:_LONGEST] for w in _WORDS if isinstance(told.get(w), str)}
        known |= {w: told[w] for w in _COUNTS if type(told.get(w)) is int and 0 <= told[w] < 10**6}
        return cls(known.pop("code", "killed"), **known)
